"""What goes with it when a letter here becomes secret: the small pictures of its scans, its words in the search index.

Whoever may still hold the letter holds it without them. It does not matter whose act made it secret, nor whether the
server has confirmed that: a small picture that turns out to be needed again is fetched again. Where a sealed letter is
opened to all, its sealed files go as soon as the server has it so.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from core.domain.attachments import Attachment
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, is_in_clear, is_sealed_letter
from core.domain.recasting import has_clear_texts
from core.domain.resealing import SealLetter, UnsealLetter
from core.protocol.codec import decode_record
from core.protocol.ops import read_op
from core.protocol.records import ACT_OF, KIND_BY_CODE
from desktop.storage.base import SyncMark
from desktop.storage.conflicts import conflicts
from desktop.storage.dispositions import dispositions
from desktop.storage.files_to_seal import hand_on_clear, hold_files
from desktop.storage.letters import letters
from desktop.storage.lost_values import note_loss
from desktop.storage.outbox import OutboxEntry
from desktop.storage.record_table import Stored
from desktop.storage.residue import condemn_unless_needed
from desktop.storage.unit_of_work import UnitOfWork

_SEAL, _UNSEAL = ACT_OF[SealLetter].code, ACT_OF[UnsealLetter].code


def put_rows(uow: UnitOfWork, kind: int, stored: Sequence[Stored[Any]]) -> None:
    """Insert or replace rows of one kind; of letters that become secret by it, what has to go is noted."""
    before = _before(uow, stored) if kind == letters.kind else []
    turned = [old for old, new, _ in before if new.is_secret and not old.is_secret]
    left = [sha256 for old, new, mark in before for sha256 in _scans_left(old, new, mark)]
    if kind == dispositions.kind:
        left = _files_left(uow, stored)
    # What is here in the clear and gives way to what is sealed.
    sealed = [new.id for old, new, _ in before if is_sealed_letter(new) and is_in_clear(old)]
    sealing = bool(sealed) or _sealing(uow, kind, stored)
    uow.table(kind).put(uow.connection, stored)
    if kind == letters.kind:
        hold_files(uow, sealed, stored)
    for sha256 in left:
        condemn_unless_needed(uow, sha256)
    if turned or sealing:
        for old in turned:
            for scan in old.scans:
                if scan.thumbnail:
                    condemn_unless_needed(uow, scan.thumbnail)
        uow.meta.write(msgspec.structs.replace(uow.meta.residue(), words=True, merging=False, log=True))


def note_answer(uow: UnitOfWork, entry: OutboxEntry, *, lost: bool, taken: bool) -> None:
    """An own act was answered: what `lost` is kept to be shown.

    Where the act sealed a letter, what stood here as the server's goes, but lies in the store's log yet; once it is
    `taken`, what was held back of it is held back for no other letter any more.
    """
    if lost:
        note_loss(uow, entry.op)
    if entry.act == _UNSEAL and taken:
        _let_go_sealed(uow, read_op(entry.op).read_act().letter_id)
    if entry.act == _SEAL:
        if taken:
            hand_on_clear(uow, read_op(entry.op).read_act().letter_id)
        uow.meta.write(msgspec.structs.replace(uow.meta.residue(), log=True))


def _sealing(uow: UnitOfWork, kind: int, stored: Sequence[Stored[Any]]) -> bool:
    """Whether something that is here in the clear gives way to what is sealed; asked before it is put."""
    if kind == dispositions.kind:
        given = (one.record.id for one in stored if one.record.recast)
        old_ones = (dispositions.get(uow.connection, row_id) for row_id in given)
        return any(old is not None and has_clear_texts(old.record) for old in old_ones)
    if kind == conflicts.kind:
        lost = ((conflicts.get(uow.connection, one.record.id), one.record) for one in stored)
        return any(old is not None and has_clear_texts(old.record) and not has_clear_texts(new) for old, new in lost)
    return False


def _before(
    uow: UnitOfWork, stored: Sequence[Stored[IncomingLetter]]
) -> list[tuple[IncomingLetter, IncomingLetter, SyncMark]]:
    """Each letter that is here already as it is, as it is to be, and how far that has come; asked before it is put."""
    here = ((letters.get(uow.connection, one.record.id), one) for one in stored)
    return [(old.record, new.record, new.mark) for old, new in here if old is not None]


def _scans_left(old: IncomingLetter, new: IncomingLetter, mark: SyncMark) -> list[bytes]:
    """The scans in whose place others are named: of a letter that is sealed now, or opened at the server."""
    left = new.keys or (old.keys and mark == SyncMark.ON_SERVER)
    return _no_more(old.scans, new.scans) if left else []


def _files_left(uow: UnitOfWork, stored: Sequence[Stored[Any]]) -> list[bytes]:
    """As `_scans_left`, of dispositions that are sealed now."""
    given = (one.record for one in stored if one.record.recast)
    here = ((dispositions.get(uow.connection, new.id), new) for new in given)
    return [sha256 for old, new in here if old is not None for sha256 in _no_more(old.record.files, new.files)]


def _let_go_sealed(uow: UnitOfWork, letter_id: LetterId) -> None:
    """The server has a letter in the clear: the files go that it and its dispositions named as it was sealed."""
    sheets = ((dispositions.kind, one.record.id) for one in dispositions.of_letter(uow.connection, letter_id))
    for key in ((letters.kind, letter_id), *sheets):
        before = uow.shadows.get(key)
        if before is not None:
            for sha256 in sorted(KIND_BY_CODE[key[0]].attachments(decode_record(key[0], before.payload))):
                condemn_unless_needed(uow, sha256)


def _no_more(before: Iterable[Attachment], now: Iterable[Attachment]) -> list[bytes]:
    named = {file.sha256 for file in now}
    gone = [file for file in before if file.sha256 not in named]
    return [sha256 for file in gone for sha256 in (file.sha256, file.thumbnail) if sha256]
