"""Scans whose act is refused for good lie in Pindaian again, once, with every page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, LetterId
from core.protocol.messages import OpResult, Outcome, Verdict
from desktop.services.joining import JoiningService
from desktop.services.scan_inbox import ScanInboxService
from desktop.services.scan_tidying import ScanTidying
from desktop.services.sync_center import QueueItem, SyncCenterService
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.opening import open_store
from desktop.storage.own_held import take_verdicts
from desktop.storage.residue import condemn_unless_needed, finish_erasing
from desktop.storage.scan_items import ItemState, add_item, put_items
from desktop.storage.unit_of_work import Store
from desktop.system.page_renderer import PageRenderer
from desktop.system.scan_item import ItemPage, Origin, ScanItem
from tests.desktop.storage.replica_steps import accepted, refused, settle
from tests.factories import HEAD, NOW, REGISTRAR, actor, user_of
from tests.support.desks import Desk, entry
from tests.support.stores import KEY, office_store

FRONT, BACK, JOINED = b"%PDF-1.7 muka", b"%PDF-1.7 balik", b"%PDF-1.7 muka dan balik"
HELD = bytes(range(16))


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR, HEAD))
    yield opened
    opened.close()


def inbox(store: Store, files: BlobFiles) -> ScanInboxService:
    """Pindaian, over a page process that is not begun: nothing here draws a page."""
    return ScanInboxService(store, files, PageRenderer(), lambda: NOW)


def scan_of(files: BlobFiles, content: bytes, *, pages: int = 1) -> Attachment:
    sha256, size = files.add_bytes(content)
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=pages, name="lampiran.pdf")


def attached(store: Store, files: BlobFiles) -> tuple[ScanItem, Attachment]:
    """Two pages of Pindaian, joined to one scan of a letter that the server has."""
    letter = Desk(store, REGISTRAR).letters.register(entry())
    settle(store, accepted(1, 70))
    one, two = scan_of(files, FRONT), scan_of(files, BACK)
    pages = tuple(
        ItemPage(sha256=scan.sha256, size=scan.size, media=scan.media, page=0, pages=1, rotate=90)
        for scan in (one, two)
    )
    with store.begin() as uow:
        item = add_item(uow.connection, pages, name="lampiran.pdf", origin=Origin.SCANNER, now_ms=1)
    joined = scan_of(files, JOINED, pages=2)
    Desk(store, REGISTRAR).letters.attach(LetterId(letter.letter_id), (joined,), item=item.id)
    return item, joined


def tray(store: Store) -> tuple[QueueItem, ...]:
    return SyncCenterService(store).tray()


def tell(store: Store, *, accepted: bool) -> None:
    with store.begin() as uow:
        take_verdicts(uow, [Verdict(held_id=HELD, accepted=accepted, by=user_of(HEAD), reason="Ganda")])


def hold(store: Store, seq: int) -> None:
    settle(store, OpResult(seq=seq, outcome=Outcome.HELD, first_rev=71, same=False, field=HELD.hex()))


def test_what_was_attached_is_done_but_kept_until_the_server_has_taken_it(
    store: Store, files: BlobFiles, tmp_path: Path
) -> None:
    item, _ = attached(store, files)

    assert inbox(store, files).items() == ()
    assert inbox(store, files).purge() == 0
    assert all(files.has(page.sha256) for page in item.pages)
    settle(store, accepted(2, 71))
    fresh = BlobFiles(tmp_path / "berkas", KEY, reserve=0)

    assert inbox(store, fresh).purge() == 1
    assert not any(fresh.has(page.sha256) for page in item.pages)


def test_a_refused_attachment_is_in_pindaian_again_with_its_pages_as_they_were(
    store: Store, files: BlobFiles, tmp_path: Path
) -> None:
    item, joined = attached(store, files)

    settle(store, refused(2))
    settle(store, refused(2))
    store.close()
    again = open_store(tmp_path / "pesagi.db", KEY, NOW)

    assert inbox(again, files).items() == (item,)
    assert [line.scans_back for line in tray(again)] == [True]
    inbox(again, files).purge()
    assert all(files.verify(page.sha256) for page in item.pages)
    with again.read() as uow:
        assert uow.blobs.get(joined.sha256) is None, "it is not sent any more"
    again.close()


def test_a_scan_that_was_given_to_another_letter_is_not_told_to_lie_there(store: Store, files: BlobFiles) -> None:
    item, joined = attached(store, files)
    settle(store, refused(2))
    other = Desk(store, REGISTRAR).letters.register(entry(subject="Undangan kedua"))
    Desk(store, REGISTRAR).letters.attach(LetterId(other.letter_id), (joined,), item=item.id)

    assert inbox(store, files).items() == ()
    assert [line.scans_back for line in tray(store)] == [False]
    with store.read() as uow:
        assert uow.blobs.get(joined.sha256) is not None


def test_a_scan_of_a_refused_letter_becomes_an_item_whose_file_nobody_removes(
    store: Store, files: BlobFiles, tmp_path: Path
) -> None:
    scan = scan_of(files, FRONT, pages=2)
    Desk(store, REGISTRAR).letters.register(entry(scans=(scan,)))

    settle(store, refused(1))
    SyncCenterService(store).dismiss(tray(store)[0].id)
    with store.begin() as uow:
        condemn_unless_needed(uow, scan.sha256)
    fresh = BlobFiles(tmp_path / "berkas", KEY, reserve=0)
    finish_erasing(store, fresh, lambda: False)

    (back,) = inbox(store, fresh).items()
    assert [(page.sha256, page.page) for page in back.pages] == [(scan.sha256, 0), (scan.sha256, 1)]
    assert back.name == "lampiran.pdf"
    assert fresh.verify(scan.sha256)


def test_a_file_that_a_letter_gives_up_goes_when_it_is_put_away_in_pindaian(
    store: Store, files: BlobFiles, tmp_path: Path
) -> None:
    scan = scan_of(files, FRONT)
    Desk(store, REGISTRAR).letters.register(entry(scans=(scan,)))
    settle(store, refused(1))
    box = inbox(store, files)
    with store.begin() as uow:
        put_items(uow.connection, [one.id for one in box.items()], ItemState.DONE, now_ms=1)

    inbox(store, fresh := BlobFiles(tmp_path / "berkas", KEY, reserve=0)).purge()

    assert not fresh.has(scan.sha256)


@pytest.mark.parametrize("accepted_there", [True, False])
def test_what_a_superior_rejects_comes_back_and_what_he_accepts_does_not(
    store: Store, files: BlobFiles, *, accepted_there: bool
) -> None:
    item, _ = attached(store, files)
    hold(store, 2)
    assert inbox(store, files).purge() == 0

    tell(store, accepted=accepted_there)
    tell(store, accepted=accepted_there)

    assert inbox(store, files).items() == (() if accepted_there else (item,))
    assert [line.scans_back for line in tray(store)] == [not accepted_there]


def test_a_scan_that_a_held_act_names_too_is_sent_all_the_same(store: Store, files: BlobFiles) -> None:
    _, joined = attached(store, files)
    hold(store, 2)
    other = Desk(store, REGISTRAR).letters.register(entry(subject="Undangan kedua"))
    Desk(store, REGISTRAR).letters.attach(LetterId(other.letter_id), (joined,))

    settle(store, accepted(3, 71), refused(4))

    with store.read() as uow:
        row = uow.blobs.get(joined.sha256)
    assert row is not None
    assert row.state is BlobState.TO_SEND
    tell(store, accepted=False)
    with store.read() as uow:
        assert uow.blobs.get(joined.sha256) is None


def test_the_scan_of_an_arrival_is_done_with_its_commit_and_comes_back_when_it_is_refused(
    store: Store, files: BlobFiles
) -> None:
    letter = Desk(store, REGISTRAR).letters.register(entry())
    settle(store, accepted(1, 70))
    scan = scan_of(files, FRONT)
    page = ItemPage(sha256=scan.sha256, size=scan.size, media=scan.media, page=0, pages=1)
    with store.begin() as uow:
        item = add_item(uow.connection, (page,), name="lampiran.pdf", origin=Origin.SCANNER, now_ms=1)
    joining = JoiningService(store, actor(REGISTRAR), lambda: NOW, os.urandom)

    joining.join(letter.letter_id, entry(scans=(scan,), items=((scan.sha256, item.id),)))

    assert inbox(store, files).items() == ()
    settle(store, refused(2))
    assert inbox(store, files).items() == (item,)


def test_a_scan_that_was_cleaned_in_the_form_comes_back_as_it_came(store: Store, files: BlobFiles) -> None:
    came, clean = scan_of(files, FRONT), scan_of(files, BACK)
    page = ItemPage(sha256=came.sha256, size=came.size, media=came.media, page=0, pages=1)
    with store.begin() as uow:
        item = add_item(uow.connection, (page,), name="lampiran.pdf", origin=Origin.SCANNER, now_ms=1)
    lent = ((came.sha256, item.id), (clean.sha256, item.id))
    Desk(store, REGISTRAR).letters.register(entry(scans=(clean,), items=lent))
    ScanTidying(store, files, PageRenderer()).drop([came])

    settle(store, refused(1))

    assert inbox(store, files).items() == (item,)
    assert files.verify(came.sha256)
