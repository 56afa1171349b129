"""Measuring a time on a machine that may have other work."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec

BUSY_S = 0.150
TRIES = 8
Given = ParamSpec("Given")


class TooLate(AssertionError):
    """What was measured says nothing about the line, if the machine was busy."""


def on_a_busy_machine(test: Callable[Given, None]) -> Callable[Given, None]:
    """A test that may come too late, but not each time it is tried."""

    @functools.wraps(test)
    def tried(*args: Given.args, **kwargs: Given.kwargs) -> None:
        for _ in range(TRIES - 1):
            with suppress(TooLate):
                return test(*args, **kwargs)
        return test(*args, **kwargs)

    return tried


def in_time(kept: bool) -> None:  # noqa: FBT001  # reads as a sentence, as `assert` does
    """What holds unless the machine comes too late."""
    if not kept:
        raise TooLate


def seconds(action: Callable[[], object]) -> float:
    start = time.monotonic()
    action()
    return time.monotonic() - start


class About:
    """Equal to a time that is not sooner than the line allows; TooLate for one that is later."""

    def __init__(self, expected: float) -> None:
        self.expected, self._near = expected, max(0.030, 0.05 * expected)

    def __eq__(self, measured: object) -> bool:
        assert isinstance(measured, float)
        in_time(measured <= self.expected + self._near + BUSY_S)
        return measured >= self.expected - self._near

    def __hash__(self) -> int:
        return hash(self.expected)

    def __repr__(self) -> str:
        return f"about {self.expected:.3f} s"


def about(expected: float) -> object:
    """A time that the line asks for."""
    return About(expected)
