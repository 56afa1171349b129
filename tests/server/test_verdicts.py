"""Every op gets a verdict by the rule of its act: accepted, refused with a reason, or with the fields that lost."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter
from core.protocol.codec import decode, encode
from core.protocol.faults import FaultCode
from core.protocol.messages import Outcome
from core.protocol.ops import GENESIS, Op
from tests.support.acts import amend, open_file, register
from tests.support.device import FaultAnswered, Join
from tests.support.logs import ExpectLog
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer

LETTER = 5


def test_an_act_that_this_server_does_not_know_is_refused_and_the_next_goes_on(
    join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    op: Op = decode(clerk.pending[0].data, Op)
    clerk.pending, clerk.next_seq, clerk.head = [], 1, GENESIS
    clerk.append(encode(msgspec.structs.replace(op, act=9999)))
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    results = clerk.sync().results

    assert [(one.outcome, one.code) for one in results] == [
        (Outcome.REFUSED, "unknown_act"),
        (Outcome.ACCEPTED, ""),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"letter_id": b"short"},
        {"agenda_year": 2**40},
        {"agenda_year": -1},
        {"agenda_year": 2**31, "agenda_no": 7},
        {"addressee": 2**40},
        {"addressee": -1},
    ],
)
def test_values_that_no_database_holds_are_refused_and_hold_nothing_up(
    join: Join, office: OfficeInTest, changes: dict[str, Any]
) -> None:
    clerk = join("tu")
    act = msgspec.structs.replace(register(clerk.new_id()), **changes)
    made = clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    op: Op = decode(made.data, Op)
    clerk.pending, clerk.next_seq, clerk.head = [], 1, GENESIS
    clerk.append(encode(msgspec.structs.replace(op, args=msgspec.Raw(encode(act)))))
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    results = clerk.sync().results

    assert [one.outcome for one in results] == [Outcome.REFUSED, Outcome.ACCEPTED]


def test_a_date_that_is_none_is_refused_and_holds_nothing_up(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    good = clerk.act(amend(letter_id, {"letter_date": "2026-02-01"}, {}), position=office.positions["tu"])
    op: Op = decode(good.data, Op)
    bad = encode(amend(letter_id, {"letter_date": "kemarin"}, {}))
    clerk.pending.pop()
    clerk.next_seq, clerk.head = 2, clerk.pending[0].head
    clerk.append(encode(msgspec.structs.replace(op, args=msgspec.Raw(bad))))
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    outcomes = [one.outcome for one in clerk.sync().results]

    assert outcomes == [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED]


def test_nobody_acts_for_another_person_or_from_another_chair(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"], user=office.users["camat"])
    clerk.act(register(clerk.new_id()), position=office.positions["sekcam"])
    clerk.act(register(clerk.new_id()), position=office.positions["tu"], user=9999)  # type: ignore[arg-type]

    results = clerk.sync().results

    assert [(one.outcome, one.code) for one in results] == [(Outcome.REFUSED, "not_allowed")] * 3


def test_who_was_shut_out_does_nothing_more_on_a_shared_pc(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    shared = join("tu")
    shared.enrol(office.codes["sekcam"], password=PASSWORD)
    shared.sync()
    server.admin.change_person(office.tenant, office.users["tu"], active=False)
    shared.sync()
    shared.act(register(shared.new_id()), position=office.positions["tu"], user=office.users["tu"])
    shared.act(register(shared.new_id()), position=office.positions["sekcam"])

    results = shared.sync().results

    assert [(one.outcome, one.code) for one in results] == [
        (Outcome.REFUSED, "not_allowed"),
        (Outcome.ACCEPTED, ""),
    ]


def test_ops_of_one_group_stand_or_fall_together(join: Join, office: OfficeInTest) -> None:
    clerk, chair = join("tu"), office.positions["tu"]
    clerk.act(register(clerk.new_id()), position=chair, group=7)
    clerk.act(register(clerk.new_id(), addressee=PositionId(9_999)), position=chair, group=7)
    clerk.act(register(clerk.new_id()), position=chair)
    clerk.act(open_file(clerk.new_id()), position=chair, group=8)
    clerk.act(register(clerk.new_id()), position=chair, group=8)

    results = clerk.sync().results

    assert [(one.outcome, one.code) for one in results] == [
        (Outcome.REFUSED, "unknown_position"),
        (Outcome.REFUSED, "unknown_position"),
        (Outcome.ACCEPTED, ""),
        (Outcome.ACCEPTED, ""),
        (Outcome.ACCEPTED, ""),
    ]
    # The number that the fallen group had taken was given back.
    assert sorted(letter.agenda_no for letter in join("camat").replica.of(IncomingLetter)) == [1, 2]


def test_of_two_who_correct_the_same_field_the_second_loses_and_is_told(join: Join, office: OfficeInTest) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    secretary.sync()
    seen = {"subject": secretary.replica.revs[5, letter_id], "sender": secretary.replica.revs[5, letter_id]}
    clerk.act(amend(letter_id, {"subject": "Dari TU"}, seen), position=office.positions["tu"])
    clerk.sync()

    changes = {"subject": "Dari sekcam", "sender": "Camat Balik Bukit"}
    secretary.act(amend(letter_id, changes, seen), position=office.positions["sekcam"])
    result = secretary.sync().results[0]

    assert result.outcome == Outcome.CONFLICT
    assert [(one.field, one.stands, one.wanted) for one in result.conflicts] == [("subject", "Dari TU", "Dari sekcam")]
    for device in (clerk, secretary):
        device.sync()
        letter = device.replica.get(IncomingLetter, letter_id)
        assert letter is not None
        assert (letter.subject, letter.sender) == ("Dari TU", "Camat Balik Bukit")


def test_who_corrects_a_field_twice_while_offline_does_not_conflict_with_himself(
    join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    seen = {"subject": clerk.replica.revs[5, letter_id]}
    clerk.act(amend(letter_id, {"subject": "Sekali"}, seen), position=office.positions["tu"])
    clerk.act(amend(letter_id, {"subject": "Dua kali"}, seen), position=office.positions["tu"])

    # Each in a request of its own, so that the second finds the revision of the first in the store.
    first = clerk.sync(ops=clerk.pending[:1])
    second = clerk.sync()

    assert [one.outcome for one in (*first.results, *second.results)] == [Outcome.ACCEPTED] * 2
    letter = clerk.replica.get(IncomingLetter, letter_id)
    assert letter is not None
    assert letter.subject == "Dua kali"


def test_a_clock_that_runs_ahead_does_not_write_the_future(
    join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"], wall_ms=clock.now_ms + 86_400_000)
    clerk.act(register(clerk.new_id()), position=office.positions["tu"], wall_ms=-(2**62))
    clerk.sync()

    stamps = sorted(letter.registered_at.timestamp() for letter in clerk.replica.of(IncomingLetter))

    assert stamps == [0, clock.now_ms // 1000]


def test_a_record_that_the_server_itself_cannot_read_makes_ops_wait_and_refuses_none(
    server: RunningServer, join: Join, office: OfficeInTest, expect_log: ExpectLog
) -> None:
    clerk = join("tu")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    database, key = server.handle.database, (LETTER, letter_id)
    stored = database.read(lambda unit: unit.of(office.tenant).records.get(key))
    assert stored is not None
    damaged = msgspec.structs.replace(stored, payload=b"\xc1")
    database.write(lambda unit: unit.of(office.tenant).records.put([(key, damaged)]))
    clerk.act(amend(letter_id, {"subject": "Baru"}, {"subject": 10**6}), position=office.positions["tu"])
    expect_log("server.web.application", containing="damaged")

    with pytest.raises(FaultAnswered) as caught:
        clerk.ask(clerk.build())

    assert caught.value.fault is not None
    assert caught.value.fault.code == FaultCode.BUSY
    database.write(lambda unit: unit.of(office.tenant).records.put([(key, stored)]))
    assert [one.outcome for one in clerk.sync().results] == [Outcome.ACCEPTED]
