"""The register as a list: whatever the order, filter or words, its pages give every letter once and in order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import LetterId, PositionId, StreamId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.streams import StreamKey, StreamKind, inbox_of
from core.protocol.messages import StreamGrant
from desktop.storage.base import SyncMark
from desktop.storage.letter_list import (
    PAGE_ROWS,
    LetterFilter,
    LetterOrder,
    LetterQuery,
    ListedLetter,
    count,
    outline,
    page,
)
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store, UnitOfWork
from tests import factories
from tests.factories import ELSEWHERE, HEAD, HEAD_ELSEWHERE, OFFICE, RECORD_FILE_ID, SECTION, TODAY
from tests.support.stores import office_store

MANY = 3 * PAGE_ROWS + 57
SENDERS = ("Dinas Pendidikan", "dinas pendidikan", "Bappeda", "Ñandú", "Kecamatan Sukau", "")
WORDS = ("undangan", "permohonan", "laporan", "keuangan", "musrenbang")


def any_letter(number: int, chance: random.Random) -> IncomingLetter:
    received = date(2025, 11, 1) + timedelta(days=chance.choice((0, 1, 1, 1, 40, 70, 71, chance.randrange(200))))
    return factories.letter(
        id=LetterId(number.to_bytes(16, "big")),
        agenda_year=received.year,
        agenda_no=chance.randrange(40),
        received_on=received,
        sender=chance.choice(SENDERS),
        subject=" ".join(chance.sample(WORDS, 2)),
        summary="",
        status=chance.choice(list(LetterStatus)),
        due_on=chance.choice((None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=1))),
        involved=chance.choice(((), (HEAD,), (SECTION,), (HEAD, SECTION))),
        record_file=chance.choice((None, None, RECORD_FILE_ID)),
    )


@pytest.fixture(scope="module")
def everything() -> list[Stored[IncomingLetter]]:
    """Letters in the order in which they came, many of them on the same days."""
    chance = random.Random(20_260_316)
    papers = [any_letter(number, chance) for number in range(MANY)]
    return [Stored(paper, 1, chance.choice(list(SyncMark))) for paper in papers]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, everything: list[Stored[IncomingLetter]]) -> Iterator[Store]:
    store = office_store(Path(tmp_path_factory.mktemp("store")) / "pesagi.db")
    with store.begin() as uow:
        letters.put(uow.connection, everything)
    yield store
    store.close()


queries = st.builds(
    LetterQuery,
    office=st.just(OFFICE),
    today=st.just(TODAY),
    order=st.sampled_from(list(LetterOrder)),
    descending=st.booleans(),
    only=st.sampled_from(list(LetterFilter)),
    year=st.sampled_from([None, None, 2025, 2026, 1999]),
    words=st.sampled_from(["", "", "undangan", "undangan keuangan", "und", "sukau und", "!", "tidakada"]),
    involved=st.sampled_from([None, None, SECTION, PositionId(999)]),
    record_file=st.sampled_from([None, None, RECORD_FILE_ID]),
)


def is_listed(query: LetterQuery, stored: Stored[IncomingLetter]) -> bool:
    paper = stored.record
    passes = {
        LetterFilter.ALL: True,
        LetterFilter.UNDISPOSED: paper.status == LetterStatus.REGISTERED,
        LetterFilter.DUE: paper.status < LetterStatus.DONE and paper.due_on is not None and paper.due_on <= TODAY,
        LetterFilter.WAITING: stored.mark != SyncMark.ON_SERVER,
        LetterFilter.DONE: paper.status == LetterStatus.DONE,
    }
    written = f"{paper.sender} {paper.subject}".lower().split()
    typed = query.words.replace("!", "").split()
    return (
        passes[query.only]
        and (query.year is None or paper.received_on.year == query.year)
        and (query.involved is None or query.involved in paper.involved)
        and (query.record_file is None or paper.record_file == query.record_file)
        and all(any(word.startswith(start) for word in written) for start in typed)
        and bool(typed or not query.words)
    )


def in_order(query: LetterQuery, papers: list[IncomingLetter]) -> list[IncomingLetter]:
    """By the column that was asked for; what is equal there by the day, and within a day as it came."""
    columns: dict[LetterOrder, Any] = {
        LetterOrder.RECEIVED: lambda paper: (paper.office,),
        LetterOrder.AGENDA: lambda paper: (paper.agenda_year, paper.agenda_no),
        LetterOrder.SENDER: lambda paper: paper.sender,
        LetterOrder.STATUS: lambda paper: paper.status,
    }
    column = columns[query.order]
    return sorted(papers, key=lambda paper: (column(paper), paper.received_on, paper.id), reverse=query.descending)


def walk(uow: UnitOfWork, query: LetterQuery) -> list[ListedLetter]:
    shape = outline(uow.connection, query)
    pages = [page(uow.connection, query, start) for start in shape.starts]
    assert [len(one) for one in pages[:-1]] == [PAGE_ROWS] * (len(pages) - 1)
    rows = [row for one in pages for row in one]
    assert shape.total == len(rows) == count(uow.connection, query)
    return rows


@settings(max_examples=250)
@given(query=queries)
def test_the_pages_of_a_list_give_every_letter_once_and_in_order(
    full: Store, everything: list[Stored[IncomingLetter]], query: LetterQuery
) -> None:
    expected = in_order(query, [one.record for one in everything if is_listed(query, one)])

    with full.read() as uow:
        rows = walk(uow, query)

    assert [row.id for row in rows] == [paper.id for paper in expected]


@pytest.mark.parametrize("order", list(LetterOrder))
@pytest.mark.parametrize("descending", [True, False])
def test_every_order_lists_the_whole_register(full: Store, order: LetterOrder, *, descending: bool) -> None:
    query = LetterQuery(office=OFFICE, today=TODAY, order=order, descending=descending)
    with full.read() as uow:
        assert len(walk(uow, query)) == MANY


def test_a_line_shows_what_the_letter_holds(full: Store, everything: list[Stored[IncomingLetter]]) -> None:
    by_id = {one.record.id: one for one in everything}
    with full.read() as uow:
        for row in walk(uow, LetterQuery(office=OFFICE, today=TODAY)):
            stored = by_id[LetterId(row.id)]
            fields = set(ListedLetter.__struct_fields__) - {"n", "mark", "involved"}
            assert {f: getattr(row, f) for f in fields} == {f: getattr(stored.record, f) for f in fields}
            assert row.mark == stored.mark


def test_an_empty_register_has_no_page(store: Store) -> None:
    with store.read() as uow:
        assert outline(uow.connection, LetterQuery(office=OFFICE, today=TODAY)).starts == ()


def test_a_list_follows_letters_that_came_went_and_moved(store: Store) -> None:
    papers = [factories.letter(id=LetterId(bytes([n]) * 16), received_on=TODAY - timedelta(days=n)) for n in (1, 2, 3)]
    query = LetterQuery(office=OFFICE, today=TODAY)
    with store.begin() as uow:
        letters.put(uow.connection, [Stored(one, 1, SyncMark.ON_SERVER) for one in papers])
        letters.delete(uow.connection, [papers[0].id])
        moved = factories.letter(id=papers[2].id, received_on=TODAY)
        letters.put(uow.connection, [Stored(moved, 2, SyncMark.ON_SERVER)])

        assert [row.id for row in walk(uow, query)] == [papers[2].id, papers[1].id]


@pytest.mark.parametrize(
    "key", [StreamKey(kind=StreamKind.REGISTER, owner=ELSEWHERE, year=2026), inbox_of(HEAD_ELSEWHERE)]
)
@pytest.mark.parametrize("words", ["", "rapat"])
def test_a_pc_of_two_offices_lists_each_by_itself(store: Store, key: StreamKey, words: str) -> None:
    ours, theirs = (
        factories.letter(id=LetterId(b"\x01" * 16)),
        factories.letter(id=LetterId(b"\x02" * 16), office=ELSEWHERE),
    )
    with store.begin() as uow:
        uow.streams.grant([StreamGrant(stream=StreamId(1), key=inbox_of(HEAD), priority=1)])
        uow.streams.grant([StreamGrant(stream=StreamId(2), key=key, priority=1)])
        letters.put(uow.connection, [Stored(one, 1, SyncMark.ON_SERVER) for one in (ours, theirs)])

        for office, own in ((OFFICE, ours), (ELSEWHERE, theirs)):
            query = LetterQuery(office=office, today=TODAY, words=words)
            assert [row.id for row in walk(uow, query)] == [own.id]
