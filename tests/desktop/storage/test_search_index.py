"""The parts of the search index: fewer after the upkeep, and nothing lost by it."""

from __future__ import annotations

from typing import Any

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from desktop.storage.base import SyncMark
from desktop.storage.letter_list import search
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.search_index import count_parts, merge_some
from desktop.storage.unit_of_work import Store
from tests.factories import letter

COMMITS, IN_EACH = 63, 40


def row(number: int) -> Stored[IncomingLetter]:
    # Every letter brings words of its own, so that the index is many pages long.
    words = " ".join(f"kata{number * 20 + one:06d}" for one in range(20))
    return Stored(letter(id=LetterId(number.to_bytes(16, "big")), subject=f"Undangan {words}"), 1, SyncMark.ON_SERVER)


def load(store: Store, commits: int = COMMITS) -> None:
    """Many letters in many commits, as an import leaves them."""
    for commit in range(commits):
        with store.begin() as uow:
            letters.put(uow.connection, [row(commit * IN_EACH + one) for one in range(IN_EACH)])


def parts(store: Store) -> int:
    with store.read() as uow:
        return count_parts(uow.connection)


def hits(store: Store) -> list[Any]:
    with store.read() as uow:
        words = ("undangan", "kata000001", "kata02", "kata050399", "tiada")
        return [search(uow.connection, one, limit=5000) for one in words]


def test_after_many_letters_the_index_is_merged_in_small_steps_and_finds_the_same(store: Store) -> None:
    load(store)
    before, found = parts(store), hits(store)
    written: list[int] = []
    more = True
    while more:
        with store.begin() as uow:
            at = int(uow.connection.exec_driver_sql("SELECT total_changes()").scalar_one())
            more = merge_some(uow.connection)
            wrote = int(uow.connection.exec_driver_sql("SELECT total_changes()").scalar_one()) - at
        written.append(wrote)
        assert len(written) < 1_000

    # The most is written where a step ends a part and drops those that it was made of; none does the whole work.
    assert len(written) > 5
    assert max(written) < sum(written) / 3
    assert parts(store) < before
    assert hits(store) == found
    assert [len(one) for one in found[:2]] == [COMMITS * IN_EACH, 1]


def test_an_index_in_order_is_left_alone(store: Store) -> None:
    with store.begin() as uow:
        letters.put(uow.connection, [row(1)])

    with store.begin() as uow:
        assert not merge_some(uow.connection)


def test_a_letter_that_is_written_waits_for_no_merge(store: Store) -> None:
    load(store, 40)
    with store.begin() as uow:
        before = count_parts(uow.connection)
        letters.put(uow.connection, [row(COMMITS * IN_EACH)])

    assert parts(store) == before + 1


def test_an_index_that_nobody_looks_after_is_bounded_all_the_same(store: Store) -> None:
    for number in range(200):
        with store.begin() as uow:
            letters.put(uow.connection, [row(number)])

    assert parts(store) < 80
