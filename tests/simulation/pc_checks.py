"""What must hold on a PC when everything is still."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from core.domain.acting import FieldConflict
from core.domain.conflicts import Conflict
from core.domain.held_acts import HeldAct, HeldState
from core.domain.letters import IncomingLetter
from core.protocol.messages import OpResult, Outcome
from core.protocol.records import KIND_OF
from desktop.services.verifying import VerifyService
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState
from desktop.storage.checking import chain_problems, count_problems
from desktop.storage.outbox import SHOWN, WITHHELD, OpState
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import RECORD_TABLES
from sql.direct import kept
from tests.simulation.pc import Pc, content_of
from tests.simulation.truth import Access, Logged, RowKey, Truth

CANARY = re.compile(rb"K[0-9a-f]{12}K")
# Keeps what own acts made of rows until a backup of the server holds them, whatever rights end meanwhile.
NOT_PURGED = {"touch"}
_STATES = {Outcome.REFUSED: OpState.REFUSED, Outcome.CONFLICT: OpState.CONFLICT, Outcome.HELD: OpState.HELD}
_DECISIONS = {
    HeldState.WAITING: OpState.HELD,
    HeldState.ACCEPTED: OpState.HELD_ACCEPTED,
    HeldState.REJECTED: OpState.HELD_REJECTED,
}
LEFT_OVERS = ("shadow", "touch WHERE waiting", "orphan")


@kept
def _every(kind: int) -> Any:
    return select(RECORD_TABLES[kind].table)


def rows_of(pc: Pc) -> dict[RowKey, Stored[Any]]:
    """Every row of every kind that a PC holds."""
    found: dict[RowKey, Stored[Any]] = {}
    with pc.store.read() as uow:
        for kind, table in RECORD_TABLES.items():
            for row in uow.connection.execute(_every(kind)):
                stored = table.stored(row)
                found[kind, bytes(stored.record.id)] = stored
    return found


def converged(pc: Pc, truth: Truth, access: Access, here: Mapping[RowKey, Stored[Any]]) -> None:
    """P1: what it holds is what the server holds for it, row by row, and nothing else."""
    wanted = access.visible(truth)
    missing, extra = sorted(wanted.keys() - here.keys()), sorted(here.keys() - wanted.keys())
    assert not missing, f"{pc.name} lacks {len(missing)} rows, first {wanted[missing[0]].record}"
    assert not extra, f"{pc.name} holds {len(extra)} rows too many, first {here[extra[0]].record}"
    for key, row in wanted.items():
        stored = here[key]
        assert stored.record == row.record, f"{pc.name} shows {stored.record}, the server holds {row.record}"
        assert stored.rev == row.rev, f"{pc.name} holds revision {stored.rev} of {row.record}, the server {row.rev}"
        assert stored.mark == SyncMark.ON_SERVER, f"{pc.name} marks {row.record} as {stored.mark!r}"


def still(pc: Pc) -> None:
    """P11: nothing waits, nothing is left over, counters and the own chain are right."""
    with pc.store.read() as uow:
        waiting = uow.outbox.count(OpState.WAITING)
        assert not waiting, f"{pc.name}: {waiting} ops still wait"
        for table in LEFT_OVERS:
            left = uow.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608  # named above
            assert not left, f"{pc.name}: {left} left over in {table}"
        assert count_problems(uow.connection) == (), pc.name
        assert chain_problems(uow.connection) == (), pc.name
        foreign = uow.connection.exec_driver_sql(
            "SELECT count(*) FROM member WHERE stream NOT IN (SELECT id FROM stream)"
        )
        assert not foreign.scalar(), f"{pc.name}: members of streams that it does not hold"


def is_as_written(pc: Pc) -> None:
    """P1: what proves each row, its marks, places and ops agrees after whatever happened: nothing calls it damaged."""
    report = VerifyService(pc.store, pc.files).verify()
    assert report.problems == (), f"{pc.name}: {report.problems}"


def refusals_are_shown(
    pc: Pc, log: Mapping[bytes, Sequence[Logged]], lost: Mapping[bytes, Collection[OpResult]], *, rights_moved: bool
) -> None:
    """P2: what the server answered with less than a yes is on its author's list, with the reason.

    An act that was sent again by a mended PC may have several answers: then one of them is shown, or a yes. `lost` are
    answers that a server which was put back has forgotten: whoever was told a refusal then may go on to show it, also
    if the act came to the server again from a copy of the PC and was taken. A yes of then counts for nothing.
    Where rights of people of this PC ended (`rights_moved`), or a server that was put back had no letter for a while,
    what stands against a lost value may have been left out, never the value itself; that it has to be left out is for
    `holds_no_word_of` to say.
    """
    with pc.store.read() as uow:
        listed = {content_of(one.op): one for one in uow.outbox.listed(SHOWN, 100_000)}
    for op in pc.told:
        content = content_of(op)
        answers = [line.result for line in log.get(content, ())]
        entry = listed.get(content)
        if entry is None:
            assert any(one.outcome == Outcome.ACCEPTED for one in answers), f"{pc.name} hides {answers} from its author"
        elif answers:
            state = OpState.HELD if entry.state in _DECISIONS.values() else entry.state
            withheld = entry.code == WITHHELD
            assert not withheld or rights_moved, f"{pc.name} leaves out what stands, and no right ever ended"
            shown = (state, "" if withheld else entry.code, entry.field, entry.conflicts)
            given = [*answers, *lost.get(content, ())]
            told = [
                (_STATES.get(one.outcome), one.code, one.field, _told_of(one.conflicts, withheld=withheld))
                for one in given
            ]
            assert shown in told, f"{pc.name} shows {shown}, the server answered {answers}"


def _told_of(conflicts: Sequence[FieldConflict], *, withheld: bool) -> tuple[FieldConflict, ...]:
    return tuple(msgspec.structs.replace(one, stands="") if withheld else one for one in conflicts)


def decisions_are_told(pc: Pc, truth: Truth) -> None:
    """P2: the author of an act that is held sees what became of it."""
    with pc.store.read() as uow:
        entries = uow.outbox.listed(list(_DECISIONS.values()), 100_000)
    for entry in entries:
        row = truth.rows.get((KIND_OF[HeldAct].code, bytes.fromhex(entry.field)))
        assert row is not None, f"{pc.name} waits for a decision over what is not held"
        assert entry.state == _DECISIONS[row.record.state], f"{pc.name} shows {entry.state!r} of {row.record}"


def shown_as_refused(pc: Pc) -> set[bytes]:
    """The acts that their author was told are refused."""
    with pc.store.read() as uow:
        return {content_of(one.op) for one in uow.outbox.listed([OpState.REFUSED], 100_000)}


def own_conflicts_are_here(pc: Pc, truth: Truth, access: Access, here: Mapping[RowKey, Stored[Any]]) -> None:
    """Both authors of a conflict hold it, as long as they hold a chair from which the register is read."""
    for key, row in truth.rows.items():
        one = row.record
        if isinstance(one, Conflict) and access.allows(one):
            mine = access.positions & {one.stands_as, one.wanted_as}
            assert not mine or key in here, f"{pc.name} of {sorted(mine)} lacks {one}"
            assert one.security == truth.record(KIND_OF[IncomingLetter].code, one.letter_id).security


def files_are_here(pc: Pc, truth: Truth, access: Access) -> None:
    """Scans made here are on the server; those of letters addressed to somebody here are here, whole."""
    with pc.store.read() as uow:
        waiting = uow.connection.exec_driver_sql("SELECT count(*) FROM blob WHERE state = 1").scalar()
        assert not waiting, f"{pc.name}: {waiting} files were never sent"
    complete = {bytes(sha) for (sha,) in truth.ask("SELECT sha256 FROM blob WHERE completed_ms IS NOT NULL")}
    for row in access.visible(truth).values():
        letter = row.record
        if not isinstance(letter, IncomingLetter) or not access.positions & set(letter.involved):
            continue
        for scan in letter.scans:
            if scan.sha256 in complete:
                assert pc.files.verify(scan.sha256), f"{pc.name} lacks the scan of {letter.agenda_no}, addressed to it"


def held_back(pc: Pc) -> set[bytes]:
    """The files that wait here, whole, to be sealed before they are sent."""
    with pc.store.read() as uow:
        waiting = [row.sha256 for row in uow.blobs.in_state(BlobState.TO_SEAL, 1_000)]
    return {sha256 for sha256 in waiting if pc.files.verify(sha256)}


def holds_no_word_of(pc: Pc, truth: Truth, access: Access) -> None:
    """P7: no text of a row that the PC may not hold is in any table of it, the index of words included."""
    forbidden: dict[bytes, Any] = {}
    allowed: set[bytes] = set()
    for row in truth.rows.values():
        words = CANARY.findall(repr(row.record).encode())
        if access.allows(row.record):
            allowed.update(words)
        else:
            forbidden.update(dict.fromkeys(words, row.record))
    # The outbox keeps what was written here until a backup holds it, also if the power failed before it was confirmed.
    written = [*pc.told, *(op.data for op in pc.own_ops())]
    own = {word for op in written for word in CANARY.findall(op)}
    for row in truth.rows.values():  # why an act was not performed is told to its author, whatever right ended since
        if isinstance(row.record, HeldAct) and row.record.device == pc.device:
            own.update(CANARY.findall(row.record.reason.encode()))
    found = _words_in(pc) & (forbidden.keys() - allowed - own)
    assert not found, f"{pc.name} still holds {min(found)!r} of {forbidden[min(found)]}"


def holds_no_file_of(pc: Pc, truth: Truth, access: Access) -> None:
    """P7: no file of a letter that the PC may not hold is on its disk, not even the beginning of one."""
    allowed = set(pc.handed_in)
    forbidden: dict[bytes, Any] = {}
    for row in truth.rows.values():
        scans = {bytes(sha256) for sha256 in KIND_OF[type(row.record)].attachments(row.record)}
        if access.allows(row.record):
            allowed |= scans
        else:
            forbidden.update(dict.fromkeys(scans, row.record))
    # What was sealed here has another name than what was handed in; the act that names it is this PC's own, also if
    # the power failed before it was confirmed.
    sent = (line.data for line in truth.log if line.device == pc.device)
    own = b"".join((*pc.told, *(op.data for op in pc.own_ops()), *sent)) if forbidden else b""
    for sha256 in (one for one in forbidden.keys() - allowed if one not in own):
        for place in (pc.files.path(sha256), pc.files.partial(sha256)):
            assert not place.exists(), f"{pc.name} still holds a file of {forbidden[sha256]}"


def _words_in(pc: Pc) -> set[bytes]:
    """Read by the driver itself: every cell of every table is looked at."""
    found: set[bytes] = set()
    with pc.store.read() as uow:
        cursor = uow.connection.connection.cursor()
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        for name in {name for (name,) in cursor.fetchall()} - NOT_PURGED:
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608  # of the schema itself
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, str | bytes) and len(value) >= 14:
                        found.update(CANARY.findall(value.encode() if isinstance(value, str) else value))
    return found


def kinds_are_all_looked_at() -> bool:
    """Whether every kind of the registry has a table here."""
    return {kind.code for kind in KIND_OF.values()} == set(RECORD_TABLES)
