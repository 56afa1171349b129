"""The server's own "no", told apart from anybody else's; and one-time codes as people type them."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.protocol.enrolment import (
    ALPHABET,
    CODE_CHARS,
    CodeMalformed,
    code_hash,
    fingerprint,
    new_code,
    print_code,
    read_code,
)
from core.protocol.faults import FAULT_MAGIC, STATUS, Fault, FaultCode, read_fault, write_fault
from core.protocol.frames import MAGIC
from tests.strategies import characters

HTML = b"<!DOCTYPE html><html><body>Login WiFi</body></html>"
codes = st.text(st.sampled_from(ALPHABET), min_size=CODE_CHARS, max_size=CODE_CHARS)
prints = st.one_of(st.just(""), st.text(st.sampled_from(ALPHABET), min_size=8, max_size=8))


@pytest.mark.parametrize("code", list(FaultCode))
def test_a_fault_comes_back_and_has_a_status_of_refusal(code: FaultCode) -> None:
    assert read_fault(write_fault(Fault(code=code, number=12))) == Fault(code=code, number=12)
    assert 400 <= STATUS[code] < 600


@pytest.mark.parametrize("body", [b"", HTML, FAULT_MAGIC, FAULT_MAGIC + b"\x91\xa5later", MAGIC + b"\x00", b"PSG"])
def test_what_is_not_a_fault_of_ours_is_none(body: bytes) -> None:
    assert read_fault(body) is None


@given(body=st.binary(max_size=60))
def test_noise_is_no_fault_and_breaks_nothing(body: bytes) -> None:
    assert read_fault(body) is None
    assert read_fault(FAULT_MAGIC + body) is None or body


@given(code=codes, authority=prints, spoil=st.sampled_from(["", " ", "\t", "-", " - "]), lower=st.booleans())
def test_a_code_is_read_however_it_is_typed(code: str, authority: str, spoil: str, *, lower: bool) -> None:
    typed = spoil + spoil.join(print_code(code, authority)) + spoil

    assert read_code(typed.lower() if lower else typed) == (code, authority)


def test_letters_that_look_like_digits_count_as_digits() -> None:
    assert read_code("oOiI-lL01-2345") == ("001111012345", "")


@given(random=st.binary(min_size=8, max_size=8))
def test_a_new_code_has_no_lookalikes_and_can_be_read(random: bytes) -> None:
    code = new_code(lambda count: random[:count])

    assert not set(code) & set("ILOU")
    assert read_code(print_code(code)) == (code, "")


def test_new_codes_differ_in_sixty_bits() -> None:
    assert new_code(bytes) == "0" * 12
    assert new_code(lambda count: b"\xff" * count) == "Z" * 12
    assert len({new_code(os.urandom) for _ in range(200)}) == 200


def test_the_print_shows_groups_of_four() -> None:
    assert print_code("7K3M9QWX2ABC", "F4D18YZP") == "7K3M-9QWX-2ABC-F4D1-8YZP"


@pytest.mark.parametrize(
    "typed", ["", "7K3M", "7K3M-9QWX-2AB", "7K3M-9QWX-2ABC-F4D1", "7K3M-9QWX-2ABU", "7K3M_9QWX_2ABC", "é" * 12]
)
def test_what_cannot_be_a_code_is_told(typed: str) -> None:
    with pytest.raises(CodeMalformed):
        read_code(typed)


@given(typed=st.text(characters, max_size=30))
def test_any_text_is_a_code_or_malformed(typed: str) -> None:
    try:
        code, authority = read_code(typed)
    except CodeMalformed:
        return
    assert read_code(print_code(code, authority)) == (code, authority)


def test_an_authority_has_a_fingerprint_that_fits_a_code() -> None:
    one, other = fingerprint(b"certificate"), fingerprint(b"another")

    assert one != other
    assert read_code("7K3M9QWX2ABC" + one) == ("7K3M9QWX2ABC", one)


def test_the_server_keeps_no_code() -> None:
    assert code_hash("7K3M9QWX2ABC") != code_hash("7K3M9QWX2ABD")
    assert b"7K3M" not in code_hash("7K3M9QWX2ABC")
