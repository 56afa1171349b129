"""Pindaian: what came in is durable, and every change can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from core.domain.attachments import MediaType
from desktop.services.scan_inbox import ScanInboxService, moved, split, turned, without
from desktop.services.scan_sources import SCANNED, ScanSources
from desktop.storage.blobs import BlobFiles
from desktop.storage.scan_items import give_item
from desktop.system.page_renderer import PageRenderer, ScanRefused
from desktop.system.scan_folder import TAKEN
from desktop.system.scan_item import Origin, ScanItem
from desktop.system.settings import Settings, write_settings
from tests.desktop.sample_office import SampleOffice
from tests.support.scan_files import left_half, pdf_bytes, photo
from tests.support.stores import KEY

RED, GREEN, BLUE = "1 0 0", "0 1 0", "0 0 1"
NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def renderer() -> Iterator[PageRenderer]:
    with PageRenderer(timeout_s=60.0) as pages:
        yield pages


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def office(kecamatan: SampleOffice) -> Iterator[SampleOffice]:
    yield kecamatan
    kecamatan.store.close()


@pytest.fixture
def inbox(office: SampleOffice, files: BlobFiles, renderer: PageRenderer) -> ScanInboxService:
    return ScanInboxService(office.store, files, renderer, lambda: NOW)


def taken(inbox: ScanInboxService, folder: Path, *colours: str, name: str = "lembar") -> ScanItem:
    path = folder / f"{name}.pdf"
    path.write_bytes(pdf_bytes([left_half(colour) for colour in colours]))
    item = inbox.take([path], Origin.FILE)
    assert item is not None
    return item


def colours(renderer: PageRenderer, files: BlobFiles, sha256: bytes, pages: int) -> list[tuple[int, ...]]:
    """The colour in the upper left of each page."""
    found = []
    for page in range(pages):
        drawn = renderer.render(partial(files.content, sha256), page=page, width=40)
        found.append(tuple(round(value / 255) for value in drawn.rgb[3 * (2 * 40 + 2) :][:3]))
    return found


def test_what_was_taken_in_is_there_for_the_next_run(
    office: SampleOffice, files: BlobFiles, renderer: PageRenderer, tmp_path: Path
) -> None:
    item = taken(ScanInboxService(office.store, files, renderer, lambda: NOW), tmp_path, RED, GREEN)

    again = ScanInboxService(office.store, files, renderer, lambda: NOW)

    assert again.items() == (item,)
    assert all(files.verify(page.sha256) for page in item.pages)


def test_what_cannot_be_a_scan_leaves_nothing_behind(inbox: ScanInboxService, tmp_path: Path) -> None:
    path = tmp_path / "surat.pdf"
    path.write_bytes(pdf_bytes([left_half(RED)])[:-40])

    with pytest.raises(ScanRefused):
        inbox.take([path], Origin.FOLDER)

    assert inbox.items() == ()


def test_the_same_file_is_not_taken_in_twice(inbox: ScanInboxService, tmp_path: Path) -> None:
    taken(inbox, tmp_path, RED)

    assert inbox.take([tmp_path / "lembar.pdf"], Origin.FOLDER) is None
    assert len(inbox.items()) == 1


def test_a_split_item_is_two_in_its_place_and_one_again_when_undone(inbox: ScanInboxService, tmp_path: Path) -> None:
    first = taken(inbox, tmp_path, RED, GREEN, BLUE, name="a")
    second = taken(inbox, tmp_path, BLUE, name="b")

    change = inbox.change([first], split(first.pages, 1))
    parts = [[page.page for page in item.pages] for item in inbox.items()]
    inbox.undo(change)

    assert parts == [[0], [1, 2], [0]]
    assert inbox.items() == (first, second)


def test_an_item_that_was_put_away_comes_back(inbox: ScanInboxService, tmp_path: Path) -> None:
    item = taken(inbox, tmp_path, RED)

    change = inbox.change([item], [])
    emptied = inbox.items()
    inbox.undo(change)

    assert emptied == ()
    assert inbox.items() == (item,)


def test_pages_are_moved_turned_and_taken_out(inbox: ScanInboxService, tmp_path: Path) -> None:
    pages = taken(inbox, tmp_path, RED, GREEN, BLUE).pages

    assert [page.page for page in moved(pages, 0, 1)] == [1, 0, 2]
    assert moved(pages, 0, -1) == pages
    assert [page.rotate for page in turned(turned(pages, 1), 1)] == [0, 180, 0]
    assert [page.page for page in without(pages, 1)] == [0, 2]


def test_an_untouched_file_becomes_the_scan_as_it_is(inbox: ScanInboxService, tmp_path: Path) -> None:
    item = taken(inbox, tmp_path, RED, GREEN)

    scan = inbox.attachment(item)

    assert scan.sha256 == item.pages[0].sha256
    assert (scan.pages, scan.name) == (2, "lembar.pdf")


def test_pages_of_several_files_become_one_pdf_in_their_order(
    inbox: ScanInboxService, files: BlobFiles, renderer: PageRenderer, tmp_path: Path
) -> None:
    first = taken(inbox, tmp_path, RED, GREEN, name="a")
    second = taken(inbox, tmp_path, BLUE, name="b")
    picture = inbox.take([photo(tmp_path / "c.jpg", size=(600, 800))], Origin.FILE)
    assert picture is not None
    inbox.change([first, second, picture], [(first.pages[1], *second.pages, first.pages[0], *picture.pages)])
    (item,) = inbox.items()

    scan = inbox.attachment(item)

    assert (scan.media, scan.pages) == (MediaType.PDF, 4)
    assert files.verify(scan.sha256)
    assert colours(renderer, files, scan.sha256, 4) == [(0, 1, 0), (0, 0, 1), (1, 0, 0), (1, 0, 0)]


def test_a_turned_page_is_turned_in_the_scan_too(
    inbox: ScanInboxService, files: BlobFiles, renderer: PageRenderer, tmp_path: Path
) -> None:
    item = taken(inbox, tmp_path, RED)
    inbox.change([item], [turned(turned(item.pages, 0), 0)])
    (item,) = inbox.items()

    scan = inbox.attachment(item)

    assert colours(renderer, files, scan.sha256, 1) == [(1, 1, 1)]


def test_files_go_a_week_after_they_were_put_away_and_at_once_when_a_letter_has_them(
    office: SampleOffice, files: BlobFiles, renderer: PageRenderer, tmp_path: Path
) -> None:
    before = ScanInboxService(office.store, files, renderer, lambda: NOW - timedelta(days=8))
    now = ScanInboxService(office.store, BlobFiles(tmp_path / "berkas", KEY, reserve=0), renderer, lambda: NOW)
    old, new = taken(before, tmp_path, RED, name="a"), taken(before, tmp_path, GREEN, name="b")
    saved = taken(before, tmp_path, BLUE, name="c")
    before.change([old], [])
    now.change([new], [])
    with office.store.begin() as uow:
        give_item(uow.connection, saved.id, saved.pages[0].sha256, now_ms=1)

    assert now.purge() == 2
    assert not files.has(old.pages[0].sha256)
    assert files.has(new.pages[0].sha256)


@pytest.fixture
def sources(inbox: ScanInboxService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScanSources:
    """The sources of a profile whose watched folder is `masuk`, at a time when everything in it stood still."""
    (tmp_path / "masuk").mkdir()
    write_settings(tmp_path, Settings(scan_folder=str(tmp_path / "masuk")))
    monkeypatch.setattr("desktop.system.scan_folder.STILL_SECONDS", 0.0)
    return ScanSources(inbox, tmp_path)


def test_a_file_of_the_folder_is_moved_only_after_it_is_durable(
    inbox: ScanInboxService, sources: ScanSources, tmp_path: Path
) -> None:
    path = tmp_path / "masuk" / "surat.pdf"
    path.write_bytes(pdf_bytes([left_half(RED)]))

    arrivals = sources.look()

    assert arrivals.came == 1
    assert [item.origin for item in inbox.items()] == [Origin.FOLDER]
    assert not path.exists()
    assert (tmp_path / "masuk" / TAKEN / "surat.pdf").exists()


def test_a_broken_file_of_the_folder_stays_and_is_told_once(sources: ScanSources, tmp_path: Path) -> None:
    path = tmp_path / "masuk" / "surat.pdf"
    path.write_bytes(b"%PDF-1.7 half")

    first, second = sources.look(), sources.look()

    assert first.refused == (("surat.pdf", "scan_unreadable"),)
    assert second.refused == ()
    assert path.exists()


def test_a_photo_of_a_phone_that_is_broken_stays_too(sources: ScanSources, tmp_path: Path) -> None:
    (tmp_path / "masuk" / "foto.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40)

    assert sources.look().refused == (("foto.heic", "scan_unreadable"),)


def test_what_a_cut_scan_left_is_taken_in_at_the_next_start(
    inbox: ScanInboxService, sources: ScanSources, tmp_path: Path
) -> None:
    (tmp_path / SCANNED).mkdir()
    photo(tmp_path / SCANNED / "halaman-0001.jpg", size=(60, 80))
    (tmp_path / SCANNED / "halaman-0002.jpg").write_bytes(b"\xff\xd8\xff cut")

    sources.look()

    (item,) = inbox.items()
    assert (item.origin, len(item.pages)) == (Origin.SCANNER, 1)
    assert list((tmp_path / SCANNED).iterdir()) == []
