"""Real stores for tests: made once by the real migration, then copied, which takes a few milliseconds."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from core.domain.ids import PositionId
from core.protocol.records import KIND_OF
from desktop.storage import upgrade
from desktop.storage.base import SyncMark
from desktop.storage.meta import Identity
from desktop.storage.opening import open_store
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store, UnitOfWork
from tests.factories import DEVICE_ID, NOW, OFFICE, directory, user_of

KEY = bytes(range(32))
IDENTITY = Identity(device=DEVICE_ID, tenant=1, office=OFFICE, server="https://server.invalid")  # type: ignore[arg-type]  # a small number


@functools.cache
def store_file() -> bytes:
    """The file of a store of the present schema with nothing in it, under `KEY`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pesagi.db"
        open_store(path, KEY, NOW).close()
        return path.read_bytes()


def empty_store(path: Path) -> Store:
    """A new store of the present schema with nothing in it."""
    path.write_bytes(store_file())
    return open_store(path, KEY, NOW)


@contextmanager
def store_of_schema(path: Path, version: int) -> Iterator[Store]:
    """A new store as the program of an earlier schema made it; closed, which folds its log into the file, at the end.

    Its tables are those of then: of today's statements only those run that name nothing later.
    """
    with pytest.MonkeyPatch.context() as then:
        then.setattr(upgrade, "SCHEMA", version)
        then.setattr(upgrade, "REVISION", f"{version:04d}")
        store = open_store(path, KEY, NOW)
    try:
        yield store
    finally:
        store.close()


def office_store(path: Path, *, users: Iterable[PositionId] = ()) -> Store:
    """A store that has joined the office of `tests.factories`; the holders of `users` may sign in on its PC."""
    store = empty_store(path)
    with store.begin() as uow:
        uow.meta.write(IDENTITY)
        for position in users:
            uow.accounts.put(user_of(position), f"u{position}", "")
    put(store, directory(), rev=1)
    return store


def put(store: Store, records: Iterable[Any], *, rev: int = 1, mark: SyncMark = SyncMark.ON_SERVER) -> None:
    """Put records into their tables as they would lie there."""
    with store.begin() as uow:
        for record in records:
            uow.table(KIND_OF[type(record)].code).put(uow.connection, [Stored(record, rev, mark)])


def every(store: Store, struct: type[Any]) -> list[Stored[Any]]:
    """Everything of one kind that a store holds, by row id."""
    with store.read() as uow:
        table = uow.table(KIND_OF[struct].code)
        found = [table.get(uow.connection, record.id) for record in list(table.every(uow.connection))]
    return sorted((one for one in found if one), key=lambda one: bytes(one.record.id))


class _Undone(Exception):
    """Leaves a transaction without a trace."""


@contextmanager
def undone(store: Store) -> Iterator[UnitOfWork]:
    """A writing transaction that is rolled back at its end, so that many examples can share one store."""
    with suppress(_Undone), store.begin() as uow:
        yield uow
        raise _Undone
