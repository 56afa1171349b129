"""Sessions end: after their time however much they are used, by their person, by an administrator."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.ids import RowId
from core.domain.letters import IncomingLetter
from core.domain.offices import Role
from core.domain.sessions import DAY_MS, EndSessions
from core.domain.structuring import SetPasswordRule
from core.protocol.access import token_hash
from core.protocol.faults import FaultCode
from core.protocol.messages import Outcome
from server.services.allowances import Allowances, Limits
from server.services.faults import RequestFault
from server.services.possession import Possession
from server.services.server_keys import ensure_server_keys
from server.services.session_terms import SessionTerms
from server.services.tokens import TokenService
from server.storage.database import TenantStore
from tests.server.admitting import Admit
from tests.server.test_replays import turn
from tests.support.acts import register
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer

USUAL_DAYS, BSSN_DAYS = 90, 30


def is_out(device: ScriptedDevice) -> bool:
    """Whether the server asks this PC to sign in."""
    try:
        device.sync()
    except FaultAnswered as answered:
        return answered.fault is not None and answered.fault.code is FaultCode.SIGNED_OUT
    return False


def second_pc(server: RunningServer, office: OfficeInTest, near: ScriptedDevice, handle: str) -> ScriptedDevice:
    device = ScriptedDevice(server.url, server.wire, clock=near.clock)
    device.enrol(server.handle.admin.new_code(office.tenant, office.users[handle]).code, password=PASSWORD)
    device.sync()
    return device


def test_a_session_ends_however_much_it_is_used_and_what_waits_is_sent_in_the_next_one(
    join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    pc = join("tu")
    for _ in range(3):
        clock.advance(days=29)
        assert not is_out(pc)
        turn(pc)
    pc.act(register(pc.new_id()), position=office.positions["tu"])
    clock.advance(days=USUAL_DAYS - 3 * 29)

    assert is_out(pc)
    reply = pc.open_session(office.users["tu"], password=PASSWORD)
    assert reply.ends_ms == clock() + USUAL_DAYS * DAY_MS
    assert [one.outcome for one in pc.sync().results] == [Outcome.ACCEPTED]
    assert pc.replica.of(IncomingLetter)


def test_a_stricter_policy_ends_sessions_that_are_under_way(
    admit: Admit, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    pc, region = join("tu"), admit(Role.REGION_ADMIN)
    region.act(SetPasswordRule(profile="bssn"), position=office.positions["REGION_ADMIN"])
    region.sync()
    clock.advance(days=BSSN_DAYS - 1)
    assert not is_out(pc)

    clock.advance(days=1)

    assert is_out(pc)


@pytest.mark.parametrize("way", ["own", "administrator"])
def test_ended_sessions_are_over_with_the_next_contact_and_the_log_says_by_whom(
    server: RunningServer, join: Join, office: OfficeInTest, admit: Admit, *, way: str
) -> None:
    first, colleague = join("kesos"), join("camat")
    second = second_pc(server, office, first, "kesos")
    teller = first if way == "own" else admit(Role.OFFICE_ADMIN)
    act = EndSessions(end_id=RowId(first.new_id()), user=office.users["kesos"])
    teller.act(act, position=office.positions["kesos" if way == "own" else "OFFICE_ADMIN"])

    assert [one.outcome for one in teller.sync().results] == [Outcome.ACCEPTED]

    assert [is_out(one) for one in (first, second, colleague)] == [way != "own", True, False]
    second.open_session(office.users["kesos"], password=PASSWORD)
    assert not is_out(second)


class Meanwhile(SessionTerms):
    """What comes between the look at a token and its extension."""

    def __init__(self, change: Callable[[TenantStore], None]) -> None:
        super().__init__({})
        self._change = change

    def expires_ms(self, store: TenantStore, *, began_ms: int, now_ms: int) -> int:
        self._change(store)
        return super().expires_ms(store, began_ms=began_ms, now_ms=now_ms)


@pytest.mark.parametrize("what", ["ended", "turned"])
def test_a_session_that_changes_while_a_request_looks_at_it_is_what_it_became(
    server: RunningServer, join: Join, office: OfficeInTest, *, clock: ManualClock, tmp_path: Path, what: str
) -> None:
    pc, user = join("tu"), office.users["tu"]
    clock.advance(seconds=2 * 3600)
    row = server.handle.database.read(lambda unit: unit.doors.by_token(token_hash(pc.token)))
    assert row is not None

    def change(store: TenantStore) -> None:
        if what == "ended":
            store.devices.end_sessions(user)
        else:
            store.sessions.turn(row, token_hash("yang baru"), now_ms=clock())

    tokens = TokenService(
        server.handle.database,
        clock,
        possession=Possession(ensure_server_keys(tmp_path / "kunci"), clock),
        allowances=Allowances(Limits(), time.monotonic),
        terms=Meanwhile(change),
    )
    if what == "turned":
        assert tokens.caller(pc.token).user == user
        return
    with pytest.raises(RequestFault) as refused:
        tokens.caller(pc.token)
    assert refused.value.fault.code is FaultCode.SIGNED_OUT
    assert is_out(pc)


def test_nobody_ends_the_sessions_of_somebody_else(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    clerk.act(EndSessions(end_id=RowId(clerk.new_id()), user=office.users["camat"]), position=office.positions["tu"])

    (result,) = clerk.sync().results

    assert (result.outcome, result.code) == (Outcome.REFUSED, "not_allowed")
    assert not is_out(head)


def test_a_password_is_as_old_for_every_pc_as_it_is_for_the_person(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    chosen_ms = clock()
    pc = join("tu")
    clock.advance(days=40)

    second = ScriptedDevice(server.url, server.wire, clock=clock)
    code = server.handle.admin.new_code(office.tenant, office.users["tu"]).code
    joined = second.enrol(code, password=PASSWORD)

    assert joined.password_ms == chosen_ms
    assert pc.open_session(office.users["tu"], password=PASSWORD).password_ms == chosen_ms
