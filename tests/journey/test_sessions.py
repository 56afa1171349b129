"""What a PC has of its session at the server: nothing that it needs for its own data."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from core.domain.sessions import DAY_MS, RENEW_BEFORE_DAYS
from core.protocol.faults import FaultCode
from desktop.app.command_line import main
from desktop.app.own_sessions import own_sessions
from desktop.app.renewal import Renewal, Renewed
from desktop.app.syncing import wall_ms
from desktop.app.wire import shipped_wire
from desktop.services.clock import system_clock
from desktop.services.locksmith import SignInRefused
from desktop.services.sessions import OwnSessions
from desktop.storage.meta import SessionNotes
from desktop.sync.rounds import SIGNED_OUT
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

HASHED = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


def test_a_pc_whose_session_was_ended_keeps_its_work_and_sends_it_when_its_person_signs_in(
    server: RunningServer, office: OfficeInTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person, two PCs: the one ends the other's session without a line; the other worked on, and loses nothing."""
    with OfficePc(tmp_path / "satu") as first, OfficePc(tmp_path / "dua") as second:
        first.join(server.url, office.codes["tu"])
        user = office.users["tu"]
        second.join(server.url, server.handle.admin.new_code(office.tenant, user).code)
        seat = first.seat("tu")
        own = OwnSessions(first.opened.store, seat.actor, system_clock, os.urandom, locksmith=first.opened.locksmith)
        with pytest.raises(SignInRefused):
            own.end("bukan kata sandinya")
        own.end(PASSWORD)
        assert second.visit().outcome == "ok", "the server has not heard of it"
        letter = write_letter(second, "tu", "Undangan rapat").letter_id

        first.sync()

        assert second.visit().outcome == SIGNED_OUT
        assert second.overview().waiting == 1
        assert second.opened.locksmith.open(user, PASSWORD) == second.opened.key, "the own data opens without a server"
        second.restart()
        second.close()
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        assert main(["sign-in", "--profile", str(second.folder)]) == 0
    with OfficePc(tmp_path / "dua") as second:
        second.sync()
        assert second.overview().waiting == 0
        assert second.letter(letter) is not None


def test_a_person_sees_both_pcs_and_leaves_the_one_that_is_chosen(
    server: RunningServer, office: OfficeInTest, tmp_path: Path
) -> None:
    with OfficePc(tmp_path / "satu") as first, OfficePc(tmp_path / "dua") as second, OfficePc(tmp_path / "3") as third:
        user = office.users["tu"]
        for pc in (first, second, third):
            code = office.codes["tu"] if pc is first else server.handle.admin.new_code(office.tenant, user).code
            pc.join(server.url, code)
        seat = first.seat("tu")
        own = OwnSessions(first.opened.store, seat.actor, system_clock, os.urandom, locksmith=first.opened.locksmith)
        lines = own_sessions(first.opened, shipped_wire(), user)
        assert ([one.here for one in lines], len({one.device for one in lines})) == ([True, False, False], 3)
        with second.opened.store.read() as uow:
            identity = uow.meta.identity()
        assert identity is not None

        own.end(PASSWORD, identity.device)
        first.sync()

        assert [one.visit().outcome for one in (first, second, third)] == ["ok", SIGNED_OUT, "ok"]
        assert identity.device not in {one.device for one in own_sessions(first.opened, shipped_wire(), user)}
        with pytest.raises(EnvironmentFault) as nobody:
            own_sessions(first.opened, shipped_wire(), office.users["camat"])
        assert (nobody.value.code, nobody.value.detail) == (FaultOf.SERVER_SAID_NO, FaultCode.SIGNED_OUT)
        server.stop()
        with pytest.raises(EnvironmentFault) as gone:
            own_sessions(first.opened, shipped_wire(), user)
        assert gone.value.code is FaultOf.NO_NETWORK


def test_a_pc_asks_for_the_next_session_before_this_one_ends_and_learns_how_old_a_password_is(
    server: RunningServer, office: OfficeInTest, tmp_path: Path
) -> None:
    with OfficePc(tmp_path / "satu") as pc:
        pc.join(server.url, office.codes["tu"])
        user, store = office.users["tu"], pc.opened.store
        with store.read() as uow:
            ends_ms = dict(uow.meta.sessions().ends)[user]
        assert abs(ends_ms - wall_ms() - 90 * DAY_MS) < DAY_MS
        assert Renewal(pc.opened, user, PASSWORD).ask() is Renewed.NOT_NEEDED
        chosen_ms = wall_ms() - 100 * DAY_MS
        server.handle.database.write(
            lambda unit: unit.of(office.tenant).accounts.set_password(user, HASHED, now_ms=chosen_ms)
        )
        with store.begin() as uow:
            uow.meta.write(SessionNotes(ends=((user, wall_ms() + (RENEW_BEFORE_DAYS - 1) * DAY_MS),)))

        assert Renewal(pc.opened, user, PASSWORD).ask() is Renewed.YES

        with store.read() as uow:
            assert dict(uow.meta.sessions().ends)[user] >= ends_ms
        assert pc.opened.locksmith.password_age_days(user) == 100
