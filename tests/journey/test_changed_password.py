"""A password that is changed here, told to the server, and one that was reset elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.domain.ids import UserId
from core.domain.offices import Person, Role
from core.domain.passwords import PasswordFlaw
from core.domain.structuring import SetPasswordRule
from core.protocol.faults import FaultCode
from desktop.app.password_state import PasswordDue, password_due
from desktop.app.passwords import change_password
from desktop.app.renewal import Renewal, Renewed
from desktop.app.syncing import renew_token, sync_parts
from desktop.app.wire import shipped_wire
from desktop.services.clock import millis, system_clock
from desktop.services.locksmith import Locksmith, SignInRefused
from desktop.services.password_change import PasswordChange, PasswordRefused, password_rules
from desktop.sync.rounds import SIGNED_OUT
from desktop.sync.server_fault import ServerFault
from tests.journey.office_pc import OfficePc, shifted
from tests.support.device import ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer

NEW = "hujan turun di ladang"
MIXED = "Kopi-Robusta Liwa 27"


@pytest.fixture
def clerk(tmp_path: Path, server: RunningServer, office: OfficeInTest) -> Iterator[OfficePc]:
    with OfficePc(tmp_path / "pc") as pc:
        assert pc.join(server.url, office.codes["tu"]).outcome == "ok"
        yield pc


def user_of(pc: OfficePc) -> UserId:
    return UserId(pc.opened.locksmith.wraps().people[0].user)


def change(pc: OfficePc, old: str, new: str) -> None:
    opened = pc.opened
    service = PasswordChange(opened.store, opened.locksmith, system_clock, key=opened.key, rules=password_rules())
    service.change(person_of(pc), old, new)


def person_of(pc: OfficePc) -> Person:
    with pc.opened.store.read() as uow:
        person = uow.directory.person(user_of(pc))
    assert person is not None
    return person


def locksmith_at(pc: OfficePc, *, days: int) -> Locksmith:
    """The locksmith of this PC so many days later."""
    return Locksmith(pc.opened.profile, pc.opened.vault, shifted(days=days), unattended=True)


def tell(pc: OfficePc) -> bool:
    return sync_parts(pc.opened, shipped_wire()).tell_passwords()


def server_takes(pc: OfficePc, password: str) -> bool:
    try:
        renew_token(pc.opened, shipped_wire(), user_of(pc), password)
    except ServerFault as fault:
        if fault.code is not FaultCode.WRONG_PASSWORD:
            raise
        return False
    return True


def opens(pc: OfficePc, password: str) -> bool:
    try:
        return pc.opened.locksmith.open(user_of(pc), password) == pc.opened.key
    except SignInRefused:
        return False


def test_a_password_changes_here_at_once_and_at_the_server_with_the_next_line(
    clerk: OfficePc, server: RunningServer, office: OfficeInTest, tmp_path: Path
) -> None:
    with OfficePc(tmp_path / "kedua") as second:
        issued = server.handle.admin.new_code(office.tenant, office.users["tu"])
        assert second.join(server.url, issued.code).outcome == "ok"

        change(clerk, PASSWORD, NEW)

        assert (opens(clerk, NEW), opens(clerk, PASSWORD)) == (True, False)
        assert tell(clerk)
        assert not tell(clerk), "once is enough"
        assert (server_takes(clerk, NEW), server_takes(clerk, PASSWORD)) == (True, False)
        assert clerk.visit().outcome == "ok"
        assert second.visit().outcome == SIGNED_OUT, "on other PCs the person has to sign in"


def test_the_keys_of_the_person_stay_and_open_on_other_pcs_by_the_new_password(
    clerk: OfficePc, server: RunningServer, office: OfficeInTest, tmp_path: Path
) -> None:
    ring = clerk.opened.locksmith.unlock(user_of(clerk), PASSWORD).ring
    assert len(ring.pairs) == 1

    change(clerk, PASSWORD, NEW)
    assert tell(clerk)

    assert clerk.opened.locksmith.unlock(user_of(clerk), NEW).ring == ring
    with OfficePc(tmp_path / "kedua") as second:
        issued = server.handle.admin.new_code(office.tenant, office.users["tu"])
        assert second.join(server.url, issued.code, password=NEW).outcome == "ok"
        assert second.opened.locksmith.unlock(user_of(second), NEW).ring == ring


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("bukan kata sandinya", NEW, SignInRefused),
        (PASSWORD, "pendek", PasswordRefused),
        (PASSWORD, "Bismillah-12345", PasswordRefused),
    ],
)
def test_what_may_not_be_changes_nothing(clerk: OfficePc, old: str, new: str, reason: type[Exception]) -> None:
    with pytest.raises(reason):
        change(clerk, old, new)

    assert opens(clerk, PASSWORD)
    assert not tell(clerk)


def test_an_office_may_switch_a_stricter_policy_on() -> None:
    password_rules().require(NEW)
    with pytest.raises(PasswordRefused) as refused:
        password_rules("bssn").require(NEW)
    assert refused.value.flaw is PasswordFlaw.PLAIN
    assert password_rules("tidak ada") == password_rules()


def test_the_rule_of_the_region_reaches_a_pc_and_holds_there_without_a_line(
    clerk: OfficePc, server: RunningServer, office: OfficeInTest
) -> None:
    """Four kinds of characters with the next password; another one after ninety days, and not by new keys alone."""
    place = server.admin.add_position(office.tenant, office.office, title="Diskominfo", role=Role.REGION_ADMIN)
    issued = server.admin.add_person(office.tenant, username="diskominfo", name="Admin", positions=[place])
    clock = ManualClock()
    clock.now_ms = millis(system_clock())
    region = ScriptedDevice(server.url, server.wire, clock=clock)
    region.enrol(issued.code, password=PASSWORD)
    region.sync()
    region.act(SetPasswordRule(profile="bssn"), position=place)
    region.sync()
    user = user_of(clerk)
    in_time = replace(clerk.opened, locksmith=locksmith_at(clerk, days=89))
    too_late = replace(clerk.opened, locksmith=locksmith_at(clerk, days=90))
    assert password_due(too_late, user) is None, "before the rule is here a password holds for ever"
    clerk.sync()
    renew_token(too_late, shipped_wire(), user, PASSWORD)  # also lays down the keys anew
    server.stop()

    assert password_due(in_time, user) is None
    assert password_due(too_late, user) == PasswordDue(days=90)
    with pytest.raises(PasswordRefused) as refused:
        change_password(too_late, person_of(clerk), PASSWORD, NEW)
    assert (refused.value.flaw, opens(clerk, PASSWORD)) == (PasswordFlaw.PLAIN, True)
    change_password(too_late, person_of(clerk), PASSWORD, MIXED)

    assert password_due(too_late, user) is None
    assert opens(clerk, MIXED)
    server.start()
    assert tell(clerk)
    assert server_takes(clerk, MIXED)


def test_a_password_that_an_administrator_reset_opens_the_pc_once_more_at_most(
    clerk: OfficePc, server: RunningServer, office: OfficeInTest
) -> None:
    server.handle.admin.new_code(office.tenant, office.users["tu"], reset_password=True)
    assert clerk.visit().outcome == SIGNED_OUT

    assert Renewal(clerk.opened, user_of(clerk), PASSWORD).ask() is Renewed.VOID

    assert not opens(clerk, PASSWORD)
    assert clerk.opened.locksmith.ring_escrows(), "the code finds the person's keys"


def test_a_change_that_the_server_does_not_know_yet_does_not_shut_its_person_out(
    clerk: OfficePc, server: RunningServer, office: OfficeInTest
) -> None:
    change(clerk, PASSWORD, NEW)
    server.handle.admin.new_code(office.tenant, office.users["tu"], reset_password=True)
    assert clerk.visit().outcome == SIGNED_OUT

    with pytest.raises(ServerFault):
        Renewal(clerk.opened, user_of(clerk), NEW).ask()

    assert opens(clerk, NEW)


def test_while_a_session_holds_no_other_is_asked_for(clerk: OfficePc) -> None:
    assert Renewal(clerk.opened, user_of(clerk), "apa saja").ask() is Renewed.NOT_NEEDED
