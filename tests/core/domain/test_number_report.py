"""The account of a book: every number once, with the most telling fate it has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import DeviceId, RowId
from core.domain.number_fates import Fate, FateCause, NumberFate
from core.domain.number_report import Account, NumberState, OpenRange, account_for
from tests.factories import LETTER_ID
from tests.number_factory import number_fate

PC = DeviceId(bytes(16))


def fate(low: int, high: int, kind: Fate = Fate.VOID, cause: FateCause = FateCause.NEW_EPOCH) -> NumberFate:
    return number_fate(
        id=RowId(f"{low:08d}{high:08d}".encode()), low=low, high=high, fate=kind, cause=cause, letter=None, reason=""
    )


def short(account: Account) -> list[tuple[int, int, str]]:
    return [(span.low, span.high, span.state.value) for span in account.spans]


numbers = st.integers(1, 60)
ranges = st.tuples(numbers, numbers).map(sorted)
fates = ranges.flatmap(
    lambda span: st.builds(
        fate,
        st.just(span[0]),
        st.just(span[1]),
        st.sampled_from(list(Fate)),
        st.sampled_from(list(FateCause)),
    )
)
leases = ranges.map(lambda span: OpenRange(low=span[0], high=span[1], device=PC))


@given(
    issued=st.lists(st.tuples(numbers, st.sampled_from(["", "", "a", "b"])), max_size=30),
    fates=st.lists(fates, max_size=6),
    leases=st.lists(leases, max_size=3),
    highest=st.integers(0, 70),
)
def test_every_number_up_to_the_greatest_has_one_fate(
    issued: list[tuple[int, str]], fates: list[NumberFate], leases: list[OpenRange], highest: int
) -> None:
    account = account_for(issued, fates, leases, highest=highest, complete=True)

    told = {number: span for span in account.spans for number in range(span.low, span.high + 1)}
    assert sum(span.high - span.low + 1 for span in account.spans) == len(told)
    assert sorted(told) == list(range(1, account.highest + 1))
    held = {number for number, suffix in issued if not suffix}
    voided = {n for one in fates if one.fate == Fate.VOID for n in range(one.low, one.high + 1)}
    returned = {n for one in fates if one.fate == Fate.RETURNED for n in range(one.low, one.high + 1)}
    leased = {n for one in leases for n in range(one.low, one.high + 1)}
    for number, span in told.items():
        if number in held:
            assert span.state is NumberState.ISSUED
        elif number in voided:
            assert span.state is NumberState.VOID
        elif number in returned:
            assert span.state is NumberState.RETURNED
        else:
            assert span.state is (NumberState.OPEN if number in leased else NumberState.SKIPPED)
    assert account.issued == len(held)
    assert {(number, suffix) for number, suffix, _ in account.inserted} == {one for one in issued if one[1]}


def test_a_letter_that_was_struck_through_is_a_gap_with_its_reason() -> None:
    account = account_for([(1, ""), (2, ""), (2, "a"), (3, "")], [number_fate(low=2, high=2)], [], complete=True)

    assert short(account) == [(1, 1, "issued"), (2, 2, "struck"), (3, 3, "issued")]
    assert account.issued == 2
    assert account.gaps[0].fate is not None
    assert account.gaps[0].fate.letter == LETTER_ID
    assert account.inserted == ((2, "a", False),)


def test_what_was_said_of_one_number_tells_more_than_what_was_said_of_its_block() -> None:
    account = account_for([], [fate(1, 50), fate(7, 7, cause=FateCause.REFUSED)], [], complete=True)

    assert [(span.low, span.fate.cause) for span in account.spans if span.fate] == [
        (1, FateCause.NEW_EPOCH),
        (7, FateCause.REFUSED),
        (8, FateCause.NEW_EPOCH),
    ]


def test_a_pc_does_not_say_that_a_number_was_never_given_out() -> None:
    account = account_for([(5, "")], [], [OpenRange(low=6, high=9, device=PC)], highest=9, complete=False)

    assert short(account) == [(1, 4, "unknown"), (5, 5, "issued"), (6, 9, "open")]


def test_an_empty_book_has_nothing_to_account_for() -> None:
    assert account_for([], [], [], complete=True) == Account(highest=0, issued=0, spans=(), inserted=())
