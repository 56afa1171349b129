"""When a PC keeps quiet, and what of a letter may leave its window."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.domain.letters import SecurityLevel, Urgency
from core.domain.notices import QuietHours, is_quiet, may_be_copied, may_be_named


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-11-23T06:59", True),
        ("2026-11-23T07:00", False),
        ("2026-11-23T16:59", False),
        ("2026-11-23T17:00", True),
        ("2026-11-28T10:00", True),
        ("2026-11-29T23:00", True),
    ],
)
def test_evenings_nights_and_weekends_are_quiet_but_for_what_cannot_wait(moment: str, *, quiet: bool) -> None:
    assert is_quiet(at(moment), QuietHours()) is quiet
    assert is_quiet(at(moment), QuietHours(), Urgency.URGENT) is quiet
    assert not is_quiet(at(moment), QuietHours(), Urgency.IMMEDIATE)


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        (QuietHours(start="12:00", end="13:00", weekends=False), "2026-11-28T12:30", True),
        (QuietHours(start="12:00", end="13:00", weekends=False), "2026-11-28T13:00", False),
        (QuietHours(start="", end="07:00"), "2026-11-23T03:00", False),
        (QuietHours(start="pagi", end="07:00"), "2026-11-23T03:00", False),
        (QuietHours(start="07:00", end="07:00"), "2026-11-23T07:00", False),
    ],
)
def test_the_hours_are_those_that_were_chosen(hours: QuietHours, moment: str, *, quiet: bool) -> None:
    assert is_quiet(at(moment), hours) is quiet


def test_only_what_is_open_is_named_outside_the_window_and_copied() -> None:
    assert [may_be_named(level) for level in SecurityLevel] == [True, False, False, False]
    assert [may_be_copied(level) for level in SecurityLevel] == [True, False, False, False]
