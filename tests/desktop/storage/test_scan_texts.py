"""Texts of scans: read once, found at the places of their letters, and gone with the right to read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.letter_list import LetterQuery
from desktop.storage.letters import letters
from desktop.storage.scan_index import index_scan
from desktop.storage.scan_search import in_scans, scan_texts
from desktop.storage.scan_texts import (
    Batch,
    WaitingPages,
    WaitingScan,
    give_up,
    keep_page,
    line_up,
    next_waiting,
    texts_of,
    try_again,
    unread,
    waiting,
)
from desktop.storage.unit_of_work import Store
from tests.factories import OFFICE, TODAY, letter
from tests.support.stores import put

FIRST = Attachment(sha256=BlobHash(b"\x01" * 32), size=9, media=MediaType.PDF, pages=2)
OTHER = Attachment(sha256=BlobHash(b"\x02" * 32), size=9, media=MediaType.PDF, pages=1)


def row(number: int = 1, *scans: Attachment, **changes: Any) -> IncomingLetter:
    return letter(id=LetterId(number.to_bytes(16, "big")), scans=scans or (FIRST,), **changes)


def arrive(store: Store, *scans: Attachment, state: BlobState = BlobState.BOTH) -> None:
    with store.begin() as uow:
        for scan in scans:
            uow.blobs.add(scan.sha256, scan.size, state=state, now_ms=1)
            uow.blobs.set_state(scan.sha256, state)
        line_up(uow.connection, unread(uow.connection, b"", limit=100))


def read(store: Store, *pages: str) -> None:
    """Read pages as the background does, each in a transaction of its own."""
    for words in pages:
        with store.begin() as uow:
            scan = next_waiting(uow.connection)
            assert scan is not None
            if keep_page(uow.connection, scan, words):
                index_scan(uow.connection, scan.sha256)


def found(store: Store, words: str, **query: Any) -> list[bytes]:
    with store.read() as uow:
        asked = LetterQuery(office=OFFICE, today=TODAY, words=words, **query)
        return [one.id for one in in_scans(uow.connection, asked, limit=10)]


def counted(store: Store) -> tuple[int, int]:
    """How many texts there are, and how many rows of the index."""
    with store.read() as uow:
        texts = uow.connection.execute(text("SELECT count(*) FROM scan_text")).scalar_one()
        return texts, uow.connection.execute(text("SELECT count(*) FROM scan_search_docsize")).scalar_one()


def test_a_letter_is_found_by_words_of_any_page_once_its_scan_is_read_to_the_end(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST)

    read(store, "Dengan hormat kami")
    assert found(store, "hormat") == []
    read(store, "mengundang Saudara ke Krui")

    assert found(store, "hormat krui") == [row().id]
    assert found(store, "mengund") == [row().id]
    assert found(store, "hormat tamu") == []


def test_a_page_that_was_read_is_not_read_again_after_a_stop(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST)
    read(store, "satu")

    arrive(store, FIRST)  # as a start looks through the files again
    with store.read() as uow:
        assert next_waiting(uow.connection) == WaitingScan(sha256=FIRST.sha256, pages=2, done=1)
        assert waiting(uow.connection) == WaitingPages(scans=1, pages=1)


def test_one_scan_of_two_letters_is_read_once_and_finds_both_the_newest_first(store: Store) -> None:
    newer = row(2, received_on=letter().received_on + timedelta(days=1))
    put(store, [row(), newer])
    arrive(store, FIRST)

    read(store, "kenari", "burung")

    with store.read() as uow:
        assert next_waiting(uow.connection) is None
    assert found(store, "kenari") == [newer.id, row().id]


def test_scans_of_the_newest_letter_are_read_first(store: Store) -> None:
    put(store, [row(2, OTHER, received_on=letter().received_on + timedelta(days=9)), row()])
    arrive(store, FIRST, OTHER)
    with store.read() as uow:
        scan = next_waiting(uow.connection)
    assert scan is not None
    assert scan.sha256 == OTHER.sha256


@pytest.mark.parametrize("changes", [{"security": SecurityLevel.SECRET}, {"status": LetterStatus.VOID}])
def test_a_scan_of_a_secret_or_struck_letter_is_not_read(store: Store, changes: dict[str, Any]) -> None:
    put(store, [row(**changes)])
    arrive(store, FIRST)
    assert counted(store) == (0, 0)


def test_a_scan_that_a_secret_letter_has_too_is_not_read(store: Store) -> None:
    put(store, [row(), row(2, security=SecurityLevel.SECRET)])
    arrive(store, FIRST)
    assert counted(store) == (0, 0)


def test_what_is_not_here_and_what_is_no_scan_of_a_letter_is_not_read(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST, state=BlobState.WANTED)
    arrive(store, OTHER)
    with store.begin() as uow:
        uow.blobs.add(b"\x03" * 32, 5, state=BlobState.BOTH, now_ms=1, reason=FileReason.THUMBNAIL)
        assert unread(uow.connection, b"", limit=1) == Batch((), FIRST.sha256)
    assert counted(store) == (0, 0)


def test_what_was_read_goes_when_its_letter_becomes_secret_also_for_another_letter_that_has_it(store: Store) -> None:
    put(store, [row(), row(2, FIRST, OTHER)])
    arrive(store, FIRST, OTHER)
    while counted(store)[0]:
        with store.read() as uow:
            if next_waiting(uow.connection) is None:
                break
        read(store, "kenari")
    assert found(store, "kenari") == [row(2).id, row().id]

    put(store, [row(security=SecurityLevel.SECRET)])

    assert found(store, "kenari") == [row(2).id]  # by its other scan
    with store.read() as uow:
        assert set(texts_of(uow.connection, [FIRST.sha256, OTHER.sha256])) == {OTHER.sha256}


def test_a_page_that_was_being_read_when_its_letter_became_secret_is_not_kept(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST)
    with store.read() as uow:
        scan = next_waiting(uow.connection)
    assert scan is not None

    put(store, [row(security=SecurityLevel.SECRET)])

    with store.begin() as uow:
        assert not keep_page(uow.connection, scan, "kenari")
    assert counted(store) == (0, 0)


def test_what_was_read_goes_with_the_last_letter_that_has_it(store: Store) -> None:
    put(store, [row(), row(2)])
    arrive(store, FIRST)
    read(store, "kenari", "")
    with store.begin() as uow:
        letters.delete(uow.connection, [row().id])
    assert found(store, "kenari") == [row(2).id]

    with store.begin() as uow:
        letters.delete(uow.connection, [row(2).id])
    assert counted(store) == (0, 0)


def test_a_letter_that_moves_to_another_day_keeps_its_text_and_is_found_there(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST)
    read(store, "kenari", "")
    moved = row(received_on=letter().received_on - timedelta(days=400))

    put(store, [moved])

    assert found(store, "kenari", year=moved.received_on.year) == [moved.id]
    assert counted(store) == (1, 1)


def test_a_page_that_is_not_to_be_had_waits_for_the_next_start_and_those_before_it_are_searched(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST)
    read(store, "kenari")
    with store.begin() as uow:
        give_up(uow.connection, FIRST.sha256)
        index_scan(uow.connection, FIRST.sha256)
        assert next_waiting(uow.connection) is None
    assert found(store, "kenari") == [row().id]

    with store.begin() as uow:
        try_again(uow.connection)
        assert next_waiting(uow.connection) == WaitingScan(sha256=FIRST.sha256, pages=2, done=1)


def test_a_person_finds_only_letters_that_the_query_may_list(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST)
    read(store, "kenari", "")
    assert found(store, "kenari", involved=999) == []
    assert found(store, "") == []
    assert found(store, 'ke" OR x') == []


def test_the_words_around_a_hit_can_be_read_of_what_was_found(store: Store) -> None:
    put(store, [row()])
    arrive(store, FIRST)
    read(store, "kenari", "burung")
    with store.read() as uow:
        asked = LetterQuery(office=OFFICE, today=TODAY, words="kenari")
        hits = in_scans(uow.connection, asked, limit=10)
        assert list(scan_texts(uow.connection, hits).values()) == ["kenari\fburung"]
