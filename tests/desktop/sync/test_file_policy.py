"""What goes first, and how much of the line it takes: nothing starves, nothing takes more than its budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import BlobHash
from desktop.storage.blob_table import BlobRow, BlobState, FileReason
from desktop.storage.meta import FileFacts
from desktop.sync.file_budget import FileBudget
from desktop.sync.file_policy import OLDEST_EVERY, choose, is_night, share_of


def row(number: int, reason: FileReason, state: BlobState = BlobState.WANTED) -> BlobRow:
    return BlobRow(
        sha256=BlobHash(number.to_bytes(32, "big")), size=9, state=state, have=0, added_ms=number, reason=reason
    )


@pytest.mark.parametrize(("hour", "night"), [(17, False), (18, True), (23, True), (0, True), (5, True), (6, False)])
def test_the_night_lies_between_18_and_6_unless_chosen_otherwise(hour: int, night: bool) -> None:  # noqa: FBT001  # a parameter
    facts = FileFacts()

    assert is_night(hour, begin=facts.night_from, end=facts.night_until) is night


def test_a_night_without_hours_never_comes() -> None:
    assert not any(is_night(hour, begin=20, end=20) for hour in range(24))


def test_what_a_person_opened_goes_first_and_takes_the_whole_line() -> None:
    opened, sent = row(1, FileReason.OPENED), row(9, FileReason.ADDRESSED, BlobState.TO_SEND)

    assert choose([sent, opened], turn=OLDEST_EVERY - 1, night=False) == opened
    assert share_of(opened.reason, night=False) == 1.0
    assert (share_of(sent.reason, night=False), share_of(sent.reason, night=True)) == (0.6, 1.0)


def test_what_nobody_asked_for_waits_for_the_night() -> None:
    quiet = row(1, FileReason.NIGHT)

    assert choose([quiet], turn=0, night=False) is None
    assert choose([quiet], turn=0, night=True) == quiet


@given(st.integers(1, 30), st.lists(st.integers(0, 3), min_size=200, max_size=200))
@settings(max_examples=40, deadline=None)
def test_nothing_starves_however_much_keeps_coming(behind: int, coming: list[int]) -> None:
    first = row(0, FileReason.NIGHT)
    waiting = [first, *(row(number, FileReason.ADDRESSED) for number in range(1, behind))]
    for turn, count in enumerate(coming):
        chosen = choose(waiting, turn=turn, night=True)
        assert chosen is not None
        waiting.remove(chosen)
        if chosen == first:
            assert turn < OLDEST_EVERY
            return
        waiting += [row(1000 + turn * 10 + number, FileReason.ADDRESSED) for number in range(count)]
    raise AssertionError("never came")


@given(
    st.floats(1_000, 5_000_000),
    st.lists(st.tuples(st.integers(1, 128 * 1024), st.floats(0, 5)), min_size=1, max_size=120),
)
@settings(max_examples=100, deadline=None)
def test_over_no_stretch_of_time_more_goes_than_the_budget(rate: float, asked: list[tuple[int, float]]) -> None:
    now = 100.0
    budget = FileBudget(rate, now)
    gone: list[tuple[float, int]] = []
    for count, pause in asked:
        now += pause
        if budget.wait_for(count, now) == 0:
            gone.append((now, count))
    for start, (begin, _) in enumerate(gone):
        total = 0
        for moment, count in gone[start:]:
            total += count
            assert total <= budget.burst + rate * (moment - begin) + 1


def test_a_budget_is_used_up_in_bursts_and_in_the_long_run_whole() -> None:
    budget, now, total = FileBudget(75_000.0, 0.0), 0.0, 0
    while now < 600:
        wait = budget.wait_for(8192, now)
        if wait:
            now += wait
        else:
            total += 8192
            now += 8192 / 125_000
    assert total / now == pytest.approx(75_000, rel=0.05)
