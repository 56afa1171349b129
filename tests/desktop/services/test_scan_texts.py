"""Reading scans page by page: what is damaged, what takes too long, what cannot be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from desktop.services.scan_reading import MOST_KEPT, FirstPages, ScanReading
from desktop.services.scan_texts import ScanTextService, Step
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.scan_texts import WaitingPages, texts_of
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import RenderFailed, ScanUnusable
from tests.factories import letter
from tests.support.stores import KEY, empty_store, put

SCAN = Attachment(sha256=BlobHash(b"\x05" * 32), size=9, media=MediaType.PDF, pages=3)


class Process:
    """The reading process, by what comes of each page."""

    def __init__(self, *pages: str | Exception) -> None:
        self._pages = list(pages)

    def read(self, _source: Callable[[], BinaryIO], *, page: int) -> str:
        del page
        found = self._pages.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = empty_store(tmp_path / "pesagi.db")
    put(made, [letter(scans=(SCAN,))])
    with made.begin() as uow:
        uow.blobs.add(SCAN.sha256, SCAN.size, state=BlobState.BOTH, now_ms=1)
    return made


def reading(store: Store, folder: Path, *pages: str | Exception) -> ScanTextService:
    service = ScanTextService(store, BlobFiles(folder / "berkas", KEY), Process(*pages), folder)
    service.begin()
    service.line_up(lambda: False)
    return service


def read_all(service: ScanTextService) -> int:
    return sum(1 for _ in iter(service.read_next, Step.NOTHING_LEFT))


def text_of(store: Store) -> str | None:
    with store.read() as uow:
        return texts_of(uow.connection, [SCAN.sha256]).get(SCAN.sha256)


def test_a_damaged_page_is_an_empty_one(store: Store, tmp_path: Path) -> None:
    damaged = ScanUnusable(PageTrouble.UNREADABLE)
    assert read_all(reading(store, tmp_path, "satu", damaged, "tiga")) == 3
    assert text_of(store) == "satu\f\ftiga"


@pytest.mark.parametrize(
    "trouble",
    [RenderFailed(PageTrouble.TIMEOUT), EnvironmentFault(FaultOf.FILE_MISSING), RenderFailed(PageTrouble.FAILED)],
)
def test_what_took_too_long_or_was_not_there_is_read_after_the_next_start(
    store: Store, tmp_path: Path, trouble: Exception
) -> None:
    service = reading(store, tmp_path, "satu", trouble)
    assert read_all(service) == 2
    assert text_of(store) == "satu"
    assert service.state().waiting == WaitingPages()

    assert read_all(reading(store, tmp_path, "dua", "tiga")) == 2
    assert text_of(store) == "satu\fdua\ftiga"


def test_a_first_page_that_the_form_had_read_is_not_read_again(store: Store, tmp_path: Path) -> None:
    read = FirstPages()
    files = BlobFiles(tmp_path / "berkas", KEY)
    ScanReading(files, Process("satu"), read).proposal(SCAN)
    service = ScanTextService(store, files, Process("dua", "tiga"), tmp_path, read=read)
    service.line_up(lambda: False)

    assert read_all(service) == 3

    assert text_of(store) == "satu\fdua\ftiga"
    assert read.take(SCAN.sha256) is None


def test_only_the_newest_first_pages_are_kept() -> None:
    read = FirstPages()
    for number in range(MOST_KEPT + 1):
        read.keep(bytes([number]), str(number))

    assert (read.take(bytes([0])), read.take(bytes([1]))) == (None, "1")
