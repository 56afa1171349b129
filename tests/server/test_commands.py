"""The command line of the server, as a person and as a program use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.protocol.enrolment import read_code
from server.__main__ import main

SETUP = (
    *("admin", "setup", "--office", "Kantor Kecamatan Sukau", "--short", "Kec. Sukau"),
    *("--region", "Kabupaten Lampung Barat"),
)


def run(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """One command with --json; its answer."""
    assert main([*words, "--data", str(data), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_setup_makes_an_office_and_a_code_for_each_of_its_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run(tmp_path, capsys, *SETUP)

    assert len(report["positions"]) == 11
    assert [person["username"] for person in report["people"]][:3] == ["camat.sukau", "sekcam.sukau", "tu.sukau"]
    assert all(read_code(person["code"])[0] for person in report["people"])
    found = run(tmp_path, capsys, "admin", "list")
    assert [office["short_name"] for office in found["offices"]] == ["Kec. Sukau"]
    roles = {position["title"]: position["role"] for position in found["positions"]}
    assert (roles["Camat"], roles["Petugas Tata Usaha"], roles["Arsiparis"]) == (3, 1, 5)


def test_setup_speaks_indonesian_to_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SETUP, "--data", str(tmp_path)]) == 0

    spoken = capsys.readouterr().out
    assert "Kode sekali pakai, berikan kepada orangnya:" in spoken
    assert "Petugas Tata Usaha" in spoken


def test_setup_takes_the_real_names_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = tmp_path / "orang.json"
    people.write_text(
        json.dumps([{"username": "siti", "name": "Siti Aminah", "positions": ["Petugas Tata Usaha"]}]),
        encoding="utf-8",
    )

    report = run(tmp_path / "server", capsys, *SETUP, "--people", str(people))

    assert [(person["username"], person["name"]) for person in report["people"]] == [("siti", "Siti Aminah")]


@pytest.mark.parametrize(("template", "first"), [("opd", "kadis.kominfo"), ("pekon", "peratin.kominfo")])
def test_other_offices_start_from_other_templates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], template: str, first: str
) -> None:
    run(tmp_path, capsys, *SETUP)
    added = ("admin", "office", "--office", "Kominfo", "--short", "Dinas Kominfo", "--template", template)

    report = run(tmp_path, capsys, *added)

    assert report["office"] == 2
    assert report["people"][0]["username"] == first


def test_positions_people_codes_and_devices_are_managed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, capsys, *SETUP)
    place = ("admin", "position", "--office", "1", "--title", "Kasi Baru", "--role", "staff")

    number = run(tmp_path, capsys, *place)["position"]
    added = run(tmp_path, capsys, "admin", "user", "--username", "budi", "--name", "Budi", "--position", str(number))
    again = run(tmp_path, capsys, "admin", "code", "--username", "budi", "--reset-password")
    changed = run(tmp_path, capsys, "admin", "user", "--username", "budi", "--name", "Budi Santoso", "--inactive")

    assert added["positions"] == ["Kasi Baru"]
    assert (changed["name"], changed["active"], changed["positions"]) == ("Budi Santoso", False, [number])
    assert again["code"] != added["code"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("admin", "code", "--username", "x"), "unknown_user"),
        (("admin", "user", "--username", "x", "--position", "99"), "unknown_position"),
        (("admin", "position", "--office", "9", "--title", "x", "--role", "staff"), "unknown_office"),
        (("admin", "revoke-device", "--device", "00"), "unknown_device"),
        (("admin", "revoke-device", "--device", "zz"), "unknown_device"),
        (("admin", "office", "--office", "x", "--short", "x", "--people", "none.json"), "people_unreadable"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    run(tmp_path, capsys, *SETUP)
    before = run(tmp_path, capsys, "admin", "list")

    assert main([*words, "--data", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == code
    assert main([*words, "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err
    assert run(tmp_path, capsys, "admin", "list") == before


def test_without_a_region_there_is_nothing_to_manage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", "list", "--data", str(tmp_path)]) == 1

    assert "admin setup" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that asks a process to stop")
def test_serve_says_where_it_listens_and_stops_when_told(tmp_path: Path) -> None:
    words = ["serve", "--data", str(tmp_path), "--port", "0", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "server", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["url"].startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        said, complained = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0
    assert json.loads(said) == {"stopped": True}
    assert complained == ""


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--data", str(tmp_path), "--host", "203.0.113.1", "--port", "1"]) == 1

    assert "Sistem menolak" in capsys.readouterr().err


@pytest.mark.parametrize("times", ["0", "21", "dua"])
def test_how_often_a_copy_was_put_back_is_a_small_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], times: str
) -> None:
    with pytest.raises(SystemExit):
        main(["admin", "restored", "--times", times, "--data", str(tmp_path)])

    assert "harus angka 1 sampai 20" in capsys.readouterr().err
