"""The administrator's commands that concern numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.__main__ import main
from tests.server.test_commands import SETUP

NUMBERS = ("admin", "numbers", "--office", "1", "--year", "2026")


def run(data: Path, capsys: pytest.CaptureFixture[str], *words: str, expect: int = 0) -> Any:
    """One command with --json; its answer."""
    assert main([*words, "--data", str(data), "--json"]) == expect
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    run(tmp_path, capsys, *SETUP)
    return tmp_path


def test_a_book_without_numbers_has_no_gap(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, capsys, *NUMBERS) == {
        "office": 1,
        "book": 0,
        "year": 2026,
        "closed_at": None,
        "highest": 0,
        "issued": 0,
        "spans": [],
        "inserted": [],
    }
    assert main([*NUMBERS, "--data", str(data)]) == 0
    assert "Tidak ada nomor yang kosong." in capsys.readouterr().out


def test_a_book_is_made_accounted_for_and_offered_no_more(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = run(data, capsys, "admin", "book", "--office", "1", "--name", "Undangan", "--template", "{urut:3}/U")

    assert made == {"book": 1, "name": "Undangan"}
    assert run(data, capsys, *NUMBERS, "--book", "1")["book"] == 1
    assert run(data, capsys, "admin", "book", "--office", "1", "--deactivate", "1") == {"book": 1, "active": False}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("book", "--office", "1", "--name", "U", "--template", "{urut:3}/{hari}"), ("bad_book", "huruf ke-11")),
        (("book", "--office", "1"), ("bad_book", "title_missing")),
        (("book", "--office", "9", "--name", "U"), ("unknown_office", "9")),
        (("book", "--office", "1", "--deactivate", "7"), ("unknown_book", "7")),
        (("numbers", "--office", "9", "--year", "2026"), ("unknown_office", "9")),
        (("number-holder", "--office", "1", "--year", "2026", "--device", "00"), ("unknown_device", "00")),
        (("number-holder", "--office", "1", "--year", "2026", "--device", "zz"), ("unknown_device", "zz")),
    ],
)
def test_what_cannot_be_done_is_said_with_its_reason(
    data: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], wanted: tuple[str, str]
) -> None:
    answer = run(data, capsys, "admin", *words, expect=1)

    assert answer["error"] == wanted[0]
    assert wanted[1] in answer["message"]
