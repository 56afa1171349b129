"""A PC's end of the stick over a real store, and a stick with a name as people give them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, REGISTRAR
from tests.support.sticks import StickDesk
from tests.support.stores import office_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR, HEAD))
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> StickDesk:
    return StickDesk(store, tmp_path / "berkas")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "FLASH DISK (E)" / "kiriman bulan ini"
    folder.mkdir(parents=True)
    return folder
