"""Agenda numbers: no two letters hold one, whatever way it was given out."""

from __future__ import annotations

import pytest

from core.domain.letters import IncomingLetter
from core.domain.numbering import INCOMING_AGENDA, NumberLease
from core.protocol.faults import FaultCode
from core.protocol.messages import NumberNeed, Outcome
from core.protocol.ops import GENESIS
from tests.support.acts import YEAR, register
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.server import OfficeInTest


def need(office: OfficeInTest, remaining: int = 0, year: int = YEAR) -> NumberNeed:
    return NumberNeed(office=office.office, year=year, series=INCOMING_AGENDA, remaining=remaining)


def span(leases: tuple[NumberLease, ...]) -> list[tuple[int, int]]:
    return [(lease.low, lease.high) for lease in leases]


def enter(device: ScriptedDevice, office: OfficeInTest, *numbers: int, handle: str = "tu") -> list[int]:
    """Register letters with these numbers (0: provisional), sync; the numbers that the server holds for them."""
    made = []
    for number in numbers:
        made.append(device.new_id())
        device.act(register(made[-1], agenda_no=number), position=office.positions[handle])
    device.sync()
    letters = [device.replica.get(IncomingLetter, letter_id) for letter_id in made]
    return [letter.agenda_no for letter in letters if letter is not None]


def test_letters_without_a_number_get_the_next_ones_in_order(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")

    assert enter(clerk, office, 0, 0, 0) == [1, 2, 3]
    assert enter(clerk, office, 0) == [4]


def test_each_office_and_each_year_counts_for_itself(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    enter(clerk, office, 0, 0)
    clerk.act(register(clerk.new_id(), agenda_year=YEAR - 1), position=office.positions["tu"])
    clerk.sync()

    letters = clerk.replica.of(IncomingLetter)

    assert sorted((one.agenda_year, one.agenda_no) for one in letters) == [(YEAR - 1, 1), (YEAR, 1), (YEAR, 2)]


def test_a_number_that_another_letter_holds_is_refused(join: Join, office: OfficeInTest) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    enter(clerk, office, 125)
    secretary.act(register(secretary.new_id(), agenda_no=125), position=office.positions["sekcam"])

    result = secretary.sync().results[0]

    assert (result.outcome, result.code, result.field) == (Outcome.REFUSED, "number_taken", "agenda_no")


def test_the_same_number_twice_in_one_request_is_refused_the_second_time(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    for _ in range(2):
        clerk.act(register(clerk.new_id(), agenda_no=3), position=office.positions["tu"])

    assert [one.code for one in clerk.sync().results] == ["", "number_taken"]


def test_an_imported_book_moves_the_next_number_and_the_next_block_behind_it(join: Join, office: OfficeInTest) -> None:
    clerk, secretary = join("tu"), join("sekcam")

    assert enter(clerk, office, 1, 2, 3, 411, 77) == [1, 2, 3, 411, 77]
    assert enter(clerk, office, 0) == [412]
    assert span(secretary.sync(needs=[need(office)]).control.leases) == [(413, 462)]


def test_a_block_is_given_to_who_registers_and_never_twice(join: Join, office: OfficeInTest) -> None:
    clerk, secretary = join("tu"), join("sekcam")

    first = clerk.sync(needs=[need(office)]).control.leases
    second = secretary.sync(needs=[need(office)]).control.leases

    assert span(first) == [(1, 50)]
    assert span(second) == [(51, 100)]
    assert [lease.fence for lease in (*first, *second)] == [1, 2]
    assert enter(clerk, office, 0) == [101]


def test_who_has_enough_numbers_or_registers_nothing_gets_no_block(join: Join, office: OfficeInTest) -> None:
    clerk, staff = join("tu"), join("kesos")

    assert clerk.sync(needs=[need(office, remaining=26)]).control.leases == ()
    assert staff.sync(needs=[need(office)]).control.leases == ()
    for year in (10**9, YEAR - 1, YEAR + 1):
        strange = NumberNeed(office=office.office, year=year, series=INCOMING_AGENDA, remaining=0)
        assert clerk.sync(needs=[strange]).control.leases == ()


def test_a_block_whose_reply_was_lost_is_given_again(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    lost = clerk.ask(clerk.build(needs=[need(office)]))

    again = clerk.sync(needs=[need(office)])

    assert again.control.leases == lost.control.leases


def test_a_block_that_is_used_up_is_followed_by_another(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.sync(needs=[need(office)])
    enter(clerk, office, *range(1, 26))

    assert span(clerk.sync(needs=[need(office, remaining=25)]).control.leases) == [(51, 100)]


def test_a_block_that_is_never_used_is_not_given_for_ever(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")

    blocks = [span(clerk.sync(needs=[need(office)]).control.leases) for _ in range(6)]

    assert blocks == [[(1, 50)]] * 5 + [[(51, 100)]]


def test_a_new_epoch_gets_a_new_block(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.sync(needs=[need(office)])
    clerk.epoch, clerk.next_seq, clerk.head = 2, 1, GENESIS

    assert enter(clerk, office, 0) == [51]
    assert span(clerk.sync(needs=[need(office)]).control.leases) == [(52, 101)]


def test_a_full_series_refuses_letters_and_gives_no_block(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    enter(clerk, office, 999_999)
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    reply = clerk.sync(needs=[need(office)])

    assert reply.results[0].code == "number_out_of_range"
    assert reply.control.leases == ()


def test_too_many_wishes_at_once_are_turned_away(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")

    with pytest.raises(FaultAnswered) as caught:
        clerk.sync(needs=[need(office, year=year) for year in range(1900, 1940)])

    assert caught.value.fault is not None
    assert caught.value.fault.code == FaultCode.TOO_LARGE
