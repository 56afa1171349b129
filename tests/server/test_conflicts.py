"""A value that loses becomes a record that both authors hold, and is settled once for both."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.messages import Outcome
from tests.server.holding import send_again
from tests.support.acts import amend, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import OfficeInTest

LETTER = 5


def contested(
    join: Join, office: OfficeInTest, *, security: SecurityLevel = SecurityLevel.OPEN
) -> tuple[ScriptedDevice, ScriptedDevice, bytes]:
    """The clerk's subject stands, the secretary's has lost; both devices, and the letter."""
    clerk, secretary = join("tu"), join("sekcam")
    letter_id = clerk.new_id()
    addressee = office.positions["camat"]
    clerk.act(register(letter_id, security=security, addressee=addressee), position=office.positions["tu"])
    clerk.sync()
    secretary.sync()
    seen = {"subject": secretary.replica.revs[LETTER, letter_id]}
    clerk.act(amend(letter_id, {"subject": "Dari TU"}, seen), position=office.positions["tu"])
    clerk.sync()
    secretary.act(amend(letter_id, {"subject": "Dari sekcam"}, seen), position=office.positions["sekcam"])
    result = secretary.sync().results[0]
    assert (result.outcome, result.first_rev, result.same) == (Outcome.CONFLICT, 0, False)
    clerk.sync()
    return clerk, secretary, letter_id


def resolve(device: ScriptedDevice, office: OfficeInTest, who: str, value: str | None) -> None:
    (one,) = device.replica.of(Conflict)
    letter = device.replica.get(IncomingLetter, one.letter_id)
    assert letter is not None
    act = ResolveConflict(
        conflict_id=one.id,
        letter_id=one.letter_id,
        field=one.field,
        value=value,
        base=device.replica.revs[LETTER, one.letter_id],
        seen=letter.subject,
    )
    device.act(act, position=office.positions[who])


@pytest.mark.parametrize("together", [True, False])
def test_own_values_never_lose_against_each_other_whether_they_come_together_or_one_by_one(
    join: Join, office: OfficeInTest, *, together: bool
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    letter_id, chair = clerk.new_id(), office.positions["tu"]
    clerk.act(register(letter_id, addressee=office.positions["camat"]), position=chair)
    clerk.sync()
    secretary.sync()
    first = {"subject": secretary.replica.revs[LETTER, letter_id]}
    secretary.act(amend(letter_id, {"subject": "Dari sekcam"}, first), position=office.positions["sekcam"])
    secretary.sync()
    clerk.sync()
    seen = {"subject": clerk.replica.revs[LETTER, letter_id]}

    clerk.act(amend(letter_id, {"subject": "Sekali"}, seen), position=chair)
    results = [] if together else list(clerk.sync().results)
    clerk.act(amend(letter_id, {"subject": "Sekali lagi"}, first), position=chair)  # of a form open since the beginning
    results += clerk.sync().results

    assert [one.outcome for one in results] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    letter = clerk.replica.get(IncomingLetter, letter_id)
    assert letter is not None
    assert letter.subject == "Sekali lagi"
    assert clerk.replica.of(Conflict) == []


def test_both_authors_hold_the_same_conflict(join: Join, office: OfficeInTest) -> None:
    clerk, secretary, letter_id = contested(join, office)

    (mine,), (theirs,) = clerk.replica.of(Conflict), secretary.replica.of(Conflict)

    assert mine == theirs
    assert (mine.letter_id, mine.field, mine.stands, mine.wanted) == (letter_id, "subject", "Dari TU", "Dari sekcam")
    assert (mine.stands_by, mine.stands_as) == (office.users["tu"], office.positions["tu"])
    assert (mine.wanted_by, mine.wanted_as) == (office.users["sekcam"], office.positions["sekcam"])
    assert mine.stands_at is not None
    assert mine.is_open


@pytest.mark.parametrize("security", [SecurityLevel.OPEN, SecurityLevel.TOP_SECRET])
def test_a_conflict_is_held_by_nobody_who_may_not_read_the_register(
    join: Join, office: OfficeInTest, security: SecurityLevel
) -> None:
    contested(join, office, security=security)

    section = join("kesos")
    section.sync()

    assert section.replica.of(Conflict) == []


@pytest.mark.parametrize("value", [None, "Dari sekcam", "Dari keduanya"])
def test_a_decision_settles_the_conflict_for_both(join: Join, office: OfficeInTest, value: str | None) -> None:
    clerk, secretary, letter_id = contested(join, office)

    resolve(clerk, office, "tu", value)
    result = clerk.sync().results[0]
    secretary.sync()

    assert result.outcome == Outcome.ACCEPTED
    for device in (clerk, secretary):
        (one,) = device.replica.of(Conflict)
        letter = device.replica.get(IncomingLetter, letter_id)
        assert letter is not None
        assert letter.subject == one.settled == (value or "Dari TU")
        assert (one.settled_by, one.wanted) == (office.users["tu"], "Dari sekcam")


def test_the_second_of_two_decisions_is_refused_unless_it_is_the_same(join: Join, office: OfficeInTest) -> None:
    clerk, secretary, letter_id = contested(join, office)
    resolve(clerk, office, "tu", "Dari keduanya")
    resolve(secretary, office, "sekcam", "Dari sekcam")
    resolve(secretary, office, "sekcam", "Dari keduanya")
    clerk.sync()

    results = secretary.sync().results

    assert [(one.outcome, one.code, one.field) for one in results] == [
        (Outcome.REFUSED, "conflict_settled", "subject"),
        (Outcome.ACCEPTED, "", ""),
    ]
    assert results[1].first_rev == 0
    letter = secretary.replica.get(IncomingLetter, letter_id)
    assert letter is not None
    assert letter.subject == "Dari keduanya"


def test_a_request_whose_reply_was_lost_makes_no_second_conflict(join: Join, office: OfficeInTest) -> None:
    clerk, secretary, letter_id = contested(join, office)
    act = amend(letter_id, {"subject": "Lagi dari sekcam"}, {"subject": 1})
    secretary.act(act, position=office.positions["sekcam"])
    request = secretary.build()
    secretary.ask(request)

    secretary.take(secretary.ask(request))
    clerk.sync()

    for device in (clerk, secretary):
        assert sorted(one.wanted for one in device.replica.of(Conflict)) == ["Dari sekcam", "Lagi dari sekcam"]


def test_a_correction_that_its_author_took_back_is_not_made_again_when_a_mended_pc_sends_it_again(
    join: Join, office: OfficeInTest
) -> None:
    clerk, chair = join("tu"), office.positions["tu"]
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, subject="Rapat"), position=chair)
    there, back = (amend(letter_id, {"subject": one}, {"subject": 1}) for one in ("Undangan", "Rapat"))
    made = clerk.act(msgspec.structs.replace(there, seen={"subject": "Rapat"}), position=chair)
    clerk.act(msgspec.structs.replace(back, seen={"subject": "Undangan"}), position=chair)
    clerk.sync()
    before = clerk.replica.of(IncomingLetter)

    send_again(clerk, made, epoch=2)
    (result,) = clerk.sync().results

    assert (result.outcome, result.first_rev) == (Outcome.ACCEPTED, 0)
    assert clerk.replica.of(IncomingLetter) == before


def test_an_op_that_a_mended_pc_sends_under_another_number_makes_no_second_conflict(
    join: Join, office: OfficeInTest
) -> None:
    clerk, secretary, letter_id = contested(join, office)
    (before,) = clerk.replica.of(Conflict)
    seen = {"subject": 1}
    for _ in range(2):
        secretary.act(amend(letter_id, {"subject": "Sekali lagi"}, seen), position=office.positions["sekcam"])

    secretary.sync()
    clerk.sync()

    assert sorted(one.wanted for one in clerk.replica.of(Conflict)) == ["Dari sekcam", "Sekali lagi"]
    assert before in clerk.replica.of(Conflict)
