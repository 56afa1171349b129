"""Pushes of many devices share a transaction: none hurts another, none is lost, and each is judged as if alone."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from core.domain.letters import IncomingLetter
from core.domain.numbering import INCOMING_AGENDA
from core.protocol.faults import FaultCode
from core.protocol.messages import NumberNeed, Outcome, SyncRequest
from server.services import groups, judging, push
from server.services.faults import RequestFault
from server.services.looking import Round
from server.services.tokens import Caller
from server.storage.database import UnitOfWork
from server.storage.line import Asked as AskedOnLine
from server.storage.line import Line
from tests.support.acts import YEAR, amend, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import OfficeInTest, RunningServer

DEADLINE_S = 15.0
# What a transaction asks the database, whatever the number of its ops; measured, and not to grow unseen.
# One of them tells PostgreSQL for which tenant the transaction works.
PUSH_STATEMENTS = 20
# How often it waits for PostgreSQL if the devices have pushed before: for all that is read, and for all that is stored.
PUSH_WAITS = 2


def sent(server: RunningServer, device: ScriptedDevice, **changes: Any) -> tuple[Caller, SyncRequest]:
    return server.handle.tokens.caller(device.token), device.build(**changes)


def outcomes(answer: Round | Exception) -> list[Outcome]:
    assert isinstance(answer, Round)
    return [result.outcome for result in answer.control.results]


def code_of(answer: Round | Exception) -> FaultCode:
    assert isinstance(answer, RequestFault)
    return answer.fault.code


def test_a_bad_batch_in_a_group_is_refused_and_the_others_are_taken(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary, head = join("tu"), join("sekcam"), join("camat")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, agenda_no=7), position=office.positions["tu"])
    secretary.append(b"not an op")
    head.act(register(head.new_id()), position=office.positions["camat"])
    forged = sent(server, head, signature=bytes(64))

    answers = server.handle.sync.receive_all([sent(server, secretary), forged, sent(server, clerk)])

    assert [code_of(answers[0]), code_of(answers[1])] == [FaultCode.MALFORMED, FaultCode.MALFORMED]
    assert outcomes(answers[2]) == [Outcome.ACCEPTED]
    head.sync(ops=[])
    assert [record.id for record in head.replica.of(IncomingLetter)] == [letter_id]


def test_a_device_that_was_shut_out_meanwhile_is_not_let_in_with_its_group(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    for device, name in ((clerk, "tu"), (secretary, "sekcam")):
        device.act(register(device.new_id()), position=office.positions[name])
    group = [sent(server, clerk), sent(server, secretary)]
    server.admin.revoke_device(office.tenant, clerk.id)

    answers = server.handle.sync.receive_all(group)

    assert code_of(answers[0]) == FaultCode.DEVICE_REVOKED
    assert isinstance(answers[1], Round)


def test_who_stands_at_the_same_place_is_told_the_same_and_everybody_is_let_in_for_himself(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    office.codes["tu"] = server.admin.new_code(office.tenant, office.users["tu"]).code
    other = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()
    asks = [sent(server, one, cursors=(), grants=0) for one in (clerk, other, clerk, secretary)]
    behind = sent(server, clerk, cursors=(), grants=0, next_seq=1)

    first, second, third, head, told = server.handle.sync.receive_all([*asks, behind])
    server.admin.revoke_device(office.tenant, other.id)
    again, shut_out = server.handle.sync.receive_all(asks[:2])

    assert first is second is third
    assert isinstance(first, Round)
    assert isinstance(head, Round)
    assert head.topics != first.topics, "another person"
    assert isinstance(told, Round)
    assert (first.control.chain, told.control.chain is None) == (None, False), "its disk was put back"
    assert isinstance(again, Round)
    assert code_of(shut_out) == FaultCode.DEVICE_REVOKED


def test_a_token_that_was_replaced_meanwhile_lets_nobody_in(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    push, look = sent(server, clerk), sent(server, clerk, ops=())

    def replace(unit: UnitOfWork) -> None:
        unit.of(office.tenant).devices.set_token(
            clerk.id, clerk.user, token_hash=bytes(32), expires_ms=2**40, began_ms=0
        )

    server.handle.database.write(replace)

    assert [code_of(one) for one in server.handle.sync.receive_all([push, look])] == [FaultCode.SIGNED_OUT] * 2


@pytest.fixture(params=[groups.PART_OPS, 1], ids=["stored_at_once", "stored_in_parts"])
def _stored_in_parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "PART_OPS", request.param)


@pytest.mark.usefixtures("_stored_in_parts")
def test_two_of_a_group_who_change_one_field_are_judged_one_after_the_other(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    secretary.sync()
    rev = clerk.replica.revs[5, letter_id]
    clerk.act(amend(letter_id, {"subject": "Dari TU"}, {"subject": rev}), position=office.positions["tu"])
    secretary.act(amend(letter_id, {"subject": "Dari sekcam"}, {"subject": rev}), position=office.positions["sekcam"])

    answers = server.handle.sync.receive_all([sent(server, clerk), sent(server, secretary)])

    assert [outcomes(one) for one in answers] == [[Outcome.ACCEPTED], [Outcome.CONFLICT]]
    letter = join("camat").replica.get(IncomingLetter, letter_id)
    assert letter is not None
    assert letter.subject == "Dari TU"


@pytest.mark.usefixtures("_stored_in_parts")
def test_two_of_a_group_who_claim_one_number_get_it_once(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    first, second, third = join("tu"), join("sekcam"), join("camat")
    third.act(register(third.new_id(), agenda_no=5), position=office.positions["camat"])
    first.act(register(first.new_id(), agenda_no=8), position=office.positions["tu"])
    first.sync()
    devices = [(first, "tu", 9), (second, "sekcam", 9)]
    for device, name, number in devices:
        device.act(register(device.new_id(), agenda_no=number), position=office.positions[name])
    taken = ScriptedDevice(server.url, server.wire, clock=first.clock)
    taken.enrol(server.admin.new_code(office.tenant, office.users["tu"]).code, password="kopi robusta liwa")
    taken.sync()
    taken.act(register(taken.new_id(), agenda_no=8), position=office.positions["tu"])

    answers = server.handle.sync.receive_all([sent(server, one) for one in (first, second, taken)])

    assert outcomes(answers[0]) == [Outcome.ACCEPTED]
    assert outcomes(answers[1]) == [Outcome.REFUSED]
    assert outcomes(answers[2]) == [Outcome.REFUSED]  # its number was given out before the group


@pytest.mark.usefixtures("_stored_in_parts")
def test_pushes_of_one_device_in_one_group_keep_their_order_and_a_repeat_changes_nothing(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    ops = [clerk.act(register(clerk.new_id()), position=office.positions["tu"]) for _ in range(4)]
    group = [sent(server, clerk, ops=some) for some in (ops[:2], ops[2:], ops[:2])]

    answers = server.handle.sync.receive_all(group)

    assert [outcomes(one) for one in answers] == [[Outcome.ACCEPTED] * 2] * 3
    numbers = [[result.first_rev for result in one.control.results] for one in answers if isinstance(one, Round)]
    assert numbers[0] == numbers[2]
    assert numbers[0] + numbers[1] == sorted(set(numbers[0] + numbers[1]))


@pytest.mark.usefixtures("_stored_in_parts")
def test_blocks_are_given_out_behind_all_numbers_that_the_group_took(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    for device, name in ((clerk, "tu"), (secretary, "sekcam")):
        device.act(register(device.new_id(), agenda_no=0), position=office.positions[name])
    need = NumberNeed(office=office.office, year=YEAR, series=INCOMING_AGENDA, remaining=0)

    answers = server.handle.sync.receive_all([sent(server, clerk, needs=(need,)), sent(server, secretary)])

    assert isinstance(answers[0], Round)
    assert [lease.low for lease in answers[0].control.leases] == [3]
    assert outcomes(answers[1]) == [Outcome.ACCEPTED]
    letters = join("camat").replica.of(IncomingLetter)
    assert sorted(letter.agenda_no for letter in letters) == [1, 2]


@pytest.mark.usefixtures("_stored_in_parts")
def test_what_fails_for_a_reason_nobody_foresaw_fails_alone(
    server: RunningServer, join: Join, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    clerk.act(register(clerk.new_id(), summary="meledak"), position=office.positions["tu"])
    secretary.act(register(secretary.new_id()), position=office.positions["sekcam"])
    before = server.handle.database.read(lambda unit: unit.of(office.tenant).head.read()).seq

    def explode(*arguments: object, **named: object) -> object:
        batch = named["batch"]
        if any(b"meledak" in one.data for one in batch.fresh):  # type: ignore[attr-defined]  # a Batch
            raise ZeroDivisionError
        return decide(*arguments, **named)  # type: ignore[arg-type]  # passed on as they came

    decide = push.decide_batch
    monkeypatch.setattr(judging, "decide_batch", explode)
    answers = server.handle.sync.receive_all([sent(server, secretary), sent(server, clerk)])

    assert isinstance(answers[0], Round)
    assert isinstance(answers[1], ZeroDivisionError)
    head = server.handle.database.read(lambda unit: unit.of(office.tenant).head.read()).seq
    assert head == before + len(answers[0].control.results) + sum(
        result.outcome == Outcome.ACCEPTED for result in answers[0].control.results
    )


class Asked:
    """What one thread asks of the database: how often, and how often it waits for an answer."""

    def __init__(self) -> None:
        self.statements = 0
        self.waits = 0
        self._thread = threading.get_ident()

    def note(self, *, waiting: bool) -> None:
        if threading.get_ident() == self._thread:
            self.statements += 1
            self.waits += waiting

    def note_line(self, statements: int) -> None:
        if threading.get_ident() == self._thread:
            self.statements += statements
            self.waits += 1


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Count within the block. What goes to PostgreSQL together is waited for once."""
    asked = Asked()
    execute, send = psycopg.Cursor.execute, Line.send

    def note_lite(connection: Connection, *_rest: Any) -> None:
        if connection.dialect.name == "sqlite":
            asked.note(waiting=True)

    def note_execute(cursor: psycopg.Cursor[Any], *values: Any, **named: Any) -> Any:
        asked.note(waiting=True)
        return execute(cursor, *values, **named)

    def note_line(line: Line, waiting: Sequence[AskedOnLine], **named: bool) -> Any:
        asked.note_line(len(waiting))
        return send(line, waiting, **named)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", note_execute)
        patch.setattr(Line, "send", note_line)
        event.listen(Engine, "before_cursor_execute", note_lite)
        yield asked
        event.remove(Engine, "before_cursor_execute", note_lite)


def test_ten_ops_ask_the_database_as_often_as_one(
    server: RunningServer, join: Join, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {name: join(name) for name in ("tu", "sekcam")}
    numbers = itertools.count(1)
    for device in people.values():
        device.sync()

    def push(names: Sequence[str], *, ops: int) -> tuple[int, int]:
        for name in names:
            for _ in range(ops):
                act = register(people[name].new_id(), agenda_no=next(numbers))
                people[name].act(act, position=office.positions[name])
        group = [sent(server, people[name]) for name in names]
        with counted(monkeypatch) as asked:
            answers = server.handle.sync.receive_all(group)
        for device in people.values():
            device.sync()
        assert {one for answer in answers for one in outcomes(answer)} == {Outcome.ACCEPTED}
        return asked.statements, asked.waits

    push(["tu"], ops=1)

    few = push(["tu"], ops=1)
    assert push(["tu"], ops=10) == few
    assert few[0] <= PUSH_STATEMENTS
    assert few[1] <= PUSH_WAITS or server.config.database_url == ""
    assert push(list(people), ops=10) == push(list(people), ops=1)
