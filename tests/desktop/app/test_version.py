from __future__ import annotations

import tomllib
from pathlib import Path

from desktop.app.version import VERSION


def test_the_program_says_the_version_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
