"""A million nodes of source files, which stay to the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def nodes_are_no_garbage() -> Iterator[None]:
    """Search for no garbage among the nodes, neither while they are made, which would take as long, nor later."""
    gc.disable()
    yield
    gc.freeze()
