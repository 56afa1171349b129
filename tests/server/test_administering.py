"""Acts of administrators take effect on the server: accounts, codes, and rights, and all of them stand in the log."""

from __future__ import annotations

import os

import pytest

from core.domain.administering import AddUser, IssueCode, MoveUser, OpenPosition, SuspendUser, drawn_number
from core.domain.held_acts import AcceptHeld, HeldAct
from core.domain.ids import OfficeId, PositionId, RowId, UserId
from core.domain.offices import Office, Person, Role
from core.domain.sessions import EndSessions
from core.domain.structuring import AddOffice, PasswordRule, SetPasswordRule
from core.protocol.enrolment import code_hash, new_code, print_code
from core.protocol.faults import FaultCode
from core.protocol.messages import Outcome
from tests.server.admitting import Admit
from tests.server.holding import decide, outcome, take_position
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

CODE = new_code(os.urandom)
OTHER = "kata sandi yang lain"


@pytest.fixture
def admin(admit: Admit) -> ScriptedDevice:
    """The administrator of the office at a PC of his own."""
    return admit(Role.OFFICE_ADMIN)


def newcomer(server: RunningServer, near: ScriptedDevice, code: str, password: str = PASSWORD) -> ScriptedDevice:
    device = ScriptedDevice(server.url, server.wire, clock=near.clock)
    device.enrol(print_code(code), password=password)
    device.sync()
    return device


def test_a_new_person_gets_a_code_that_never_left_the_pc_of_the_administrator_and_comes_in(
    server: RunningServer, admin: ScriptedDevice, office: OfficeInTest
) -> None:
    as_admin, user = office.positions["OFFICE_ADMIN"], UserId(drawn_number(os.urandom))
    place = PositionId(drawn_number(os.urandom))
    opened = OpenPosition(
        position=place, office=office.office, title="Staf Umum", role=Role.STAFF, order=20, superior=None
    )
    admin.act(opened, position=as_admin)
    admin.act(AddUser(user=user, username="umum2", name="Siti Aminah", positions=(place,)), position=as_admin)
    admin.act(
        IssueCode(issue_id=RowId(admin.new_id()), user=user, code_hash=code_hash(CODE), resets=False),
        position=as_admin,
    )

    results = admin.sync().results

    assert [(one.outcome, one.same) for one in results] == [(Outcome.ACCEPTED, True)] * 3
    device = newcomer(server, admin, CODE)
    (mine,) = [one for one in device.replica.of(Person) if one.number == user]
    assert (device.user, mine.positions) == (user, (place,))
    assert server.admin.find_user(office.tenant, "umum2") == user
    number = server.admin.add_person(office.tenant, username="umum3", name="Budi", positions=[place]).user
    assert number < 1_000_000, "the command line goes on with small numbers"


def test_a_user_name_that_is_taken_is_refused_and_named(admin: ScriptedDevice, office: OfficeInTest) -> None:
    act = AddUser(
        user=UserId(drawn_number(os.urandom)),
        username=office.usernames["camat"],
        name="Orang lain",
        positions=(office.positions["kesos"],),
    )
    admin.act(act, position=office.positions["OFFICE_ADMIN"])

    (result,) = admin.sync().results

    assert (result.outcome, result.code, result.field) == (Outcome.REFUSED, "username_taken", "username")


