"""Erases what a right that ended leaves behind: rows at once, and after the commit what lies beneath and beside them.

Rows, their places in the search, their server versions, what answered ops made of them and what the answers told of
them go in one transaction. The
bytes are overwritten as they are freed (`secure_delete`), but copies remain: deleted words in the parts of the index,
old pages in the write-ahead log, files on the disk, copies of the store from before an upgrade. What of these is due is
noted in that same transaction and done after it, in short steps; a crash in between is finished at the next start.

Own work is never erased: a row with waiting ops stays until they are answered, and a file stays until it is sent, a
backup of the server holds it, and no own op that this PC may have to send again speaks of it.
"""

from collections.abc import Callable, Collection, Iterable

import msgspec
from sqlalchemy import Column, LargeBinary, Table, delete, select, text
from sqlalchemy.dialects.sqlite import insert

from core.domain.letters import IncomingLetter
from core.protocol.records import KIND_BY_CODE, KIND_OF
from desktop.storage.base import metadata
from desktop.storage.blob_table import BlobRow, BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.dispositions import dispositions
from desktop.storage.letter_files import refers_to_file
from desktop.storage.lost_values import forget_values
from desktop.storage.meta import Residue
from desktop.storage.scan_items import is_needed
from desktop.storage.search_index import begin_whole_merge, merge_some
from desktop.storage.thrown_drafts import is_in_draft
from desktop.storage.unit_of_work import Store, UnitOfWork
from sql.direct import keep

RowKey = tuple[int, bytes]

condemned = Table("condemned", metadata, Column("sha256", LargeBinary, primary_key=True))

_WHICH = keep(select(condemned.c.sha256))
_LETTER = KIND_OF[IncomingLetter].code
_NOT_SENT = (BlobState.TO_SEND, BlobState.TO_SEAL)
# The op holds the hash as it is; own letters with scans are few, and this is asked for condemned files only.
_OWN_OP = keep(text("SELECT 1 FROM outbox WHERE instr(op, :sha256) LIMIT 1"))
# Waiting, held for a superior, or accepted by one, with its rows on their way (`desktop.storage.outbox.OpState`).
_OPEN_OP = keep(text("SELECT 1 FROM outbox WHERE state IN (0, 4, 5) AND instr(op, :sha256) LIMIT 1"))
# A held act names the files of the letter that it would register.
_HELD = keep(text("SELECT 1 FROM held_act WHERE instr(files, :sha256) OR instr(ops, :sha256) LIMIT 1"))


def erase(uow: UnitOfWork, keys: Collection[RowKey]) -> None:
    """Remove rows that this PC may no longer hold, and note what else of them has to go."""
    if not keys:
        return
    files = files_of(uow, keys)
    by_kind: dict[int, list[bytes]] = {}
    for kind, row_id in keys:
        by_kind.setdefault(kind, []).append(row_id)
    forget_values(uow, keys)
    for kind, row_ids in by_kind.items():
        uow.table(kind).delete(uow.connection, row_ids)
    uow.shadows.drop(keys)
    uow.outbox.forget_records(keys)
    for sha256 in sorted(files):
        condemn_unless_needed(uow, sha256)
    due = uow.meta.residue()
    uow.meta.write(Residue(words=due.words or _LETTER in by_kind, merging=False, log=True))


def condemn_unless_needed(uow: UnitOfWork, sha256: bytes) -> None:
    """Note a file for removal, unless something here refers to it. What is not sent yet stays to be sent first."""
    if _is_shown(uow, sha256):
        return
    kept = is_kept_here(uow, sha256)
    if not kept:  # Pindaian and the trash remove what lies there
        uow.connection.execute(insert(condemned).on_conflict_do_nothing(), {"sha256": sha256})
    known = uow.blobs.get(sha256)
    if known is None or _is_owed(known) or (not kept and _is_unsure(uow)):
        return
    # As long as an own act names it, it stays to be offered again, if the server is put back and has lost it.
    if not is_of_own_op(uow, sha256):
        uow.blobs.forget(sha256)


def is_named(uow: UnitOfWork, sha256: bytes) -> bool:
    """Whether a row here or an own act that is not answered names a file."""
    return _is_shown(uow, sha256) or uow.connection.execute(_OPEN_OP, {"sha256": sha256}).first() is not None


def is_of_own_op(uow: UnitOfWork, sha256: bytes) -> bool:
    """Whether an own act names a file that may have to go to the server once more, if that is put back."""
    return uow.connection.execute(_OWN_OP, {"sha256": sha256}).first() is not None


