"""Every kind of request of a real session, recorded inside TLS and sent again: word for word, by others, elsewhere.

What is recorded here is what a proxy that ends TLS, a log or a stolen copy of a disk could hold.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from core.domain.letters import IncomingLetter
from core.protocol.access import (
    BEARER,
    SCHEME,
    SHOWN_BYTES,
    TURN_PATH,
    Bearer,
    Pass,
    TurnRequest,
    new_token,
    read_shown,
    token_hash,
)
from core.protocol.faults import FaultCode
from core.protocol.live import LIVE_PATH
from core.protocol.messages import PROTOCOL
from core.protocol.own_sessions import SESSIONS_PATH
from core.protocol.small_files import SMALL_FILES_PATH
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER, blob_path
from desktop.sync.live_client import LiveLine
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault
from server.services.possession import AHEAD_MS
from tests.support.acts import register
from tests.support.device import FaultAnswered, HttpAnswer, Join, ScriptedDevice
from tests.support.live_device import LiveDevice
from tests.support.logs import ExpectLog
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, make_office

SCAN = bytes(range(256)) * 40
NAME = hashlib.sha256(SCAN).digest()
OVER_A_SESSION = ("turn", "sync", "push", "file up", "file down", "small files", "segment", "sessions", "password")


@dataclass(frozen=True)
class Sent:
    """One request as it was on the wire."""

    kind: str
    method: str
    path: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Recorder:
    """Stands between a device and its server, and keeps what passes."""

    device: ScriptedDevice
    kind: str = ""
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pass_on = self.device.request
        self.device.request = self._record  # type: ignore[method-assign]  # the wire-tap

    def _record(
        self, method: str, path: str, body: bytes, *, token: str | None = None, headers: dict[str, str] | None = None
    ) -> HttpAnswer:
        named = dict(headers or {})
        if token is not None:
            named["Authorization"] = self.device.access(token).shown(method, path)
        self.sent.append(Sent(self.kind, method, path, body, named))
        return self.pass_on(method, path, body, headers=named)


@dataclass(frozen=True)
class Session:
    """A real session with what was recorded of it."""

    clerk: ScriptedDevice
    sent: list[Sent]

    def of(self, kind: str) -> Sent:
        return next(one for one in self.sent if one.kind == kind)


@pytest.fixture
def database_url() -> str:
    """What is shown here happens before a database is asked."""
    return ""


@pytest.fixture
def session(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Session:
    return recorded(server, office, clock)


def recorded(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Session:
    """A morning at one PC: joining, signing in, letters, scans, a new password."""
    clerk = ScriptedDevice(server.url, server.wire, clock=clock)
    tap = Recorder(clerk)

    def note(kind: str, work: Callable[[], Any]) -> None:
        tap.kind = kind
        work()

    note("join", lambda: clerk.enrol(office.codes["tu"], password=PASSWORD))
    note("sync", clerk.sync)
    note("sign in", lambda: clerk.open_session(office.users["tu"], password=PASSWORD))
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    note("push", clerk.sync)
    up = {OFFSET_HEADER: "0", LENGTH_HEADER: str(len(SCAN))}
    path = blob_path(NAME)
    note("file up", lambda: clerk.request("PATCH", path, SCAN, token=clerk.token, headers=up))
    note("file down", lambda: clerk.request("GET", path, b"", token=clerk.token))
    note("small files", lambda: clerk.request("POST", SMALL_FILES_PATH, NAME, token=clerk.token))
    note("segment", lambda: clerk.request("GET", f"/v1/segment/{NAME.hex()}", b"", token=clerk.token))
    note("sessions", lambda: clerk.request("GET", SESSIONS_PATH, b"", token=clerk.token))
    note("turn", lambda: turn(clerk))
    note("password", lambda: clerk.request("POST", "/v1/password", b"", token=clerk.token))
    clerk.request = tap.pass_on  # type: ignore[method-assign]  # the wire-tap is taken off
    return Session(clerk, tap.sent)


def turn(pc: ScriptedDevice) -> str:
    """Another token in the place of the one that the device shows; the one of before."""
    before, token = pc.token, new_token()
    answer = ask_turn(pc, token)
    assert answer.status == 200
    show(pc, token)
    return before


def show(pc: ScriptedDevice, token: str) -> None:
    """Let a device show this token from here on."""
    assert pc.session is not None
    pc.session = msgspec.structs.replace(pc.session, token=token)


def ask_turn(pc: ScriptedDevice, token: str) -> HttpAnswer:
    request = TurnRequest(protocol=PROTOCOL, chosen=token_hash(token))
    return pc.request("POST", TURN_PATH, pc.wire.pack(request), token=pc.token)


def again(session: Session, sent: Sent, *, headers: dict[str, str] | None = None) -> HttpAnswer:
    """The same bytes once more, by whoever has them; `headers` may be others."""
    stranger = ScriptedDevice(session.clerk.url, session.clerk.wire, clock=session.clerk.clock)
    named = sent.headers if headers is None else headers
    return stranger.request(sent.method, sent.path, sent.body, headers=named)


def code_of(answer: HttpAnswer) -> FaultCode | None:
    return None if answer.fault is None else answer.fault.code


def state_of(server: RunningServer, office: OfficeInTest) -> tuple[Any, ...]:
    """What no replay may move: how far the log goes, where each device stands, who is let in."""

    def work(unit: Any) -> tuple[Any, ...]:
        store = unit.of(office.tenant)
        devices = store.devices.all()
        return store.head.read().seq, devices, store.devices.tokens_of([one.id for one in devices])

    return server.handle.database.read(work)


def test_no_request_is_taken_a_second_time(session: Session, server: RunningServer, office: OfficeInTest) -> None:
    before = state_of(server, office)
    order = [one for one in session.sent for _ in range(3)]
    random.Random(4).shuffle(order)

    answers = {(one.kind, again(session, one).status) for one in order}

    assert {status for _, status in answers} == {401}
    assert state_of(server, office) == before
    assert session.clerk.sync().http.status == 200


def test_a_token_alone_lets_nobody_in(session: Session) -> None:
    token = session.clerk.token

    for kind in OVER_A_SESSION:
        for header in (f"{BEARER}{token}", f"{SCHEME}{token}", token, ""):
            answer = again(session, session.of(kind), headers={"Authorization": header} if header else {})
            assert code_of(answer) is FaultCode.SIGNED_OUT, kind


def test_a_proof_by_the_key_of_another_device_lets_nobody_in(session: Session, join: Join) -> None:
    thief = join("camat")

    for kind in OVER_A_SESSION:
        sent = session.of(kind)
        shown = thief.access(session.clerk.token).shown(sent.method, sent.path)
        answer = again(session, sent, headers={**sent.headers, "Authorization": shown})
        assert code_of(answer) is FaultCode.SIGNED_OUT, kind


def test_a_proof_is_good_for_its_own_request_only(session: Session) -> None:
    """A recorded proof does not open another path, nor the same by another method, nor one with a query."""
    clerk = session.clerk
    fresh = clerk.access().shown("GET", blob_path(NAME))

    for method, path in (("POST", "/v1/sync"), ("POST", blob_path(NAME)), ("GET", f"{blob_path(NAME)}?from=0")):
        answer = clerk.request(method, path, b"", headers={"Authorization": fresh})
        assert code_of(answer) is FaultCode.SIGNED_OUT
    answer = clerk.request("GET", blob_path(NAME), b"", headers={"Authorization": fresh})
    assert code_of(answer) is not FaultCode.SIGNED_OUT


def test_every_altered_bit_of_a_proof_is_found() -> None:
    key = bytes(range(32))
    header = Pass("A" * 22, key, wall_ms=lambda: 1_790_000_000_000).shown("POST", "/v1/sync")
    raw = base64.urlsafe_b64decode(header.removeprefix(SCHEME) + "=")
    good = read_shown(header, "POST", "/v1/sync")

    assert good is not None
    assert good.fits(key)
    for bit in range(8 * SHOWN_BYTES):
        other = bytearray(raw)
        other[bit // 8] ^= 1 << bit % 8
        shown = read_shown(SCHEME + base64.urlsafe_b64encode(other).rstrip(b"=").decode(), "POST", "/v1/sync")
        assert shown is not None
        assert not shown.fits(key)
    assert not good.fits(bytes(32))


def test_a_proof_of_another_time_is_answered_with_the_time(session: Session, clock: ManualClock) -> None:
    clerk = session.clerk
    held_back = clerk.access().shown("GET", blob_path(NAME))
    clock.advance(seconds=5 * 60 + 1)

    late = clerk.request("GET", blob_path(NAME), b"", headers={"Authorization": held_back})
    early = clerk.access()
    early.learn_time(clock() + AHEAD_MS + 1000)
    ahead = clerk.request("GET", blob_path(NAME), b"", headers={"Authorization": early.shown("GET", blob_path(NAME))})

    for answer in (late, ahead):
        assert code_of(answer) is FaultCode.STALE
        assert answer.fault is not None
        assert answer.fault.number == clock()


def test_nothing_recorded_before_a_restart_is_taken_after_it(
    session: Session, server: RunningServer, clock: ManualClock
) -> None:
    kept = [session.of(kind) for kind in (*OVER_A_SESSION, "join", "sign in")]
    clock.advance(seconds=1)
    server.stop()
    server.start()

    for sent in kept:
        assert again(session, sent).status == 401, sent.kind


def test_another_office_and_another_region_are_no_way_round(
    session: Session, server: RunningServer, clock: ManualClock
) -> None:
    """Whoever is somebody elsewhere gets nothing of here with what was recorded here, or with the ids of here."""
    elsewhere = server.admin.add_tenant("Tanggamus", "Kabupaten Tanggamus")
    neighbours = [make_office(server, name="Ulu Belu", tenant=elsewhere), make_office(server, name="Liwa")]
    for office in neighbours:
        other = ScriptedDevice(server.url, server.wire, clock=clock)
        other.enrol(office.codes["tu"], password=PASSWORD)
        other.sync()
        push = session.of("push")
        for body in (push.body, session.of("sync").body):
            answer = other.request("POST", "/v1/sync", body, token=other.token)
            # The chain and its signature are those of another device.
            assert answer.status in (200, 400)
        assert other.sync().http.status == 200
        assert other.replica.of(IncomingLetter) == []
        for path in (blob_path(NAME), f"/v1/segment/{NAME.hex()}"):
            assert other.request("GET", path, b"", token=other.token).status == 404
        other.id = session.clerk.id
        with pytest.raises(FaultAnswered) as fault:
            other.open_session(session.clerk.user, password=PASSWORD)
        assert fault.value.status == 400


def test_a_live_connection_wants_a_proof_as_well(session: Session) -> None:
    line = LiveLine(session.clerk.url, access=Bearer(session.clerk.token))

    def open_and_hear() -> None:
        line.open()
        line.receive(15)

    with pytest.raises(ServerFault) as fault:
        open_and_hear()
    line.close()
    assert fault.value.code is FaultCode.SIGNED_OUT


def test_the_opening_of_a_live_connection_is_taken_once(session: Session) -> None:
    header = session.clerk.access().shown("GET", LIVE_PATH)

    class Recorded(Bearer):
        def shown(self, method: str, path: str) -> str:
            del method, path
            return header

    def heard() -> object:
        with closing(LiveLine(session.clerk.url, access=Recorded(""))) as line:
            line.open()
            line.send(session.clerk.wire.pack(session.clerk.build(ops=())))
            return line.receive(15)

    assert heard()
    with pytest.raises(EnvironmentFault, match="clock"):  # as the PC understands STALE: make another proof
        heard()


def test_an_old_token_that_is_shown_with_the_key_ends_the_session_and_tells_the_admin(
    session: Session, server: RunningServer, office: OfficeInTest, expect_log: ExpectLog
) -> None:
    """Two hold the same disk: one turned the token, the other shows the one of before."""
    clerk, clock = session.clerk, session.clerk.clock
    old = turn(clerk)
    clerk.sync()
    clock.advance(seconds=10 * 60 + 1)
    expect_log("server.services.tokens", containing="was shown again")

    assert code_of(clerk.request("POST", "/v1/sync", b"", token=old)) is FaultCode.SIGNED_OUT

    with pytest.raises(FaultAnswered) as fault:
        clerk.sync()
    assert fault.value.status == 401
    alarms = server.handle.database.read(lambda unit: unit.of(office.tenant).sessions.alarms())
    assert [(one.device, one.user) for one in alarms] == [(clerk.id, office.users["tu"])]
    clerk.open_session(office.users["tu"], password=PASSWORD)
    assert clerk.sync().http.status == 200
    assert code_of(clerk.request("POST", "/v1/sync", b"", token=old)) is FaultCode.SIGNED_OUT
    assert clerk.sync().http.status == 200


def test_an_old_token_without_the_key_ends_nothing(session: Session, join: Join, clock: ManualClock) -> None:
    clerk, thief = session.clerk, join("camat")
    old = turn(clerk)
    clerk.sync()
    clock.advance(seconds=10 * 60 + 1)

    answer = thief.request("POST", "/v1/sync", b"", token=old)

    assert code_of(answer) is FaultCode.SIGNED_OUT
    assert clerk.sync().http.status == 200


def test_a_lost_answer_to_a_turn_shuts_nobody_out(session: Session, clock: ManualClock) -> None:
    """The server has turned, the device does not know: it goes on with the old token, and asks with the same again."""
    clerk, chosen = session.clerk, new_token()
    ask_turn(clerk, chosen)
    clock.advance(days=3)

    assert clerk.sync().http.status == 200
    assert ask_turn(clerk, chosen).status == 200
    show(clerk, chosen)
    assert clerk.sync().http.status == 200


def test_a_live_connection_outlives_a_turn(session: Session, office: OfficeInTest) -> None:
    clerk = session.clerk
    with LiveDevice(clerk) as live:
        turn(clerk)
        clerk.sync()
        made = clerk.act(register(clerk.new_id()), position=office.positions["tu"])
        live.ask(ops=[made])


def test_nothing_secret_stands_in_a_path_or_in_the_log(
    session: Session, server: RunningServer, office: OfficeInTest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    again_elsewhere = recorded(server, make_office(server, name="Liwa"), session.clerk.clock)

    secrets = [PASSWORD, *office.codes.values(), session.clerk.token, again_elsewhere.clerk.token]
    headers = [one.headers.get("Authorization", "") for one in again_elsewhere.sent]
    for secret in [*secrets, *filter(None, headers)]:
        assert secret not in caplog.text
    for sent in [*session.sent, *again_elsewhere.sent]:
        assert sent.path.startswith("/v1/")
        assert "?" not in sent.path
        assert not any(secret in sent.path for secret in secrets)
