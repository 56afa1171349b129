"""Who acts by a letter of order has the position's inbox and powers while it holds, by the time of each act."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core.domain.delegations import Delegation, EndDelegation, OpenDelegation
from core.domain.dispositions import Disposition
from core.domain.held_acts import AcceptHeld, WhyHeld
from core.domain.ids import PositionId, RowId
from core.domain.letters import IncomingLetter
from core.domain.offices import ActingKind, Scope
from core.domain.streams import StreamKind
from core.protocol.messages import Outcome
from tests.server.holding import decide, one_held, outcome
from tests.support.acts import dispose, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest


def order(device: ScriptedDevice, office: OfficeInTest, *scopes: Scope, days: float = 5) -> OpenDelegation:
    """The head is away: the Kasi Kesejahteraan Sosial acts for him from an hour ago on."""
    begin = datetime.fromtimestamp(device.clock() // 1000, UTC) - timedelta(hours=1)
    return OpenDelegation(
        delegation_id=RowId(device.new_id()),
        kind=ActingKind.PLH,
        position=office.positions["camat"],
        replaces=office.users["camat"],
        acting_user=office.users["kesos"],
        acting_position=office.positions["kesos"],
        scopes=scopes or (Scope.DISPOSE,),
        order_no="800/12/2026",
        order_date=date(2026, 3, 1),
        starts_at=begin,
        ends_at=begin + timedelta(days=days),
    )


def inboxes(device: ScriptedDevice) -> set[PositionId]:
    granted = device.sync(grants=0).control.granted
    return {PositionId(one.key.owner) for one in granted if one.key.kind == StreamKind.INBOX}


def letter_to_the_head(join: Join, office: OfficeInTest) -> bytes:
    clerk = join("tu")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, addressee=office.positions["camat"]), position=office.positions["tu"])
    clerk.sync()
    return letter_id


def test_the_inbox_and_the_register_come_with_the_order_and_go_with_its_last_day(
    join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    letter_id = letter_to_the_head(join, office)
    secretary, kesos = join("sekcam"), join("kesos")
    assert kesos.replica.of(IncomingLetter) == []
    secretary.act(order(secretary, office), position=office.positions["sekcam"])
    assert outcome(secretary) == (Outcome.ACCEPTED, "")

    held = inboxes(kesos)
    (seen,) = kesos.replica.of(IncomingLetter)
    clock.advance(days=5)

    assert office.positions["camat"] in held
    assert seen.id == letter_id
    assert office.positions["camat"] not in inboxes(kesos)
    assert [one.order_no for one in kesos.replica.of(Delegation)] == ["800/12/2026"]


def test_what_is_done_under_it_is_accepted_marked_and_takes_nothing_back(join: Join, office: OfficeInTest) -> None:
    letter_id = letter_to_the_head(join, office)
    secretary, kesos = join("sekcam"), join("kesos")
    made = order(secretary, office)
    secretary.act(made, position=office.positions["sekcam"])
    secretary.sync()
    kesos.sync()
    kesos.act(dispose(kesos.new_id(), letter_id, office.positions["pelayanan"]), position=office.positions["camat"])

    (result,) = kesos.sync().results

    secretary.sync()
    (disposition,) = secretary.replica.of(Disposition)
    assert (result.outcome, result.same) == (Outcome.ACCEPTED, True)
    assert (disposition.from_user, disposition.from_position, disposition.under) == (
        office.users["kesos"],
        office.positions["camat"],
        made.delegation_id,
    )


def test_an_order_and_what_is_done_under_it_may_come_in_one_request(join: Join, office: OfficeInTest) -> None:
    letter_id = letter_to_the_head(join, office)
    both = join("kesos")
    both.enrol(office.codes["sekcam"], password=PASSWORD)
    both.sync()
    both.act(order(both, office), position=office.positions["sekcam"], user=office.users["sekcam"])
    under = dispose(both.new_id(), letter_id, office.positions["pelayanan"])
    both.act(under, position=office.positions["camat"], user=office.users["kesos"])

    results = both.sync().results

    assert [(one.outcome, one.code) for one in results] == [(Outcome.ACCEPTED, "")] * 2


def test_the_answer_that_takes_an_order_brings_the_inbox_to_whom_it_lets_act_at_the_same_pc(
    join: Join, office: OfficeInTest
) -> None:
    letter_to_the_head(join, office)
    both = join("kesos")
    both.enrol(office.codes["sekcam"], password=PASSWORD)
    known = both.sync(grants=0).control.grants
    both.act(order(both, office), position=office.positions["sekcam"], user=office.users["sekcam"])

    answer = both.sync(grants=known)

    assert [one.outcome for one in answer.results] == [Outcome.ACCEPTED]
    inboxes_granted = {one.key.owner for one in answer.control.granted if one.key.kind == StreamKind.INBOX}
    assert office.positions["camat"] in inboxes_granted, "not only when it asks again"


def test_an_act_that_comes_late_is_judged_by_its_own_time(join: Join, office: OfficeInTest, clock: ManualClock) -> None:
    letter_id = letter_to_the_head(join, office)
    secretary, kesos = join("sekcam"), join("kesos")
    secretary.act(order(secretary, office), position=office.positions["sekcam"])
    secretary.sync()
    kesos.sync()
    for _ in range(2):
        kesos.act(dispose(kesos.new_id(), letter_id, office.positions["pelayanan"]), position=office.positions["camat"])
        clock.advance(days=6)

    results = kesos.sync().results

    assert [(one.outcome, one.code) for one in results] == [
        (Outcome.ACCEPTED, ""),
        (Outcome.REFUSED, "not_allowed"),
    ]


def test_outside_of_its_scope_and_without_an_order_the_position_is_not_theirs(join: Join, office: OfficeInTest) -> None:
    letter_id = letter_to_the_head(join, office)
    secretary, kesos = join("sekcam"), join("kesos")
    secretary.act(order(secretary, office, Scope.NUMBER), position=office.positions["sekcam"])
    secretary.sync()
    kesos.sync()

    asked = dispose(kesos.new_id(), letter_id, office.positions["pelayanan"])
    assert decide(kesos, office, asked, as_="camat") == (Outcome.REFUSED, "not_allowed")
    assert decide(kesos, office, order(kesos, office), as_="kesos") == (Outcome.REFUSED, "not_allowed")


def test_what_was_done_before_the_end_of_an_order_could_be_known_is_held(
    join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    letter_id = letter_to_the_head(join, office)
    secretary, kesos, head = join("sekcam"), join("kesos"), join("camat")
    made = order(secretary, office)
    secretary.act(made, position=office.positions["sekcam"])
    secretary.sync()
    kesos.sync()
    clock.advance(seconds=60)
    ended = EndDelegation(delegation_id=made.delegation_id, reason="Camat sudah kembali")
    assert decide(secretary, office, ended) == (Outcome.ACCEPTED, "")
    clock.advance(seconds=60)
    kesos.act(dispose(kesos.new_id(), letter_id, office.positions["pelayanan"]), position=office.positions["camat"])

    assert outcome(kesos) == (Outcome.HELD, "")

    head.sync()
    held = one_held(head)
    assert (held.why, held.user, held.position) == (
        WhyHeld.ACTING_ENDED,
        office.users["kesos"],
        office.positions["camat"],
    )
    assert decide(head, office, AcceptHeld(held_id=held.id), as_="camat") == (Outcome.ACCEPTED, "")
    secretary.sync()
    (disposition,) = secretary.replica.of(Disposition)
    assert (disposition.from_user, disposition.under) == (office.users["camat"], b"")
