"""The example of a pattern for numbers: every usual one has one, and what is wrong is named with its place."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.number_template import parse_template, recognise
from desktop.viewmodels.number_pattern import USUAL_PATTERNS, PatternExample, example_of

TODAY = date(2026, 11, 23)


def test_each_usual_pattern_has_an_example_that_is_read_back() -> None:
    examples = [example_of(one, TODAY).number for one in USUAL_PATTERNS]

    assert examples[:3] == ["0117", "400.9/117/UM/2026", "400.9/117/UM/XI/2026"]
    assert len(set(examples)) == len(USUAL_PATTERNS)
    assert all(recognise(parse_template(one), made) for one, made in zip(USUAL_PATTERNS, examples, strict=True))


@pytest.mark.parametrize(
    ("pattern", "code", "at"),
    [
        ("", "template_without_number", 1),
        ("{kode}/{nomor}", "template_unknown_part", 9),
        ("{urut}/{urut}", "template_repeated", 8),
        ("{urut:9}", "template_malformed", 7),
    ],
)
def test_what_is_wrong_is_named_with_the_character(pattern: str, code: str, at: int) -> None:
    assert example_of(pattern, TODAY) == PatternExample(code=code, at=at)