def release(uow: UnitOfWork, sha256: bytes) -> None:
    """An act is gone that named a file: unless another does, it is not sent, and goes if nothing here refers to it."""
    if not sha256 or is_named(uow, sha256):
        return
    uow.blobs.forget(sha256)
    condemn_unless_needed(uow, sha256)


def finish_erasing(store: Store, files: BlobFiles, stopped: Callable[[], bool]) -> bool:
    """Do what is due after rows were erased; whether nothing is left. Cheap when nothing is due."""
    with store.read() as uow:
        due = uow.meta.residue()
        doomed = [bytes(one) for one in uow.connection.execute(_WHICH).scalars()]
    removed = [_remove_file(store, files, sha256) for sha256 in doomed if not stopped()]
    whole = len(removed) == len(doomed) and all(removed)
    while due.words and not stopped():
        due = _merge_away(store)
    if due.log and not due.words and not stopped() and store.forget_copies() and store.truncate_log():
        with store.begin() as uow:
            now = uow.meta.residue()
            if not now.words:  # others may have erased meanwhile
                uow.meta.write(Residue())
        store.truncate_log()
        due = Residue()
    return whole and not due.log and not due.words


def is_to_erase(uow: UnitOfWork) -> bool:
    """Whether anything is due of what `finish_erasing` does."""
    due = uow.meta.residue()
    return due.words or due.log or uow.connection.execute(_WHICH).first() is not None


def files_of(uow: UnitOfWork, keys: Iterable[RowKey]) -> set[bytes]:
    """The files that rows name as they are here."""
    known = (key for key in keys if key[0] in KIND_BY_CODE)
    found = ((KIND_BY_CODE[kind], uow.table(kind).get(uow.connection, row_id)) for kind, row_id in known)
    return {sha256 for kind, stored in found if stored is not None for sha256 in kind.attachments(stored.record)}


def _is_shown(uow: UnitOfWork, sha256: bytes) -> bool:
    if refers_to_file(uow.connection, sha256) or dispositions.names_file(uow.connection, sha256):
        return True
    return uow.connection.execute(_HELD, {"sha256": sha256}).first() is not None


def is_kept_here(uow: UnitOfWork, sha256: bytes) -> bool:
    """Whether a file lies in Pindaian, in a draft or in the trash."""
    return is_needed(uow.connection, sha256) or is_in_draft(uow.connection, sha256)


def _is_owed(file: BlobRow) -> bool:
    """Whether the server has to have a file from here: still, or again if it is put back."""
    return file.state in _NOT_SENT or (file.state is BlobState.BOTH and file.sent_behind is not None)


def _is_unsure(uow: UnitOfWork) -> bool:
    """Whether letters here may be older than the server's, until both sides are compared.

    A file that only the newer ones name waits for that: it would have to be fetched again.
    """
    return uow.meta.sync().compare


def _remove_file(store: Store, files: BlobFiles, sha256: bytes) -> bool:
    """Remove one condemned file if it may go now; under the lock of the store, so that nobody refers to it anew.

    What the store tells of it goes in a transaction before: where the power failed with both in one, the file could be
    gone for good and still count as here, also for who is given the right to it again.
    """
    with store.begin() as uow:
        if not _is_shown(uow, sha256):
            if not _may_go(uow, sha256):
                return False
            uow.blobs.forget(sha256)
    with store.begin() as uow:
        if not _is_shown(uow, sha256):
            if not _may_go(uow, sha256):
                return False
            if not is_kept_here(uow, sha256) and not files.discard(sha256):
                return False
        uow.connection.execute(delete(condemned).where(condemned.c.sha256 == sha256))
    return True


def _may_go(uow: UnitOfWork, sha256: bytes) -> bool:
    """Whether neither the server nor an own act may still want a file from here."""
    known = uow.blobs.get(sha256)
    return not (known is not None and (_is_owed(known) or _is_unsure(uow))) and not is_of_own_op(uow, sha256)


def _merge_away(store: Store) -> Residue:
    """One short step towards an index that holds no word of a deleted letter."""
    with store.begin() as uow:
        due = uow.meta.residue()
        if not due.merging:
            begin_whole_merge(uow.connection)
            due = msgspec.structs.replace(due, merging=True)
        elif not merge_some(uow.connection):
            due = msgspec.structs.replace(due, words=False, merging=False)
        uow.meta.write(due)
    return due
