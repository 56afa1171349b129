"""An office in a store of its own, as its services see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, REGISTRAR, SECRETARY, SECTION
from tests.support.stores import office_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that has joined an office; the registrar, the leaders and a section may sign in here."""
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR, HEAD, SECRETARY, SECTION))
    yield opened
    opened.close()
