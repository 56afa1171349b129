"""Every test that the documents of security name is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from desktop.views.messages import sentence_for

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("document", ["docs/security.md", "docs/asvs.md", "docs/bad-input.md"])
def test_what_shows_a_claim_exists(document: str) -> None:
    named = NAMED.findall((ROOT / document).read_text(encoding="utf-8"))

    assert len(named) > 30
    for place, function in named:
        path = ROOT / place
        assert path.is_file(), f"{document} names {place}"
        if function:
            assert f"def {function}(" in path.read_text(encoding="utf-8"), f"{document} names {place}::{function}"


def test_every_row_of_bad_input_says_what_a_person_reads_and_what_shows_it() -> None:
    text = (ROOT / "docs/bad-input.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([TF]\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)

    assert [row for row, *_ in rows] == [f"T{n}" for n in range(5, 14)] + [f"F{n}" for n in range(12, 31)]
    for row, _, _, read, shown in rows:
        assert "tests/" in shown, row
        codes = re.findall(r"`(\w+)`", read)
        assert codes or read == "*senyap*", row
        for code in codes:
            assert f"kode {code}" not in sentence_for(code), f"{row}: {code} has no sentence of its own"


def test_every_library_is_locked_by_its_hash_and_nothing_for_tests_is_packaged() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", lock)
    pinned = [block for block in blocks if re.match(r"[a-z0-9_.-]+(\[[a-z,]+\])?==", block)]
    assert len(pinned) > 20
    assert [block.split("=")[0] for block in pinned if "--hash=sha256:" not in block] == []

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [
        "core",
        "desktop",
        "server",
        "sql",
        "resources",
    ]


# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, of those that can be asked of this program.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "4.1": 3, "4.2": 1,
    "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "7.1": 3,
    "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2,
    "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5,
    "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip


def test_every_requirement_of_the_standard_stands_in_its_table_once_with_a_test_or_a_reason() -> None:
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)

    wanted = [f"{section}.{place}" for section, count in SECTIONS.items() for place in range(1, count + 1)]
    assert [number for number, *_ in rows] == wanted
    assert len(rows) == 187
    for number, _, asked, here, shown in rows:
        assert asked
        assert here
        assert "tests/" in shown or "*Diterima*: " in here or "*Tidak ada*" in here, number
    assert "*Belum*" not in text, "what is not met is accepted with a reason, or is a defect"
