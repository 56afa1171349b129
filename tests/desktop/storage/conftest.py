"""A store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.storage.unit_of_work import Store
from tests.support.stores import office_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that has joined an office and holds its directory, but no letter."""
    opened = office_store(tmp_path / "pesagi.db")
    yield opened
    opened.close()
