"""Filter words: understood where they say something, words like any other where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.letters import SecurityLevel, Urgency
from desktop.services.find_words import FindWords, understand
from tests.strategies import characters


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("musren desa", FindWords(words="musren desa")),
        ("dari:bappeda", FindWords(sender="bappeda")),
        ('DARI:"dinas kesehatan" rapat', FindWords(words="rapat", sender="dinas kesehatan")),
        ("dari:dinas dari:sosial", FindWords(sender="dinas sosial")),
        ("tahun:2023 musren", FindWords(words="musren", year=2023)),
        ("nomor:005/118", FindWords(number="005/118")),
        ("sifat:rahasia", FindWords(security=SecurityLevel.SECRET)),
        ("sifat:sangat-segera", FindWords(urgency=Urgency.IMMEDIATE)),
        ('kepada:"Kasi PMP"', FindWords(addressee="Kasi PMP")),
        ("tahun:kuda", FindWords(words="tahun:kuda")),
        ("sifat:aneh dari:", FindWords(words="sifat:aneh dari:")),
        ("http://x", FindWords(words="http://x")),
        ('dari:"belum ditutup', FindWords(sender="belum ditutup")),
    ],
)
def test_what_is_typed_is_taken_apart(typed: str, meant: FindWords) -> None:
    assert understand(typed) == meant


@given(typed=st.text(alphabet='abc: "tahundari20\n', max_size=40) | st.text(characters, max_size=40))
def test_nothing_that_can_be_typed_is_an_error(typed: str) -> None:
    found = understand(typed)

    assert found.words == " ".join(found.words.split())
