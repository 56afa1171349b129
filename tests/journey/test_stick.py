"""An office without any line: letters, decisions and scans go to the server and back on a stick."""

from __future__ import annotations

import hashlib
import json
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import Disposition
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.offices import Person
from core.protocol.bundle import SUFFIX, BundleFault, BundleTrouble
from desktop.app.command_line import main as pc_main
from desktop.storage.blob_table import BlobState
from server.__main__ import main as server_main
from server.services.faults import RequestFault
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, entry, order, write_letter
from tests.journey.stick import answer, hand_over, take, trip, write
from tests.support.files import content_of
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
    return {sha256: content_of(pc.opened.files, sha256) for sha256 in hashes}


@pytest.mark.parametrize("database_url", [""])
def test_three_weeks_by_stick_alone(kantor: Kantor, tmp_path: Path) -> None:
    desk, head = kantor.pc("tu", "pmp"), kantor.pc("camat")
    chairs = kantor.office.positions
    cut_off([desk, head])
    stick = tmp_path / "FLASH DISK KU"
    letters: list[LetterId] = []

    for week in range(1, WEEKS + 1):
        # The clerk registers with a scan; the trip brings it to the head.
        scan = desk.take_scan(scan_of(tmp_path, week))
        for number in range(2):
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
    assert len(mine) == 2 * WEEKS  # each scan and its small picture
    assert all(hashlib.sha256(content).digest() == sha256 for sha256, content in mine.items())
    # Line and stick agree: the first visit by line finds nothing left to say.
    for pc in (desk, head):
        pc.move_server(kantor.server.url)
        report = pc.visit()
        assert (report.outcome, report.ops, report.rows) == ("ok", 0, 0)
    for place in tmp_path.rglob(f"*{SUFFIX}"):
        content = place.read_bytes()
        assert [canary for canary in CANARIES if canary.encode() in content] == []


def settled_on_both_ways(desk: OfficePc, kantor: Kantor, subjects: list[str]) -> None:
    """Each letter once, at the PC and at the server; nothing refused, nothing left."""
    desk.move_server(kantor.server.url)
    desk.sync()
    facts = desk.overview()
    assert (facts.waiting, facts.refused, facts.problem) == (0, 0, "")
    assert sorted(letter.subject for letter, _ in desk.settled(IncomingLetter).values()) == sorted(subjects)
    assert desk.verify().whole


def test_sticks_and_the_line_cross_each_other(kantor: Kantor, tmp_path: Path) -> None:
    """Out twice before any answer, the line in between, everything late, twice and in the wrong order."""
    desk = kantor.pc("tu")
    server = kantor.server
    write_letter(desk, "tu", "Pertama")
    first = write(desk, tmp_path / "satu")
    write_letter(desk, "tu", "Kedua")
    second = write(desk, tmp_path / "dua")
    assert (first.ops, second.ops) == (1, 2)

    hand_over(server, tmp_path / "dua")
    answer(server, desk, tmp_path / "jawab dua")
    late = hand_over(server, tmp_path / "satu")
    answer(server, desk, tmp_path / "jawab satu")
    again = hand_over(server, tmp_path / "dua", tmp_path / "satu")
    assert [one.ops for one in (*late.bundles, *again.bundles)] == [1, 1, 2]

    write_letter(desk, "tu", "Ketiga")
    assert desk.visit().ops == 3, "the line comes first"
    write_letter(desk, "tu", "Keempat")
    for folder in ("jawab satu", "jawab dua", "jawab satu", "jawab dua"):
        taken = take(desk, tmp_path / folder)
        assert (taken.refused, taken.troubles) == (0, ())
    assert desk.overview().waiting == 1

    settled_on_both_ways(desk, kantor, ["Pertama", "Kedua", "Ketiga", "Keempat"])


def test_an_answer_settles_what_was_asked_even_if_the_line_never_comes(kantor: Kantor, tmp_path: Path) -> None:
    desk = kantor.pc("tu")
    cut_off([desk])
    for number in range(3):
        write_letter(desk, "tu", f"Surat {number}")
    stick = tmp_path / "stik"

    write(desk, stick)
    hand_over(kantor.server, stick)
    answer(kantor.server, desk, stick)
    lost = sorted(stick.glob("pesagi-jawab-*"))
    for path in lost:
        path.unlink()
    answer(kantor.server, desk, stick)
    taken = take(desk, stick)

    assert (taken.ops, taken.refused, taken.outdated) == (3, 0, 0)
    assert desk.overview().waiting == 0
    assert take(desk, stick).rows == 0


