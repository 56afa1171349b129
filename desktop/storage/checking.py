"""Looks whether the store is whole: pages, structure, counts, the chain of own ops."""

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from core.protocol.codec import CodecError
from core.protocol.ops import chain, follows, read_op
from desktop.storage.letters import letter, letter_day
from desktop.storage.meta import Meta
from desktop.storage.outbox_table import outbox
from sql.direct import keep, kept

_SEARCHABLE = keep(text("SELECT count(*) FROM letter_search_docsize"))
# A check of the whole store asks an index what this connection knew of it when it last searched; a search lets it look
# anew. Without one, what another connection wrote since would be called damage.
_LOOK_ANEW = (
    keep(text("SELECT rowid FROM letter_search LIMIT 1")),
    keep(text("SELECT rowid FROM scan_search LIMIT 1")),
)


@kept
def _counted() -> Any:
    return select(func.count()).select_from(letter)


@kept
def _summed() -> Any:
    return select(func.coalesce(func.sum(letter_day.c.letters), 0))


@kept
def _own_ops() -> Any:
    return select(outbox.c.epoch, outbox.c.seq, outbox.c.op, outbox.c.head).order_by(outbox.c.epoch, outbox.c.seq)


def page_problems(connection: Connection) -> tuple[str, ...]:
    """What the cipher and SQLite find wrong with the pages; empty if nothing."""
    try:
        for index in _LOOK_ANEW:
            connection.execute(index)
        found = [str(row[0]) for row in connection.execute(text("PRAGMA cipher_integrity_check"))]
        found += [str(row[0]) for row in connection.execute(text("PRAGMA quick_check"))]
    except DBAPIError as err:
        return (type(err.orig).__name__,)
    return tuple(line for line in found if line != "ok")


def count_problems(connection: Connection) -> tuple[str, ...]:
    """Counters that do not agree with what they count."""
    counted, summed, searchable = (connection.execute(one).scalar_one() for one in (_counted(), _summed(), _SEARCHABLE))
    problems = []
    if counted != summed:
        problems.append(f"letter_day {summed} != {counted}")
    if counted != searchable:
        problems.append(f"letter_search {searchable} != {counted}")
    return tuple(problems)


def chain_problems(connection: Connection) -> tuple[str, ...]:
    """Ops whose place in the chain or whose hash is wrong."""
    before: tuple[int, int, bytes] | None = None
    problems = []
    for row in connection.execute(_own_ops()):
        try:
            op = read_op(row.op)
        except CodecError:
            problems.append(f"op {row.seq} unreadable")
            before = None
            continue
        head = before[2] if before is not None and before[:2] == (row.epoch, row.seq - 1) else None
        broken = head is not None and (not follows(op, head) or chain(head, row.op) != row.head)
        if op.seq != row.seq or broken:
            problems.append(f"op {row.seq} out of chain")
        before = (row.epoch, row.seq, row.head)
    facts = Meta(connection)
    link, identity = facts.chain(), facts.identity()
    at_end = before is not None and identity is not None and before[:2] == (identity.epoch, link.next_seq - 1)
    if before is not None and at_end and before[2] != link.head:
        problems.append("chain end")
    return tuple(problems)
