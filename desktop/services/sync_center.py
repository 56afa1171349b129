"""What Pusat Sinkron and the status bar show: read from the store alone."""

from datetime import UTC, date, datetime
from enum import Enum
from itertools import pairwise
from typing import Any

import msgspec

from core.domain.acting import FieldConflict
from core.domain.held_acts import AcceptHeld, HeldAct, RejectHeld
from core.domain.ids import UserId
from core.protocol.daily_heads import day_of
from core.protocol.ops import read_op
from core.protocol.records import ACT_BY_CODE
from desktop.services.act_subjects import sealed_subject, subject_of
from desktop.services.clock import local_date
from desktop.services.told_values import value_told
from desktop.storage.blob_table import BlobState
from desktop.storage.meta import HubNotes
from desktop.storage.outbox import SHOWN, WITHHELD, OpState, OutboxEntry
from desktop.storage.scan_return import lies_open
from desktop.storage.standing import is_at_hub
from desktop.storage.sync_log import SyncLogEntry
from desktop.storage.unit_of_work import Store, UnitOfWork

QUEUE_LIMIT = 300
_FIRST_LINE = 1


class LineState(Enum):
    """The one state of the connection, from which every mark is drawn."""

    PRACTICE = "practice"
    NEVER = "never"
    CURRENT = "current"
    OFFLINE = "offline"
    SIGN_IN_AGAIN = "sign_in_again"
    PROBLEM = "problem"


class Care(Enum):
    """What is not as it should be with the data itself; the worst of it."""

    NONE = "none"
    FILES_BAD = "files_bad"  # scans are missing or damaged
    HUB_WRONG = "hub_wrong"  # the hub of the office handed out rows that are not the server's
    LOG_BROKEN = "log_broken"  # the server's log does not continue what this PC was told
    DATA_BROKEN = "data_broken"  # rows or ops are not as they were written


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """The one thing to be told of the data, with the day of the check or of the break, and how many scans or rows."""

    care: Care = Care.NONE
    day: date | None = None
    count: int = 0


NO_TROUBLE = Trouble()


