"""Looks whether rows are as they were written, and whether those that belong together agree."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Table, bindparam, func, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from core.domain.dispositions import Recipient
from core.protocol.codec import CodecError, decode
from core.protocol.daily_heads import head_payload, next_chain
from core.protocol.ops import read_op
from core.protocol.sealing import is_signed
from desktop.storage.daily_heads import KeptHead, daily_head, head_proof
from desktop.storage.dispositions import disposition, disposition_recipient
from desktop.storage.letters import day_of, letter, letter_involved
from desktop.storage.meta import Proving
from desktop.storage.outbox import OpState
from desktop.storage.outbox_table import outbox, prove, touch, unproved
from desktop.storage.proofs import UNPROVED
from desktop.storage.streams import shadow, shadow_proof, stream, stream_proof
from desktop.storage.unit_of_work import RECORD_TABLES, UnitOfWork
from sql.direct import keep, kept

_PART = 500
_SEARCHABLE = keep(text("SELECT id FROM letter_search_docsize"))

Count = Callable[[int], None]
# What comes of a column that holds something else than was ever written into it.
_UNREADABLE = (TypeError, ValueError, OverflowError, OSError, AttributeError, CodecError, DBAPIError)


def readable(problems_of: Callable[[], Iterable[str]]) -> Iterator[str]:
    """The problems, or that nothing can be said of what cannot even be read."""
    try:
        yield from problems_of()
    except _UNREADABLE as err:
        yield f"unreadable ({type(err).__name__})"


def prove_old_rows(uow: UnitOfWork) -> bool:
    """Prove some of the rows that were written before rows were proved; False when none are left."""
    if uow.meta.proving().done:
        return False
    connection = uow.connection
    if any(table.blank_proofs(connection, limit=_PART) for table in RECORD_TABLES.values()):
        return True
    prove(connection, outbox.c.proof == UNPROVED)
    for row in connection.execute(select(stream).where(stream.c.proof == UNPROVED)).all():
        given = update(stream).where(stream.c.id == row.id).values(proof=stream_proof(row, row.cursor))
        connection.execute(given)
    for row in connection.execute(select(shadow).where(shadow.c.proof == UNPROVED)).all():
        here = (shadow.c.kind == row.kind, shadow.c.row_id == row.row_id)
        given = update(shadow).where(*here).values(proof=shadow_proof(row.kind, row.row_id, row.payload))
        connection.execute(given)
    for head in connection.execute(select(daily_head).where(daily_head.c.proof == UNPROVED)).mappings().all():
        here = (daily_head.c.line == head["line"], daily_head.c.number == head["number"])
        connection.execute(update(daily_head).where(*here).values(proof=head_proof(head)))
    uow.meta.write(Proving(done=True))
    return False


@kept
def _all_of(table: Table) -> Any:
    return select(table).order_by(*table.primary_key)


@kept
def _places() -> Any:
    return select(letter.c.n, letter.c.id, letter.c.received_on, letter.c.involved)


@kept
def _recipients() -> Any:
    return select(disposition.c.n, disposition.c.recipients)


@kept
def _count_waiting() -> Any:
    return select(func.count()).select_from(outbox).where(outbox.c.state == OpState.WAITING)


def row_problems(connection: Connection, count: Count) -> Iterator[str]:
    """Rows that are not as they were written; `count` is told how many were looked at."""
    done = 0
    for kind, table in RECORD_TABLES.items():
        for found in table.unproved(connection):
            if found is not None:
                yield f"row {kind} {found.hex()}"
            done += 1
            if done % _PART == 0:
                count(done)
    yield from _other_problems(connection)
    count(done)


def _other_problems(connection: Connection) -> Iterator[str]:
    for row in connection.execute(_all_of(stream)):
        if row.proof != stream_proof(row, row.cursor):
            yield f"stream {row.id}"
    for row in connection.execute(_all_of(shadow)):
        if row.proof != shadow_proof(row.kind, row.row_id, row.payload) or not isinstance(row.rev, int):
            yield f"server version {row.kind} {row.row_id.hex()}"
    for head in connection.execute(_all_of(daily_head)).mappings():
        if head["proof"] != head_proof(head):
            yield f"head {head['line']} {head['number']}"
    for number in unproved(connection):
        yield f"entry {number}"


def place_problems(connection: Connection) -> Iterator[str]:
    """Letters that do not lie at the place of their day, and what does not name the places of its rows."""
    searchable = set(connection.execute(_SEARCHABLE).scalars())
    involved: set[tuple[int, int]] = set()
    for row in connection.execute(_places()):
        if day_of(row.n) != row.received_on.toordinal() or row.n not in searchable:
            yield f"place {row.id.hex()}"
        involved.update((position, row.n) for position in decode(row.involved, tuple[int, ...]))
    if involved != {(row.position, row.n) for row in connection.execute(_all_of(letter_involved))}:
        yield "letter_involved"
    named = {
        (one.position, row.n, int(one.state))
        for row in connection.execute(_recipients())
        for one in decode(row.recipients, tuple[Recipient, ...])
    }
    if named != {(row.position, row.n, row.state) for row in connection.execute(_all_of(disposition_recipient))}:
        yield "disposition_recipient"


@kept
def _waiting() -> Any:
    return select(touch.c.kind, touch.c.row_id).where(touch.c.waiting.is_(True))


@kept
def _beneath() -> Any:
    return select(shadow.c.row_id).where(shadow.c.kind == bindparam("of"))


def mark_problems(connection: Connection) -> Iterator[str]:
    """Rows that are shown as waiting while no op waits on them, and the other way round."""
    waiting = {(row.kind, row.row_id) for row in connection.execute(_waiting())}
    for kind, table in RECORD_TABLES.items():
        shown = {(kind, one.row_id): one.rev for one in table.marked(connection)}
        # What waits may be gone from here since; what is shown as waiting always waits, on what the server has of it.
        for key in sorted(shown.keys() - waiting):
            yield f"mark {key[0]} {key[1].hex()}"
        beneath = set(connection.execute(_beneath(), {"of": kind}).scalars())
        for key, rev in shown.items():
            if rev > 0 and key[1] not in beneath:
                yield f"server version of {kind} {key[1].hex()}"
        if table.has_mark:
            quiet = [row_id for of, row_id in sorted(waiting) if of == kind and (of, row_id) not in shown]
            for row_id in table.revisions(connection, quiet):
                yield f"mark {kind} {row_id.hex()}"


def entry_problems(uow: UnitOfWork) -> Iterator[str]:
    """Ops whose entry says something else than they do, or that are gone without an answer."""
    for row in uow.connection.execute(_all_of(outbox)):
        try:
            op = read_op(row.op)
        except CodecError:
            continue  # told as a break of the chain
        said = (op.act, op.user, op.position, op.wall_ms)
        if said != (row.act, row.user, row.position, row.made_ms):
            yield f"entry {row.id} of another op"
    link = uow.meta.chain()
    waiting = uow.connection.execute(_count_waiting()).scalar_one()
    if link.waiting not in (-1, waiting):
        yield f"waiting {waiting} != {link.waiting}"


def head_problems(uow: UnitOfWork) -> Iterator[str]:
    """Daily heads that are not as the server told them."""
    identity = uow.meta.identity()
    if identity is None:
        return
    key = identity.server_sign or uow.meta.hub().server_key
    before: KeptHead | None = None
    heads = uow.daily_heads.all()
    for place, one in enumerate(heads):
        follows = before is not None and (before.line, before.head.number + 1) == (one.line, one.head.number)
        if follows and before is not None:
            try:
                fits = next_chain(before.chain, one.head, tenant=identity.tenant) == one.chain
            except (OverflowError, TypeError):
                fits = False
            if not fits:
                yield f"head {one.line} {one.head.number}"
        if before is not None and before.line == one.line and not follows:
            yield f"head {one.line} {one.head.number}: gap"
        last = place + 1 == len(heads) or heads[place + 1].line != one.line
        signed = not one.signature or is_signed(head_payload(one.chain), one.signature, by=key)
        if not signed or (last and not one.signature):
            yield f"head {one.line} {one.head.number}: signature"
        before = one
