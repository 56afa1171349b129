"""Runs the statements of the busiest paths straight on the driver.

SQLAlchemy builds every statement and makes its text, once. To run a statement that it has compiled before still costs
it 40-70 us, ten times of what SQLite needs: a context, a cursor result with its metadata, a strategy to fetch. A
statement that is `kept` is built and compiled once; from then on its parameters are put in order, the driver runs it,
and its rows are read at once (docs/adr/0041). Whatever is not kept goes the way of SQLAlchemy, on the same connection
and in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from sql.plans import Plan, plan_of
from sql.rows import Rows, shape_of

OPTION = "kept"
ParamsT = ParamSpec("ParamsT")
StatementT = TypeVar("StatementT", bound=Executable)
# The way of a statement depends on the kind of database, on its driver and, where rows change, on the given columns.
_Way = tuple[type[Dialect], Any, tuple[str, ...]]


class Kept:
    """What has become of a statement that is kept."""

    def __init__(self) -> None:
        self.statement: Executable | None = None
        self.changes = False
        self._plans: dict[_Way, Plan | None] = {}

    def plan(self, dialect: Dialect, names: tuple[str, ...]) -> Plan | None:
        """How to run it; None if only SQLAlchemy can."""
        way = (type(dialect), dialect.dbapi, names)
        try:
            return self._plans[way]
        except KeyError:
            plan = self._plans[way] = plan_of(self.statement, dialect, names)
            return plan


def keep(statement: StatementT) -> StatementT:
    """The same statement, to be run directly from now on. What is derived from it is not kept."""
    mark = Kept()
    mark.statement = marked = statement.execution_options(**{OPTION: mark})
    mark.changes = isinstance(statement, UpdateBase)
    return marked


def kept(build: Callable[ParamsT, StatementT]) -> Callable[ParamsT, StatementT]:
    """Build a statement once for each of its arguments, and keep it."""

    @cache
    @wraps(build)
    def made(*about: Any, **named: Any) -> StatementT:
        return keep(build(*about, **named))

    # The cache itself and nothing around it: it is asked before each statement.
    return cast("Callable[ParamsT, StatementT]", made)


class DirectConnection(Connection):
    """A connection of SQLAlchemy that runs what is kept, and what is text, straight on the driver."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._driver: Any = self.connection.dbapi_connection
        self.look_for_listeners()

    def look_for_listeners(self) -> None:
        """Whoever listens to statements, or to where writing begins and is committed, is told: by SQLAlchemy."""
        heard = self.engine.dispatch
        self._straight = not heard.before_cursor_execute
        self._unheard = not (heard.begin or heard.commit)

    def begin_writing(self) -> None:
        """Begin a transaction that writes; `commit_all` ends it."""
        if not self._unheard:
            self.begin()
        self.exec_driver_sql("BEGIN IMMEDIATE")

    def end(self) -> None:
        """Roll back whatever is under way, however it was begun."""
        if self.in_transaction():
            self.rollback()
            if self._driver.in_transaction:
                self.dialect.do_rollback(self._driver)
        elif self._driver.in_transaction:
            # Every row was read already. The driver's own way would look at each statement that it keeps prepared.
            self._driver.execute("ROLLBACK")

    def commit_all(self) -> None:
        """Commit whatever is under way, however it was begun."""
        if self.in_transaction():  # of a statement that SQLAlchemy ran: it counts along, and commits for all
            self.commit()
            return
        try:
            self.dialect.do_commit(self._driver)
        except self.dialect.loaded_dbapi.Error as err:
            raise self._wrapped(err, "COMMIT", ()) from err

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """The rows of a statement; whatever is not kept is left to SQLAlchemy."""
        mark = statement.get_execution_options().get(OPTION) if self._straight else None
        if mark is None or mark.statement is not statement or execution_options is not None:
            return super().execute(statement, parameters, execution_options=execution_options)
        many = bool(parameters) and not isinstance(parameters, dict)
        names = tuple(parameters[0] if many else parameters or ()) if mark.changes else ()
        plan = mark.plan(self.dialect, names)
        if plan is None or (many and plan.varies):
            return super().execute(statement, parameters)
        if many:
            text, sets = plan.for_many(parameters)
            return self._ask(text, sets, many=True)
        text, values = plan.for_one(parameters or {})
        return self._ask(text, values, plan=plan)

    def exec_driver_sql(self, statement: str, parameters: Any = None, execution_options: Any = None) -> Any:
        """The rows of a text."""
        # What asks for the schema are SQLAlchemy's own inspections, which look deeper into a result.
        if execution_options is not None or not self._straight or statement.startswith("PRAGMA"):
            return super().exec_driver_sql(statement, parameters, execution_options)
        if type(parameters) is list:
            return self._ask(statement, parameters, many=True)
        return self._ask(statement, () if parameters is None else parameters)

    def _ask(self, text: str, arguments: Any, *, plan: Plan | None = None, many: bool = False) -> Rows:
        dialect = self.dialect
        cursor = self._driver.cursor()
        try:
            if many:
                dialect.do_executemany(cursor, text, arguments)
            else:
                dialect.do_execute(cursor, text, arguments)
            shape = None if plan is None else plan.shape
            if shape is None:
                shape = shape_of(tuple([column[0] for column in cursor.description or ()]))
                if plan is not None:
                    plan.shape = shape
            return Rows(
                cursor.fetchall() if shape.names else [],
                shape,
                readers=() if plan is None else plan.readers,
                rowcount=cursor.rowcount,
                number=cursor.lastrowid,
            )
        except dialect.loaded_dbapi.Error as err:
            raise self._wrapped(err, text, arguments) from err
        finally:
            cursor.close()

    def _wrapped(self, err: Any, text: str, arguments: Any) -> Any:
        # As SQLAlchemy wraps it.
        dialect = self.dialect
        return DBAPIError.instance(text, arguments, err, dialect.loaded_dbapi.Error, dialect=dialect)
