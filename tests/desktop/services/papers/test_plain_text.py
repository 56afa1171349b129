"""What people typed stands on paper as they typed it, and nowhere else than where it belongs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.papers.plain_text import BREAK, LONGEST_WORD, one_line, printable


def test_signs_that_turn_the_direction_of_writing_or_cannot_be_seen_are_left_out() -> None:
    assert printable("Biaya \u202e000.5\u202c\u2067 Rp\x07\ud800\ufeff") == "Biaya 000.5 Rp"


def test_lines_stay_lines_and_blanks_are_not_piled_up() -> None:
    assert printable("  Satu\t dua \r\n\n tiga ") == "Satu dua\n\ntiga"
    assert one_line("Satu\ndua") == "Satu dua"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("800.1.3.3./3553/IV.03/2026", "800.|1.|3.|3.|/|3553/|IV.|03/|2026"),
        ("Ketenteraman", "Ketenteraman"),
        ("Pertanggungjawaban", "|".join("Pertanggungjawaban")),
    ],
)
def test_a_long_word_can_be_broken_first_where_a_number_of_a_letter_is(typed: str, printed: str) -> None:
    assert printable(typed).replace(BREAK, "|") == printed


@given(st.text(alphabet="aZ9/.- \n\t\u200b\u202e\u6c38\u0301", max_size=200))
def test_no_text_has_a_stretch_that_cannot_be_broken(text: str) -> None:
    stretches = printable(text).replace(BREAK, " ").split()

    assert all(len(one) <= LONGEST_WORD for one in stretches)
