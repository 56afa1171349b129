"""Search: words as people type them, found at their beginning, with or without accents, and never a secret."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from desktop.storage import letter_list
from desktop.storage.base import SyncMark
from desktop.storage.letter_list import (
    LetterFilter,
    LetterQuery,
    count,
    match_expression,
    outline,
    page,
    search,
    search_tokens,
)
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.sender_list import senders_like
from desktop.storage.unit_of_work import Store, UnitOfWork
from tests.factories import OFFICE, TODAY, letter
from tests.strategies import anything
from tests.support.stores import empty_store, put, undone

words_of_people = st.text(
    st.characters(categories=["L", "N", "P", "Z", "Mn"], max_codepoint=0x24F) | st.sampled_from("\u0301\u0327-/.'\""),
    max_size=30,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = empty_store(Path(tmp_path_factory.mktemp("store")) / "pesagi.db")
    yield store
    store.close()


def row(number: int, **changes: Any) -> IncomingLetter:
    return letter(id=LetterId(number.to_bytes(16, "big")), **changes)


def found(uow: UnitOfWork, words: str) -> int:
    return len(search(uow.connection, words, limit=100))


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("undangan", 1),
        ("UNDANG", 1),
        ("rapat undangan", 1),
        ("rap und 005", 1),
        ("komunik", 1),
        ("aula", 1),
        ("112", 1),
        ("005/112/IV.03/2026", 1),
        ("ndangan", 1),  # a slip of the finger
        ("dangan", 0),
        ("rapat besar", 0),
        ("", 0),
        ('"*()- :^', 0),
        ("NEAR(rapat, undangan)", 0),
        ("subject:rapat", 0),
        ("rapat*", 1),
        ('"rapat"', 1),
    ],
)
def test_words_are_found_at_their_beginning_and_no_sign_has_a_meaning(store: Store, typed: str, hits: int) -> None:
    put(store, [letter()])
    with store.read() as uow:
        assert found(uow, typed) == hits


@pytest.mark.parametrize("typed", ["Désa", "desa", "de\u0301sa", "DESA", "dés"])
@pytest.mark.parametrize("written", ["Désa", "De\u0301sa", "Desa"])
def test_accents_do_not_matter_however_they_are_written(store: Store, typed: str, written: str) -> None:
    put(store, [letter(subject=f"Laporan {written} Sukaraja")])
    with store.read() as uow:
        assert found(uow, typed) == 1


@settings(max_examples=150)
@given(subject=words_of_people)
def test_a_letter_is_found_by_each_word_of_its_subject(shared: Store, subject: str) -> None:
    with undone(shared) as uow:
        put_in(uow, letter(subject=subject))
        for word in subject.split():
            if search_tokens(word):
                assert found(uow, word) == 1
        if search_tokens(subject):
            assert found(uow, subject) == 1


def put_in(uow: UnitOfWork, record: IncomingLetter) -> None:
    letters.put(uow.connection, [Stored(record, 1, SyncMark.ON_SERVER)])


def test_no_word_is_parted_further_by_the_index(shared: Store) -> None:
    asked = text("SELECT rowid FROM letter_search WHERE letter_search MATCH :match LIMIT 1")
    points = [point for point in range(sys.maxunicode + 1) if chr(point).isalnum()]
    with undone(shared) as uow:
        for start in range(0, len(points), 200):
            tokens = [token for point in points[start : start + 200] for token in search_tokens(f"a{chr(point)}b")]
            # The index takes no phrases, so a token that it would part is an error.
            uow.connection.execute(asked, {"match": match_expression(tokens, [False] * len(tokens))})


@settings(max_examples=200)
@given(typed=anything(str))
def test_any_text_can_be_typed(shared: Store, typed: str) -> None:
    with undone(shared) as uow:
        put_in(uow, letter())
        search(uow.connection, typed, limit=1)
        senders_like(uow.connection, typed, limit=3)


@pytest.mark.parametrize("level", list(SecurityLevel))
def test_a_secret_letter_is_found_by_its_envelope_and_never_by_its_words(store: Store, level: SecurityLevel) -> None:
    put(store, [letter(security=level)])
    secret = level >= SecurityLevel.SECRET
    with store.read() as uow:
        assert found(uow, "komunikasi 112") == 1
        assert found(uow, "undangan") == (0 if secret else 1)
        assert found(uow, "aula") == (0 if secret else 1)


def test_new_words_are_found_and_old_ones_are_not(store: Store) -> None:
    put(store, [letter()])
    put(store, [letter(subject="Permohonan data")], rev=2)
    with store.read() as uow:
        assert (found(uow, "undangan"), found(uow, "permohonan")) == (0, 1)

    with store.begin() as uow:
        letters.delete(uow.connection, [letter().id])
        assert found(uow, "permohonan") == 0


def test_a_word_of_a_letter_that_was_rolled_back_is_learnt_when_the_letter_comes_again(store: Store) -> None:
    written = letter(subject="Musyawarah Lumbok")
    with undone(store) as uow:
        letters.put(uow.connection, [Stored(written, 1, SyncMark.ON_SERVER)])

    put(store, [written])

    with store.read() as uow:
        assert found(uow, "lombok") == 1


def test_a_word_that_went_with_its_last_letter_is_learnt_when_it_is_written_again(store: Store) -> None:
    put(store, [letter(subject="Musyawarah Lumbok")])
    put(store, [letter(subject="Rapat")], rev=2)
    with store.read() as uow:
        assert found(uow, "lombok") == 0

    put(store, [letter(subject="Jalan Lumbok")], rev=3)

    with store.read() as uow:
        assert found(uow, "lombok") == 1


def test_the_newest_letters_come_first(store: Store) -> None:
    days = [3, 1, 2]
    put(store, [row(day, received_on=TODAY - timedelta(days=day)) for day in days])
    with store.read() as uow:
        query = LetterQuery(office=OFFICE, today=TODAY, words="rapat")
        (start,) = outline(uow.connection, query).starts
        assert [int.from_bytes(one.id, "big") for one in page(uow.connection, query, start)] == [1, 2, 3]


def test_a_filter_finds_what_lies_behind_the_newest_hits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_list, "SEARCH_LIMIT", 20)
    put(store, [row(number, received_on=TODAY.replace(day=1 + number % 15)) for number in range(1, 90)])
    old = row(500, received_on=TODAY.replace(year=2021), agenda_year=2021, status=LetterStatus.DONE)
    put(store, [old])
    with store.read() as uow:
        for narrowed in (
            LetterQuery(office=OFFICE, today=TODAY, words="rapat", year=2021),
            LetterQuery(office=OFFICE, today=TODAY, words="rapat", only=LetterFilter.DONE),
        ):
            (start,) = outline(uow.connection, narrowed).starts
            assert [one.id for one in page(uow.connection, narrowed, start)] == [old.id]
            assert count(uow.connection, narrowed) == 1
        everything = LetterQuery(office=OFFICE, today=TODAY, words="rapat")
        assert count(uow.connection, everything) == outline(uow.connection, everything).total == 20


def test_senders_are_suggested_by_their_beginning_and_then_by_their_words(store: Store) -> None:
    names = ["Dinas Kesehatan", "Dinas Pendidikan", "Badan Dinas Luar", "Camat Sukau"]
    put(store, [row(number, sender=name) for number, name in enumerate(names, 1)])
    with store.read() as uow:
        assert senders_like(uow.connection, "dinas", limit=8) == (
            "Dinas Kesehatan",
            "Dinas Pendidikan",
            "Badan Dinas Luar",
        )
        assert senders_like(uow.connection, "pend", limit=8) == ("Dinas Pendidikan",)
        assert senders_like(uow.connection, "dinas", limit=1) == ("Dinas Kesehatan",)
        assert senders_like(uow.connection, "  ", limit=8) == ()
        assert senders_like(uow.connection, "zzz", limit=8) == ()


def test_tokens_are_normalized_words() -> None:
    assert search_tokens("Re\u0301sume\u0301 (2026)") == [unicodedata.normalize("NFC", "Résumé"), "2026"]
