"""The words around a hit, as plain text."""

from __future__ import annotations

import pytest

from desktop.services.scan_words import LONGEST, words_around

PAGE = (
    "PEMERINTAH KABUPATEN\n\nKepada Yth. Camat\ndi tempat. Dengan hormat, bersama ini kami <b>mengundang</b> Saudara "
    "pada rapat koordinasi penanganan banjir di Aula Kantor Camat Krui pada hari Senin tanggal 2 Februari 2026."
)


@pytest.mark.parametrize(
    ("typed", "there"),
    [("banjir", "banjir"), ("BANJIR aula", "banjir di Aula"), ("koord", "koordinasi"), ("bandjir", "banjir")],
)
def test_the_part_is_shown_in_which_the_words_stand(typed: str, there: str) -> None:
    assert there in words_around(PAGE, typed.split())


def test_the_part_is_short_and_one_line_cut_at_blanks_and_says_so() -> None:
    found = words_around(PAGE, ["banjir"])
    assert len(found) <= LONGEST + 2
    assert found.startswith("…")
    assert "\n" not in found
    assert all(word in PAGE.split() for word in found.strip("…").split())


def test_what_looks_like_markup_stays_as_it_was_written() -> None:
    assert "<b>mengundang</b>" in words_around(PAGE, ["mengundang"])


@pytest.mark.parametrize(("text", "tokens"), [("", ["a"]), ("satu dua", ["tiga"]), ("satu", [])])
def test_nothing_is_shown_where_nothing_stands(text: str, tokens: list[str]) -> None:
    assert words_around(text, tokens) == ""


def test_a_long_word_at_the_end_is_no_trouble() -> None:
    assert words_around("a" * 500, ["aaa"]).startswith("a")
