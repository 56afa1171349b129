"""An office without any line: letters, decisions and scans go to the server and back on a stick."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.offices import Person
from core.protocol.bundle import SUFFIX
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.journey.stick import trip
from tests.support.scan_files import left_half, pdf_bytes

WEEKS = 3
CANARIES = ("Burung kenari di tambang", "Kenari ke Bappeda", "kenari-dalam-pindaian")


def scan_of(folder: Path, week: int) -> Path:
    path = folder / f"Pindaian minggu {week}.pdf"
    padding = f"% kenari-dalam-pindaian {'x' * 200_000}\n"
    path.write_bytes(pdf_bytes([padding + left_half(f"{week / 10} 0 0")]))
    return path


def cut_off(pcs: list[OfficePc]) -> None:
    """From now on no PC reaches the server."""
    for pc in pcs:
        pc.move_server("http://127.0.0.1:9")
        assert pc.visit().outcome == "no_network"


def scans_here(pc: OfficePc) -> dict[bytes, bytes]:
    with pc.opened.store.read() as uow:
        hashes = list(uow.blobs.hashes())
    return {sha256: pc.opened.files.path(sha256).read_bytes() for sha256 in hashes}


def test_three_weeks_by_stick_alone(kantor: Kantor, tmp_path: Path) -> None:
    desk, head = kantor.pc("tu", "pmp"), kantor.pc("camat")
    chairs = kantor.office.positions
    cut_off([desk, head])
    stick = tmp_path / "FLASH DISK KU"
    letters: list[LetterId] = []

    for week in range(1, WEEKS + 1):
        # The clerk registers with a scan; the trip brings it to the head.
        scan = desk.take_scan(scan_of(tmp_path, week))
        for number in range(3):
            scans = (scan,) if number == 0 else ()
            made = write_letter(desk, "tu", f"Surat {week}.{number}", scans=scans, addressee=chairs["camat"])
            letters.append(made.letter_id)
        trip(kantor.server, stick, desk)
        trip(kantor.server, stick, head)
        assert head.opened.files.verify(scan.sha256), "the scan came in the same trip as the letter"

        # The head disposes; two trips later the answer is with the head.
        for waiting in head.seat("camat").dispositions.to_decide():
            head.seat("camat").dispositions.issue(order(waiting.id, chairs["pmp"], note=f"Minggu {week}"))
        trip(kantor.server, stick, head)
        trip(kantor.server, stick, desk)
        kasi = desk.seat("pmp").dispositions
        for assignment in kasi.for_me():
            kasi.read(assignment.disposition.id)
            kasi.answer(assignment.disposition.id, "Selesai")
        trip(kantor.server, stick, desk)
        trip(kantor.server, stick, head)

    for pc in (desk, head):
        facts = pc.overview()
        assert (facts.waiting, facts.refused, facts.files_waiting, facts.files_wanted) == (0, 0, 0, 0)
        assert pc.verify().whole
        assert [pc.letter(one).status for one in letters] == [LetterStatus.DONE] * len(letters)  # type: ignore[union-attr]  # all are here
    for struct in (IncomingLetter, Disposition, Person):
        assert desk.settled(struct) == head.settled(struct)
    mine, theirs = scans_here(desk), scans_here(head)
    assert mine == theirs
    assert len(mine) == WEEKS
    assert all(hashlib.sha256(content).digest() == sha256 for sha256, content in mine.items())
    # Line and stick agree: the first visit by line finds nothing left to say.
    for pc in (desk, head):
        pc.move_server(kantor.server.url)
        report = pc.visit()
        assert (report.outcome, report.ops, report.rows) == ("ok", 0, 0)
    for place in tmp_path.rglob(f"*{SUFFIX}"):
        content = place.read_bytes()
        assert [canary for canary in CANARIES if canary.encode() in content] == []
