from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.widgets.figures import format_count, format_size, format_span


@given(st.integers(0, 10**12))
def test_a_count_reads_back_without_its_points(value: int) -> None:
    assert int(format_count(value).replace(".", "")) == value


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (138_000, "138 KB"),
        (999_600, "1,0 MB"),
        (1_240_000, "1,2 MB"),
        (17_400_000, "17 MB"),
        (180_000_000, "180 MB"),
        (2_500_000_000_000, "2.500 GB"),
    ],
)
def test_a_size_is_said_as_people_say_it(size: int, said: str) -> None:
    assert format_size(size) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "± 1 detik"), (1.1, "± 2 detik"), (59, "± 59 detik"), (61, "± 2 menit"), (3600, "± 1 jam"), (3700, "± 2 jam")],
)
def test_a_span_is_rounded_up(seconds: float, said: str) -> None:
    assert format_span(seconds) == said
