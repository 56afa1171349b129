"""The classification codes: every one is there, and what a clerk types finds the right one at once."""

from __future__ import annotations

import time

import pytest

from core.domain.classification import check_code
from desktop.services.classification import ClassificationCatalogue


@pytest.fixture(scope="module")
def catalogue() -> ClassificationCatalogue:
    return ClassificationCatalogue.load()


def codes(catalogue: ClassificationCatalogue, text: str, limit: int = 8) -> list[str]:
    return [entry.code for entry in catalogue.search(text, limit)]


def test_every_code_of_the_regulation_is_there(catalogue: ClassificationCatalogue) -> None:
    assert len(catalogue) == 2986
    assert (catalogue.lookup("000.1.5") or "").startswith("Rapat pimpinan")
    assert catalogue.lookup(" 800.1.11.4. ") == "Cuti Tahunan"


def test_every_code_is_one_that_a_letter_may_carry(catalogue: ClassificationCatalogue) -> None:
    for code in codes(catalogue, "0", limit=5000):
        check_code(code)


def test_an_old_code_keeps_its_old_name(catalogue: ClassificationCatalogue) -> None:
    assert "005" not in catalogue
    assert catalogue.lookup("005") == "Undangan"
    assert catalogue.lookup("999.9.9") is None


def test_a_code_knows_all_above_it(catalogue: ClassificationCatalogue) -> None:
    assert [entry.code for entry in catalogue.path("800.1.11.4")] == ["800", "800.1", "800.1.11", "800.1.11.4"]
    assert catalogue.path("005") == ()


def test_the_start_of_a_code_lists_what_lies_below_it(catalogue: ClassificationCatalogue) -> None:
    found = codes(catalogue, "800.1.11", limit=5)

    assert found == ["800.1.11", "800.1.11.1", "800.1.11.2", "800.1.11.3", "800.1.11.4"]


def test_an_old_code_leads_to_the_new_one_and_says_so(catalogue: ClassificationCatalogue) -> None:
    best = catalogue.search("005", 1)[0]

    assert best.code == "000.1.5"
    assert best.hint.startswith("005 Undangan")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("undangan", "000.1.5"),
        ("cuti tahunan", "800.1.11.4"),
        ("TAHUNAN cuti", "800.1.11.4"),
        ("pemindahan arsip", "000.5.6.1"),
        ("musren desa", "000.7.1.6"),
        ("gizi", "400.7.13"),
    ],
)
def test_words_find_their_code_first(catalogue: ClassificationCatalogue, *, typed: str, code: str) -> None:
    assert codes(catalogue, typed)[0] == code


def test_nothing_is_found_for_nothing_and_for_nonsense(catalogue: ClassificationCatalogue) -> None:
    assert codes(catalogue, "") == []
    assert codes(catalogue, "   ") == []
    assert codes(catalogue, "%' -- .") == []
    assert codes(catalogue, "xyzzy") == []


def test_no_code_is_listed_twice(catalogue: ClassificationCatalogue) -> None:
    found = codes(catalogue, "ke", limit=5000)

    assert len(found) == len(set(found)) > 50


def test_a_search_takes_no_longer_than_a_key_stroke(catalogue: ClassificationCatalogue) -> None:
    best = min(duration(catalogue, text) for text in ("pe", "8", "laporan keuangan") for _ in range(3))

    assert best < 0.010


def duration(catalogue: ClassificationCatalogue, text: str) -> float:
    start = time.perf_counter()
    catalogue.search(text, 20)
    return time.perf_counter() - start
