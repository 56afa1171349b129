from __future__ import annotations

from pathlib import Path

import pytest

from desktop.system.settings import FILE, Settings, read_settings, write_settings


def test_what_a_person_chose_is_there_at_the_next_start(tmp_path: Path) -> None:
    write_settings(tmp_path, Settings(appearance="dark", scale=130))
    assert read_settings(tmp_path) == Settings(appearance="dark", scale=130)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"scale": "besar"}', '{"unknown": 1}'])
def test_a_file_that_says_nothing_useful_gives_the_defaults(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    assert read_settings(tmp_path) == Settings()


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    write_settings(tmp_path / "missing", Settings(scale=150))
    assert read_settings(tmp_path / "missing") == Settings()
