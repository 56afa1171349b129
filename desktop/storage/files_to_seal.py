"""Files that were still to be sent when their letter was sealed: they never go in the clear.

They wait here, under the key of the store, until somebody seals them who has them, or the letter names others in their
place. Where the seal comes to nothing they go as they were to; so does what was sealed before, and what another letter
names that is in the clear.
"""

from collections.abc import Collection, Sequence

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, is_sealed_letter
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobRow, BlobState
from desktop.storage.dispositions import dispositions
from desktop.storage.letter_files import letters_with
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.residue import is_named, is_of_own_op, release
from desktop.storage.unit_of_work import UnitOfWork

_MOST = 1_000


def hold_files(uow: UnitOfWork, sealed: Collection[LetterId], stored: Sequence[Stored[IncomingLetter]]) -> None:
    """After letters were `stored`, some of which were `sealed` by it: hold back what is in the clear, or let it go."""
    for letter_id in sealed:
        uow.blobs.hold(letter_id)
    held = uow.blobs.in_state(BlobState.TO_SEAL, _MOST)
    here = {one.record.id: one for one in stored} if held else {}
    for row in held:
        one = here.get(LetterId(row.letter or b""))
        if one is None:
            continue
        if not is_sealed_letter(one.record) or _is_sealed_already(uow, one.record, row.sha256):
            uow.blobs.set_state(row.sha256, BlobState.TO_SEND)
        elif one.mark == SyncMark.ON_SERVER:
            _hand_on(uow, row)


def hand_on_clear(uow: UnitOfWork, letter_id: LetterId) -> None:
    """The server has the letter with other files in their place: what another letter names too goes for that one."""
    for row in uow.blobs.in_state(BlobState.TO_SEAL, _MOST):
        if row.letter == letter_id:
            _hand_on(uow, row)


def give_up_safe(uow: UnitOfWork, durable: int) -> None:
    """A backup of the server holds all up to `durable`: what was held back goes whose letter has other files.

    Until then it stays, whoever sealed the letter: a server that is put back may refuse the seal that it had taken, and
    know of no other form of the file. Where the letter is here no more it may name the file yet: that stays until the
    right to the letter comes back.
    """
    if uow.meta.sync().compare:
        return  # what is here may be what a server that was put back has lost
    for row in uow.blobs.in_state(BlobState.TO_SEAL, _MOST):
        letter = letters.get(uow.connection, row.letter or b"")
        if letter is None or letter.mark != SyncMark.ON_SERVER or not 0 < letter.rev <= durable:
            continue
        if not is_of_own_op(uow, row.sha256):
            release(uow, row.sha256)


def letters_held(uow: UnitOfWork) -> set[LetterId]:
    """The letters of which files are held back here."""
    return {LetterId(row.letter) for row in uow.blobs.in_state(BlobState.TO_SEAL, _MOST) if row.letter}


def count_unsealed(uow: UnitOfWork) -> int:
    """How many files are held back for which no sealed one stands in their place yet."""
    return sum(is_named(uow, row.sha256) for row in uow.blobs.in_state(BlobState.TO_SEAL, _MOST))


def _hand_on(uow: UnitOfWork, row: BlobRow) -> None:
    naming = letters_with(uow.connection, row.sha256) | dispositions.letters_naming(uow.connection, row.sha256)
    if row.letter in naming:
        return
    others = [one for one in (uow.get(IncomingLetter, each) for each in sorted(naming)) if one is not None]
    for other in sorted(others, key=is_sealed_letter)[:1]:
        state = BlobState.TO_SEAL if is_sealed_letter(other) else BlobState.TO_SEND
        uow.blobs.owe_to(row.sha256, other.id, state=state)


def _is_sealed_already(uow: UnitOfWork, letter: IncomingLetter, sha256: bytes) -> bool:
    """Whether a letter names a file as one that is sealed: it was given under a key that the letter had before."""
    sheets = dispositions.of_letter(uow.connection, letter.id)
    named = (*letter.scans, *(file for one in sheets for file in one.record.files))
    return any(file.sha256 == sha256 and not (file.name or file.thumbnail) for file in named)
