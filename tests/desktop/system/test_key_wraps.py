"""The wrapped key: opened by the password together with this PC, and by neither alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec
import pytest

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.key_wraps import (
    Cost,
    KeyWrap,
    KeyWraps,
    WrongPassword,
    read_wraps,
    unwrap_key,
    wrap_key,
    write_wraps,
)
from desktop.system.profile import Profile

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
KEY, SECRET, OTHER_SECRET = bytes(range(32)), b"\x01" * 32, b"\x02" * 32
PASSWORD = "kopi robusta 27"


@pytest.fixture
def wrap() -> KeyWrap:
    return wrap_key(KEY, PASSWORD, device_secret=SECRET, user=71, username="tu.sukau", cost=CHEAP)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(folder=tmp_path)


def test_the_password_on_this_pc_opens_it(wrap: KeyWrap) -> None:
    assert unwrap_key(wrap, PASSWORD, device_secret=SECRET) == KEY


@pytest.mark.parametrize("password", ["", PASSWORD.upper(), PASSWORD + " ", "x" * 10_000])
def test_another_password_does_not(wrap: KeyWrap, password: str) -> None:
    with pytest.raises(WrongPassword):
        unwrap_key(wrap, password, device_secret=SECRET)


def test_the_right_password_on_another_pc_does_not(wrap: KeyWrap) -> None:
    with pytest.raises(WrongPassword):
        unwrap_key(wrap, PASSWORD, device_secret=OTHER_SECRET)


def test_a_wrap_passed_off_as_somebody_elses_does_not_open(wrap: KeyWrap) -> None:
    with pytest.raises(WrongPassword):
        unwrap_key(msgspec.structs.replace(wrap, user=72), PASSWORD, device_secret=SECRET)


def test_every_flipped_bit_of_the_sealed_key_is_found(wrap: KeyWrap) -> None:
    for at in range(len(wrap.sealed) * 8):
        sealed = bytearray(wrap.sealed)
        sealed[at // 8] ^= 1 << at % 8
        with pytest.raises(WrongPassword):
            unwrap_key(msgspec.structs.replace(wrap, sealed=bytes(sealed)), PASSWORD, device_secret=SECRET)


def test_two_wraps_of_one_key_have_nothing_in_common(wrap: KeyWrap) -> None:
    again = wrap_key(KEY, PASSWORD, device_secret=SECRET, user=71, username="tu.sukau", cost=CHEAP)

    assert again.salt != wrap.salt
    assert again.sealed != wrap.sealed


def test_a_guess_costs_what_is_recommended_unless_told_otherwise() -> None:
    wrap = wrap_key(KEY, PASSWORD, device_secret=SECRET, user=71, username="tu")

    assert (wrap.cost.memory_kib, wrap.cost.passes, wrap.cost.lanes) == (65_536, 3, 4)


def test_wraps_survive_the_program(profile: Profile, wrap: KeyWrap) -> None:
    assert read_wraps(profile).people == ()

    write_wraps(profile, KeyWraps(office="Kantor Kecamatan Sukau", people=(wrap,)))

    assert read_wraps(profile).of(71) == wrap
    assert read_wraps(profile).of(72) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "x"}', '{"format": 1, "people": 7}'])
def test_a_damaged_file_is_told_and_not_taken_for_an_empty_one(profile: Profile, text: str) -> None:
    profile.wraps_path.write_text(text, encoding="utf-8")

    with pytest.raises(EnvironmentFault) as caught:
        read_wraps(profile)

    assert caught.value.code == FaultOf.KEY_LOST


def test_a_file_of_a_newer_program_is_left_alone(profile: Profile) -> None:
    profile.wraps_path.write_text(json.dumps({"format": 2, "people": []}), encoding="utf-8")

    with pytest.raises(EnvironmentFault) as caught:
        read_wraps(profile)

    assert caught.value.code == FaultOf.STORE_NEWER


def test_the_file_holds_neither_key_nor_password(profile: Profile) -> None:
    key = os.urandom(32)
    sealed = wrap_key(key, PASSWORD, device_secret=SECRET, user=71, username="tu", cost=CHEAP)
    write_wraps(profile, KeyWraps(people=(sealed,)))

    written = profile.wraps_path.read_bytes()

    for canary in (key, SECRET, PASSWORD.encode(), msgspec.json.encode(key)[1:-1], msgspec.json.encode(SECRET)[1:-1]):
        assert canary not in written
