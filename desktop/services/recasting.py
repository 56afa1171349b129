"""Performing an act that changes the form of a letter: its files in their new form go to the server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from core.domain.errors import Refusal
from core.domain.offices import Actor
from core.domain.resealing import SealLetter, UnsealLetter
from desktop.services.clock import millis
from desktop.services.letter_forms import files_of
from desktop.services.unnamed_files import delete_unnamed
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.dispositions import dispositions
from desktop.storage.letters import letters
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store, UnitOfWork


def perform_recast(
    uow: UnitOfWork,
    act: SealLetter | UnsealLetter,
    actor: Actor,
    now: datetime,
    *,
    group: int = 0,
    unsigned_too: bool = False,
) -> None:
    """Perform it; scans and files of dispositions that are others now are noted as to be sent. Refusal."""
    before = letters.get(uow.connection, act.letter_id)
    known = set() if before is None else {one.sha256 for one in before.record.scans}
    for stored in dispositions.of_letter(uow.connection, act.letter_id):
        known |= {one.sha256 for one in stored.record.files}
    Replica(uow).perform(act, actor, now, group=group, unsigned_too=unsigned_too)
    for file in files_of(act):
        if file.sha256 not in known:
            state = BlobState.TO_SEND
            uow.blobs.add(file.sha256, file.size, state=state, now_ms=millis(now), letter=act.letter_id)


@contextmanager
def closed_again_if_refused(store: Store, files: BlobFiles | None, acts: Sequence[UnsealLetter]) -> Iterator[None]:
    """What lies in the clear for acts that open letters, also ones added within, goes again if anything is refused."""
    try:
        yield
    except Refusal:
        if files is not None:
            delete_unnamed(store, files, {one.sha256 for act in acts for one in files_of(act)})
        raise
