"""Speaks to PostgreSQL through libpq alone: what is asked waits here until all of it goes out in one write.

psycopg's cursors do more than a push can pay for: for each statement they look up how its values are dumped, write to
the socket, and wait for their turn of the interpreter again (measured: 200 us a statement, twice that beside a busy
event loop). Here a statement is prepared once a connection, its values are bytes or the text of a number, and answers
come in binary form. The connection is psycopg's own: what psycopg and SQLAlchemy do before and after goes through the
same transaction.
"""

import re
import selectors
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any, Self

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from server.storage.arrays import PackedArray

Rows = Sequence[Any]
Values = Mapping[str, Any] | Sequence[Any]

_PLACE = re.compile(r"%(?:\((\w+)\)s|[sb%])")
_NO_STATEMENT = b""
_COMMIT = b"COMMIT"
_DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


class Asked:
    """A statement with its values, and its rows once they are here."""

    __slots__ = ("_line", "binary", "rows", "text", "values")

    def __init__(self, line: "Line", text: bytes, values: Sequence[tuple[bytes | None, int]]) -> None:
        self._line = line
        self.text = text
        self.values = [data for data, _ in values]
        self.binary = [form for _, form in values]
        self.rows: Rows | None = None

    def answer(self) -> Rows:
        """The rows, as tuples; waited for with all that was asked before, where they are not here yet."""
        if self.rows is None:
            self._line.run()
        assert self.rows is not None  # noqa: S101  # `run` sets it or raises; tells mypy
        return self.rows


