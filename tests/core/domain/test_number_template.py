"""Letter numbers by template: what offices print is made and recognised, and nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.domain.errors import RefusalCode
from core.domain.number_parts import ROMAN, Token
from core.domain.number_template import (
    MAX_TEMPLATE,
    Reset,
    TemplateRefusal,
    counter_of,
    parse_template,
    recognise,
    render,
    template_text,
)
from tests.strategies import characters

GOLDEN = json.loads((Path(__file__).parent / "golden" / "letter_numbers.json").read_text(encoding="utf-8"))
CODES = st.lists(st.integers(0, 999).map(str), min_size=1, max_size=4).map(".".join)
VALUES: dict[Token, st.SearchStrategy[Any]] = {
    Token.SECURITY: st.sampled_from(["B", "T", "R", "SR"]),
    Token.CODE: CODES,
    Token.NUMBER: st.integers(1, 999_999),
    Token.SUFFIX: st.sampled_from(["", "a", "b", "aa", ".1", ".12"]),
    Token.UNIT: st.sampled_from(["OR", "KEUDA", "BPAD2.1", "BU-NGK", "Bag.Umum", "Seksi Umum"]),
    Token.OFFICE_CODE: st.sampled_from(["VI.04", "434.100", "107.1", "L01", "IV"]),
    Token.TYPE: st.sampled_from(["BAPHP", "M", "SPPD", "K"]),
    Token.MONTH: st.integers(1, 12),
    Token.ROMAN_MONTH: st.integers(1, 12),
    Token.YEAR: st.integers(1990, 2099),
    Token.SHORT_YEAR: st.integers(0, 99).map(lambda year: f"{year:02d}"),
}
literals = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs", "S"]), max_size=4)


@st.composite
def templates(draw: st.DrawFn, separators: st.SearchStrategy[str] = literals) -> str:
    others = draw(st.lists(st.sampled_from([one for one in Token if one is not Token.NUMBER]), unique=True))
    tokens = draw(st.permutations([Token.NUMBER, *others]))
    text = ""
    for token in tokens:
        widest = {Token.NUMBER: 5, Token.MONTH: 2}.get(token, 0)
        width = draw(st.integers(0, widest)) if widest and draw(st.booleans()) else None
        text += "{" + token.value + ("" if width is None else f":{width}") + "}"
        text += draw(separators).replace("{", "{{").replace("}", "}}")
    assume(len(text) <= MAX_TEMPLATE)
    return text


def refused(text: str, *, by: Any = parse_template) -> tuple[RefusalCode, int]:
    with pytest.raises(TemplateRefusal) as caught:
        by(text)
    return caught.value.code, caught.value.position


def read(text: str, number: str) -> dict[Token, str] | TemplateRefusal:
    try:
        return recognise(parse_template(text), number)
    except TemplateRefusal as refusal:
        return refusal


def test_the_golden_file_holds_the_twenty_three_formats_that_were_seen() -> None:
    assert len(GOLDEN) == 23


@pytest.mark.parametrize("one", GOLDEN, ids=[one["number"] for one in GOLDEN])
def test_a_number_as_offices_print_it_is_recognised_and_made_again(one: dict[str, str]) -> None:
    template = parse_template(one["template"])

    parts = recognise(template, one["number"])

    assert set(parts) == set(template.tokens)
    assert int(parts[Token.NUMBER]) > 0
    assert render(template, parts) == one["number"]


def test_each_part_of_a_number_lands_in_its_place() -> None:
    template = parse_template("{keamanan}-{kode}/{urut:3}{sisipan}/{unit}/{bulan_romawi}/{tahun}")

    parts = recognise(template, "R-000.1.2/125a/Bag.Umum/IX/2026")

    assert parts == {
        Token.SECURITY: "R",
        Token.CODE: "000.1.2",
        Token.NUMBER: "125",
        Token.SUFFIX: "a",
        Token.UNIT: "Bag.Umum",
        Token.ROMAN_MONTH: "IX",
        Token.YEAR: "2026",
    }


@settings(max_examples=200)
@given(text=templates())
def test_a_template_survives_being_written_and_read(text: str) -> None:
    template = parse_template(text)

    again = parse_template(template_text(template))

    assert [(one.token, one.width, one.text) for one in again.parts] == [
        (one.token, one.width, one.text) for one in template.parts
    ]


@settings(max_examples=200)
@given(text=templates(), data=st.data())
def test_a_made_number_is_recognised_as_what_it_was_made_of_or_said_to_be_ambiguous(
    text: str, data: st.DataObject
) -> None:
    template = parse_template(text)
    values = {token: data.draw(VALUES[token]) for token in template.tokens}
    number = render(template, values)

    parts = read(text, number)

    if isinstance(parts, TemplateRefusal):
        assert parts.code == RefusalCode.NUMBER_AMBIGUOUS
        return
    assert render(template, parts) == number
    assert set(parts) == set(template.tokens)
    assert int(parts[Token.NUMBER]) == values[Token.NUMBER]


@settings(max_examples=200)
@given(text=templates(separators=st.just("/")), data=st.data())
def test_parts_between_slashes_are_never_ambiguous(text: str, data: st.DataObject) -> None:
    template = parse_template(text)
    values = {token: data.draw(VALUES[token]) for token in template.tokens}

    parts = recognise(template, render(template, values))

    for token, value in values.items():
        shown = ROMAN[value - 1] if token is Token.ROMAN_MONTH else str(value)
        assert parts[token].lstrip("0") == shown.lstrip("0")


@given(text=st.text(characters, max_size=30), number=st.text(characters, max_size=40))
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str, number: str) -> None:
    parts = read(text + "{urut}", number)

    if isinstance(parts, TemplateRefusal):
        assert 0 <= parts.position <= max(len(text) + 6, len(number))
    else:
        assert int(parts[Token.NUMBER]) > 0


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("{kode}/{urut", RefusalCode.TEMPLATE_MALFORMED, 7),
        ("{kode}/{ur{ut}", RefusalCode.TEMPLATE_MALFORMED, 7),
        ("{kode}}/{urut}", RefusalCode.TEMPLATE_MALFORMED, 6),
        ("{kode}/}{urut}", RefusalCode.TEMPLATE_MALFORMED, 7),
        ("{urut:6}", RefusalCode.TEMPLATE_MALFORMED, 6),
        ("{urut:}", RefusalCode.TEMPLATE_MALFORMED, 6),
        ("{urut}/{tahun:2}", RefusalCode.TEMPLATE_MALFORMED, 14),
        ("{urut}\n", RefusalCode.TEMPLATE_MALFORMED, 6),
        ("{urut}/{hari}", RefusalCode.TEMPLATE_UNKNOWN_PART, 8),
        ("{urut}/{urut}", RefusalCode.TEMPLATE_REPEATED, 7),
        ("{kode}/{tahun}", RefusalCode.TEMPLATE_WITHOUT_NUMBER, 14),
        ("", RefusalCode.TEMPLATE_WITHOUT_NUMBER, 0),
        ("x" * (MAX_TEMPLATE + 1), RefusalCode.TEXT_TOO_LONG, MAX_TEMPLATE),
    ],
)
def test_a_bad_template_is_refused_with_the_place_where_it_is_bad(text: str, code: RefusalCode, position: int) -> None:
    assert refused(text) == (code, position)


def test_a_number_that_does_not_fit_is_refused_with_the_place_up_to_which_it_does() -> None:
    template = parse_template("{kode}/{urut:3}/{tahun}")

    assert refused("000.1.2/12/2026", by=lambda text: recognise(template, text)) == (
        RefusalCode.NUMBER_UNRECOGNISED,
        8,
    )


def test_a_number_with_two_readings_is_not_guessed() -> None:
    template = parse_template("{urut}{bulan}")

    assert recognise(template, "17") == {Token.NUMBER: "1", Token.MONTH: "7"}
    assert refused("112", by=lambda text: recognise(template, text)) == (RefusalCode.NUMBER_AMBIGUOUS, 0)


def test_a_running_number_grows_past_its_width_without_being_cut() -> None:
    template = parse_template("{urut:2}/{tahun}")

    assert [render(template, {Token.NUMBER: n, Token.YEAR: 2026}) for n in (7, 99, 100)] == [
        "07/2026",
        "99/2026",
        "100/2026",
    ]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({Token.NUMBER: 1}, RefusalCode.NUMBER_PART_MISSING),
        ({Token.NUMBER: 1, Token.ROMAN_MONTH: 13}, RefusalCode.NUMBER_PART_MALFORMED),
        ({Token.NUMBER: 0, Token.ROMAN_MONTH: 1}, RefusalCode.NUMBER_PART_MALFORMED),
        ({Token.NUMBER: "1a", Token.ROMAN_MONTH: 1}, RefusalCode.NUMBER_PART_MALFORMED),
    ],
)
def test_a_number_is_not_made_of_what_is_missing_or_wrong(values: dict[Token, Any], code: RefusalCode) -> None:
    template = parse_template("{urut}/{bulan_romawi}")

    with pytest.raises(TemplateRefusal) as caught:
        render(template, values)
    assert caught.value.code == code


def test_a_counter_is_named_by_what_starts_it_again() -> None:
    template = parse_template("{kode}/{urut}/{unit}", frozenset({Reset.UNIT, Reset.CODE}))
    values: dict[Token, str | int] = {Token.CODE: "000.1", Token.UNIT: "UM", Token.NUMBER: 4}

    assert counter_of(template, values) == ("000.1", "UM")
    with pytest.raises(TemplateRefusal):
        counter_of(template, {Token.CODE: "000.1"})
