"""The sheet for a breach: what a device, a person or anybody in a span could have seen, when, and who opened it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.administering import MoveUser
from core.domain.ids import DeviceId, LetterId
from core.domain.letter_readings import ReadingWay
from core.domain.letters import SecurityLevel
from core.domain.offices import Role
from core.domain.reading_secrets import NoteReading
from server.__main__ import main
from server.services.incidents import Asked, IncidentSheet
from tests.factories import TODAY, register
from tests.server.admitting import Admit
from tests.support.device import Join
from tests.support.server import ManualClock, OfficeInTest, RunningServer

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what it does is the same on both


class Case:
    """A letter of each kind in an office, and a secret one that the head opened."""

    def __init__(self, server: RunningServer, office: OfficeInTest, join: Join, clock: ManualClock) -> None:
        self._server, self._office, self._clock = server, office, clock
        self.begin = self._now()
        self.clerk, self.head = join("tu"), join("camat")
        self.open = self._letter(SecurityLevel.OPEN)
        self.secret = self._letter(SecurityLevel.SECRET)
        self.clerk.sync()
        self.head.sync()
        self.head.act(
            NoteReading(letter_id=self.secret, day=TODAY, way=ReadingWay.OPENED), position=office.positions["camat"]
        )
        self.head.sync()

    def _letter(self, level: SecurityLevel) -> LetterId:
        letter_id = LetterId(self.clerk.new_id())
        act = register(
            letter_id=letter_id, security=level, agenda_no=0, addressee=self._office.positions["camat"], scans=()
        )
        self.clerk.act(act, position=self._office.positions["tu"])
        return letter_id

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock() // 1000, UTC)

    def sheet(self, **asked: object) -> IncidentSheet:
        until = self._now() + timedelta(minutes=1)
        whole = {"since": self.begin, "until": until, "known_at": until, **asked}
        return self._server.handle.incidents.sheet(self._office.tenant, Asked(**whole))  # type: ignore[arg-type]  # named above


@pytest.fixture
def case(server: RunningServer, office: OfficeInTest, join: Join, clock: ManualClock) -> Case:
    return Case(server, office, join, clock)


def test_of_a_lost_pc_it_names_its_people_what_they_could_see_and_the_deadline(
    case: Case, office: OfficeInTest
) -> None:
    sheet = case.sheet(device=case.head.id)

    assert [one.user for one in sheet.people] == [office.users["camat"]]
    assert [one.id for one in sheet.devices] == [case.head.id]
    assert {one.id for one in sheet.letters} == {case.open, case.secret}
    (secret,) = (one for one in sheet.letters if one.id == case.secret)
    assert [one.user for one in secret.readings] == [office.users["camat"]]
    assert (secret.subject, secret.sender) == ("", ""), "the sheet is not to be the next breach"
    assert sheet.deadline - sheet.asked.known_at == timedelta(hours=72)
    assert {one.act for one in sheet.acts} == {"letter.read"}


@sqlite
def test_of_a_person_it_tells_what_the_position_sees_and_no_more(case: Case, office: OfficeInTest, join: Join) -> None:
    join("tapem")

    assert case.sheet(user=office.users["tapem"]).letters == ()
    assert {one.id for one in case.sheet(user=office.users["tu"]).letters} == {case.open, case.secret}


@sqlite
def test_of_a_span_it_tells_of_the_letters_that_somebody_worked_on_then(case: Case) -> None:
    whole, before = case.sheet(), case.sheet(until=case.begin - timedelta(days=1))

    assert {one.id for one in whole.letters} == {case.open, case.secret}
    assert (before.letters, before.people, before.acts) == ((), (), ())


@sqlite
def test_a_position_that_was_taken_since_still_counts(case: Case, office: OfficeInTest, admit: Admit) -> None:
    admin = admit(Role.OFFICE_ADMIN)
    place = office.positions["OFFICE_ADMIN"]
    user, own = office.users["tapem"], office.positions["tapem"]
    admin.act(MoveUser(user=user, positions=(office.positions["tu"], own)), position=place)
    admin.act(MoveUser(user=user, positions=(own,)), position=place)
    admin.sync()

    assert {one.id for one in case.sheet(user=user).letters} == {case.open, case.secret}


@sqlite
def test_an_unknown_device_is_said_to_be_unknown(case: Case) -> None:
    with pytest.raises(LookupError):
        case.sheet(device=DeviceId(bytes(16)))


@sqlite
def test_the_command_prints_a_sheet_for_people_and_the_same_for_programs(
    case: Case, server: RunningServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.stop()
    folder = ["--data", str(server.config.data), "--device", case.head.id.hex(), "--known", "2026-03-17T08:00"]
    if server.config.database_url:
        folder += ["--database", server.config.database_url]

    assert main(["admin", "insiden", *folder]) == 0
    text = capsys.readouterr().out
    assert main(["admin", "insiden", *folder, "--json"]) == 0
    value = json.loads(capsys.readouterr().out)

    assert "20-03-2026 08.00 WIB (3 x 24 jam)" in text
    assert "2 surat" in text
    assert {one["id"] for one in value["letters"]} == {case.open.hex(), case.secret.hex()}
    assert main(["admin", "insiden", *folder[:2], *folder[6:], "--username", "tidak.ada"]) == 1
