from __future__ import annotations

import pytest

from desktop.app import on_demand

NAMES = sorted(value for name, value in vars(on_demand).items() if name.isupper() and ":" in str(value))


@pytest.mark.parametrize("name", NAMES)
def test_every_part_that_is_loaded_late_is_there(name: str) -> None:
    assert callable(on_demand.load(name))


def test_there_are_such_parts() -> None:
    assert NAMES
