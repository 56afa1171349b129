"""What a person did before the PC could know that the right had ended is held, and is held once."""

from __future__ import annotations

import pytest

from core.domain.dispositions import Disposition, ReadDisposition
from core.domain.held_acts import AcceptHeld, HeldAct, WhyHeld
from core.domain.ids import DispositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.faults import FaultCode
from core.protocol.messages import Outcome
from tests.server.holding import decide, one_held, outcome, send_again, take_position
from tests.support.acts import dispose, register
from tests.support.device import FaultAnswered, Join
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer


def test_what_was_done_before_the_pc_could_know_is_held_and_not_refused(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary, head, section = join("tu"), join("sekcam"), join("camat"), join("kesos")
    letter_id = clerk.new_id()
    made = clerk.act(register(letter_id, subject="Undangan musrenbang"), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")

    assert outcome(clerk) == (Outcome.HELD, "")

    for device in (secretary, head, section):
        device.sync()
    held = one_held(secretary)
    assert (held.user, held.position, held.why) == (office.users["tu"], office.positions["tu"], WhyHeld.POSITION_TAKEN)
    assert held.ops == (made.data,)
    assert held.device == clerk.id
    assert one_held(head) == held
    assert [device.replica.of(HeldAct) for device in (section, clerk)] == [[], []]
    assert [device.replica.of(IncomingLetter) for device in (secretary, head, clerk)] == [[], [], []]


def test_what_was_done_after_the_pc_knew_is_refused(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    assert outcome(clerk) == (Outcome.REFUSED, "not_allowed")


def test_a_chair_that_was_never_held_is_refused_however_little_the_pc_knew(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["sekcam"], known=0)

    assert outcome(clerk) == (Outcome.REFUSED, "not_allowed")


def test_who_was_shut_out_is_answered_with_signed_out_and_the_work_is_held_all_the_same(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    server.admin.change_person(office.tenant, office.users["tu"], active=False)

    with pytest.raises(FaultAnswered) as answered:
        clerk.sync()

    secretary.sync()
    assert answered.value.fault is not None
    assert answered.value.fault.code == FaultCode.SIGNED_OUT
    assert len(clerk.pending) == 1
    assert one_held(secretary).why == WhyHeld.SHUT_OUT


def test_who_is_let_in_again_learns_that_the_work_is_held_and_it_is_held_once(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    server.admin.change_person(office.tenant, office.users["tu"], active=False)
    with pytest.raises(FaultAnswered):
        clerk.sync()
    server.admin.change_person(office.tenant, office.users["tu"], active=True)

    assert outcome(clerk) == (Outcome.HELD, "")

    secretary.sync()
    assert len(secretary.replica.of(HeldAct)) == 1


def test_work_under_a_token_that_ended_waits_and_is_taken_after_signing_in(
    join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clock.advance(days=40)
    with pytest.raises(FaultAnswered) as answered:
        clerk.sync()
    assert answered.value.fault is not None
    assert answered.value.fault.code == FaultCode.SIGNED_OUT
    clerk.open_session(office.users["tu"], password=PASSWORD)

    assert outcome(clerk) == (Outcome.ACCEPTED, "")


def test_ops_of_one_group_are_held_as_one_and_performed_as_one(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    secretary, head = join("sekcam"), join("camat")
    letter_id, chair = secretary.new_id(), office.positions["sekcam"]
    secretary.act(register(letter_id), position=chair, group=9)
    secretary.act(dispose(secretary.new_id(), letter_id, office.positions["kesos"]), position=chair, group=9)
    take_position(server, office, "sekcam", to="arsip")

    results = secretary.sync().results
    head.sync()
    assert [one.outcome for one in results] == [Outcome.HELD, Outcome.HELD]
    assert len({one.field for one in results}) == 1
    assert len(one_held(head).ops) == 2
    assert decide(head, office, AcceptHeld(held_id=one_held(head).id), as_="camat") == (Outcome.ACCEPTED, "")

    head.sync()
    (letter,), (disposition,) = head.replica.of(IncomingLetter), head.replica.of(Disposition)
    assert letter.open_answers == 1
    assert (disposition.from_position, disposition.from_user) == (chair, office.users["camat"])


def test_a_repeat_of_a_held_op_gets_the_same_answer_and_changes_nothing(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    request = clerk.build()
    first = clerk.ask(request)

    again = clerk.ask(request)

    assert again.results == first.results
    secretary.sync()
    assert len(secretary.replica.of(HeldAct)) == 1


def test_a_mended_pc_that_sends_it_again_under_another_number_doubles_nothing(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    made = clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    first = clerk.sync().results[0]
    server.admin.change_person(office.tenant, office.users["tu"], positions=[office.positions["tu"]])
    send_again(clerk, made, epoch=2)

    (again,) = clerk.sync().results

    assert (again.outcome, again.field, again.first_rev) == (Outcome.HELD, first.field, 0)
    secretary.sync()
    assert len(secretary.replica.of(HeldAct)) == 1
    assert secretary.replica.of(IncomingLetter) == []


def test_a_secret_matter_is_seen_by_those_alone_who_may_read_it(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    secretary, head, section = join("sekcam"), join("camat"), join("kesos")
    staff = join("umum")  # the superior of nobody; its own superior is the secretary
    office_letter = secretary.new_id()
    secretary.act(
        register(office_letter, security=SecurityLevel.SECRET, addressee=office.positions["umum"]),
        position=office.positions["sekcam"],
    )
    secretary.sync()
    staff.sync()
    staff.act(dispose(staff.new_id(), office_letter, office.positions["kesos"]), position=office.positions["umum"])
    take_position(server, office, "umum", to="keuangan")
    staff.sync()

    for device in (secretary, head, section):
        device.sync()
    assert one_held(secretary).security == SecurityLevel.SECRET
    assert one_held(head).reviewers == tuple(sorted((office.positions["sekcam"], office.positions["camat"])))
    assert section.replica.of(HeldAct) == []


def test_a_read_mark_is_nothing_to_decide_over(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    head, section = join("camat"), join("kesos")
    letter_id, disposition_id = head.new_id(), head.new_id()
    secretary = join("sekcam")
    secretary.act(register(letter_id), position=office.positions["sekcam"])
    secretary.act(dispose(disposition_id, letter_id, office.positions["kesos"]), position=office.positions["sekcam"])
    secretary.sync()
    section.sync()
    section.act(ReadDisposition(disposition_id=DispositionId(disposition_id)), position=office.positions["kesos"])
    take_position(server, office, "kesos")

    assert outcome(section) == (Outcome.REFUSED, "not_allowed")
