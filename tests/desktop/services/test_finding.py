"""The search over everything: what is found, in whatever spelling; and what never is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, PositionId
from core.domain.letters import SecurityLevel, Urgency
from desktop.services.finding import FindService
from desktop.storage.blob_table import BlobState
from desktop.storage.scan_index import index_scan
from desktop.storage.scan_texts import keep_page, line_up, next_waiting, unread
from tests.desktop.sample_office import CLERK, GOVERNMENT, HEAD, NOW, VILLAGES, SampleOffice


@pytest.fixture
def office(kecamatan: SampleOffice) -> Iterator[SampleOffice]:
    yield kecamatan
    kecamatan.store.close()


def subjects(office: SampleOffice, typed: str) -> list[str | None]:
    return [row.subject for row in office.register(CLERK).find(typed, limit=20)]


def test_letters_are_found_in_other_spellings_and_with_a_slip(office: SampleOffice) -> None:
    office.add_letter("Pekon Lombok", "Musyawarah Bahu Jaya")
    office.add_letter("Pekon Lumbok", "Gotong royong")

    assert subjects(office, "lumbok") == ["Gotong royong", "Musyawarah Bahu Jaya"]
    assert subjects(office, "bakhu") == ["Musyawarah Bahu Jaya"]
    assert subjects(office, "musyawaarh") == ["Musyawarah Bahu Jaya"]
    assert subjects(office, "musj") == ["Musyawarah Bahu Jaya"]
    assert subjects(office, "zzzz") == []


def test_filter_words_narrow_what_is_found(office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Rapat musrenbang", number="050/7", received=NOW - timedelta(days=800))
    office.add_letter("Dinas Sosial", "Rapat Bappeda", number="460/7", urgency=Urgency.URGENT)

    assert subjects(office, "dari:bappeda") == ["Rapat musrenbang"]
    assert subjects(office, "rapat tahun:2026") == ["Rapat Bappeda"]
    assert subjects(office, "nomor:460/7") == ["Rapat Bappeda"]
    assert subjects(office, "sifat:segera") == ["Rapat Bappeda"]
    assert subjects(office, "kepada:camat rapat") == ["Rapat Bappeda", "Rapat musrenbang"]
    assert subjects(office, "kepada:arsiparis") == []


def test_a_year_that_stands_in_no_letter_is_the_year_of_receipt(office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Rapat musrenbang", received=NOW - timedelta(days=800))
    office.add_letter("Bappeda", "Rapat musrenbang lagi")

    assert subjects(office, "musren 2024") == ["Rapat musrenbang"]


def test_a_number_finds_the_letter_with_that_agenda_number_first(office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan")
    office.add_letter("Bappeda", "Rapat 401")

    assert subjects(office, "0401") == ["Undangan"]
    assert subjects(office, "401") == ["Undangan", "Rapat 401"]


def test_a_secret_letter_is_found_by_its_envelope_only_and_its_words_are_kept_nowhere(office: SampleOffice) -> None:
    office.add_letter("Polres", "Operasi senyap", security=SecurityLevel.SECRET)
    turned = office.add_letter("Polsek", "Pengintaian gelap")
    assert subjects(office, "pengintaian") == ["Pengintaian gelap"]
    office.letters(HEAD).reclassify(turned, SecurityLevel.SECRET)

    assert subjects(office, "sifat:rahasia polres") == [None]
    for typed in ("senyap", "snyap", "pengintaian", "gelap", "gelpa"):
        assert subjects(office, typed) == []
    with office.store.read() as uow:
        words = set(uow.connection.exec_driver_sql("SELECT word FROM search_word").scalars())
    assert not words & {"senyap", "operasi", "pengintaian", "gelap"}
    assert "polres" in words


def test_dispositions_are_found_by_note_and_answer_by_those_who_may_read_them(office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    order = office.dispose(letter, VILLAGES, note="Siapkan bahan presentasi")
    office.answer(order, "Paparan sudah dikirim", VILLAGES)

    head, villages, other = (FindService(office.store, office.actor(one)) for one in (HEAD, VILLAGES, GOVERNMENT))
    assert [one.text for one in head.dispositions("bahan")] == ["Siapkan bahan presentasi"]
    assert [one.text for one in villages.dispositions("paparan")] == ["Paparan sudah dikirim"]
    assert head.dispositions("bahan")[0].to_titles == ("Kasi PMP",)
    assert other.dispositions("bahan") == ()
    office.letters(HEAD).reclassify(letter, SecurityLevel.SECRET)
    assert head.dispositions("bahan") == ()


def read_scan(office: SampleOffice, scan: Attachment, words: str) -> None:
    """As the background reads it."""
    with office.store.begin() as uow:
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.BOTH, now_ms=1)
        line_up(uow.connection, unread(uow.connection, b"", limit=10))
        waits = next_waiting(uow.connection)
        assert waits is not None
        assert keep_page(uow.connection, waits, words)
        index_scan(uow.connection, scan.sha256)


def test_letters_are_found_by_words_in_their_scans_by_those_who_may_read_them(office: SampleOffice) -> None:
    scan = Attachment(sha256=BlobHash(b"\x05" * 32), size=9, media=MediaType.PDF, pages=1)
    letter = office.add_letter("Bappeda", "Undangan rapat", scans=(scan,))
    read_scan(office, scan, "Kepada\nYth. Camat\ndimohon membawa daftar kerusakan <b>jembatan</b>")

    def seen(position: PositionId, typed: str) -> list[tuple[str | None, str]]:
        found = office.register(position).find_in_scans(typed, limit=5)
        return [(one.row.subject, one.words) for one in found]

    there = [("Undangan rapat", "…daftar kerusakan <b>jembatan</b>")]
    assert seen(CLERK, "jembatan rusak") == []
    assert seen(CLERK, "jembatan") == seen(HEAD, "jembat tahun:2026") == there
    assert seen(CLERK, "jembatan dari:dinsos tahun:2025") == []
    assert seen(VILLAGES, "jembatan") == []
    office.letters(HEAD).reclassify(letter, SecurityLevel.SECRET)
    assert seen(HEAD, "jembatan") == []


def test_people_are_found_by_name_and_title_in_any_spelling(office: SampleOffice) -> None:
    service = FindService(office.store, office.actor(CLERK))

    assert [one.title for one in service.people("kasi pmp")] == ["Kasi PMP"]
    assert service.people("") == ()


def test_a_search_is_kept_for_whoever_keeps_it(office: SampleOffice) -> None:
    mine, theirs = (FindService(office.store, office.actor(one)) for one in (CLERK, HEAD))
    mine.save("  dari:bappeda   tahun:2023 ")
    mine.save("")

    assert (mine.saved(), theirs.saved()) == (("dari:bappeda tahun:2023",), ())
    mine.drop("dari:bappeda tahun:2023")
    assert mine.saved() == ()
