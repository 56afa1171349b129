"""What follows on the server from acts on people: an account for a new one, the hash of a code, ended sessions.

They are secret sides of records that travel; they are written in the transaction that stores the records.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from core.domain.administering import CodeIssue, IssueCode
from core.domain.held_acts import HeldAct
from core.domain.ids import DeviceId
from core.domain.offices import Person
from core.domain.sessions import EndSessions, SessionEnd
from core.protocol.ops import read_op
from server.services.ledger import Entry
from server.storage.accounts import AccountRow
from server.storage.database import TenantStore

ActT = TypeVar("ActT", EndSessions, IssueCode)


def follow_up(store: TenantStore, entries: Iterable[Entry]) -> None:
    """Write what follows from ops that were taken."""
    for entry in entries:
        if entry.op is None:
            continue
        for one in entry.records:
            record = one.record
            if isinstance(record, Person) and store.accounts.get(record.number) is None:
                store.accounts.add(AccountRow(user=record.number, username=record.username, password_hash=None))
            if isinstance(record, SessionEnd):
                act = next(act for act in _acts(entry, EndSessions) if act.end_id == record.id)
                _end_sessions(store, record, act, by=entry.op.writer.device)
            if isinstance(record, CodeIssue):
                _keep_code(store, record, next(act for act in _acts(entry, IssueCode) if act.issue_id == record.id))


def _acts(entry: Entry, struct: type[ActT]) -> Iterator[ActT]:
    """The acts of a kind that an op performed: its own, or those that were held until it accepted them."""
    held = (one.record for one in entry.records if isinstance(one.record, HeldAct))
    kept = (op for one in held if not one.sealed for op in one.ops)
    for op in ((entry.op.op,) if entry.op else ()) + tuple(kept):
        act = read_op(op).read_act()
        if isinstance(act, struct):
            yield act


def _end_sessions(store: TenantStore, end: SessionEnd, act: EndSessions, *, by: DeviceId) -> None:
    # The PC on which somebody ends his own sessions is the one that is left to him.
    spared = by if end.user == end.ended_by else None
    if not act.device:
        store.devices.end_sessions(end.user, but=spared)
    elif act.device != spared:
        store.sessions.end(act.device, end.user)


def _keep_code(store: TenantStore, issue: CodeIssue, act: IssueCode) -> None:
    if issue.resets:
        store.accounts.set_password(issue.user, None)
        # Where the old password still opens a PC, the server is asked before it counts for longer.
        store.devices.end_sessions(issue.user)
    expires_ms = int(issue.expires_at.timestamp() * 1000)
    store.accounts.add_code(act.code_hash, user=issue.user, expires_ms=expires_ms)
