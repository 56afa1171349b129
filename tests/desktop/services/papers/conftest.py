"""Papers of an office in a store of its own, typeset by one process for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.storage.unit_of_work import Store
from desktop.system.typesetter import Typesetter
from tests.support.stores import office_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(office_store(tmp_path / "store.db")) as opened:
        yield opened


@pytest.fixture(scope="module")
def typesetter() -> Iterator[Typesetter]:
    with Typesetter() as running:
        yield running
