"""Agenda numbers and their blocks, classification codes, and identifiers."""

from __future__ import annotations

import os
import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.classification import MAX_CODE, check_code, normalize_code
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, DeviceId, OfficeId, small_row_id, uuid7
from core.domain.numbering import (
    BLOCK_SIZE,
    INCOMING_AGENDA,
    KNOWN_AFTER_DAYS,
    MAX_BLOCK,
    MAX_NUMBER,
    MIN_BLOCK,
    Authority,
    NumberLease,
    block_size,
    book_of,
    check_number,
    check_suffix,
    format_agenda,
    lease_stands,
    may_be_leased,
    needs_refill,
    next_block,
    next_suffix,
    series_of,
)


@given(sizes=st.lists(st.integers(1, 300), max_size=40), start=st.integers(0, 500))
def test_blocks_follow_each_other_without_gap_or_overlap(sizes: list[int], start: int) -> None:
    given_out: list[int] = []
    highest = start
    for size in sizes:
        low, highest = next_block(highest, size)
        given_out.extend(range(low, highest + 1))

    assert given_out == list(range(start + 1, start + 1 + sum(sizes)))


def test_the_last_block_ends_at_the_last_number() -> None:
    assert next_block(MAX_NUMBER - BLOCK_SIZE) == (MAX_NUMBER - BLOCK_SIZE + 1, MAX_NUMBER)
    with pytest.raises(Refusal) as refused:
        next_block(MAX_NUMBER - BLOCK_SIZE + 1)
    assert refused.value.code == RefusalCode.NUMBER_OUT_OF_RANGE


@pytest.mark.parametrize(("remaining", "wanted"), [(0, True), (25, True), (26, False), (50, False)])
def test_a_new_block_is_due_at_half_of_the_old(remaining: int, wanted: bool) -> None:  # noqa: FBT001  # a column of the table
    assert needs_refill(remaining) == wanted


@pytest.mark.parametrize("number", [0, -1, MAX_NUMBER + 1])
def test_a_number_outside_the_book_is_refused(number: int) -> None:
    with pytest.raises(Refusal):
        check_number(number)


@pytest.mark.parametrize(
    ("number", "suffix", "shown"), [(412, "", "0412"), (125, "a", "0125a"), (1, "", "0001"), (123_456, "", "123456")]
)
def test_agenda_numbers_are_shown_with_four_digits_at_least(number: int, suffix: str, shown: str) -> None:
    check_number(number)
    assert format_agenda(number, suffix) == shown


@pytest.mark.parametrize("code", ["", "005", "000.1.2", "188.45", "800.1.11.1", "1.2.3.4.5.6", "0000.1111.22.3.4"])
def test_codes_of_both_schemes_are_taken(code: str) -> None:
    check_code(code)


@pytest.mark.parametrize(
    "code", ["a", "000.", ".000", "000..1", "00000", "1.2.3.4.5.6.7", "0 5", "\u0665", "005\n", "1" * (MAX_CODE + 1)]
)
def test_what_is_no_code_is_refused_with_its_field(code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_code(code, field="kode")

    assert (refused.value.code, refused.value.field) == (RefusalCode.CLASSIFICATION_MALFORMED, "kode")


@given(parts=st.lists(st.integers(0, 9999), min_size=1, max_size=4), blanks=st.sampled_from(["", " ", "\t", " \n"]))
def test_a_code_survives_blanks_and_a_closing_dot(parts: list[int], blanks: str) -> None:
    code = ".".join(str(part) for part in parts)

    typed = normalize_code(blanks + blanks.join(code) + "." + blanks)

    assert typed == code
    check_code(typed)


@given(ms=st.integers(0, 2**48 - 1))
def test_a_row_id_is_a_uuid_of_version_seven_that_begins_with_its_time(ms: int) -> None:
    made = uuid.UUID(bytes=uuid7(ms, os.urandom))

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == ms


@given(times=st.lists(st.integers(0, 2**48 - 1), unique=True, max_size=20))
def test_row_ids_sort_by_their_birth(times: list[int]) -> None:
    made = [uuid7(ms, os.urandom) for ms in sorted(times)]

    assert made == sorted(made)


def test_row_ids_of_one_moment_differ_in_seventy_four_bits() -> None:
    ones = uuid7(0, lambda count: b"\xff" * count)
    zeros = uuid7(0, lambda count: b"\x00" * count)

    assert sum((a ^ b).bit_count() for a, b in zip(ones, zeros, strict=True)) == 74


@given(numbers=st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=20))
def test_small_row_ids_sort_as_their_numbers(numbers: list[int]) -> None:
    assert [int.from_bytes(small_row_id(n), "big") for n in numbers] == numbers
    assert sorted(map(small_row_id, map(int, numbers))) == [small_row_id(n) for n in sorted(numbers)]


def test_a_pc_of_which_little_is_known_gets_the_usual_block() -> None:
    assert block_size([], 0) == BLOCK_SIZE
    assert block_size([13] * (KNOWN_AFTER_DAYS - 1), 30) == BLOCK_SIZE


@pytest.mark.parametrize(
    ("used", "away", "size"), [([1] * 20, 0, MIN_BLOCK), ([13] * 20, 7, 91), ([3] * 95 + [100] * 5, 0, 9)]
)
def test_a_block_lasts_for_the_busy_days_that_a_pc_may_be_cut_off(used: list[int], away: int, size: int) -> None:
    assert block_size(used, away) == size


@given(used=st.lists(st.integers(1, 5000), max_size=60), away=st.integers(0, 60))
def test_a_block_is_never_too_small_to_work_with_nor_without_bound(used: list[int], away: int) -> None:
    assert MIN_BLOCK <= block_size(used, away) <= MAX_BLOCK


@given(book=st.integers(0, 999_999_999))
def test_a_series_names_its_book(book: int) -> None:
    assert book_of(series_of(BookId(book))) == book


@pytest.mark.parametrize("series", ["", "buku-", "buku-0", "buku-01", "buku--1", "buku-1234567890", "agenda"])
def test_what_no_book_counts_is_no_series(series: str) -> None:
    assert book_of(series) is None


def test_inserted_numbers_get_the_next_free_letter() -> None:
    assert [next_suffix(()), next_suffix({"a", "c"}), next_suffix(string.ascii_lowercase)] == ["a", "b", "aa"]
    for suffix in ("", "a", "zz", ".1", ".12"):
        check_suffix(suffix)
    for suffix in ("A", "abc", ".0", "1", "a\n"):
        with pytest.raises(Refusal):
            check_suffix(suffix)


def test_only_the_holder_of_a_series_may_be_leased_to_and_an_older_fence_stands_no_longer() -> None:
    hub, other = DeviceId(b"h" * 16), DeviceId(b"o" * 16)
    lease = NumberLease(office=OfficeId(7), year=2026, series=INCOMING_AGENDA, low=1, high=9, fence=4)
    by_hub = Authority(holder=hub, since=4)

    assert may_be_leased(Authority(), other)
    assert (may_be_leased(by_hub, hub), may_be_leased(by_hub, other)) == (True, False)
    assert not lease_stands(by_hub, lease, other)
    assert lease_stands(Authority(holder=hub, since=3), lease, other)
