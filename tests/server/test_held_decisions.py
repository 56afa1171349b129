"""A superior accepts what is held, in the own name and through the chair it was done in, or rejects it for a reason."""

from __future__ import annotations

import pytest

from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition, RecipientState
from core.domain.held_acts import AcceptHeld, HeldAct, HeldState, RejectHeld
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.number_fates import Fate, FateCause, NumberFate
from core.domain.offices import Role
from core.domain.streams import StreamKind
from core.protocol.messages import Outcome, Verdict
from server.services.hubs import hub_grants
from tests.server.admitting import Admit
from tests.server.holding import NOW_YEAR, decide, leased, one_held, take_position
from tests.support.acts import amend, answer, dispose, register
from tests.support.device import Join
from tests.support.number_acts import close
from tests.support.server import ManualClock, OfficeInTest, RunningServer


def test_accepting_performs_it_in_the_name_of_the_superior_through_the_chair_in_which_it_was_done(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, addressee=office.positions["camat"]), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.sync()

    assert decide(secretary, office, AcceptHeld(held_id=one_held(secretary).id)) == (Outcome.ACCEPTED, "")

    clerk.sync()
    secretary.sync()
    for device in (clerk, secretary):
        (letter,) = device.replica.of(IncomingLetter)
        assert (letter.id, letter.agenda_no, letter.registered_by) == (letter_id, 1, office.users["sekcam"])
    held = one_held(secretary)
    assert (held.state, held.decided_by, held.decided_as) == (
        HeldState.ACCEPTED,
        office.users["sekcam"],
        office.positions["sekcam"],
    )


