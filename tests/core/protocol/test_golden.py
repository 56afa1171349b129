"""What was once written is read for ever, and is still written the same way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.core.protocol import golden_files
from tests.core.protocol.golden_files import (
    FOLDER,
    Subject,
    codes,
    newest,
    numbered,
    packed_subject,
    readable,
    subjects,
)

EVERYTHING = [*subjects(), packed_subject()]
FILES = [(subject, path) for subject in EVERYTHING for path in numbered(subject.name)]


def content(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def known_then(now: Any, then: Any) -> Any:
    """What is read now, with only those fields that were known when the golden file was written."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {field: known_then(now[field], then[field]) for field in then}
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return [known_then(one, other) for one, other in zip(now, then, strict=True)]
    return now


@pytest.mark.parametrize(("subject", "path"), FILES, ids=[path.stem for _, path in FILES])
def test_a_golden_file_is_read_as_what_it_says(subject: Subject, path: Path) -> None:
    golden = content(path)

    value = readable(subject.read(bytes.fromhex(golden["hex"])))

    # An older file lacks the fields that came later; those it has mean what they meant.
    assert known_then(value, golden["value"]) == golden["value"]


@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.name)
def test_the_newest_golden_file_is_what_the_program_writes(subject: Subject) -> None:
    golden = content(newest(subject.name))

    assert subject.write(subject.example).hex() == golden["hex"]
    assert subject.write(subject.read(bytes.fromhex(golden["hex"]))).hex() == golden["hex"]
    assert readable(subject.example) == golden["value"]


def test_no_code_was_renamed_and_none_was_given_another_meaning() -> None:
    now = codes()
    golden = content(FOLDER / "codes.json")

    for group, members in golden.items():
        assert {name: now[group].get(name) for name in members} == members


def test_every_golden_file_belongs_to_something_that_exists() -> None:
    known = {path for _, path in FILES} | {FOLDER / "codes.json"}

    assert set(FOLDER.iterdir()) == known


def test_the_script_adds_but_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden_files, "FOLDER", tmp_path)
    first = tmp_path / "act.disposition.read.1.json"
    first.write_text('{"hex": "00", "value": {}}', encoding="utf-8")

    golden_files.write_missing()

    assert first.read_text(encoding="utf-8") == '{"hex": "00", "value": {}}'
    assert content(tmp_path / "act.disposition.read.2.json")["what"] == "act.disposition.read"
    assert golden_files.write_missing() == []