def test_a_late_answer_takes_away_what_the_line_brought_meanwhile(kantor: Kantor, tmp_path: Path) -> None:
    """Asked by a PC that had nothing yet, the answer must say all the same what it may hold no more."""
    desk, archive = kantor.pc("tu"), kantor.pc("arsip")
    stick = tmp_path / "stik"
    write(archive, stick)
    letter = write_letter(desk, "tu", "Mutasi pejabat").letter_id
    desk.sync()
    archive.sync()
    assert archive.letter(letter) is not None
    hand_over(kantor.server, stick)
    desk.seat("tu").letters.reclassify(letter, SecurityLevel.SECRET)
    desk.sync()

    answer(kantor.server, archive, stick)
    assert take(archive, stick).outdated == 0

    assert archive.letter(letter) is None
    report = archive.visit()
    assert (report.outcome, report.rows) == ("ok", 0)
    assert archive.letter(letter) is None


def test_a_server_that_was_put_back_is_mended_by_stick_too(kantor: Kantor, tmp_path: Path) -> None:
    desk, head = kantor.pc("tu"), kantor.pc("camat")
    chairs = kantor.office.positions
    cut_off([desk, head])
    stick = tmp_path / "stik"
    write_letter(desk, "tu", "Sebelum", addressee=chairs["camat"])
    trip(kantor.server, stick, desk)
    trip(kantor.server, stick, head)

    kantor.server.handle.continuity.put_back()
    write_letter(desk, "tu", "Sesudah", addressee=chairs["camat"])
    for pc in (desk, head, desk, head):
        trip(kantor.server, stick, pc)

    for pc in (desk, head):
        with pc.opened.store.read() as uow:
            facts = uow.meta.sync()
        assert (facts.compare, facts.next_feed_epoch) == (False, 0)
        assert pc.overview().waiting == 0
    assert desk.settled(IncomingLetter) == head.settled(IncomingLetter)
    assert [one.subject for one in head.seat("camat").dispositions.to_decide()] == ["Sesudah", "Sebelum"]


