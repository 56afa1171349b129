"""Guessing at the server: few guesses are heard a day, whoever is asked for, and nobody is told who has an account."""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass
from statistics import median

import pytest
from argon2 import PasswordHasher

from core.domain.ids import UserId
from core.protocol.faults import FaultCode
from core.protocol.messages import NONCE_BYTES, PROTOCOL, SessionRequest, session_payload
from server.services.accounts import AccountService
from server.services.faults import RequestFault
from server.web.addresses import FREE_FAILURES, SECONDS_EACH, Failures
from tests.support.device import FaultAnswered, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer

DAY_MS = 24 * 3600 * 1000
MOST_A_DAY = 120


@pytest.fixture
def database_url() -> str:
    """The rules are the same on both."""
    return ""


@dataclass
class Guesser:
    """Has the key of a PC that is enrolled, and asks the real service for sessions with wrong passwords."""

    server: RunningServer
    device: ScriptedDevice
    accounts: AccountService
    heard: int = 0

    def guess(self, user: UserId) -> int:
        """One guess; the seconds for which none is heard after it."""
        nonce = random.Random(self.heard).randbytes(NONCE_BYTES) + time.monotonic_ns().to_bytes(8, "big")
        payload = session_payload(self.device.id, user, 0, nonce=nonce)
        request = SessionRequest(
            protocol=PROTOCOL,
            device=self.device.id,
            user=user,
            password="salah sama sekali",
            sent_ms=0,
            signature=self.device.key.sign(payload),
            nonce=nonce,
        )
        try:
            self.accounts.open_session(request)
        except RequestFault as fault:
            if fault.fault.code is FaultCode.TOO_MANY:
                return fault.fault.number
            if fault.fault.code is not FaultCode.WRONG_PASSWORD:
                raise
            self.heard += 1
            return 0
        raise AssertionError("a wrong password opened a session")


