"""Requests of hubs, acts of administrators, keys of people: sent again word for word, by others, in another order."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from core.domain.administering import AddUser, IssueCode, drawn_number
from core.domain.ids import PositionId, RowId, UserId
from core.domain.numbering import INCOMING_AGENDA
from core.domain.offices import Role
from core.protocol.access import BEARER, Pass, pair_key
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.hub import (
    HUB_ENROL_PATH,
    RELAY_BLOB_PATH,
    RELAY_PATH,
    RELAY_SEGMENT_PATH,
    HubEnrolReply,
    HubEnrolRequest,
    RelayRequest,
)
from core.protocol.messages import PROTOCOL, SCHEMA, NumberNeed, SyncRequest
from core.protocol.sealing import PartyKeys
from desktop.sync.server_fault import ServerFault
from server.services.allowances import Allowances, Limits
from server.services.faults import RequestFault
from tests.server.admitting import Admit
from tests.server.test_person_keys import CLERK_PAIR, offer
from tests.server.test_replays import Recorder, Sent, code_of, state_of
from tests.support.device import FaultAnswered, HttpAnswer, Join, ScriptedDevice
from tests.support.live_device import LiveDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, make_office

RELAY = RelayRequest(protocol=PROTOCOL, schema=SCHEMA, feed_epoch=0, grants=0)
FILE = f"{RELAY_BLOB_PATH}{'ab' * 32}?from=0"
SEGMENT = f"{RELAY_SEGMENT_PATH}{'ab' * 32}?from=0"


@pytest.fixture
def database_url() -> str:
    """The rules are the same on both."""
    return ""


@dataclass
class Hub:
    """A hub as it is on the wire."""

    wire: Wire
    ask: Callable[..., HttpAnswer]
    clock: ManualClock
    keys: PartyKeys = field(default_factory=lambda: PartyKeys(os.urandom(32), os.urandom(32)))
    reply: HubEnrolReply | None = None
    sent: list[Sent] = field(default_factory=list)

    def enrol(self, code: str, *, bound: bool = True) -> HttpAnswer:
        key = self.keys.seal_public if bound else b""
        body = self.wire.pack(HubEnrolRequest(protocol=PROTOCOL, code=code, seal_key=key))
        answer = self.request("POST", HUB_ENROL_PATH, body, headers={})
        if answer.status == 200:
            self.reply = self.wire.unpack(answer.body, HubEnrolReply)
        return answer

    def access(self) -> Pass:
        assert self.reply is not None
        return Pass(self.reply.token, pair_key(self.keys, self.reply.seal_key), wall_ms=self.clock)

    def relay(self) -> HttpAnswer:
        return self.request("POST", RELAY_PATH, self.wire.pack(RELAY))

    def request(self, method: str, path: str, body: bytes, *, headers: dict[str, str] | None = None) -> HttpAnswer:
        named = {"Authorization": self.access().shown(method, path)} if headers is None else headers
        self.sent.append(Sent("hub", method, path, body, named))
        return self.ask(method, path, body, headers=named)


@pytest.fixture
def hub(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Hub:
    made = new_hub(server, clock)
    assert made.enrol(server.handle.hubs.new_code(office.tenant, office.office)).status == 200
    return made


def new_hub(server: RunningServer, clock: ManualClock) -> Hub:
    return Hub(server.wire, ScriptedDevice(server.url, server.wire, clock=clock).request, clock)


def test_what_a_hub_sent_is_taken_once_and_its_token_alone_or_with_another_key_lets_nobody_in(
    hub: Hub, server: RunningServer, office: OfficeInTest, join: Join
) -> None:
    assert hub.relay().status == 200
    assert hub.request("GET", FILE, b"").status == 404

    for sent in [*hub.sent, *reversed(hub.sent)]:
        answer = hub.ask(sent.method, sent.path, sent.body, headers=sent.headers)
        assert code_of(answer) in (FaultCode.STALE, FaultCode.CODE_USED)
    assert hub.reply is not None
    thief = Pass(hub.reply.token, pair_key(PartyKeys(bytes(32), b"\1" * 32), hub.reply.seal_key), wall_ms=hub.clock)
    pc = join("tu")
    before = state_of(server, office)
    for method, path in (("POST", RELAY_PATH), ("GET", FILE), ("POST", FILE), ("GET", SEGMENT)):
        for header in (f"{BEARER}{hub.reply.token}", thief.shown(method, path), pc.access().shown(method, path), ""):
            answer = hub.request(method, path, hub.wire.pack(RELAY), headers={"Authorization": header})
            assert code_of(answer) is FaultCode.SIGNED_OUT
    # Nor is a hub a device, or its proof for one path good for another.
    body = hub.wire.pack(SyncRequest(protocol=PROTOCOL, schema=SCHEMA, epoch=1, feed_epoch=0, sent_ms=0, grants=0))
    assert code_of(hub.request("POST", "/v1/sync", body)) is FaultCode.SIGNED_OUT
    fresh = hub.access().shown("GET", FILE)
    assert code_of(hub.request("POST", RELAY_PATH, b"", headers={"Authorization": fresh})) is FaultCode.SIGNED_OUT

    assert state_of(server, office) == before
    assert hub.relay().status == 200


def test_a_hub_from_before_goes_on_with_its_token_until_a_new_one_is_named(
    server: RunningServer, office: OfficeInTest, clock: ManualClock
) -> None:
    old = new_hub(server, clock)
    old.enrol(server.handle.hubs.new_code(office.tenant, office.office), bound=False)
    assert old.reply is not None
    bearer = {"Authorization": f"{BEARER}{old.reply.token}"}
    assert old.request("POST", RELAY_PATH, old.wire.pack(RELAY), headers=bearer).status == 200

    successor = new_hub(server, clock)
    successor.enrol(server.handle.hubs.new_code(office.tenant, office.office))

    answer = old.request("POST", RELAY_PATH, old.wire.pack(RELAY), headers=bearer)
    assert code_of(answer) is FaultCode.DEVICE_REVOKED
    assert successor.relay().status == 200
    assert code_of(new_hub(server, clock).enrol("AAAAA-AAAAA-AAAAA")) is FaultCode.CODE_UNKNOWN


def test_a_hub_whose_clock_is_off_is_told_the_time(hub: Hub, clock: ManualClock) -> None:
    early = hub.access()
    early.learn_time(clock() - 3_600_000)

    named = {"Authorization": early.shown("POST", RELAY_PATH)}
    answer = hub.request("POST", RELAY_PATH, hub.wire.pack(RELAY), headers=named)

    assert code_of(answer) is FaultCode.STALE
    assert answer.fault is not None
    assert answer.fault.number == clock()


def test_acts_of_an_administrator_take_effect_once_and_for_nobody_else(
    server: RunningServer, office: OfficeInTest, admit: Admit, join: Join
) -> None:
    admin, place = admit(Role.OFFICE_ADMIN), office.positions["OFFICE_ADMIN"]
    tap = Recorder(admin)
    user = UserId(drawn_number(os.urandom))
    acts: list[Any] = [
        AddUser(user=user, username="siti", name="Siti", positions=(office.positions["tu"],)),
        IssueCode(issue_id=RowId(admin.new_id()), user=user, code_hash=os.urandom(32), resets=False),
    ]
    for act in acts:
        admin.act(act, position=PositionId(place))
    assert [one.code for one in admin.sync().results] == ["", ""]
    (push,) = tap.sent
    admin.request = tap.pass_on  # type: ignore[method-assign]  # the wire-tap is taken off
    message = server.wire.unpack(push.body, SyncRequest)
    turned = server.wire.pack(msgspec.structs.replace(message, ops=message.ops[::-1]))
    halved = server.wire.pack(msgspec.structs.replace(message, ops=message.ops[1:]))
    other = join("camat")
    other.sync()
    before = state_of(server, office)

    assert code_of(admin.request("POST", push.path, push.body, headers=push.headers)) is FaultCode.STALE
    for body in (push.body, turned, halved):
        # With a proof of its own: known, in another order, or in part, and by somebody else.
        for pc in (admin, other):
            answer = pc.request("POST", push.path, body, token=pc.token)
            assert answer.status == 200 if pc is admin and body != turned else answer.status in (200, 400)

    assert state_of(server, office) == before
    accounts = server.handle.database.read(lambda unit: unit.of(office.tenant).accounts.usernames())
    assert list(accounts).count("siti") == 1


def test_keys_of_a_person_are_published_once_and_by_the_own_pc_alone(
    server: RunningServer, office: OfficeInTest, clock: ManualClock
) -> None:
    camat = ScriptedDevice(server.url, server.wire, clock=clock)
    camat.enrol(office.codes["camat"], password=PASSWORD)
    tap = Recorder(camat)
    user = office.users["camat"]
    camat.open_session(user, password=PASSWORD, offers=(offer(camat, office, user),))
    fresh = offer(camat, office, user, pair=CLERK_PAIR, lost=True)
    camat.open_session(user, password=PASSWORD, offers=(fresh,))
    camat.request = tap.pass_on  # type: ignore[method-assign]  # the wire-tap is taken off
    before = state_of(server, office)

    for sent in [*tap.sent, *reversed(tap.sent)]:
        answer = camat.request(sent.method, sent.path, sent.body, headers=sent.headers)
        assert code_of(answer) is FaultCode.SIGNED_OUT
    assert state_of(server, office) == before
    stranger = ScriptedDevice(server.url, server.wire, clock=clock)
    stranger.enrol(make_office(server, name="Liwa").codes["tu"], password=PASSWORD)
    with pytest.raises(FaultAnswered):
        stranger.open_session(user, password=PASSWORD, offers=(fresh,))


def test_a_device_that_asks_more_than_any_work_needs_is_told_when_to_come_again() -> None:
    now = 0.0
    allowances = Allowances(Limits(requests_a_minute=60, upload_bytes_a_day=86_400), lambda: now)
    ours, theirs = (1, bytes(16)), (1, bytes(15) + b"\1")

    for _ in range(60):
        allowances.ask(*ours)  # type: ignore[arg-type]  # ids
    assert _wait(allowances.ask, ours) == 1
    allowances.ask(*theirs)  # type: ignore[arg-type]  # ids
    now = 1.5
    allowances.ask(*ours)  # type: ignore[arg-type]  # ids

    allowances.brought(*ours, 86_400 + 600)  # type: ignore[arg-type]  # ids
    assert 590 <= _wait(allowances.bring, ours) <= 610
    allowances.bring(*theirs)  # type: ignore[arg-type]  # ids
    now = 700.0
    allowances.bring(*ours)  # type: ignore[arg-type]  # ids
    allowances.brought(*ours, 10**12)  # type: ignore[arg-type]  # ids
    assert _wait(allowances.bring, ours) <= 86_401


def _wait(ask: Callable[..., None], who: tuple[Any, ...]) -> int:
    with pytest.raises(RequestFault) as fault:
        ask(*who)
    assert fault.value.fault.code is FaultCode.TOO_MANY
    return fault.value.fault.number


def test_what_is_said_over_a_held_connection_counts_like_requests(
    server: RunningServer, office: OfficeInTest, clock: ManualClock
) -> None:
    server.stop()
    server.reconfigure(limits=Limits(requests_a_minute=10, upload_bytes_a_day=100))
    server.start()
    clerk = ScriptedDevice(server.url, server.wire, clock=clock)
    clerk.enrol(office.codes["tu"], password=PASSWORD)
    clerk.sync()

    need = NumberNeed(office=office.office, year=2026, series=INCOMING_AGENDA, remaining=0)
    with LiveDevice(clerk) as live, pytest.raises(ServerFault) as heard:
        _ask_often(live, need)

    assert heard.value.fault.code is FaultCode.TOO_MANY
    assert heard.value.fault.number > 0


def _ask_often(live: LiveDevice, need: NumberNeed) -> None:
    for _ in range(20):
        live.ask(needs=(need,))


def test_who_has_used_up_the_allowance_loses_nothing_and_goes_on_later(
    server: RunningServer, office: OfficeInTest, clock: ManualClock
) -> None:
    server.stop()
    server.reconfigure(limits=Limits(requests_a_minute=2, upload_bytes_a_day=100))
    server.start()
    clerk = ScriptedDevice(server.url, server.wire, clock=clock)
    clerk.enrol(office.codes["tu"], password=PASSWORD)
    clerk.sync()
    name = f"/v1/blob/{'cd' * 32}"
    headers = {"X-Pesagi-Offset": "0", "X-Pesagi-Length": "300"}
    assert clerk.request("PATCH", name, bytes(300), token=clerk.token, headers=headers).status != 429

    with pytest.raises(FaultAnswered) as fault:
        clerk.sync()

    assert fault.value.status == 429
    server.stop()
    server.reconfigure(limits=Limits())
    server.start()
    assert clerk.sync().http.status == 200