class SyncOverview(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of the status bar. `at_hub` of those that wait lie at the hub of the office."""

    line: LineState
    waiting: int
    refused: int
    files_waiting: int
    bytes_waiting: int
    files_wanted: int
    last_success: datetime | None
    offline_since: datetime | None
    problem: str
    at_hub: int = 0
    trouble: Trouble = NO_TROUBLE


class QueueItem(msgspec.Struct, frozen=True, kw_only=True):
    """One op in the queue or in the tray. `act` is a name of the act registry.

    `decided_by` and `reason` tell of an op that was held who decided over it, and why. `withheld`: what stands against
    a value that lost is not told any more, since the right to the letter has ended. `scans_back`: scans that it gave to
    a letter wait in Pindaian again.
    """

    id: int
    act: str
    about: str
    made_at: datetime
    size: int
    state: OpState
    code: str
    field: str
    conflicts: tuple[FieldConflict, ...]
    at_hub: bool = False
    decided_by: str = ""
    reason: str = ""
    withheld: bool = False
    scans_back: bool = False


class SyncCenterService:
    """Reads the queue, the tray and the log."""

    def __init__(self, store: Store) -> None:
        """Over the open store."""
        self._store = store

    def overview(self) -> SyncOverview:
        """The figures of the status bar."""
        with self._store.read() as uow:
            identity = uow.meta.identity()
            facts = uow.meta.sync()
            waiting = uow.outbox.count(OpState.WAITING)
            refused = sum(uow.outbox.count(state) for state in SHOWN if state != OpState.HELD)
            files, size = uow.blobs.totals(BlobState.TO_SEND)
            wanted, _ = uow.blobs.totals(BlobState.WANTED)
            notes = uow.meta.hub()
            at_hub = uow.outbox.count_upto(notes.epoch, notes.seq) if notes.seq else 0
            trouble = _trouble(uow)
        return SyncOverview(
            line=_line(
                practice=identity is not None and identity.practice,
                success=facts.last_success_ms,
                problem=facts.last_problem,
            ),
            waiting=waiting,
            refused=refused,
            files_waiting=files,
            bytes_waiting=size,
            files_wanted=wanted,
            last_success=_moment(facts.last_success_ms),
            offline_since=_moment(facts.offline_since_ms),
            problem=facts.last_problem,
            at_hub=at_hub,
            trouble=trouble,
        )

    def queue(self) -> tuple[QueueItem, ...]:
        """Ops that the server has not answered, newest first."""
        return self._items((OpState.WAITING,))

    def tray(self) -> tuple[QueueItem, ...]:
        """Ops that the server refused or holds for a superior, and values that lost against another's."""
        return self._items(SHOWN)

    def dismiss(self, number: int) -> None:
        """Take an op off the tray. What it says goes once the server's backup holds it, out of the store's log too."""
        with self._store.begin() as uow:
            uow.outbox.dismiss(number)
            uow.meta.write(msgspec.structs.replace(uow.meta.residue(), log=True))

    def log(self, limit: int = 100) -> tuple[SyncLogEntry, ...]:
        """The last rounds."""
        with self._store.read() as uow:
            return uow.sync_log.latest(limit)

    def _items(self, states: tuple[OpState, ...]) -> tuple[QueueItem, ...]:
        with self._store.read() as uow:
            notes = uow.meta.hub()
            return tuple(_item(uow, entry, notes) for entry in uow.outbox.listed(states, QUEUE_LIMIT))


def _item(uow: UnitOfWork, entry: OutboxEntry, notes: HubNotes) -> QueueItem:
    act = read_op(entry.op).read_act()
    decider = uow.directory.person(UserId(entry.decided_by)) if entry.decided_by else None
    return QueueItem(
        id=entry.id,
        act=ACT_BY_CODE[entry.act].name,
        about=_about(uow, act),
        made_at=datetime.fromtimestamp(entry.made_ms / 1000, UTC),
        size=len(entry.op),
        state=entry.state,
        code=entry.code,
        field=entry.field,
        conflicts=tuple(_named(uow, one) for one in entry.conflicts),
        at_hub=is_at_hub(notes, entry),
        decided_by="" if decider is None else decider.name,
        reason=entry.reason,
        withheld=entry.code == WITHHELD,
        scans_back=entry.state in (OpState.REFUSED, OpState.HELD_REJECTED) and lies_open(uow, act),
    )


def _named(uow: UnitOfWork, one: FieldConflict) -> FieldConflict:
    stands, wanted = (value_told(uow, one.field, text) for text in (one.stands, one.wanted))
    return FieldConflict(field=one.field, stands=stands, wanted=wanted)


def _about(uow: UnitOfWork, act: Any) -> str:
    """What the op is about; of a decision over held acts, what these are about."""
    if isinstance(act, AcceptHeld | RejectHeld):
        held = uow.get(HeldAct, act.held_id)
        if held is not None and held.sealed:
            return sealed_subject(uow, held)
        acts = [] if held is None else [read_op(data).read_act() for data in held.ops[:1]]
        return "".join(subject_of(uow, one) for one in acts)
    return subject_of(uow, act)


def _line(*, practice: bool, success: int, problem: str) -> LineState:
    if practice:
        return LineState.PRACTICE
    if problem in ("no_network", "timed_out", "portal"):
        return LineState.OFFLINE
    if problem == "signed_out":
        return LineState.SIGN_IN_AGAIN
    if problem:
        return LineState.PROBLEM
    return LineState.CURRENT if success else LineState.NEVER


def _trouble(uow: UnitOfWork) -> Trouble:
    """A server that was put back from a backup has begun its log anew, and said so: that is no trouble."""
    check = uow.meta.check()
    day = local_date(datetime.fromtimestamp(check.at_ms / 1000, UTC))
    if check.data_broken:
        return Trouble(care=Care.DATA_BROKEN, day=day)
    newest = uow.daily_heads.newest()
    if newest is not None and newest.line > _FIRST_LINE:
        heads = uow.daily_heads.all()
        breaks = [
            after
            for before, after in pairwise(heads)
            if before.line != after.line and before.feed_epoch == after.feed_epoch
        ]
        if breaks:
            return Trouble(care=Care.LOG_BROKEN, day=day_of(breaks[-1].head.day))
    hub = uow.meta.hub()
    if hub.altered:
        told = local_date(datetime.fromtimestamp(hub.altered_ms / 1000, UTC))
        return Trouble(care=Care.HUB_WRONG, day=told, count=hub.altered)
    if check.files_bad:
        return Trouble(care=Care.FILES_BAD, day=day, count=check.files_bad)
    return NO_TROUBLE


def _moment(ms: int) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None


__all__ = [
    "NO_TROUBLE",
    "QUEUE_LIMIT",
    "Care",
    "LineState",
    "OpState",
    "QueueItem",
    "SyncCenterService",
    "SyncOverview",
    "Trouble",
]
