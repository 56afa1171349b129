"""A letter from the clerk to the head and back, on real stores, over a real server, on each of its databases."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.offices import Person
from desktop.services.archives import NewRecordFile
from desktop.services.clock import system_clock
from desktop.services.importing import ImportService
from desktop.services.register import RowState
from desktop.sync.rounds import OK, SIGNED_OUT
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.scan_files import left_half, pdf_bytes

RESULT = "Rapat dihadiri, laporan terlampir"


def scanned(folder: Path) -> Path:
    path = folder / "Pindaian 1.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0"), left_half("0 0 1")]))
    return path


def status(pc: OfficePc, letter_id: LetterId) -> LetterStatus:
    letter = pc.letter(letter_id)
    assert letter is not None
    return letter.status


def test_a_letter_goes_to_the_head_and_comes_back_answered(kantor: Kantor, tmp_path: Path) -> None:
    desk, head = kantor.pc("tu", "pmp"), kantor.pc("camat")
    chairs = kantor.office.positions

    # The clerk registers and files it; the server has not been asked.
    scan = desk.take_scan(scanned(tmp_path))
    registered = write_letter(desk, "tu", "Undangan musrenbang", scans=(scan,), addressee=chairs["camat"])
    berkas = desk.seat("tu").files.open(NewRecordFile(classification="000.7.1.4", title="Musrenbang", location=""))
    desk.seat("tu").letters.file(registered.letter_id, berkas)
    assert registered.agenda == "0001"
    assert (desk.overview().waiting, desk.overview().files_waiting) == (3, 1)
    desk.sync()

    # The head has it, with its scan, and disposes.
    head.sync()
    assert [one.subject for one in head.seat("camat").dispositions.to_decide()] == ["Undangan musrenbang"]
    assert head.opened.files.verify(scan.sha256), "the scan came by its hash"
    head.seat("camat").dispositions.issue(order(registered.letter_id, chairs["pmp"]))
    assert head.seat("camat").dispositions.to_decide() == ()
    head.sync()

    # The kasi, at the clerk's PC, answers.
    desk.sync()
    assert status(desk, registered.letter_id) == LetterStatus.DISPOSED
    kasi = desk.seat("pmp").dispositions
    (assignment,) = kasi.for_me()
    assert (assignment.from_title, assignment.letter and assignment.letter.subject) == ("Camat", "Undangan musrenbang")
    kasi.read(assignment.disposition.id)
    kasi.answer(assignment.disposition.id, RESULT)
    assert kasi.for_me() == ()
    desk.sync()
    head.sync()

    for pc in (desk, head):
        assert status(pc, registered.letter_id) == LetterStatus.DONE
        facts = pc.overview()
        assert (facts.waiting, facts.refused, facts.files_waiting, facts.files_wanted) == (0, 0, 0, 0)
        assert pc.verify().whole
    for struct in (IncomingLetter, Disposition, Person):
        assert desk.settled(struct) == head.settled(struct)
    (answered,) = head.seat("camat").dispositions.sent()
    assert [one.result for one in answered.disposition.recipients] == [RESULT]
    assert [line.state for line in head.seat("camat").lines()] == [RowState.DONE]


def test_staff_hold_only_what_was_given_to_them(kantor: Kantor) -> None:
    desk, head, staff = kantor.pc("tu"), kantor.pc("camat"), kantor.pc("kesos")
    chairs = kantor.office.positions
    given = write_letter(desk, "tu", "Untuk kasi kesos", addressee=chairs["camat"])
    write_letter(desk, "tu", "Untuk camat saja", addressee=chairs["camat"])
    desk.sync()
    staff.sync()
    assert staff.rows(IncomingLetter) == []
    head.sync()
    head.seat("camat").dispositions.issue(order(given.letter_id, chairs["kesos"]))
    head.sync()

    staff.sync()

    assert [one.record.subject for one in staff.rows(IncomingLetter)] == ["Untuk kasi kesos"]
    assert [line.subject for line in staff.seat("kesos").lines()] == ["Untuk kasi kesos"]
    assert len(staff.seat("kesos").dispositions.for_me()) == 1
    assert len(head.rows(IncomingLetter)) == len(desk.rows(IncomingLetter)) == 2


def test_the_subject_of_a_secret_letter_is_for_its_addressee(kantor: Kantor) -> None:
    desk, head = kantor.pc("tu", "pmp"), kantor.pc("camat")
    desk.sync()  # now it knows to whom it can be sealed
    letter_id = write_letter(
        desk, "tu", "Pemeriksaan khusus", security=SecurityLevel.SECRET, addressee=kantor.office.positions["camat"]
    ).letter_id
    desk.sync()
    head.sync()

    (line,) = desk.seat("tu").lines()
    view = desk.seat("tu").register.letter(letter_id)
    assert view is not None
    assert (line.subject, view.subject, view.scan_visible) == (None, None, False)
    assert line.sender, "the line of the book itself is open to the clerk"
    assert desk.seat("pmp").lines() == [], "to others the letter does not exist"
    assert desk.seat("pmp").register.letter(letter_id) is None
    assert [line.subject for line in head.seat("camat").lines()] == [None], "no list shows it, the letter does"
    at_head = head.seat("camat").register.letter(letter_id)
    assert at_head is not None
    assert at_head.subject == "Pemeriksaan khusus"


def test_two_pcs_never_give_out_the_same_agenda_number(kantor: Kantor) -> None:
    desk, second = kantor.pc("tu"), kantor.pc("sekcam")
    numbers = [
        write_letter(pc, handle, f"Surat {turn}").agenda
        for turn in range(4)
        for pc, handle in ((desk, "tu"), (second, "sekcam"))
    ]
    assert all(numbers), "each PC has numbers of its own before it meets the server again"
    assert len(set(numbers)) == 8

    desk.sync()
    second.sync()
    desk.sync()

    assert desk.settled(IncomingLetter) == second.settled(IncomingLetter)
    assert len({one.record.agenda_no for one in desk.rows(IncomingLetter)}) == 8


def test_a_provisional_letter_gets_its_number_from_the_server(kantor: Kantor) -> None:
    desk, head = kantor.pc("tu"), kantor.pc("camat")
    last_year = date(desk.today().year - 1, 12, 29)
    registered = write_letter(desk, "tu", "Surat tahun lalu", received_on=last_year)
    before = desk.letter(registered.letter_id)
    assert before is not None
    assert (registered.agenda, before.agenda_no) == ("", 0)

    desk.sync()
    head.sync()

    after = desk.letter(registered.letter_id)
    assert after is not None
    assert (after.agenda_year, after.agenda_no) == (last_year.year, 1)
    assert [line.agenda for line in head.seat("camat").lines()] == ["0001"]


def test_what_the_server_refuses_is_shown_and_the_rest_goes_on(kantor: Kantor, tmp_path: Path) -> None:
    """Two PCs take in books that give one number to different letters: the later one is told, and can try again."""
    desk, second = kantor.pc("tu"), kantor.pc("sekcam")
    received = desk.today() - timedelta(days=1)
    for pc, handle, sender in ((desk, "tu", "Bappeda"), (second, "sekcam", "Dinas Sosial")):
        book = tmp_path / f"{handle}.csv"
        book.write_text(f"agenda;tanggal terima;asal;perihal\n700;{received};{sender};Buku lama\n", encoding="utf-8")
        report = ImportService(pc.opened.store, pc.seat(handle).actor, system_clock).agenda_csv(book)
        assert (report.added, report.problems) == (1, ())
    desk.sync()
    write_letter(second, "sekcam", "Surat sesudahnya")

    second.sync()
    desk.sync()

    center_of = second.overview()
    assert (center_of.waiting, center_of.refused) == (0, 1)
    (item,) = second.tray()
    assert (item.act, item.code, item.about) == ("letter.register", "number_taken", "Buku lama")
    assert desk.settled(IncomingLetter) == second.settled(IncomingLetter)
    assert sorted(one.record.subject for one in second.rows(IncomingLetter)) == ["Buku lama", "Surat sesudahnya"]
    assert second.verify().whole


def test_a_person_who_has_left_does_not_stop_the_pc_of_the_others(kantor: Kantor) -> None:
    desk = kantor.pc("tu", "pmp")
    write_letter(desk, "tu", "Surat terakhir")
    desk.sync()
    kantor.server.admin.change_person(kantor.office.tenant, kantor.office.users["tu"], active=False)

    client = desk.client()
    assert desk.visits().visit(client, lambda: False).outcome == SIGNED_OUT
    desk.forget_token(client)
    client.close()

    assert desk.visit().outcome == OK
    assert [one.title for one in desk.signing_in()] == ["Kasi Pemberdayaan Masyarakat dan Pekon"]
    assert desk.rows(IncomingLetter) == [], "what only the clerk might read has left with the clerk"


def test_a_pc_that_joins_late_has_everything_of_its_person(kantor: Kantor, tmp_path: Path) -> None:
    desk = kantor.pc("tu")
    scan = desk.take_scan(scanned(tmp_path))
    write_letter(desk, "tu", "Menunggu camat", scans=(scan,), addressee=kantor.office.positions["camat"])
    desk.sync()

    head = kantor.pc("camat")

    assert len(head.seat("camat").dispositions.to_decide()) == 1
    head.sync()
    assert head.opened.files.verify(scan.sha256)


def test_a_second_person_at_a_pc_gets_the_scans_that_were_not_wanted_before(kantor: Kantor, tmp_path: Path) -> None:
    """The clerk's PC holds the line of the book already when the head begins to work there too."""
    desk, shared = kantor.pc("sekcam"), kantor.pc("tu")
    scan = desk.take_scan(scanned(tmp_path))
    write_letter(desk, "sekcam", "Menunggu camat", scans=(scan,), addressee=kantor.office.positions["camat"])
    desk.sync()
    shared.sync()
    assert not shared.opened.files.has(scan.sha256)

    assert shared.join(kantor.server.url, kantor.office.codes["camat"]).outcome == OK
    shared.sync()

    assert shared.opened.files.verify(scan.sha256)
