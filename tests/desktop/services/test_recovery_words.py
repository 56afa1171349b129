"""Words of a recovery sheet: what was printed is understood however it is typed; a slip is told from other words."""

from __future__ import annotations

import os
import random

import pytest

from desktop.services.recovery_words import WORD_COUNT, WordsRefused, read_words, word_list, words_of

WORDS = word_list()
SECRET = bytes(range(16))
# As they were once printed.
PRINTED = (
    *("abadi", "ahad", "budi", "penyu", "akhlak", "bebek", "kait"),
    *("adegan", "aneka", "colek", "penuh", "fajar", "asam", "jahe"),
)


def refusal(typed: str) -> WordsRefused:
    with pytest.raises(WordsRefused) as refused:
        read_words(typed, WORDS)
    return refused.value


def test_the_words_are_a_thousand_different_in_their_first_four_letters_and_stay_in_their_order() -> None:
    assert len(WORDS) == 1024
    assert len({word[:4] for word in WORDS}) == 1024
    assert all(4 <= len(word) <= 8 and word.isascii() and word.isalpha() and word.islower() for word in WORDS)
    assert list(WORDS) == sorted(WORDS)
    assert words_of(SECRET, WORDS) == PRINTED


@pytest.mark.parametrize("_", range(20))
def test_any_secret_comes_back(_: int) -> None:
    secret = os.urandom(16)
    assert read_words(" ".join(words_of(secret, WORDS)), WORDS) == (secret,)


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(PRINTED).upper(),
        "\n".join(f"{number}. {word.title()}," for number, word in enumerate(PRINTED, start=1)),
        " ".join(word[:4] for word in PRINTED),
        "   ".join(PRINTED) + "  ",
    ],
    ids=["capitals", "numbered", "four letters", "spaces"],
)
def test_how_it_is_typed_does_not_matter(typed: str) -> None:
    assert read_words(typed, WORDS) == (SECRET,)


def test_one_slip_in_every_word_is_mended() -> None:
    chance = random.Random(7)
    for _ in range(5):
        secret = chance.randbytes(16)
        typed = []
        for word in words_of(secret, WORDS):
            place = chance.randrange(len(word))
            typed.append(word[:place] + chance.choice("qxz") + word[place + 1 :])
        assert secret in read_words(" ".join(typed), WORDS)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (3, 9), (12, 13)])
def test_two_words_that_changed_places_are_found(one: int, other: int) -> None:
    typed = list(PRINTED)
    typed[one], typed[other] = typed[other], typed[one]

    assert SECRET in read_words(" ".join(typed), WORDS)


def test_what_is_no_word_is_named_with_its_place_and_the_nearest() -> None:
    typed = [*PRINTED[:4], "surxxkan", *PRINTED[5:]]
    refused = refusal(" ".join(typed))

    assert (refused.code, refused.position, refused.word) == ("word_unknown", 5, "surxxkan")
    assert refusal("qqqqqqqq " * 14).like == ""


def test_words_that_are_missing_are_counted_and_other_words_are_told_from_slips() -> None:
    assert (refusal("").code, refusal("").position) == ("words_missing", 0)
    assert refusal(" ".join(PRINTED[:-1])).position == WORD_COUNT - 1
    # Two words are others: no checksum of fourteen words like these is right but by a chance of one in forty.
    assert refusal(" ".join((*PRINTED[:3], "tirai", "abadi", *PRINTED[5:]))).code == "words_mistyped"
