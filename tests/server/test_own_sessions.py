"""A person's own sessions: told to this person alone, by proof of the device's key, and ended one by one."""

from __future__ import annotations

import pytest

from core.domain.ids import DeviceId, RowId, UserId
from core.domain.sessions import EndSessions
from core.protocol.access import BEARER, Pass, pair_key
from core.protocol.faults import FaultCode
from core.protocol.messages import Outcome
from core.protocol.own_sessions import SESSIONS_PATH, SessionNote, SessionsTold
from server.services.allowances import Limits
from tests.server.test_replays import show
from tests.server.test_sessions import is_out, second_pc
from tests.support.device import FaultAnswered, HttpAnswer, Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, make_office


def told(pc: ScriptedDevice) -> list[SessionNote]:
    answer = pc.request("GET", SESSIONS_PATH, b"", token=pc.token)
    if answer.status != 200:
        raise FaultAnswered(answer.fault, answer.status)
    assert answer.headers["cache-control"] == "no-store"
    reply: SessionsTold = pc.wire.unpack(answer.body, SessionsTold)
    return list(reply.sessions)


def places(pc: ScriptedDevice) -> set[DeviceId]:
    return {one.device for one in told(pc)}


def end(pc: ScriptedDevice, user: UserId, *, device: DeviceId, office: OfficeInTest, seat: str) -> Outcome:
    pc.act(EndSessions(end_id=RowId(pc.new_id()), user=user, device=device), position=office.positions[seat])
    return pc.sync().results[-1].outcome


def test_a_person_is_told_each_pc_with_its_name_since_when_and_its_last_contact(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    first_ms = clock()
    first = join("kesos")
    clock.advance(days=2)
    second_ms = clock()
    second = second_pc(server, office, first, "kesos")
    clock.advance(seconds=3 * 3600)
    first.sync()

    notes = told(first)

    assert [(one.device, one.began_ms, one.seen_ms) for one in notes] == [
        (first.id, first_ms, clock()),
        (second.id, second_ms, second_ms),
    ]
    assert all(one.name for one in notes)


def test_what_is_over_is_not_told_and_what_others_have_neither_not_even_on_the_same_pc(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    shared, colleague = join("kesos"), join("camat")
    shared.enrol(server.handle.admin.new_code(office.tenant, office.users["camat"]).code, password=PASSWORD)
    other_region = make_office(server, name="Lain", tenant=server.admin.add_tenant("Lain", "Kabupaten Lain"))
    assert other_region.tenant != office.tenant
    stranger = ScriptedDevice(server.url, server.wire, clock=clock)
    stranger.enrol(other_region.codes["kesos"], password=PASSWORD)

    assert places(colleague) == {colleague.id, shared.id}
    shared.open_session(office.users["kesos"], password=PASSWORD)
    assert places(shared) == {shared.id}
    assert places(stranger) == {stranger.id}

    clock.advance(days=20)
    away = second_pc(server, office, shared, "kesos")
    assert places(away) == {shared.id, away.id}
    clock.advance(days=11)
    assert places(away) == {away.id}, "thirty days without use"


def test_one_session_is_ended_and_neither_the_others_nor_the_one_that_ended_it(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    first, colleague = join("kesos"), join("camat")
    lost, other = (second_pc(server, office, first, "kesos") for _ in range(2))
    lost.enrol(server.handle.admin.new_code(office.tenant, office.users["camat"]).code, password=PASSWORD)
    camat_there = lost.token
    user = office.users["kesos"]

    assert end(first, user, device=lost.id, office=office, seat="kesos") is Outcome.ACCEPTED

    assert places(first) == {first.id, other.id}
    assert lost.request("GET", SESSIONS_PATH, b"", token=camat_there).status == 200, "who shares the PC goes on"
    show(lost, lost.tokens[user])
    assert [is_out(one) for one in (first, lost, other, colleague)] == [False, True, False, False]
    assert end(first, user, device=first.id, office=office, seat="kesos") is Outcome.ACCEPTED
    assert not is_out(first), "the PC on which somebody ends the own sessions is left to him"


def test_nobody_ends_a_single_session_of_somebody_else(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")

    assert end(clerk, office.users["camat"], device=head.id, office=office, seat="tu") is Outcome.REFUSED

    assert not is_out(head)


def refusal(answer: HttpAnswer) -> FaultCode:
    assert answer.fault is not None
    return answer.fault.code


def test_the_list_takes_a_proof_that_is_of_this_request_and_was_never_shown(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    pc, other = join("kesos"), join("camat")

    def shown_as(header: str) -> HttpAnswer:
        return pc.request("GET", SESSIONS_PATH, b"", headers={"Authorization": header} if header else {})

    assert pc.session is not None
    strange = Pass(pc.token, pair_key(other.keys, pc.session.bundle_seal), wall_ms=pc.clock)
    for header in (
        "",
        f"{BEARER}{pc.token}",
        strange.shown("GET", SESSIONS_PATH),
        pc.access(pc.token).shown("POST", "/v1/sync"),
    ):
        assert refusal(shown_as(header)) is FaultCode.SIGNED_OUT
    once = pc.access(pc.token).shown("GET", SESSIONS_PATH)
    assert shown_as(once).status == 200
    assert refusal(shown_as(once)) is FaultCode.STALE
    for method in ("POST", "PUT", "DELETE"):
        assert pc.request(method, SESSIONS_PATH, b"", token=pc.token).status == 405
    server.handle.database.write(lambda unit: unit.of(office.tenant).devices.end_sessions(office.users["kesos"]))
    assert refusal(pc.request("GET", SESSIONS_PATH, b"", token=pc.token)) is FaultCode.SIGNED_OUT


def test_the_list_counts_as_every_request_of_a_device(server: RunningServer, join: Join) -> None:
    pc = join("kesos")
    server.stop()
    server.reconfigure(limits=Limits(requests_a_minute=3))
    server.start()

    for _ in range(3):
        told(pc)
    with pytest.raises(FaultAnswered) as refused:
        told(pc)

    assert refused.value.fault is not None
    assert refused.value.fault.code is FaultCode.TOO_MANY
