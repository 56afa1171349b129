"""What goes into a table comes out of it, whatever the kind of record and whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.protocol.records import KINDS, RecordKind
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import RECORD_TABLES, Store
from tests.factories import RECORDS
from tests.strategies import anything
from tests.support.stores import empty_store, undone

every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
marks = st.sampled_from(list(SyncMark))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = empty_store(Path(tmp_path_factory.mktemp("store")) / "pesagi.db")
    yield store
    store.close()


def expected(kind: RecordKind, stored: Stored[Any]) -> Stored[Any]:
    marked = "mark" in RECORD_TABLES[kind.code].table.columns
    return stored if marked else Stored(stored.record, stored.rev, SyncMark.ON_SERVER)


@every_kind
@settings(max_examples=40)
@given(data=st.data())
def test_any_record_survives_its_table(shared: Store, kind: RecordKind, data: st.DataObject) -> None:
    stored = data.draw(st.builds(Stored, anything(kind.struct), st.integers(0, 2**40), marks))
    with undone(shared) as uow:
        table = uow.table(kind.code)
        table.put(uow.connection, [stored])

        assert table.get(uow.connection, stored.record.id) == expected(kind, stored)
        assert table.revisions(uow.connection, [stored.record.id]) == {stored.record.id: stored.rev}


@every_kind
@settings(max_examples=20)
@given(data=st.data())
def test_a_second_version_takes_the_place_of_the_first(shared: Store, kind: RecordKind, data: st.DataObject) -> None:
    first, second = data.draw(anything(kind.struct)), data.draw(anything(kind.struct))
    key = "number" if hasattr(first, "number") else "id"
    second = type(second)(**{f: getattr(first if f == key else second, f) for f in second.__struct_fields__})
    with undone(shared) as uow:
        table = uow.table(kind.code)
        table.put(uow.connection, [Stored(first, 1, SyncMark.ON_SERVER)])
        table.put(uow.connection, [Stored(second, 2, SyncMark.WAITING)])

        assert list(table.every(uow.connection)) == [second]
        assert table.get(uow.connection, first.id) == expected(kind, Stored(second, 2, SyncMark.WAITING))


@every_kind
def test_a_row_is_settled_without_a_change_of_its_record(shared: Store, kind: RecordKind) -> None:
    record = RECORDS[kind.struct]
    with undone(shared) as uow:
        table = uow.table(kind.code)
        table.put(uow.connection, [Stored(record, 0, SyncMark.WAITING)])
        table.settle(uow.connection, record.id, rev=9, mark=SyncMark.REFUSED)

        assert table.get(uow.connection, record.id) == expected(kind, Stored(record, 9, SyncMark.REFUSED))


@every_kind
def test_a_deleted_record_is_gone_and_a_missing_one_is_no_trouble(shared: Store, kind: RecordKind) -> None:
    record = RECORDS[kind.struct]
    with undone(shared) as uow:
        table = uow.table(kind.code)
        table.put(uow.connection, [Stored(record, 1, SyncMark.ON_SERVER)])
        table.delete(uow.connection, [record.id, b"\x00" * 4])
        table.delete(uow.connection, [])
        table.put(uow.connection, [])

        assert table.get(uow.connection, record.id) is None
        assert list(table.every(uow.connection)) == []
        assert table.revisions(uow.connection, [record.id]) == {}


@every_kind
def test_many_records_are_looked_up_in_one_go(shared: Store, kind: RecordKind) -> None:
    record = RECORDS[kind.struct]
    key = "number" if hasattr(record, "number") else "id"
    several = [
        type(record)(
            **{
                field: (place if key == "number" else place.to_bytes(16, "big"))
                if field == key
                else getattr(record, field)
                for field in record.__struct_fields__
            }
        )
        for place in range(1, 1_203)
    ]
    with undone(shared) as uow:
        table = uow.table(kind.code)
        table.put(uow.connection, [Stored(one, place, SyncMark.ON_SERVER) for place, one in enumerate(several, 1)])

        found = table.revisions(uow.connection, [one.id for one in several])
        assert found == {one.id: place for place, one in enumerate(several, 1)}
        assert len(list(table.every(uow.connection))) == len(several)
