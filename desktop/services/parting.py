"""What a PC that was shut out still does for its people's work before it writes it out, and what of it goes nowhere."""

from core.domain.offices import Actor, actor_of
from desktop.services.clock import Clock
from desktop.services.late_sealing import LateSealing
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.files_to_seal import count_unsealed
from desktop.storage.healing import Healing
from desktop.storage.letter_drafts import count_drafts
from desktop.storage.outbox import OpState
from desktop.storage.scan_items import open_items
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.profile_wiping import LeftBehind

# What its author was to be told yet, and might have done again.
_TURNED_DOWN = (OpState.REFUSED, OpState.HELD_REJECTED)


def seal_held_back(store: Store, files: BlobFiles, clock: Clock) -> None:
    """Seal the scans that are held back, in the name of who may: of those who work here, the ones at hand first.

    Nobody else could, once this PC is empty. Where the person is not here to sign it, it goes unsigned: all that comes
    from such a PC is held, and a superior answers for it.
    """
    with store.read() as uow:
        if not count_unsealed(uow):
            return
        actors = _actors(uow)
    for actor in sorted(actors, key=lambda one: not store.ring_of(one.user).pairs):
        LateSealing(store, actor, clock, files, unsigned_too=True).seal(())


def let_wait_again(store: Store, files: BlobFiles) -> int:
    """Let go with the rest what the server has taken and may still lose, as long as no backup of it is known.

    A server that is put back asks the PCs for it; this one will not be there. How many files are held back for good.
    """
    with store.begin() as uow:
        unsealed = count_unsealed(uow)  # afterwards the acts that named them wait as if nobody had sealed any
        Healing(uow).trust_no_server()
        for sha256 in uow.blobs.may_be_lost():
            if files.has(sha256):
                uow.blobs.set_state(sha256, BlobState.TO_SEND)
    return unsealed


def left_behind(store: Store) -> LeftBehind:
    """How much of what people put into this PC is no act that could be taken elsewhere."""
    with store.read() as uow:
        return LeftBehind(
            drafts=count_drafts(uow.connection),
            scans=len(open_items(uow.connection)),
            refused=sum(uow.outbox.count(state) for state in _TURNED_DOWN),
            files=count_unsealed(uow),
        )


def _actors(uow: UnitOfWork) -> list[Actor]:
    people = (uow.directory.person(user) for user in uow.accounts.users())
    chairs = ((one, uow.directory.position(number)) for one in people if one is not None for number in one.positions)
    return [actor_of(person, position) for person, position in chairs if position is not None]