def test_the_administrator_of_the_office_decides_over_what_is_not_secret_and_sees_nothing_of_what_is(
    server: RunningServer, join: Join, office: OfficeInTest, admit: Admit
) -> None:
    admin, clerk, secretary = admit(Role.OFFICE_ADMIN), join("tu"), join("sekcam")
    letters = clerk.new_id(), clerk.new_id()
    for letter_id, level in zip(letters, (SecurityLevel.OPEN, SecurityLevel.SECRET), strict=True):
        clerk.act(register(letter_id, security=level), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.sync()
    admin.sync()
    secret = next(one for one in secretary.replica.of(HeldAct) if one.about == (letters[1],))

    held = one_held(admin)
    assert decide(admin, office, AcceptHeld(held_id=held.id), as_="OFFICE_ADMIN") == (Outcome.ACCEPTED, "")
    assert decide(admin, office, AcceptHeld(held_id=secret.id), as_="OFFICE_ADMIN")[0] == Outcome.REFUSED

    secretary.sync()
    (letter,) = secretary.replica.of(IncomingLetter)
    admin_user = office.users["OFFICE_ADMIN"]
    assert (held.about, letter.id, letter.registered_by) == ((letters[0],), letters[0], admin_user)
    assert admin.replica.of(IncomingLetter) == []
    states = {one.id: (one.state, one.decided_by) for one in secretary.replica.of(HeldAct)}
    assert states == {held.id: (HeldState.ACCEPTED, admin_user), secret.id: (HeldState.WAITING, 0)}


def test_the_author_is_told_what_was_decided(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    for _ in range(2):
        clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    names = [bytes.fromhex(one.field) for one in clerk.sync().results]
    assert clerk.sync(held=tuple(names)).control.verdicts == ()
    secretary.sync()
    decide(secretary, office, AcceptHeld(held_id=names[0]))  # type: ignore[arg-type]
    decide(secretary, office, RejectHeld(held_id=names[1], reason="Surat ganda"))  # type: ignore[arg-type]

    verdicts = clerk.sync(held=(*names, bytes(16))).control.verdicts

    by = office.users["sekcam"]
    assert verdicts == (
        Verdict(held_id=names[0], accepted=True, by=by),
        Verdict(held_id=names[1], accepted=False, by=by, reason="Surat ganda"),
    )


def test_who_sends_again_what_was_held_is_told_at_once_what_was_decided_since(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    request = clerk.build()
    first = clerk.ask(request)
    secretary.sync()
    decide(secretary, office, AcceptHeld(held_id=one_held(secretary).id))

    again = clerk.ask(request)

    assert (first.results[0].outcome, first.control.verdicts) == (Outcome.HELD, ())
    assert again.results == first.results
    assert [(one.held_id.hex(), one.accepted) for one in again.control.verdicts] == [(first.results[0].field, True)]


def test_a_rejected_letter_leaves_nothing_but_its_number_which_is_void_for_good(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    lease = leased(clerk, office)
    clerk.act(register(clerk.new_id(), agenda_no=lease.low), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.sync()
    while_held = [(one.low, one.high, one.fate, one.cause) for one in secretary.replica.of(NumberFate)]

    no_reason = decide(secretary, office, RejectHeld(held_id=one_held(secretary).id, reason=" "))
    assert decide(secretary, office, RejectHeld(held_id=one_held(secretary).id, reason="Ganda")) == (
        Outcome.ACCEPTED,
        "",
    )

    secretary.sync()
    assert no_reason == (Outcome.REFUSED, "reason_missing")
    assert while_held == [(lease.low, lease.low, Fate.VOID, FateCause.HELD)]
    fates = {(one.low, one.high, one.fate, one.cause, one.by) for one in secretary.replica.of(NumberFate)}
    assert (lease.low, lease.low, Fate.VOID, FateCause.REFUSED, office.users["sekcam"]) in fates
    assert secretary.replica.of(IncomingLetter) == []


def test_an_accepted_letter_keeps_the_number_that_it_had(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    lease = leased(clerk, office)
    clerk.act(register(clerk.new_id(), agenda_no=lease.low), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.act(register(secretary.new_id()), position=office.positions["sekcam"])
    secretary.sync()

    decide(secretary, office, AcceptHeld(held_id=one_held(secretary).id))

    secretary.sync()
    numbers = sorted(one.agenda_no for one in secretary.replica.of(IncomingLetter))
    assert numbers == [lease.low, lease.high + 1]


def test_nobody_decides_over_the_own_work_or_over_what_is_not_theirs(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, section = join("tu"), join("kesos")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    take_position(server, office, "tu", to="sekcam")
    clerk.sync()
    clerk.sync()
    held = one_held(clerk)  # it lies in the inbox of the position that its author holds now

    own = decide(clerk, office, AcceptHeld(held_id=held.id))
    section.replica.rows.update({(11, held.id): held})
    other = decide(section, office, AcceptHeld(held_id=held.id), as_="kesos")

    assert own == (Outcome.REFUSED, "not_allowed")
    assert other == (Outcome.REFUSED, "unknown_held")


def test_of_two_who_decide_at_once_the_second_is_told(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk, secretary, head = join("tu"), join("sekcam"), join("camat")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.sync()
    head.sync()

    first = decide(secretary, office, RejectHeld(held_id=one_held(secretary).id, reason="Ganda"))
    second = decide(head, office, AcceptHeld(held_id=one_held(head).id), as_="camat")

    assert first == (Outcome.ACCEPTED, "")
    assert second == (Outcome.REFUSED, "already_decided")


def test_an_answer_is_given_for_the_chair_to_which_the_question_went(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    secretary, head, section = join("sekcam"), join("camat"), join("kesos")
    letter_id, disposition_id = secretary.new_id(), secretary.new_id()
    secretary.act(register(letter_id), position=office.positions["sekcam"])
    secretary.act(dispose(disposition_id, letter_id, office.positions["kesos"]), position=office.positions["sekcam"])
    secretary.sync()
    section.sync()
    section.act(answer(disposition_id), position=office.positions["kesos"])
    take_position(server, office, "kesos", to="pmp")
    section.sync()
    head.sync()

    assert decide(head, office, AcceptHeld(held_id=one_held(head).id), as_="camat") == (Outcome.ACCEPTED, "")

    head.sync()
    (recipient,) = head.replica.of(Disposition)[0].recipients
    assert (recipient.position, recipient.state, recipient.answered_by, recipient.result) == (
        office.positions["kesos"],
        RecipientState.ANSWERED,
        office.users["camat"],
        answer(disposition_id).result,
    )


@pytest.fixture
def january(clock: ManualClock) -> None:
    """In January blocks of the year before are still given out."""
    clock.advance(days=310)


@pytest.mark.usefixtures("january")
def test_a_year_that_was_closed_by_a_held_act_is_closed_when_it_is_accepted(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    lease = leased(clerk, office, NOW_YEAR)
    clerk.act(close(NOW_YEAR), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.sync()
    assert secretary.replica.of(NumberFate) == []

    decide(secretary, office, AcceptHeld(held_id=one_held(secretary).id))

    secretary.sync()
    (fate,) = secretary.replica.of(NumberFate)
    assert (fate.low, fate.high, fate.cause) == (lease.low, lease.high, FateCause.YEAR_END)


@pytest.mark.parametrize("security", [SecurityLevel.OPEN, SecurityLevel.SECRET])
def test_a_hub_carries_no_inbox_in_which_a_secret_matter_is_held(
    server: RunningServer, join: Join, office: OfficeInTest, security: SecurityLevel
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    clerk.act(register(clerk.new_id(), security=security), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.sync()

    grants = server.handle.database.read(lambda unit: hub_grants(unit.of(office.tenant), office.office))

    assert one_held(secretary).security == security
    inboxes = {row.key.owner for row in grants.streams if row.key.kind == StreamKind.INBOX}
    reviewers = {int(office.positions[handle]) for handle in ("sekcam", "camat")}
    assert inboxes & reviewers == (reviewers if security == SecurityLevel.OPEN else set())


def test_what_the_superior_wrote_meanwhile_does_not_count_as_seen_by_the_author(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    secretary.sync()
    seen = {"subject": clerk.replica.revs[5, letter_id]}
    secretary.act(amend(letter_id, {"subject": "Dari sekcam"}, seen), position=office.positions["sekcam"])
    secretary.sync()
    clerk.act(amend(letter_id, {"subject": "Dari TU"}, seen), position=office.positions["tu"])
    take_position(server, office, "tu", to="arsip")
    clerk.sync()
    secretary.sync()

    outcome = decide(secretary, office, AcceptHeld(held_id=one_held(secretary).id))
    secretary.sync()

    assert outcome == (Outcome.CONFLICT, "")
    (letter,) = secretary.replica.of(IncomingLetter)
    assert letter.subject == "Dari sekcam"
    assert [one.wanted for one in secretary.replica.of(Conflict)] == ["Dari TU"]
