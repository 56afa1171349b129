"""A slice of the matrix of permissions through the server: what everybody tries, and what everybody is sent."""

from __future__ import annotations

from itertools import product

import pytest

from core.domain.books import DEFAULT_BOOK, CloseBookYear
from core.domain.dispositions import Disposition
from core.domain.filing import FileLetter
from core.domain.ids import LetterId, OfficeId, PositionId, RowId, TenantId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.number_fates import VoidLetter
from core.domain.offices import Office, Role
from core.protocol.messages import Outcome
from server.services.templates import PersonPlan, PositionPlan
from tests.permission_table import ROLES, expected
from tests.support.acts import amend, dispose, register
from tests.support.device import ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, RunningServer

LEVELS = (SecurityLevel.OPEN, SecurityLevel.SECRET)
PLANS = tuple(PositionPlan(title=role.name.title(), role=role, handle=role.name.lower()) for role in ROLES)
FOLLOWER = PositionPlan(title="Penerima", role=Role.STAFF, handle="penerima")


class Place:
    """An office with one person of every role, all of them at one PC."""

    def __init__(self, server: RunningServer, device: ScriptedDevice, name: str) -> None:
        tenants = server.admin.tenants()
        tenant = tenants[0].id if tenants else server.admin.add_tenant("Lampung Barat", "Kabupaten Lampung Barat")
        office = Office(number=OfficeId(0), name=name, short_name=name, region="Kabupaten Lampung Barat")
        people = tuple(
            PersonPlan(username=f"{plan.handle}.{name.lower()}", name=plan.title, positions=(plan.title,))
            for plan in (*PLANS, FOLLOWER)
        )
        report = server.admin.set_up_office(tenant, office, positions=(*PLANS, FOLLOWER), people=people)
        self.device = device
        self.positions = {role: report.positions[role.name.title()] for role in ROLES}
        self.follower = report.positions[FOLLOWER.title]
        self.users = {role: report.people[at].user for at, role in enumerate(ROLES)}
        for person in report.people[: len(ROLES)]:
            device.enrol(person.code, password=PASSWORD)

    def letter(self, level: SecurityLevel, *involved: PositionId) -> LetterId:
        letter_id = LetterId(self.device.new_id())
        addressee = involved[0] if involved else None
        act = register(letter_id, security=level, addressee=addressee)
        self.device.act(act, position=self.positions[Role.SECRETARY], user=self.users[Role.SECRETARY])
        return letter_id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_server_takes_what_the_table_allows_and_nothing_else(server: RunningServer, clock: ManualClock) -> None:
    device = ScriptedDevice(server.url, server.wire, clock=clock)
    here, there = Place(server, device, "Sukau"), Place(server, device, "Kenali")
    letters = {
        (level, role, elsewhere): (there if elsewhere else here).letter(
            level, *(() if role is None else (here.positions[role],))
        )
        for level, role, elsewhere in product(LEVELS, (None, *ROLES), (False, True))
        if role is None or not elsewhere
    }
    assert {one.outcome for one in device.sync().results} == {Outcome.ACCEPTED}
    tried: list[tuple[str, Role, SecurityLevel, bool, bool]] = []
    for role, level, (involved, elsewhere) in product(ROLES, LEVELS, ((False, False), (True, False), (False, True))):
        letter_id = letters[level, role if involved else None, elsewhere]
        acts = {
            "letter.file": FileLetter(letter_id=letter_id, record_file=None),
            "disposition.issue": dispose(device.new_id(), letter_id, here.follower),
            "letter.amend": amend(letter_id, {"sender": f"Dinas {len(tried)}"}, {}),
            "letter.void": VoidLetter(fate_id=RowId(device.new_id()), letter_id=letter_id, reason="Salah"),
        }
        for name, act in acts.items():
            if name == "letter.void" and expected(
                "letter.void", role, secret=False, involved=False, elsewhere=elsewhere
            ):
                continue  # the next ones need the letter
            device.act(act, position=here.positions[role], user=here.users[role])
            tried.append((name, role, level, involved, elsewhere))
    for role in ROLES:
        act = CloseBookYear(book=DEFAULT_BOOK, year=2025)
        device.act(act, position=here.positions[role], user=here.users[role])
        tried.append(("book_year.close", role, SecurityLevel.OPEN, False, False))

    results = [one for _ in range(2) for one in device.sync().results]

    assert len(results) == len(tried)
    wrong = [
        (case, result.outcome, result.code)
        for case, result in zip(tried, results, strict=True)
        if (result.outcome == Outcome.ACCEPTED)
        != expected(case[0], case[1], secret=case[2] >= SecurityLevel.SECRET, involved=case[3], elsewhere=case[4])
    ]
    assert wrong == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_server_sends_nobody_a_line_that_the_table_keeps_from_them(
    server: RunningServer, clock: ManualClock
) -> None:
    everybody = ScriptedDevice(server.url, server.wire, clock=clock)
    here, there = Place(server, everybody, "Sukau"), Place(server, everybody, "Kenali")
    lines = {
        here.letter(level, *(() if role is None else (here.positions[role],))): (role, level, False)
        for level, role in product(LEVELS, (None, *ROLES))
    }
    lines.update({there.letter(level): (None, level, True) for level in LEVELS})
    everybody.sync()
    wrong = []
    for role in ROLES:
        alone = ScriptedDevice(server.url, server.wire, clock=clock)
        alone.enrol(server.admin.new_code(here_tenant(server), here.users[role]).code, password=PASSWORD)
        alone.sync()
        seen = {one.id for one in alone.replica.of(IncomingLetter)}
        assert alone.replica.of(Disposition) == []
        for letter_id, (involved, level, elsewhere) in lines.items():
            secret = level >= SecurityLevel.SECRET
            allowed = expected("hold the row", role, secret=secret, involved=involved is role, elsewhere=elsewhere)
            if (letter_id in seen) != allowed:
                wrong.append((role, level, involved, elsewhere))

    assert wrong == []


def here_tenant(server: RunningServer) -> TenantId:
    return server.admin.tenants()[0].id
