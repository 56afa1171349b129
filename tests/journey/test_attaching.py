"""A scan that comes later reaches every PC that holds the letter; of a sealed letter only its readers open it."""

from __future__ import annotations

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.letter_sealing import FILE_MAGIC
from desktop.services.history import Event, HistoryService
from desktop.storage.scan_items import add_item, open_items
from desktop.system.scan_item import ItemPage, Origin
from desktop.views.sync_words import reason
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, write_letter

ANNEX = b"%PDF-1.7 lampiran" + bytes(range(256)) * 40


def scan_of(pc: OfficePc, content: bytes) -> Attachment:
    sha256, size = pc.opened.files.add_bytes(content)
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="lampiran.pdf")


def scans_at(pc: OfficePc, letter_id: bytes) -> tuple[Attachment, ...]:
    (found,) = (one.record.scans for one in pc.rows(IncomingLetter) if one.record.id == letter_id)
    return tuple(found)


def test_what_two_attach_at_the_same_time_reaches_everybody_and_a_sealed_letter_stays_sealed(kantor: Kantor) -> None:
    desk, deputy, head = kantor.pc("tu"), kantor.pc("sekcam"), kantor.pc("camat")
    addressee = kantor.office.positions["camat"]
    letter = write_letter(desk, "tu", "Undangan", addressee=addressee, scans=(scan_of(desk, b"%PDF-1.7 surat"),))
    level = SecurityLevel.SECRET
    sealed = write_letter(deputy, "sekcam", "Pemeriksaan", addressee=addressee, security=level)
    for pc in (desk, deputy, head):
        pc.sync()

    desk.seat("tu").letters.attach(letter.letter_id, (scan_of(desk, ANNEX),))
    deputy.seat("sekcam").letters.attach(letter.letter_id, (scan_of(deputy, ANNEX + b"2"),))
    deputy.seat("sekcam").letters.attach(sealed.letter_id, (scan_of(deputy, ANNEX),))
    for pc in (desk, deputy, head, desk, head):
        pc.sync()

    three = scans_at(head, letter.letter_id)
    assert len(three) == 3
    assert scans_at(desk, letter.letter_id) == scans_at(deputy, letter.letter_id) == three
    assert all(head.opened.files.verify(scan.sha256) for scan in three)
    told = HistoryService(head.opened.store, head.seat("camat").actor, head.clock).of_letter(letter.letter_id)
    events = [line.event for line in told]
    assert events == [Event.ATTACHED, Event.ATTACHED, Event.REGISTERED]
    (secret,) = scans_at(head, sealed.letter_id)
    with head.opened.files.content(secret.sha256) as content:
        assert content.read(len(FILE_MAGIC)) == FILE_MAGIC
    assert secret.name == ""
    assert head.tray() == ()


def test_a_scan_for_a_letter_that_was_sealed_elsewhere_lies_in_pindaian_again(
    kantor: Kantor,
) -> None:
    desk, head = kantor.pc("tu"), kantor.pc("camat")
    letter = write_letter(desk, "tu", "Undangan", addressee=kantor.office.positions["camat"])
    for pc in (desk, head, desk):
        pc.sync()
    scan = scan_of(desk, ANNEX)
    page = ItemPage(sha256=scan.sha256, size=scan.size, media=scan.media, page=0, pages=1)
    with desk.opened.store.begin() as uow:
        item = add_item(uow.connection, (page,), name="lampiran.pdf", origin=Origin.SCANNER, now_ms=1)

    desk.seat("tu").letters.attach(letter.letter_id, (scan,), item=item.id)
    head.seat("camat").letters.reclassify(letter.letter_id, SecurityLevel.SECRET)
    head.sync()
    desk.sync()
    desk.restart()
    desk.sync()

    (line,) = desk.tray()
    assert (line.act, line.code, line.scans_back) == ("letter.attach", "seal_changed", True)
    assert reason(line).endswith(" Pindaiannya ada lagi di menu Pindaian.")
    with desk.opened.store.read() as uow:
        assert open_items(uow.connection) == (item,)
    assert desk.opened.files.verify(scan.sha256)
    head.sync()
    assert scans_at(head, letter.letter_id) == ()
