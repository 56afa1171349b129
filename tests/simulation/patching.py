"""Puts a changed method or function into the place of one of the product."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

Mistake = Callable[[], AbstractContextManager[Any]]


def method(place: type[Any], name: str, changed: Callable[..., Any]) -> Mistake:
    """`changed(original, self, ...)` in the place of a method."""

    def mistake() -> AbstractContextManager[Any]:
        original = getattr(place, name)

        def instead(*args: Any, **named: Any) -> Any:
            return changed(original, *args, **named)

        return mock.patch.object(place, name, instead)

    return mistake


def function(module: Any, name: str, changed: Callable[..., Any]) -> AbstractContextManager[Any]:
    """`changed(original, ...)` in the place of a function."""
    original = getattr(module, name)
    return mock.patch.object(module, name, lambda *args, **named: changed(original, *args, **named))
