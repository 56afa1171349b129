"""Which passwords may be chosen."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.passwords import PasswordFlaw, PasswordPolicy, flaw_of
from resources.loading import read_bytes, read_text

COMMON = frozenset(read_text("passwords/common.txt").split())
POLICIES = msgspec.json.decode(read_bytes("passwords/policies.json"), type=dict[str, PasswordPolicy])


def flaw(password: str, policy: str = "umum") -> PasswordFlaw | None:
    return flaw_of(password, policy=POLICIES[policy], common=COMMON, about=("Siti Aminah", "tu.sukau"))


@pytest.mark.parametrize(
    "password",
    [
        "kopi robusta liwa",
        "gunung pesagi 2262",
        "kopi robusta 27",
        "hujan turun di ladang kopi",
        "Zx9-trqwnvbm",
        "kuda merah pintu kopi",
    ],
)
def test_what_nobody_guesses_may_be_chosen(password: str) -> None:
    assert flaw(password) is None


def test_four_words_that_somebody_put_together_are_a_password() -> None:
    assert flaw("kuda merah pintu kopi") is None
    assert flaw("kuda merah pintu") is PasswordFlaw.GUESSED


@pytest.mark.parametrize("password", ["", "kopi robust", "k" * 257])
def test_it_must_be_long_but_not_endless(password: str) -> None:
    assert flaw(password) is PasswordFlaw.SHORT


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "admin12345678",
        "AdminKecamatan2026",
        "123456789012",
        "987654321987",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "bismillah123",
        "IndonesiaMerdeka17",
        "qwertyuiop12",
        "Siti-Aminah-1990",
        "sukausukau12",
        "Rahasia.Rahasia",
        "qazwsxedcrfv",
        "1qaz2wsx3edc4rfv",
        "Asdfgh-098765",
        "mnbvcxz-lkjhg",
        "drowssap-1234",
        "k0p1k0p1k0p1",
        "budi-santoso-1987",
        "LampungBarat#2026",
        "Agustus17Merdeka",
        "dragon.master.1",
    ],
)
def test_what_everybody_tries_first_is_refused_however_long(password: str) -> None:
    assert flaw(password) is PasswordFlaw.GUESSED


def test_more_than_three_thousand_of_the_most_used_are_made_of_the_words_and_refused() -> None:
    """ASVS 6.2.4: the words are our own, and so is how people stretch them to twelve signs."""
    years, ends = ("1234", "2026", "!!!!", "0000"), ("", "123", "!")
    tried = {f"{word}{year}{word}{end}" for word in COMMON for year in years for end in ends}
    long_enough = [one for one in tried if len(one) >= POLICIES["umum"].min_chars]

    assert len(COMMON) > 900
    assert len(long_enough) > 3000
    assert [one for one in sorted(long_enough)[::150] if flaw(one) is None] == []


def test_a_policy_may_want_kinds_of_characters() -> None:
    assert flaw("kopi robusta liwa", "bssn") is PasswordFlaw.PLAIN
    assert flaw("Kopi robusta liwa 27", "bssn") is None
    assert POLICIES["bssn"].max_age_days == 90
    assert POLICIES["umum"] == PasswordPolicy()
