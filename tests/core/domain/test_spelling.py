"""Spellings that mean one name come together; one slip of the finger is seen, two are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.spelling import one_edit, skeleton
from tests.strategies import characters

words = st.text(alphabet="abdehijkostuyz", min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lumbok", "Lombok"),
        ("Bakhu", "Bahu"),
        ("Soekarno", "Sukarno"),
        ("Tjamat", "camat"),
        ("Djalan", "jalan"),
        ("Budhi", "Budi"),
        ("Suwoh", "Suwwoh"),
        ("Wahyudi", "Wahiudi"),
        ("Nopember", "November"),
        ("izin", "ijin"),
        ("Désa", "desa"),
    ],
)
def test_two_spellings_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("rapat", "rapor"), ("Liwa", "Lima"), ("camat", "lamat")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(word=st.text(characters, max_size=20))
def test_the_skeleton_of_a_skeleton_is_itself(word: str) -> None:
    assert skeleton(skeleton(word)) == skeleton(word)


@given(word=words, at=st.integers(0, 9), letter=st.sampled_from("xq"))
def test_a_letter_too_much_too_little_or_wrong_is_one_slip(word: str, at: int, letter: str) -> None:
    at %= len(word)
    for slipped in (word[:at] + letter + word[at:], word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :]):
        assert one_edit(word, slipped)
        assert one_edit(slipped, word)


@given(word=words)
def test_two_letters_that_changed_places_are_one_slip(word: str) -> None:
    for at in range(len(word) - 1):
        assert one_edit(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :])


@given(word=words)
def test_two_wrong_letters_are_two_slips(word: str) -> None:
    assert not one_edit(f"a{word}a", f"q{word}q")
