"""What people do to positions and to each other: letters of order, and the work of administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.domain.administering import (
    AddUser,
    IssueCode,
    MoveUser,
    OpenPosition,
    RenameUser,
    SuspendUser,
    drawn_number,
)
from core.domain.books import DEFAULT_TEMPLATE, SetBook, YearBy
from core.domain.delegations import EndDelegation, OpenDelegation
from core.domain.handing_over import HandOver
from core.domain.ids import BookId, OfficeId, PositionId, RowId, UnitId, UserId
from core.domain.offices import ActingKind, Role, Scope
from core.domain.permissions import Power
from core.domain.revoking import OpenSealed, RevokeDevice
from core.domain.server_room import NoteServerRun
from core.domain.sessions import EndSessions
from core.domain.structuring import AddOffice, SetPasswordRule, SetUnit
from desktop.storage.replica import Replica
from tests.simulation.doing import Doing

if TYPE_CHECKING:
    from tests.simulation.acts import Person


def let_act(person: Person) -> None:
    """Somebody is to act for somebody else, from a day near by on."""
    chance, now = person.chance, person.pc.clock.moment()
    with person.pc.store.read() as uow:
        people = [one.number for one in uow.directory.people_of(person.actor.office)]
    starts = now + timedelta(days=chance.choice((-3, -1, -1, 0, 2)))
    act = OpenDelegation(
        delegation_id=RowId(person.new_id()),
        kind=ActingKind.PLT,
        position=person.colleague(),
        replaces=UserId(0),
        acting_user=chance.choice(people) if people else person.actor.user,
        acting_position=PositionId(0),
        scopes=chance.choice(((Scope.DISPOSE,), (Scope.NUMBER,), (Scope.DISPOSE, Scope.NUMBER))),
        order_no=f"800/{person.canary()}",
        order_date=person.today,
        starts_at=starts,
        ends_at=starts + timedelta(days=chance.choice((1, 7, 40, 300))),
    )
    _perform(person, act)


def end_order(person: Person) -> None:
    act = EndDelegation(delegation_id=RowId(person.some("delegation")), reason=f"Kembali {person.canary()}")
    _perform(person, act)


def open_position(person: Person) -> None:
    chance = person.chance
    act = OpenPosition(
        position=PositionId(drawn_number(chance.randbytes)),
        office=person.actor.office,
        title=f"Jabatan {person.canary()}",
        role=chance.choice((Role.STAFF, Role.ARCHIVIST)),
        order=chance.randrange(50),
        superior=None,
    )
    _perform(person, act)


def add_user(person: Person) -> None:
    name = person.canary().lower()
    act = AddUser(
        user=UserId(drawn_number(person.chance.randbytes)), username=name, name=name, positions=(person.colleague(),)
    )
    _perform(person, act)


def hand_over(person: Person) -> None:
    act = HandOver(
        position=person.colleague(),
        leaving=person.chance.choice((_somebody(person), UserId(0))),
        successor=_somebody(person),
    )
    _perform(person, act)


def move_user(person: Person) -> None:
    held = {person.colleague() for _ in range(person.chance.choice((0, 1, 1, 2)))}
    _perform(person, MoveUser(user=_somebody(person), positions=tuple(sorted(held))))


def suspend_user(person: Person) -> None:
    _perform(person, SuspendUser(user=_somebody(person), active=person.chance.random() < 0.7))


def rename_user(person: Person) -> None:
    _perform(person, RenameUser(user=_somebody(person), name=f"Orang {person.canary()}"))


def set_book(person: Person) -> None:
    act = SetBook(
        book=BookId(drawn_number(person.chance.randbytes)),
        office=person.actor.office,
        name=f"Buku {person.canary()}",
        template=DEFAULT_TEMPLATE,
        year_by=YearBy.RECEIVED,
        active=False,
    )
    _perform(person, act)


def note_server_run(person: Person) -> None:
    """Nobody but who is at the server can: the PC refuses it."""
    act = NoteServerRun(run_id=RowId(person.new_id()), run_by="orang", verb="user", about="")
    _perform(person, act)


def issue_code(person: Person) -> None:
    issue_id, code = RowId(person.new_id()), person.chance.randbytes(32)
    _perform(person, IssueCode(issue_id=issue_id, user=_somebody(person), code_hash=code, resets=False))


def end_sessions(person: Person) -> None:
    """The own ones elsewhere, or those of somebody: whoever is put out is asked at the next sign-in."""
    user = person.chance.choice((person.actor.user, _somebody(person)))
    _perform(person, EndSessions(end_id=RowId(person.new_id()), user=user))


def revoke_device(person: Person) -> None:
    """A PC that the server does not know: it says no, and the PC takes it back. No PC of the world goes for good."""
    act = RevokeDevice(
        device=RowId(person.new_id()), office=person.actor.office, name="PC", reason=f"Hilang {person.canary()}"
    )
    _perform(person, act)


def open_sealed(person: Person) -> None:
    _perform(person, OpenSealed(revocation_id=RowId(person.some("revocation"))))


def set_unit(person: Person) -> None:
    number = UnitId(drawn_number(person.chance.randbytes))
    act = SetUnit(unit=number, office=person.actor.office, name=f"Unit {person.canary()}", active=True)
    _perform(person, act)


def add_office(person: Person) -> None:
    number = OfficeId(drawn_number(person.chance.randbytes))
    _perform(person, AddOffice(office=number, name=f"Kantor {person.canary()}", short_name="Kantor"))


def set_password_rule(person: Person) -> None:
    _perform(person, SetPasswordRule(profile=person.chance.choice(("umum", "bssn"))))


def _somebody(person: Person) -> UserId:
    with person.pc.store.read() as uow:
        people = [one.number for one in uow.directory.people_of(person.actor.office)]
    return person.chance.choice(people) if people else person.actor.user


def _perform(person: Person, act: Any) -> None:
    with person.pc.store.begin() as uow:
        Replica(uow).perform(act, person.actor, person.pc.clock.moment())


PEOPLE_DOINGS: Mapping[type[Any], Doing] = MappingProxyType(
    {
        OpenDelegation: Doing(let_act, 3, Power.DELEGATE, since=20_000),
        OpenPosition: Doing(open_position, 1, Power.ADMINISTER, since=40_000),
        AddUser: Doing(add_user, 1, Power.ADMINISTER, since=40_000),
        HandOver: Doing(hand_over, 1, Power.DELEGATE, since=70_000),
        MoveUser: Doing(move_user, 1, Power.ADMINISTER, since=40_000),
        SuspendUser: Doing(suspend_user, 1, Power.ADMINISTER, since=40_000),
        IssueCode: Doing(issue_code, 1, Power.ADMINISTER, since=40_000),
        EndSessions: Doing(end_sessions, 1, Power.ADMINISTER, since=90_000),
        RevokeDevice: Doing(revoke_device, 1, Power.ADMINISTER, since=60_000),
        OpenSealed: Doing(open_sealed, 1, Power.ADMINISTER, since=60_000),
        SetUnit: Doing(set_unit, 1, Power.ADMINISTER, since=60_000),
        AddOffice: Doing(add_office, 1, Power.ADMINISTER, since=60_000),
        SetPasswordRule: Doing(set_password_rule, 1, Power.ADMINISTER, since=60_000),
        RenameUser: Doing(rename_user, 1, Power.ADMINISTER, since=80_000),
        SetBook: Doing(set_book, 1, Power.ADMINISTER, since=80_000),
        NoteServerRun: Doing(note_server_run, 1, Power.ADMINISTER, since=80_000),
        EndDelegation: Doing(end_order, 1, Power.DELEGATE, since=20_000),
    }
)
