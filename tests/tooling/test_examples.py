"""What Hypothesis draws depends on the test alone, else a test is red for one developer and green for the next."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def test_the_same_examples_are_drawn_whatever_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn()
    path = tmp_path / "literals.py"
    path.write_text("".join(f"a{number} = {number}\n" for number in range(200, 60_000, 700)), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("literals_of_a_new_module", path)
    assert spec is not None
    monkeypatch.setitem(sys.modules, spec.name, importlib.util.module_from_spec(spec))

    assert drawn() == before


def drawn() -> list[int]:
    """Each number of one run of a property."""
    numbers: list[int] = []

    @settings(derandomize=True, database=None)
    @given(st.integers(0, 2**16))
    def note(number: int) -> None:
        numbers.append(number)

    note()
    return numbers
