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
    ["kopi robusta liwa", "gunung pesagi 2262", "kopi robusta 27", "hujan turun di ladang kopi", "Zx9-trqwnvbm"],
)
def test_what_nobody_guesses_may_be_chosen(password: str) -> None:
    assert flaw(password) is None


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
    ],
)
def test_what_everybody_tries_first_is_refused_however_long(password: str) -> None:
    assert flaw(password) is PasswordFlaw.GUESSED


def test_a_policy_may_want_kinds_of_characters() -> None:
    assert flaw("kopi robusta liwa", "bssn") is PasswordFlaw.PLAIN
    assert flaw("Kopi robusta liwa 27", "bssn") is None
    assert POLICIES["bssn"].max_age_days == 90
    assert POLICIES["umum"] == PasswordPolicy()
