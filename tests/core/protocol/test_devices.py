"""A PC tells of itself when there is something to tell, and not more often than once an hour."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.protocol.devices import AT_LEAST_EVERY_MS, HOUR_MS, DeviceState, is_sound, is_worth_telling

TOLD = DeviceState(version="0.1.0", waiting=0, files=0, skew_s=3, free_mb=50_000, unbacked_h=-1)


def changed(**changes: Any) -> DeviceState:
    return msgspec.structs.replace(TOLD, **changes)


def test_what_was_never_told_is_told_at_once() -> None:
    assert is_worth_telling(TOLD, None, since_ms=0)


@pytest.mark.parametrize(
    "change",
    [{"version": "0.2.0"}, {"waiting": 4}, {"files": 1}, {"skew_s": 90}, {"free_mb": 20_000}, {"unbacked_h": 3}],
    ids=lambda change: next(iter(change)),
)
def test_what_an_administrator_wants_to_know_is_told_but_only_once_an_hour(change: dict[str, Any]) -> None:
    assert is_worth_telling(changed(**change), TOLD, since_ms=HOUR_MS)
    assert not is_worth_telling(changed(**change), TOLD, since_ms=HOUR_MS - 1)


def test_a_disk_that_fills_a_little_and_hours_that_pass_are_not_told() -> None:
    told = changed(unbacked_h=5, waiting=3)

    assert not is_worth_telling(
        changed(unbacked_h=9, waiting=7, free_mb=49_000, skew_s=20), told, since_ms=AT_LEAST_EVERY_MS - 1
    )


def test_what_stays_as_it_is_is_told_once_a_day_and_when_the_clock_was_set_back() -> None:
    assert is_worth_telling(TOLD, TOLD, since_ms=AT_LEAST_EVERY_MS)
    assert is_worth_telling(TOLD, TOLD, since_ms=-1)


@pytest.mark.parametrize(
    "change",
    [{"version": "x" * 41}, {"waiting": -1}, {"files": 2**31}, {"free_mb": -1}, {"unbacked_h": -2}, {"skew_s": 2**40}],
    ids=lambda change: next(iter(change)),
)
def test_what_no_pc_would_say_is_not_kept(change: dict[str, Any]) -> None:
    assert is_sound(TOLD)
    assert not is_sound(changed(**change))
