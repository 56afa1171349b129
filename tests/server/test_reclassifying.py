"""A letter that changes its sifat takes everything that speaks of it along, in one transaction, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.ids import LetterId, StreamId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.reclassifying import ReclassifyLetter
from core.domain.streams import StreamKind
from core.protocol.messages import Outcome
from core.protocol.records import KIND_OF
from tests.server.holding import send_again
from tests.support.acts import amend, answer, dispose, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import OfficeInTest, RunningServer

LETTER = KIND_OF[IncomingLetter].code
OPEN, RESTRICTED, SECRET, TOP_SECRET = SecurityLevel
Device = ScriptedDevice


def reclassify(device: Device, office: OfficeInTest, who: str, *, level: SecurityLevel, letter_id: bytes) -> None:
    """As this person sees the letter on this device."""
    here = device.replica.get(IncomingLetter, letter_id)
    assert here is not None
    act = ReclassifyLetter(
        letter_id=LetterId(letter_id), security=level, seen=here.security, base=device.replica.revs[LETTER, letter_id]
    )
    device.act(act, position=office.positions[who])


def written(join: Join, office: OfficeInTest) -> tuple[list[Device], bytes]:
    """A letter with a disposition and a conflict; the PCs of clerk, head, archivist and secretary, who know all."""
    clerk, head, archivist = join("tu"), join("camat"), join("arsip")
    letter_id, chairs = clerk.new_id(), office.positions
    clerk.act(register(letter_id, addressee=chairs["camat"]), position=chairs["tu"])
    clerk.sync()
    clerk.act(amend(letter_id, {"subject": "Dari TU"}, {"subject": 1}), position=chairs["tu"])
    clerk.sync()
    head.sync()
    head.act(dispose(head.new_id(), letter_id, chairs["kesos"]), position=chairs["camat"])
    head.sync()
    secretary = join("sekcam")
    secretary.act(amend(letter_id, {"subject": "Dari sekcam"}, {"subject": 1}), position=chairs["sekcam"])
    assert secretary.sync().results[0].outcome == Outcome.CONFLICT
    devices = [clerk, head, archivist, secretary]
    for device in devices:
        device.sync()
        assert levels(device) == all_at(OPEN)
    return devices, letter_id


def levels(device: Device) -> dict[type, SecurityLevel]:
    """The level of the letter, its disposition and its conflict, as far as the device holds them."""
    kinds: tuple[type[Any], ...] = (IncomingLetter, Disposition, Conflict)
    return {kind: one.security for kind in kinds for one in device.replica.of(kind)}


def all_at(level: SecurityLevel) -> dict[type, SecurityLevel]:
    return {IncomingLetter: level, Disposition: level, Conflict: level}


def registers(device: Device) -> dict[int, int]:
    """How many rows the device counts in the register of each level."""
    counted = {
        key.level: len(device.replica.members.get(StreamId(number), ()))
        for number, key in device.replica.streams.items()
        if key.kind == StreamKind.REGISTER
    }
    return {level: count for level, count in counted.items() if count}


def test_what_speaks_of_a_letter_becomes_secret_with_it(join: Join, office: OfficeInTest) -> None:
    (clerk, head, archivist, _), letter_id = written(join, office)
    section = join("kesos")
    section.sync()

    reclassify(clerk, office, "tu", level=SECRET, letter_id=letter_id)
    result = clerk.sync().results[0]
    for device in (head, archivist, section):
        device.sync()

    assert (result.outcome, result.same) == (Outcome.ACCEPTED, True)
    for device in (clerk, head):
        assert levels(device) == all_at(SECRET)
        assert registers(device) == {SECRET: 3}
    assert levels(archivist) == {}, "who only files holds nothing of it"
    assert registers(archivist) == {}
    assert levels(section) == {IncomingLetter: SECRET, Disposition: SECRET}, "whom it is addressed to holds it"


def test_what_is_made_less_strict_comes_to_those_who_may_hold_it_now(join: Join, office: OfficeInTest) -> None:
    (clerk, head, archivist, _), letter_id = written(join, office)
    reclassify(clerk, office, "tu", level=TOP_SECRET, letter_id=letter_id)
    clerk.sync()
    archivist.sync()
    head.sync()

    reclassify(head, office, "camat", level=RESTRICTED, letter_id=letter_id)
    assert head.sync().results[0].outcome == Outcome.ACCEPTED
    archivist.sync()

    assert levels(archivist) == levels(head) == all_at(RESTRICTED)
    assert registers(archivist) == registers(head) == {RESTRICTED: 3}


def test_what_was_done_offline_upon_the_old_level_becomes_as_secret(join: Join, office: OfficeInTest) -> None:
    (clerk, head, archivist, secretary), letter_id = written(join, office)
    chairs = office.positions
    (sheet,) = head.replica.of(Disposition)
    section = join("kesos")
    section.sync()
    section.act(answer(sheet.id), position=chairs["kesos"])
    head.act(dispose(head.new_id(), letter_id, chairs["pmp"]), position=chairs["camat"])
    late = amend(letter_id, {"subject": "Dari camat"}, {"subject": 1})
    secretary.act(late, position=chairs["sekcam"])

    reclassify(clerk, office, "tu", level=SECRET, letter_id=letter_id)
    clerk.sync()
    for device in (head, section, secretary):
        assert device.sync().results[0].outcome in (Outcome.ACCEPTED, Outcome.CONFLICT)
    for device in (clerk, head, archivist):
        device.sync()

    assert registers(clerk) == registers(head) == {SECRET: 5}
    assert {one.security for one in clerk.replica.of(Disposition)} == {SECRET}
    assert {one.security for one in clerk.replica.of(Conflict)} == {SECRET}
    assert registers(archivist) == {}


def test_a_lowering_that_did_not_know_the_newest_change_is_refused(join: Join, office: OfficeInTest) -> None:
    (clerk, head, _, _), letter_id = written(join, office)
    reclassify(clerk, office, "tu", level=SECRET, letter_id=letter_id)
    clerk.sync()
    head.sync()
    reclassify(clerk, office, "tu", level=TOP_SECRET, letter_id=letter_id)
    clerk.sync()

    reclassify(head, office, "camat", level=OPEN, letter_id=letter_id)
    refused = head.sync().results[0]
    reclassify(head, office, "camat", level=OPEN, letter_id=letter_id)
    accepted = head.sync().results[0]

    assert (refused.outcome, refused.code) == (Outcome.REFUSED, "security_changed")
    assert accepted.outcome == Outcome.ACCEPTED
    assert levels(head) == all_at(OPEN)


def test_who_meant_it_stricter_too_is_heard_by_whoever_would_lower_it(join: Join, office: OfficeInTest) -> None:
    (clerk, head, _, secretary), letter_id = written(join, office)
    reclassify(secretary, office, "sekcam", level=RESTRICTED, letter_id=letter_id)
    reclassify(clerk, office, "tu", level=SECRET, letter_id=letter_id)
    clerk.sync()
    head.sync()
    result = secretary.sync().results[0]

    reclassify(head, office, "camat", level=OPEN, letter_id=letter_id)
    refused = head.sync().results[0]

    assert (result.outcome, result.same) == (Outcome.ACCEPTED, False)
    assert levels(secretary) == all_at(SECRET)
    assert refused.code == "security_changed"


@pytest.mark.parametrize("who", ["arsip", "kesos"])
def test_who_has_not_the_power_changes_nothing(join: Join, office: OfficeInTest, who: str) -> None:
    (_, _, archivist, _), letter_id = written(join, office)
    device = archivist if who == "arsip" else join(who)
    device.sync()

    reclassify(device, office, who, level=SECRET, letter_id=letter_id)

    assert device.sync().results[0].code == "not_allowed"


def test_a_conflict_that_comes_in_the_same_group_is_not_forgotten(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    (clerk, head, archivist, secretary), letter_id = written(join, office)
    secretary.act(amend(letter_id, {"subject": "Sekali lagi"}, {"subject": 1}), position=office.positions["sekcam"])
    reclassify(head, office, "camat", level=SECRET, letter_id=letter_id)
    group = [(server.handle.tokens.caller(device.token), device.build()) for device in (secretary, head)]

    server.handle.sync.receive_all(group)
    for device in (secretary, head):
        device.sync()
    clerk.sync()
    archivist.sync()

    assert registers(clerk) == {SECRET: 4}
    assert registers(archivist) == {}


def test_a_raise_that_a_mended_pc_sends_again_does_not_undo_a_lowering(join: Join, office: OfficeInTest) -> None:
    (clerk, head, _, _), letter_id = written(join, office)
    reclassify(clerk, office, "tu", level=SECRET, letter_id=letter_id)
    made = clerk.pending[0]
    clerk.sync()
    head.sync()
    reclassify(head, office, "camat", level=OPEN, letter_id=letter_id)
    head.sync()

    send_again(clerk, made, epoch=2)
    result = clerk.sync().results[0]

    assert (result.outcome, result.first_rev) == (Outcome.ACCEPTED, 0)
    assert levels(clerk) == all_at(OPEN)