@pytest.fixture
def guesser(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Guesser:
    device = ScriptedDevice(server.url, server.wire, clock=clock)
    device.enrol(office.codes["tu"], password=PASSWORD)
    return Guesser(server, device, server.handle.accounts)


def over_a_day(guesser: Guesser, clock: ManualClock, users: list[UserId], *, guesses: int) -> int:
    """So many guesses, spread evenly over one day; how many of them were heard."""
    before = guesser.heard
    for turn in range(guesses):
        guesser.guess(users[turn % len(users)])
        clock.now_ms += DAY_MS // guesses
    return guesser.heard - before


@pytest.mark.timeout(7_200)  # only the whole size takes so long
def test_of_many_guesses_at_one_account_few_are_heard_in_a_day(
    guesser: Guesser, office: OfficeInTest, clock: ManualClock, request: pytest.FixtureRequest
) -> None:
    guesses = 100_000 if request.config.getoption("--long") else 500

    assert 50 < over_a_day(guesser, clock, [office.users["tu"]], guesses=guesses) <= MOST_A_DAY


def test_guesses_that_are_spread_over_many_people_are_heard_as_rarely(
    guesser: Guesser, office: OfficeInTest, clock: ManualClock
) -> None:
    users = [*office.users.values(), *(UserId(number) for number in range(1_000, 1_050))]

    assert over_a_day(guesser, clock, users, guesses=500) <= MOST_A_DAY + 20


def test_neither_a_restart_nor_a_clock_that_is_put_back_brings_free_tries(
    guesser: Guesser, office: OfficeInTest, clock: ManualClock
) -> None:
    user = office.users["tu"]
    while guesser.guess(user) == 0:
        clock.advance(seconds=300)
    guesser.server.stop()
    guesser.server.start()
    guesser.accounts = guesser.server.handle.accounts

    waits = []
    for days in (0, -400, 800, -1):
        clock.advance(days=days)
        waits.append(guesser.guess(user))

    heard = guesser.heard
    assert waits[0] > 0
    assert all(wait <= 15 * 60 for wait in waits)
    clock.advance(days=-30)
    assert over_a_day(guesser, clock, [user], guesses=300) <= MOST_A_DAY
    assert guesser.heard - heard <= MOST_A_DAY


def test_a_stranger_makes_nobody_wait(guesser: Guesser, office: OfficeInTest, clock: ManualClock) -> None:
    """Without the key of a PC of the office a guess is no guess: its person signs in as ever."""
    stranger = ScriptedDevice(guesser.device.url, guesser.device.wire, clock=clock)
    stranger.id = guesser.device.id
    service = guesser.accounts
    for _ in range(30):
        with pytest.raises(RequestFault) as fault:
            Guesser(guesser.server, stranger, service).guess(office.users["tu"])
        assert fault.value.fault.code is FaultCode.MALFORMED

    assert guesser.device.open_session(office.users["tu"], password=PASSWORD).user == office.users["tu"]


def test_somebody_who_is_unknown_costs_the_server_what_somebody_known_costs(
    guesser: Guesser, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One argon2 of the same price each, and the same answer: counted, not timed."""
    counted: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, kept: str, typed: str) -> bool:
        counted.append(kept.rsplit("$", 2)[0])
        return verify(self, kept, typed)

    monkeypatch.setattr(PasswordHasher, "verify", counting)

    for user in (office.users["tu"], office.users["camat"], UserId(4_711)):
        guesser.guess(user)

    assert len(counted) == 3
    assert len(set(counted)) == 1


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_the_time_of_an_answer_does_not_tell_who_has_an_account(
    guesser: Guesser, office: OfficeInTest, clock: ManualClock
) -> None:
    """Interleaved at random, compared by ranks: noise of the machine falls on both alike.

    Mann-Whitney: of the same distribution, |z| exceeds 4 once in 16,000 runs. That it sees a difference at all is
    shown by guesses that are not heard, and so cost no argon2.
    """
    chance = random.Random(12)
    known: list[float] = []
    unknown: list[float] = []
    for _ in range(600):
        turns = [(office.users["tu"], known), (UserId(4_711), unknown)]
        chance.shuffle(turns)
        for user, times in turns:
            clock.advance(days=1)
            times.append(timed(guesser, user))
    while guesser.guess(office.users["tu"]) == 0:
        pass
    unheard = [timed(guesser, office.users["tu"]) for _ in range(100)]

    z = rank_z(known, unknown)
    print(f"known {median(known):.6f} s, unknown {median(unknown):.6f} s, z {z:.2f}")  # noqa: T201  # the figure is what a long run is for
    assert abs(z) < 4
    assert rank_z(known, unheard) > 4  # and it would see it


def timed(guesser: Guesser, user: UserId) -> float:
    begun = time.perf_counter()
    guesser.guess(user)
    return time.perf_counter() - begun


def rank_z(first: list[float], second: list[float]) -> float:
    """How far the ranks of `first` among all lie above those of `second`, in standard deviations."""
    order = sorted([(one, 0) for one in first] + [(one, 1) for one in second])
    ranks = sum(rank for rank, (_, group) in enumerate(order, start=1) if group == 0)
    n, m = len(first), len(second)
    mean, deviation = n * (n + m + 1) / 2, math.sqrt(n * m * (n + m + 1) / 12)
    return (ranks - mean) / deviation


def test_codes_tried_from_one_address_are_slowed_and_the_office_behind_it_goes_on(
    server: RunningServer, office: OfficeInTest, guesser: Guesser
) -> None:
    stranger = ScriptedDevice(server.url, server.wire, clock=guesser.device.clock)
    codes = []
    for _ in range(FREE_FAILURES + 2):
        with pytest.raises(FaultAnswered) as fault:
            stranger.enrol("AAAA-AAAA-AAAA", password=PASSWORD)
        assert fault.value.fault is not None
        codes.append(fault.value.fault.code)

    assert codes[0] is FaultCode.CODE_UNKNOWN
    assert codes[-1] is FaultCode.TOO_MANY
    assert guesser.device.sync().http.status == 200
    assert guesser.device.open_session(office.users["tu"], password=PASSWORD).user == office.users["tu"]


def test_an_address_may_go_on_when_its_failures_are_paid_for() -> None:
    now = [0.0]
    failures = Failures(lambda: now[0])

    def fail(code: FaultCode) -> None:
        with pytest.raises(RequestFault), failures.noted("192.0.2.1"):
            raise RequestFault(code)

    for _ in range(FREE_FAILURES + 10):
        fail(FaultCode.WRONG_PASSWORD)  # whoever comes so far is somebody of here
    failures.require("192.0.2.1")
    for _ in range(FREE_FAILURES + 2):
        fail(FaultCode.CODE_UNKNOWN)

    with pytest.raises(RequestFault) as fault:
        failures.require("192.0.2.1")
    assert fault.value.fault.number == 2 * SECONDS_EACH
    failures.require("192.0.2.2")
    now[0] += 2 * SECONDS_EACH
    failures.require("192.0.2.1")


def test_what_a_stranger_can_get_tells_a_browser_to_make_nothing_of_it(server: RunningServer) -> None:
    nobody = ScriptedDevice(server.url, server.wire, clock=ManualClock())
    for method, path in (("GET", "/"), ("GET", "/v1/ca"), ("POST", "/v1/sync"), ("POST", "/v1/enrol")):
        headers = nobody.request(method, path, b"").headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in headers
