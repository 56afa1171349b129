"""What SQLAlchemy made of each statement, for all engines of a process.

The one engine of a running program compiles a statement once. A test makes engines by the dozen, and each would compile
every statement anew, which takes longer than to execute it.
"""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

STATEMENTS = 10_000


class SharedStatements(LRUCache[Any, Any]):
    """Kept by the kind of a dialect and of its driver; SQLAlchemy looks for them by the dialect of each engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_of_kind(key), value)

    def serve(self, engine: Engine) -> Engine:
        """Let an engine take its statements from here, and leave them here."""
        engine._compiled_cache = self  # noqa: SLF001  # there is no other way to hand one in for every connection
        return engine


def _of_kind(key: Any) -> Any:
    dialect, *statement = key
    return (type(dialect), dialect.dbapi, *statement)


@functools.cache
def shared_statements() -> SharedStatements:
    """Those of this process."""
    return SharedStatements(STATEMENTS)
