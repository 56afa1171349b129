"""The verbs without a window: exit codes, one plain sentence for people, one JSON object for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.domain.letters import SecurityLevel
from desktop.app.command_line import main
from tests.journey.office_pc import OfficePc, entry
from tests.support.scan_files import left_half, pdf_bytes
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

ROOT = Path(__file__).parents[2]
BOOK_ROWS, LONG_ROWS, LONG_SECONDS = 200, 10_000, 60.0


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profil"


@pytest.fixture
def joined(server: RunningServer, office: OfficeInTest, profile: Path) -> Path:
    """The profile of the clerk's PC."""
    with OfficePc(profile) as pc:
        pc.join(server.url, office.codes["tu"])
    return profile


class Verbs:
    """Runs verbs in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> tuple[int, dict[str, Any]]:
        """The exit code, and the answer as a program reads it."""
        code = main([*map(str, words), "--json"])
        lines = self._capsys.readouterr().out.splitlines()
        assert len(lines) == 1
        answer: dict[str, Any] = json.loads(lines[0])
        assert answer["ok"] is (code == 0)
        return code, answer

    def said(self, *words: object) -> str:
        """What a person reads."""
        main([*map(str, words)])
        return self._capsys.readouterr().out.strip()


@pytest.fixture
def verbs(capsys: pytest.CaptureFixture[str]) -> Verbs:
    return Verbs(capsys)


def book(path: Path, rows: int) -> Path:
    """An agenda book as an office keeps it."""
    lines = ["No. Agenda;Tanggal Terima;Nomor Surat;Tanggal Surat;Asal Surat;Perihal;Sifat;Klasifikasi"]
    lines += [
        f"{row};{row % 28 + 1:02d}/{row % 12 + 1:02d}/2025;400.9/{row}/2025;2025-01-{row % 28 + 1:02d};"
        f"Dinas {row % 37};Permohonan data {row};Biasa;400.9"
        for row in range(1, rows + 1)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_pc_joins_and_syncs_from_the_shell(server: RunningServer, office: OfficeInTest, profile: Path) -> None:
    """As an administrator does it: in processes of their own, the password on standard input."""
    words = [sys.executable, "-m", "desktop"]
    where = ["--profile", str(profile)]
    enrol = [*words, "enrol", *where, "--server", server.url, "--code", office.codes["tu"], "--vault", "file"]

    joined = subprocess.run(enrol, input=PASSWORD + "\n", cwd=ROOT, capture_output=True, text=True, check=False)
    sync = [*words, "sync", *where, "--json"]
    synced = subprocess.run(sync, input=PASSWORD + "\n", cwd=ROOT, capture_output=True, text=True, check=False)

    assert (joined.returncode, joined.stderr) == (0, "")
    assert joined.stdout.strip() == "Komputer ini sudah bergabung dengan Kantor Kecamatan Sukau."
    assert (synced.returncode, synced.stderr) == (0, "")
    answer = json.loads(synced.stdout)
    assert (answer["ok"], answer["outcome"], answer["requests"]) == (True, "ok", 1)


def test_what_stands_in_the_way_of_joining(
    server: RunningServer, office: OfficeInTest, *, verbs: Verbs, profile: Path
) -> None:
    words = ("enrol", "--profile", profile, "--vault", "file", "--password", PASSWORD)
    good = ("--server", server.url, "--code", office.codes["tu"])

    code, answer = verbs(*words[:-1], "pendek", *good)
    assert (code, answer["error"]) == (6, "weak_password")
    assert not profile.exists()
    for wrong in ("AAAA-AAAA-AAAA", "bukan kode"):
        code, answer = verbs(*words, "--server", server.url, "--code", wrong)
        assert (code, answer["error"]) == (4, "code_unknown")
        assert answer["message"] == "Isian Anda tetap ada. Kode itu tidak dikenal; periksa penulisannya."
    code, answer = verbs(*words, "--server", "http://127.0.0.1:9", "--code", office.codes["tu"])
    assert (code, answer["error"]) == (3, "no_network")
    assert answer["message"] == "Isian Anda tetap ada. Server tidak terjangkau; periksa jaringan dan alamatnya."
    code, answer = verbs(*words, *good)
    assert (code, answer["office"], answer["outcome"]) == (0, "Kantor Kecamatan Sukau", "ok")


def test_a_folder_that_is_no_profile_has_nothing_to_sync(verbs: Verbs, tmp_path: Path) -> None:
    for verb in (("sync",), ("verify",), ("export", tmp_path / "salinan"), ("import", tmp_path / "buku.csv")):
        code, answer = verbs(*verb, "--profile", tmp_path / "kosong")
        assert (code, answer["error"]) == (3, "not_enrolled")
    assert list(tmp_path.iterdir()) == []


def test_a_sync_without_a_server_fails_and_says_that_nothing_is_lost(
    joined: Path, server: RunningServer, verbs: Verbs
) -> None:
    assert verbs.said("sync", "--profile", joined).startswith("Sinkron selesai: 0 pekerjaan terkirim")
    server.stop()

    code, answer = verbs("sync", "--profile", joined)

    assert (code, answer["outcome"]) == (3, "no_network")
    assert answer["message"] == ("Belum ada jaringan. Pekerjaan tersimpan di komputer ini dan dikirim otomatis nanti.")


def test_a_profile_in_use_is_left_alone(joined: Path, verbs: Verbs) -> None:
    with OfficePc(joined):
        code, answer = verbs("sync", "--profile", joined)

    assert (code, answer["error"]) == (3, "profile_in_use")


def test_an_agenda_book_goes_in_once(joined: Path, verbs: Verbs, tmp_path: Path) -> None:
    path = book(tmp_path / "buku.csv", BOOK_ROWS)

    code, first = verbs("import", "--profile", joined, path)
    again = verbs("import", "--profile", joined, path, "--user", "tu.sukau")[1]

    assert (code, first["added"], first["known"], first["problems"]) == (0, BOOK_ROWS, 0, [])
    assert first["message"] == "200 surat dimasukkan, 0 sudah ada, 0 baris tidak dapat dimasukkan."
    assert (again["added"], again["known"]) == (0, BOOK_ROWS)
    assert verbs("sync", "--profile", joined)[1]["ops"] == BOOK_ROWS
    with OfficePc(joined) as pc:
        assert [line.agenda for line in pc.seat("tu").lines()][:1] != [""]
        assert (pc.overview().waiting, pc.overview().refused) == (0, 0)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_ten_thousand_rows_go_in_within_a_minute(joined: Path, verbs: Verbs, tmp_path: Path) -> None:
    code, report = verbs("import", "--profile", joined, book(tmp_path / "buku.csv", LONG_ROWS))

    assert (code, report["added"]) == (0, LONG_ROWS)
    assert report["seconds"] <= LONG_SECONDS


def test_bad_lines_are_named_and_the_good_ones_go_in(joined: Path, verbs: Verbs, tmp_path: Path) -> None:
    path = tmp_path / "buku.csv"
    path.write_text(
        "agenda,tanggal terima,asal,perihal,sifat\n"
        "1,2025-01-02,Bappeda,Surat satu,biasa\n"
        "2,kemarin,Bappeda,Surat dua,biasa\n"
        "1,2025-01-03,Bappeda,Surat tiga,biasa\n"
        "4,2025-01-03,,Surat empat,biasa\n"
        "5,2025-01-03,Bappeda,Surat lima,entah\n",
        encoding="utf-8",
    )

    code, report = verbs("import", "--profile", joined, path)

    assert (code, report["added"]) == (0, 1)
    assert [(one["line"], one["code"], one["column"]) for one in report["problems"]] == [
        (3, "date_malformed", "received_on"),
        (4, "number_taken", "agenda_no"),
        (5, "sender_missing", "sender"),
        (6, "word_unknown", "security"),
    ]


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02", b"nama;umur\nSiti;40\n"])
def test_what_is_no_agenda_book_is_refused_whole(
    joined: Path, verbs: Verbs, *, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "buku.csv"
    if content is not None:
        path.write_bytes(content)

    code, answer = verbs("import", "--profile", joined, path)

    assert code == 3
    assert answer["message"].startswith("Tidak ada yang dimasukkan.")
    with OfficePc(joined) as pc:
        assert pc.overview().waiting == 0


def test_nobody_imports_who_may_not(joined: Path, verbs: Verbs, tmp_path: Path) -> None:
    path = book(tmp_path / "buku.csv", 1)

    code, answer = verbs("import", "--profile", joined, path, "--user", "camat.sukau")

    assert (code, answer["error"]) == (3, "nobody_may")


def test_everything_comes_out_again_in_open_formats(joined: Path, verbs: Verbs, tmp_path: Path) -> None:
    scan_path = tmp_path / "pindaian.pdf"
    scan_path.write_bytes(pdf_bytes([left_half("1 0 0")]))
    with OfficePc(joined) as pc:
        scan = pc.take_scan(scan_path)
        letters = pc.seat("tu").letters
        letters.register(entry(pc.today(), "Undangan rapat", scans=(scan,)))
        letters.register(entry(pc.today(), "", security=SecurityLevel.SECRET))
    folder = tmp_path / "salinan"

    code, report = verbs("export", "--profile", joined, folder)

    assert (code, report["records"]["surat_masuk"], report["files"], report["missing"]) == (0, 2, 1, 0)
    lines = [json.loads(line) for line in (folder / "surat_masuk.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(line["subject"] for line in lines) == ["", "Undangan rapat"]
    assert (folder / "lampiran" / f"{scan.sha256.hex()}.pdf").read_bytes() == scan_path.read_bytes()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, answer = verbs("export", "--profile", joined, folder)
    assert code == 3
    assert answer["message"].endswith("Folder tujuan harus baru atau kosong, dan dapat ditulis.")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_verify_finds_a_scan_that_was_changed(joined: Path, verbs: Verbs, tmp_path: Path) -> None:
    scan_path = tmp_path / "pindaian.pdf"
    scan_path.write_bytes(pdf_bytes([left_half("1 0 0")]))
    with OfficePc(joined) as pc:
        scan = pc.take_scan(scan_path)
        pc.seat("tu").letters.register(entry(pc.today(), "Undangan rapat", scans=(scan,)))
        kept = pc.opened.files.path(scan.sha256)
    assert verbs.said("verify", "--profile", joined).endswith(" berkas utuh.")

    kept.write_bytes(kept.read_bytes() + b" ")

    code, report = verbs("verify", "--profile", joined)
    # Two files: the scan, and its thumbnail, which is whole.
    assert (code, report["whole"], report["files"], report["files_damaged"]) == (5, False, 2, 1), (
        "the scan, and its thumbnail that is whole"
    )
    assert report["message"].startswith("Semua 1 surat utuh, tetapi 1 dari 2 berkas pindaian hilang atau rusak.")