def test_who_is_moved_hears_of_it_and_who_is_shut_out_is_signed_out(
    admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    kesos, tapem = join("kesos"), join("tapem")
    wanted = (office.positions["kesos"], office.positions["pelayanan"])
    admin.act(MoveUser(user=office.users["kesos"], positions=wanted), position=office.positions["OFFICE_ADMIN"])
    admin.act(SuspendUser(user=office.users["tapem"], active=False), position=office.positions["OFFICE_ADMIN"])
    admin.sync()

    kesos.sync()
    with pytest.raises(FaultAnswered) as answered:
        tapem.sync()

    (moved,) = [one for one in kesos.replica.of(Person) if one.number == office.users["kesos"]]
    assert moved.positions == wanted
    assert answered.value.fault is not None
    assert answered.value.fault.code == FaultCode.SIGNED_OUT


def test_a_code_that_resets_lets_the_person_choose_a_new_password(
    server: RunningServer, admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    join("kesos")
    issue = IssueCode(
        issue_id=RowId(admin.new_id()), user=office.users["kesos"], code_hash=code_hash(CODE), resets=True
    )
    admin.act(issue, position=office.positions["OFFICE_ADMIN"])
    assert outcome(admin) == (Outcome.ACCEPTED, "")

    assert newcomer(server, admin, CODE, OTHER).user == office.users["kesos"]


def test_a_code_and_the_end_of_sessions_that_were_held_count_once_a_superior_accepts_them(
    server: RunningServer, admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    head, staff = join("camat"), join("kesos")
    as_admin, user = office.positions["OFFICE_ADMIN"], office.users["kesos"]
    code = IssueCode(issue_id=RowId(admin.new_id()), user=user, code_hash=code_hash(CODE), resets=True)
    admin.act(code, position=as_admin)
    admin.act(EndSessions(end_id=RowId(admin.new_id()), user=user), position=as_admin)
    take_position(server, office, "OFFICE_ADMIN", to="arsip")
    assert [one.outcome for one in admin.sync().results] == [Outcome.HELD] * 2
    head.sync()

    for held in sorted(head.replica.of(HeldAct), key=lambda one: one.received_at):
        assert decide(head, office, AcceptHeld(held_id=held.id), as_="camat") == (Outcome.ACCEPTED, "")

    assert newcomer(server, admin, CODE, OTHER).user == user
    with pytest.raises(FaultAnswered):
        staff.sync()


@pytest.fixture
def region(admit: Admit) -> ScriptedDevice:
    """Who administers the region, at a PC of his own."""
    return admit(Role.REGION_ADMIN)


def test_a_new_office_begins_with_an_administrator_who_comes_in_with_a_code(
    server: RunningServer, region: ScriptedDevice, office: OfficeInTest
) -> None:
    number, place = OfficeId(drawn_number(os.urandom)), PositionId(drawn_number(os.urandom))
    user, as_region = UserId(drawn_number(os.urandom)), office.positions["REGION_ADMIN"]
    admin_role = OpenPosition(
        position=place, office=number, title="Admin Kantor", role=Role.OFFICE_ADMIN, order=1, superior=None
    )
    for act in (
        AddOffice(office=number, name="Kecamatan Baru", short_name="Kec. Baru"),
        admin_role,
        AddUser(user=user, username="admin.baru", name="Siti Aminah", positions=(place,)),
        IssueCode(issue_id=RowId(region.new_id()), user=user, code_hash=code_hash(CODE), resets=False),
    ):
        region.act(act, position=as_region)

    results = region.sync().results

    assert [(one.outcome, one.same) for one in results] == [(Outcome.ACCEPTED, True)] * 4
    device = newcomer(server, region, CODE)
    made = next(one for one in device.replica.of(Office) if one.number == number)
    assert (made.name, made.region, device.user) == ("Kecamatan Baru", "Kabupaten Lampung Barat", user)


def test_the_rule_of_the_region_holds_for_the_passwords_that_are_chosen_from_then_on(
    server: RunningServer, region: ScriptedDevice, office: OfficeInTest
) -> None:
    region.act(SetPasswordRule(profile="bssn"), position=office.positions["REGION_ADMIN"])
    region.sync()
    code = office.codes["kesos"]
    device = ScriptedDevice(server.url, server.wire, clock=region.clock)

    with pytest.raises(FaultAnswered) as answered:
        device.enrol(code, password=PASSWORD)
    device.enrol(code, password="Kopi-Robusta Liwa 27")
    device.sync()

    assert answered.value.fault is not None
    assert answered.value.fault.code == FaultCode.WEAK_PASSWORD
    (rule,) = device.replica.of(PasswordRule)
    assert rule.profile == "bssn"