def test_more_than_one_request_holds_goes_in_one_bundle(
    kantor: Kantor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.sync.op_runs.PUSH_BYTES", 700)
    desk = kantor.pc("tu")
    count = 12
    clerk = desk.seat("tu").letters
    for number in range(count):
        clerk.register(entry(desk.today(), f"Surat {number}"))

    assert len(desk.visits()._engine.make_request(push=True)[0].ops) < count / 2  # noqa: SLF001  # that it needs several
    assert write(desk, tmp_path / "stik").ops == count
    (taken,) = hand_over(kantor.server, tmp_path / "stik").bundles
    answer(kantor.server, desk, tmp_path / "stik")
    back = take(desk, tmp_path / "stik")

    assert (taken.ops, taken.refused, back.ops) == (count, 0, count)
    assert desk.overview().waiting == 0


def test_what_is_too_much_for_one_bundle_goes_with_the_next(
    kantor: Kantor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.sync.op_runs.PUSH_BYTES", 700)
    monkeypatch.setattr("desktop.sync.bundle_out.MOST_ASKED", 8_000)
    desk = kantor.pc("tu")
    for number in range(12):
        desk.seat("tu").letters.register(entry(desk.today(), f"Surat {number}"))

    sent = trips = 0
    while waiting := desk.overview().waiting:
        report = write(desk, tmp_path / f"stik {sent}")
        hand_over(kantor.server, tmp_path / f"stik {sent}")
        answer(kantor.server, desk, tmp_path / f"stik {sent}")
        sent += take(desk, tmp_path / f"stik {sent}").ops
        trips += 1
        assert report.more == (desk.overview().waiting > 0)
        assert 0 < report.ops == waiting - desk.overview().waiting

    assert sent == 12
    assert trips > 1


def test_the_server_believes_no_carrier(kantor: Kantor, tmp_path: Path) -> None:
    desk, head = kantor.pc("tu"), kantor.pc("camat")
    write_letter(desk, "tu", "Surat penting")
    stick = tmp_path / "stik"
    (name,) = write(desk, stick).names
    path = stick / name
    whole = path.read_bytes()
    tenant = kantor.office.tenant

    def refused() -> BundleTrouble:
        with pytest.raises(BundleFault) as caught:
            hand_over(kantor.server, path)
        return caught.value.code

    def ops() -> int:
        return kantor.server.handle.database.read(lambda unit: unit.of(tenant).head.read().seq)

    before = ops()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused() in set(BundleTrouble)
        path.write_bytes(whole[:place])
        assert refused() in {BundleTrouble.NOT_OURS, BundleTrouble.DAMAGED}
    path.write_bytes(whole)
    answer(kantor.server, head, tmp_path / "jawab")
    with pytest.raises(BundleFault) as caught:
        take(desk, *(tmp_path / "jawab").iterdir())
    assert caught.value.code is BundleTrouble.OTHER_RECIPIENT
    with pytest.raises(BundleFault) as caught:
        hand_over(kantor.server, *(tmp_path / "jawab").iterdir())
    assert caught.value.code is BundleTrouble.OTHER_RECIPIENT
    assert ops() == before

    with desk.opened.store.read() as uow:
        identity = uow.meta.identity()
    assert identity is not None
    kantor.server.admin.revoke_device(tenant, identity.device)
    revoked = ops()  # shutting a PC out accounts for the numbers that it held
    assert refused() is BundleTrouble.REVOKED
    assert ops() == revoked


def test_one_pc_that_cannot_be_served_holds_up_no_other(kantor: Kantor, tmp_path: Path) -> None:
    desk, head = kantor.pc("tu"), kantor.pc("camat")
    stick = tmp_path / "stik"
    for pc in (desk, head):
        write(pc, stick)
    admin = kantor.server.admin
    admin.change_person(kantor.office.tenant, kantor.office.users["camat"], active=False)

    found = hand_over(kantor.server, stick)

    assert len(found.bundles) == 1
    assert [code for _, code in found.troubles] == ["signed_out"]
    with pytest.raises(RequestFault):
        answer(kantor.server, head, stick)


def test_the_verbs_of_both_sides(kantor: Kantor, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a clerk's PC without a window and Diskominfo do it."""
    desk = kantor.pc("tu")
    write_letter(desk, "tu", "Undangan")
    folder, stick = desk.folder, tmp_path / "FLASH DISK"
    stick.mkdir()
    desk.close()
    server = ["--data", str(kantor.server.config.data), "--database", kantor.server.config.database_url]

    def said(code: int, wanted: int) -> dict[str, Any]:
        out = capsys.readouterr().out
        assert code == wanted, out
        told: dict[str, Any] = json.loads(out)
        return told

    def pc(*words: str, wanted: int = 0) -> dict[str, Any]:
        return said(pc_main(["bundle", *words, "--profile", str(folder), "--json"]), wanted)

    assert pc("in", str(stick), wanted=3)["error"] == "bundle_none_found"
    out = pc("out", str(stick))
    assert out["message"].startswith("Aman dicabut. 1 pekerjaan dan 0 pindaian")
    taken = said(server_main(["bundle", "in", str(stick), "--reply", str(stick), *server, "--json"]), 0)
    assert [(one["ops"], one["refused"]) for one in taken["bundles"]] == [(1, 0)]
    came = pc("in", str(stick))
    assert (came["ok"], came["ops"], came["refused"]) == (True, 1, 0)
    device = taken["bundles"][0]["device"]
    written = said(server_main(["bundle", "out", str(stick), "--device", device, *server, "--json"]), 0)
    assert len(written["names"]) == 1
    assert pc("in", str(stick))["message"].startswith("Tidak ada yang baru")

    assert server_main(["bundle", "out", str(stick), "--device", "00" * 16, *server]) == 1
    assert server_main(["bundle", "in", str(tmp_path / "tidak ada"), *server]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Perangkat tidak ditemukan. Tidak ada yang ditulis.",
        "Flash disk tidak terbaca atau tercabut. Data peladen aman; pasang lalu ulangi.",
    ]


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", [""])
def test_two_hundred_megabytes_of_scans_take_little_memory(kantor: Kantor, tmp_path: Path) -> None:
    desk, head = kantor.pc("tu"), kantor.pc("camat")
    chairs = kantor.office.positions
    trip(kantor.server, tmp_path / "kecil", desk, head)
    scans = []
    for _ in range(20):
        sha256, size = desk.opened.files.add_bytes(os.urandom(10 * 1024 * 1024))
        with desk.opened.store.begin() as uow:
            uow.blobs.add(sha256, size, state=BlobState.TO_SEND, now_ms=1)
        scans.append(Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1))
    for scan in scans:
        write_letter(desk, "tu", "Surat besar", scans=(scan,), addressee=chairs["camat"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    trip(kantor.server, tmp_path / "besar", desk)
    trip(kantor.server, tmp_path / "besar", head)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert all(head.opened.files.has(scan.sha256) for scan in scans)
    assert grown < 60 * 1024, f"{grown} KiB more"