class Line:
    """One connection. Belongs to the transaction that has it."""

    def __init__(self, driver: "psycopg.Connection[Any]") -> None:
        self._driver = driver
        self._libpq = driver.pgconn
        self._loading = Transformer(driver)
        self._waits = selectors.DefaultSelector()
        self._names: dict[bytes, bytes] = {}
        self._prepared: set[bytes] = set()
        self._stale = False
        self._waiting: list[Asked] = []
        self._gathers = False
        # What was sent and not waited for, what is prepared with it, and whether the transaction ends with it.
        self._under_way: list[list[Asked | bytes]] = []
        self._preparing: set[bytes] = set()
        self._ends = False

    def cursors(self) -> "type[psycopg.Cursor[Any]]":
        """What psycopg shall ask with: whatever waits here goes first."""
        line = self

        class Behind(psycopg.Cursor[Any]):
            def execute(self, *args: Any, **named: Any) -> Self:
                line.run()
                return super().execute(*args, **named)

            def executemany(self, *args: Any, **named: Any) -> None:
                line.run()
                super().executemany(*args, **named)

        return Behind

    @contextmanager
    def gathering(self, *, put_off: bool = False) -> Iterator[None]:
        """Let what is asked in the block wait for its end; it is not asked at all where the block fails.

        With `put_off` it waits on, until something else is asked on the connection or the transaction ends.
        """
        outer, self._gathers = self._gathers, True
        try:
            yield
        except BaseException:
            self._waiting.clear()
            raise
        finally:
            self._gathers = outer
        if not put_off:
            self.run()

    def ask(self, text: str, values: Values) -> Asked:
        """Ask, at once or at the end of `gathering`; psycopg.Error. Values stand as psycopg writes them."""
        query, names = _numbered(text)
        in_order = [values[name] for name in names] if isinstance(values, Mapping) else values
        asked = Asked(self, query, [_bound(value) for value in in_order])
        self._waiting.append(asked)
        if not self._gathers:
            self.run()
        return asked

    def begin(self) -> None:
        """Send what waits; it is waited for with whatever is asked next, or with the end of the transaction."""
        if self._waiting:
            self._start()

    def end(self) -> None:
        """Send what waits and the end of the transaction with it, if anything does; nothing may be asked any more.

        `ended` has to be called afterwards.
        """
        if self._waiting or (self._under_way and not self._ends):
            self._start(ending=True)

    def ended(self) -> None:
        """Wait for what is under way, be it the end of the transaction; psycopg.Error if something has failed."""
        if self._under_way:
            self._take_answers()

    def forget(self) -> None:
        """Prepare everything anew: a transaction was rolled back, and psycopg may have let go of what was prepared."""
        self._waiting.clear()
        self._prepared.clear()
        self._preparing.clear()
        self._stale = True

    def run(self) -> None:
        """Carry out what waits, in its order; psycopg.Error of the first that failed."""
        self._require_open()
        if self._waiting:
            self._start()
        if self._under_way:
            self._take_answers()

    def _require_open(self) -> None:
        if self._ends:
            raise psycopg.ProgrammingError("the transaction is ending")

    def _start(self, *, ending: bool = False) -> None:
        self._require_open()
        waiting, self._waiting = self._waiting, []
        if not self._under_way:
            self._libpq.enter_pipeline_mode()
        self._under_way.append(self.send(waiting, ending=ending))
        self._ends = ending

    def _take_answers(self) -> None:
        sent, self._under_way, self._ends = self._under_way, [], False
        results = [result for steps in sent for result in self._results(len(steps))]
        self._libpq.exit_pipeline_mode()
        self._preparing.clear()
        for step, result in zip(chain.from_iterable(sent), results, strict=True):
            if result.status not in _DONE:
                raise _error(result)
            if step == _COMMIT and result.command_status != _COMMIT:
                raise psycopg.errors.InFailedSqlTransaction
            if isinstance(step, Asked):
                self._loading.set_pgresult(result, format=Format.BINARY)
                step.rows = self._loading.load_rows(0, result.ntuples, tuple)
            elif step not in (_NO_STATEMENT, _COMMIT):
                self._prepared.add(step)

    def send(self, waiting: Sequence[Asked], *, ending: bool = False) -> list[Asked | bytes]:
        """Send all. A result comes for each step: what was asked, the text of what is prepared, or neither."""
        libpq, steps = self._libpq, list[Asked | bytes]()
        if libpq.transaction_status == TransactionStatus.IDLE:
            libpq.send_query_params(_beginning(self._driver), None)
            steps.append(_NO_STATEMENT)
        for name in self._names.values() if self._stale else ():
            libpq.send_close_prepared(name)  # no fault where there is none any more
            steps.append(_NO_STATEMENT)
        self._stale = False
        for one in waiting:
            name = self._names.setdefault(one.text, b"line_%d" % len(self._names))
            if one.text not in self._prepared and one.text not in self._preparing:
                self._preparing.add(one.text)
                libpq.send_prepare(name, one.text)
                steps.append(one.text)
            libpq.send_query_prepared(name, one.values, one.binary, Format.BINARY)
            steps.append(one)
        if ending:
            libpq.send_query_params(_COMMIT, None)
            steps.append(_COMMIT)
        libpq.pipeline_sync()
        while libpq.flush():
            if self._wait(selectors.EVENT_READ | selectors.EVENT_WRITE) & selectors.EVENT_READ:
                libpq.consume_input()  # the database reads on when it has got rid of its answers
        return steps

    def _results(self, count: int) -> list[PGresult]:
        """The results of so many steps, which were sent in one go."""
        results = [self._result() for _ in range(count)]
        self._receive()
        self._libpq.get_result()  # that all is over
        return results

    def _result(self) -> PGresult:
        """The result of the next step."""
        self._receive()
        result = self._libpq.get_result()
        assert result is not None  # noqa: S101  # each step has one; tells mypy
        self._receive()
        self._libpq.get_result()  # that it is over
        return result

    def _receive(self) -> None:
        while self._libpq.is_busy():
            self._wait(selectors.EVENT_READ)
            self._libpq.consume_input()

    def _wait(self, what: int) -> int:
        """Wait until the socket can do that; what it can."""
        socket = self._libpq.socket
        key = self._waits.get_map().get(socket)
        if key is None:
            self._waits.register(socket, what)
        elif key.events != what:
            self._waits.modify(socket, what)
        ((_, happened),) = self._waits.select()
        return happened


def _beginning(driver: "psycopg.Connection[Any]") -> bytes:
    """What begins a transaction as psycopg would begin it."""
    level = driver.isolation_level
    words = [b"BEGIN"] if level is None else [b"BEGIN ISOLATION LEVEL", level.name.replace("_", " ").encode()]
    return b" ".join([*words, b"READ ONLY"] if driver.read_only else words)


def _error(result: PGresult) -> psycopg.Error:
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    said = result.error_message.decode(errors="replace")
    try:
        return psycopg.errors.lookup(state)(said)
    except KeyError:
        return psycopg.DatabaseError(said)


@cache
def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with the places of its values numbered, and their names, none where values come in order.

    Each place has a number of its own: what stands in two places may be of two types.
    """
    names: list[str] = []

    def number(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        names.append(place[1] or "")
        return f"${len(names)}"

    return _PLACE.sub(number, text).encode(), tuple(names)


def _bound(value: Any) -> tuple[bytes | None, int]:
    """A value as it is sent, and whether that is its binary form. The database knows the type by the place."""
    if isinstance(value, PackedArray):
        return value.encoded(), Format.BINARY
    if isinstance(value, bytes):
        return value, Format.BINARY
    if value is None:
        return None, Format.TEXT
    if isinstance(value, bool):
        return (b"t" if value else b"f"), Format.TEXT
    return (b"%d" % value if isinstance(value, int) else str(value).encode()), Format.TEXT
