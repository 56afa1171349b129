"""Tempat sampah: what was thrown away comes back within 30 days, and goes by itself after that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, PositionId
from core.domain.letters import SecurityLevel
from desktop.services.clock import millis
from desktop.services.drafts import DraftService
from desktop.services.letters import LetterEntry
from desktop.services.scan_inbox import ScanInboxService
from desktop.services.scan_tidying import ScanTidying
from desktop.services.trash import KEPT, FormInUse, ThrownKind, TrashService, empty_old
from desktop.services.upkeep import UpkeepService
from desktop.storage.blobs import BlobFiles
from desktop.storage.scan_items import add_item, open_items, remove_items
from desktop.system.page_renderer import PageRenderer
from desktop.system.scan_item import ItemPage, Origin, ScanItem
from tests.desktop.sample_office import CLERK, HEAD, NOW, TODAY, SampleOffice
from tests.support.scan_files import left_half, pdf_bytes
from tests.support.stores import KEY

ENTRY = LetterEntry(
    received_on=TODAY, letter_no="005/1", letter_date=None, sender="Bappeda", subject="Undangan", summary=""
)


@pytest.fixture
def office(kecamatan: SampleOffice) -> Iterator[SampleOffice]:
    yield kecamatan
    kecamatan.store.close()


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


def trash(office: SampleOffice, files: BlobFiles, position: PositionId = CLERK) -> TrashService:
    return TrashService(office.store, files, office.actor(position), lambda: NOW)


def throw(office: SampleOffice, entry: LetterEntry, *, days: int = 0) -> None:
    DraftService(office.store, office.actor(CLERK), clock=lambda: NOW - timedelta(days=days)).throw_away(entry)


def scan_of(files: BlobFiles, content: bytes) -> Attachment:
    sha256, size = files.add_bytes(content)
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="a.pdf")


def waiting(office: SampleOffice, files: BlobFiles, *contents: bytes) -> ScanItem:
    pages = tuple(
        ItemPage(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, page=0, pages=1)
        for sha256, size in map(files.add_bytes, contents)
    )
    with office.store.begin() as uow:
        return add_item(uow.connection, pages, name="lembar.pdf", origin=Origin.FILE, now_ms=1)


def inbox(office: SampleOffice, files: BlobFiles, *, days: int = 0) -> ScanInboxService:
    return ScanInboxService(office.store, files, PageRenderer(), lambda: NOW - timedelta(days=days))


def next_run(folder: Path) -> BlobFiles:
    """The same folder; what a run of the program took in itself it does not remove."""
    return BlobFiles(folder / "berkas", KEY, reserve=0)


def left_open(office: SampleOffice) -> tuple[ScanItem, ...]:
    with office.store.read() as uow:
        return open_items(uow.connection)


def test_a_draft_that_was_emptied_comes_back_whole_and_outlives_the_program(
    office: SampleOffice, files: BlobFiles
) -> None:
    drafts = DraftService(office.store, office.actor(CLERK))
    drafts.keep(ENTRY)
    throw(office, ENTRY)
    assert drafts.kept() is None
    (one,) = trash(office, files).thrown()

    back = trash(office, files).restore(one)

    assert (one.kind, one.name, one.subject, one.at) == (ThrownKind.DRAFT, "Bappeda", "Undangan", NOW)
    assert one.who == f"Nama {CLERK}"
    assert back == drafts.kept() == ENTRY
    assert trash(office, files).thrown() == ()


def test_a_draft_that_comes_back_takes_its_scan_out_of_pindaian_when_it_is_saved(
    office: SampleOffice, files: BlobFiles
) -> None:
    """Also after the program was started anew: the draft itself says from which item its scan came."""
    item = waiting(office, files, pdf_bytes([left_half("1 0 0")]))
    scan = Attachment(sha256=item.pages[0].sha256, size=9, media=MediaType.PDF, pages=1, name=item.name)
    throw(office, msgspec.structs.replace(ENTRY, scans=(scan,), items=((scan.sha256, item.id),)))
    (thrown,) = trash(office, files).thrown()

    back = trash(office, files).restore(thrown)
    assert back is not None
    assert left_open(office) == (item,)
    office.letters(CLERK).register(back)

    assert left_open(office) == ()


def test_an_item_of_pindaian_never_has_the_number_of_one_that_is_gone(office: SampleOffice, files: BlobFiles) -> None:
    gone = waiting(office, files, b"a")
    with office.store.begin() as uow:
        remove_items(uow.connection, [gone.id])
        later = millis(NOW + timedelta(seconds=2))
        came = add_item(uow.connection, gone.pages, name="b.pdf", origin=Origin.FILE, now_ms=later)

    assert came.id != gone.id


def test_a_draft_that_stands_in_the_form_is_not_pushed_out_by_one_that_comes_back(
    office: SampleOffice, files: BlobFiles
) -> None:
    throw(office, ENTRY)
    other = msgspec.structs.replace(ENTRY, sender="Dinas Sosial")
    drafts = DraftService(office.store, office.actor(CLERK))
    drafts.keep(other)
    (one,) = trash(office, files).thrown()

    with pytest.raises(FormInUse):
        trash(office, files).restore(one)

    assert drafts.kept() == other
    assert trash(office, files).thrown() == (one,)


def test_nobody_sees_restores_or_deletes_the_drafts_of_another(office: SampleOffice, files: BlobFiles) -> None:
    throw(office, ENTRY)
    (one,) = trash(office, files).thrown()
    others = trash(office, files, HEAD)

    assert others.thrown() == ()
    assert others.restore(one) is None
    others.delete(one)
    assert trash(office, files).thrown() == (one,)


def test_of_a_secret_draft_no_word_for_its_readers_lies_in_the_trash(office: SampleOffice, files: BlobFiles) -> None:
    throw(office, msgspec.structs.replace(ENTRY, security=SecurityLevel.SECRET, scans=(scan_of(files, b"rahasia"),)))

    (one,) = trash(office, files).thrown()

    assert (one.name, one.subject, one.pages, one.secret) == ("Bappeda", "", 0, True)
    assert trash(office, files).restore(one) == msgspec.structs.replace(
        ENTRY, security=SecurityLevel.SECRET, subject="", summary="", scans=()
    )
    with office.store.read() as uow:
        assert uow.meta.residue().log


def test_a_scan_says_who_threw_it_away_and_comes_back_to_its_place(office: SampleOffice, files: BlobFiles) -> None:
    first, second = waiting(office, files, b"a"), waiting(office, files, b"b")
    inbox(office, files).throw_away(first, office.actor(CLERK).user)
    # Whoever may see Pindaian may bring back what lay there.
    service = trash(office, files, HEAD)
    (one,) = service.thrown()

    service.restore(one)

    assert (one.kind, one.name, one.who) == (ThrownKind.SCAN, "lembar.pdf", f"Nama {CLERK}")
    assert left_open(office) == (first, second)
    assert service.thrown() == ()


def test_a_page_that_was_thrown_away_comes_back_as_a_scan_of_its_own(office: SampleOffice, files: BlobFiles) -> None:
    item = waiting(office, files, b"a", b"b")
    inbox(office, files).throw_page(item, 1, office.actor(CLERK).user)
    (one,) = trash(office, files).thrown()

    trash(office, files).restore(one)

    assert [it.pages for it in left_open(office)] == [(item.pages[0],), (item.pages[1],)]


def test_what_is_undone_in_pindaian_is_not_in_the_trash(office: SampleOffice, files: BlobFiles) -> None:
    item = waiting(office, files, b"a", b"b")
    service = inbox(office, files)

    service.undo(service.throw_page(item, 0, office.actor(CLERK).user))

    assert left_open(office) == (item,)
    assert trash(office, files).thrown() == ()


def test_deleted_for_good_it_takes_its_files_with_it_but_none_that_something_else_has(
    office: SampleOffice, files: BlobFiles, tmp_path: Path
) -> None:
    shared, own, kept, entered = (scan_of(files, content) for content in (b"both", b"draft", b"kept", b"entered"))
    throw(office, msgspec.structs.replace(ENTRY, scans=(shared, own, kept, entered)))
    DraftService(office.store, office.actor(CLERK)).keep(msgspec.structs.replace(ENTRY, scans=(kept,)))
    waiting(office, files, b"both")
    (one,) = trash(office, files).thrown()

    later = next_run(tmp_path)
    trash(office, later).delete(one, in_form=[entered.sha256])

    assert trash(office, later).thrown() == ()
    assert not files.has(own.sha256)
    assert all(files.has(scan.sha256) for scan in (shared, kept, entered))


def test_a_file_of_today_goes_at_the_next_start_unless_it_came_again(
    office: SampleOffice, files: BlobFiles, tmp_path: Path
) -> None:
    gone, back = scan_of(files, b"gone"), scan_of(files, b"back")
    throw(office, msgspec.structs.replace(ENTRY, scans=(gone, back)))
    service = trash(office, files)
    service.delete(service.thrown()[0])
    assert files.has(gone.sha256)
    waiting(office, files, b"back")

    UpkeepService(office.store, next_run(tmp_path)).clear_files()

    assert not files.has(gone.sha256)
    assert files.has(back.sha256)


def test_the_scan_of_a_draft_stays_when_the_next_letter_is_saved(office: SampleOffice, files: BlobFiles) -> None:
    scan = scan_of(files, b"jernih")
    throw(office, msgspec.structs.replace(ENTRY, scans=(scan,)))

    # Saving drops what the form cleaned and the letter does not have.
    ScanTidying(office.store, files, PageRenderer()).drop([scan])

    (one,) = trash(office, files).thrown()
    assert trash(office, files).restore(one) is not None
    assert files.verify(scan.sha256)


def test_after_thirty_days_it_is_gone_by_itself_and_a_day_before_it_is_not(
    office: SampleOffice, files: BlobFiles, tmp_path: Path
) -> None:
    old, new = waiting(office, files, b"alt"), waiting(office, files, b"neu")
    inbox(office, files, days=31).throw_away(old, office.actor(CLERK).user)
    inbox(office, files, days=29).throw_away(new, office.actor(CLERK).user)
    throw(office, ENTRY, days=31)

    assert [one.number for one in trash(office, files).thrown()] == [new.id]
    assert empty_old(office.store, next_run(tmp_path), NOW) == 2
    assert empty_old(office.store, files, NOW) == 0
    assert not files.has(old.pages[0].sha256)
    assert files.has(new.pages[0].sha256)
    assert empty_old(office.store, files, NOW - timedelta(days=29) + KEPT + timedelta(seconds=1)) == 1


def test_the_week_of_pindaian_takes_nothing_that_lies_in_the_trash(office: SampleOffice, files: BlobFiles) -> None:
    item = waiting(office, files, b"a", b"b")
    inbox(office, files, days=20).throw_page(item, 1, office.actor(CLERK).user)

    inbox(office, files).purge()

    assert files.has(item.pages[1].sha256)
    assert len(trash(office, files).thrown()) == 1


def test_a_file_that_was_thrown_away_can_be_taken_in_again(
    office: SampleOffice, files: BlobFiles, tmp_path: Path
) -> None:
    path = tmp_path / "surat.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0")]))
    with PageRenderer(timeout_s=60.0) as pages:
        service = ScanInboxService(office.store, files, pages, lambda: NOW)
        first = service.take([path], Origin.FILE)
        assert first is not None
        assert service.take([path], Origin.FILE) is None
        service.throw_away(first, office.actor(CLERK).user)

        assert service.take([path], Origin.FILE) is not None
