"""What the operator does at the server: regions, offices, positions, people, one-time codes, devices.

Offices, positions and people are ordinary records in the directory stream, so every PC learns of a change as it
learns of a letter. All of it but the first office of a region is done by ops (`server.services.console`).
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from core.domain.administering import AddUser, IssueCode, MoveUser, OpenPosition, RenameUser, SuspendUser
from core.domain.ids import DeviceId, OfficeId, PositionId, RowId, TenantId, UserId, uuid7
from core.domain.offices import Office, Person, Position, Role
from core.domain.revoking import MAX_DEVICE_NAME, RevokeDevice
from core.domain.server_room import SERVER_ROOM_DEVICE
from core.domain.structuring import AddOffice
from core.protocol.enrolment import code_hash, new_code, print_code
from core.protocol.records import KIND_OF
from server.services.console import Command, ServerConsole
from server.services.desk import Desk, DirectoryError
from server.services.templates import PersonPlan, PositionPlan, people_of
from server.services.tokens import Clock
from server.storage.accounts import AccountRow
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.devices import DeviceRow
from server.storage.heads import FIRST_EPOCH_BITS, TenantRow
from server.storage.streams import FeedChange

CODE_LIFE_MS = 14 * 24 * 3600 * 1000
REVOKED_HERE = "Dicabut di ruang peladen"


class IssuedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code as it is handed to a person; it is stored nowhere and cannot be shown again."""

    user: UserId
    username: str
    name: str
    positions: tuple[str, ...]
    code: str
    expires_ms: int


class OfficeReport(msgspec.Struct, frozen=True, kw_only=True):
    """An office that was set up: its positions by title, and the codes of its people."""

    tenant: TenantId
    office: OfficeId
    positions: dict[str, PositionId]
    people: tuple[IssuedCode, ...]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in the directory of a region."""

    tenant: TenantRow
    offices: tuple[Office, ...]
    positions: tuple[Position, ...]
    people: tuple[Person, ...]
    devices: tuple[DeviceRow, ...]


class DirectoryService:
    """The operator's desk. `authority` is the fingerprint that printed codes carry, if any."""

    def __init__(self, database: Database, clock: Clock, *, console: ServerConsole, authority: str = "") -> None:
        self._database = database
        self._clock = clock
        self._console = console
        self._authority = authority

    def add_tenant(self, name: str, region: str) -> TenantId:
        """Make a region with an empty directory."""

        def work(unit: UnitOfWork) -> TenantId:
            tenant = TenantId(max((row.id for row in unit.tenants.all()), default=0) + 1)
            # Random, so that no two copies of a database that go apart ever agree on it by accident.
            unit.tenants.add(
                TenantRow(id=tenant, name=name, region=region, feed_epoch=secrets.randbits(FIRST_EPOCH_BITS) + 1)
            )
            return tenant

        return self._database.write(work)

    def tenants(self) -> list[TenantRow]:
        """Every region of this server."""
        return self._database.read(lambda unit: unit.tenants.all())

    def set_up_office(
        self,
        tenant: TenantId,
        office: Office,
        *,
        positions: Sequence[PositionPlan],
        people: Sequence[PersonPlan] | None = None,
    ) -> OfficeReport:
        """Make an office (its number is given here) with positions and people, and a code for each person.

        Without `people`, each position gets a user named after it. The first office of a region stands before any op:
        there is no office yet in which somebody could act. That it was made is the first op.
        """
        last = self._database.read(lambda unit: unit.of(tenant).records.last_id(KIND_OF[Office].code))
        make = self._first_office if last is None else self._further_office
        return make(tenant, office, positions=positions, people=people)

    def add_position(
        self,
        tenant: TenantId,
        office: OfficeId,
        *,
        title: str,
        role: Role,
        superior: PositionId | None = None,
    ) -> PositionId:
        """Make one more position in an office."""
        made: list[PositionId] = []

        def plan(desk: Desk) -> list[Any]:
            if desk.get(Office, office) is None:
                raise DirectoryError("unknown_office", str(office))
            if superior is not None:
                desk.position(superior)
            order = 1 + max((one.order for one in desk.all(Position) if one.office == office), default=0)
            made.append(PositionId(desk.next_number(Position)))
            return [
                OpenPosition(position=made[-1], office=office, title=title, role=role, order=order, superior=superior)
            ]

        command = Command(verb="position", about=f"{title}, kantor {office}")
        return self._console.run(tenant, command, plan=plan, then=lambda _store: made[-1])

    def add_person(self, tenant: TenantId, *, username: str, name: str, positions: Sequence[PositionId]) -> IssuedCode:
        """Let one more person in, with a one-time code."""
        issued: list[IssuedCode] = []

        def plan(desk: Desk) -> list[Any]:
            titles = {desk.position(number).title: number for number in positions}
            wanted = PersonPlan(username=username, name=name, positions=tuple(titles))
            taken = desk.store.accounts.usernames()
            ((person, giving, code),) = self._let_in(desk, [wanted], titles=titles, taken=taken)
            issued.append(code)
            return [_adding(person), giving]

        return self._console.run(
            tenant, Command(verb="user", about=username), plan=plan, then=lambda _store: issued[-1]
        )

    def change_person(
        self,
        tenant: TenantId,
        user: UserId,
        *,
        name: str | None = None,
        positions: Sequence[PositionId] | None = None,
        active: bool | None = None,
    ) -> Person:
        """Change what is given of a person; who is not active is shut out everywhere at once."""

        def plan(desk: Desk) -> list[Any]:
            if desk.get(Person, user) is None:
                raise DirectoryError("unknown_user", str(user))
            for number in positions or ():
                desk.position(number)
            acts: list[Any] = [] if name is None else [RenameUser(user=user, name=name)]
            acts += [] if positions is None else [MoveUser(user=user, positions=tuple(positions))]
            return [*acts, *([] if active is None else [SuspendUser(user=user, active=active)])]

        def changed(store: TenantStore) -> Person:
            person = Desk(store).get(Person, user)
            if person is None:
                raise DirectoryError("unknown_user", str(user))
            return person

        return self._console.run(tenant, Command(verb="user", about=f"orang {user}"), plan=plan, then=changed)

    def new_code(self, tenant: TenantId, user: UserId, *, reset_password: bool = False) -> IssuedCode:
        """A further one-time code for a person; with `reset_password` its use chooses a new password."""
        issued: list[IssuedCode] = []

        def plan(desk: Desk) -> list[Any]:
            person = desk.get(Person, user)
            if person is None:
                raise DirectoryError("unknown_user", str(user))
            titles = tuple(desk.position(number).title for number in person.positions)
            act, code = self._code_for(person, titles=titles, resets=reset_password)
            issued.append(code)
            return [act]

        command = Command(verb="code --reset-password" if reset_password else "code", about=f"orang {user}")
        return self._console.run(tenant, command, plan=plan, then=lambda _store: issued[-1])

    def find_user(self, tenant: TenantId, username: str) -> UserId | None:
        """The user with this name, or None."""
        return self._database.read(lambda unit: unit.of(tenant).accounts.usernames().get(username))

    def revoke_device(self, tenant: TenantId, device: DeviceId, *, reason: str = REVOKED_HERE) -> bool:
        """Shut a device out for good, and void the numbers it held; False if there is none with this id."""
        row = self._database.read(lambda unit: unit.of(tenant).devices.get(device))
        if row is None or device == SERVER_ROOM_DEVICE:
            return False

        def plan(desk: Desk) -> list[Any]:
            people = [desk.get(Person, user) for user in desk.store.devices.users(device)]
            held = [number for person in people if person is not None for number in person.positions]
            offices = [desk.position(number).office for number in held]
            office = offices[0] if offices else min(one.number for one in desk.all(Office))
            name = row.name[:MAX_DEVICE_NAME]
            return [RevokeDevice(device=RowId(device), office=office, name=name, reason=reason)]

        command = Command(verb="revoke-device", about=row.name, devices=(device,))
        return self._console.run(tenant, command, plan=plan, then=lambda _store: True)

    def listing(self, tenant: TenantId) -> Listing:
        """Everything in the directory."""

        def work(unit: UnitOfWork) -> Listing:
            about = unit.tenants.get(tenant)
            if about is None:
                raise DirectoryError("unknown_tenant", str(tenant))
            desk = Desk(unit.of(tenant))
            return Listing(
                tenant=about,
                offices=tuple(desk.all(Office)),
                positions=tuple(desk.all(Position)),
                people=tuple(desk.all(Person)),
                devices=tuple(unit.of(tenant).devices.all()),
            )

        return self._database.read(work)

    def _first_office(
        self,
        tenant: TenantId,
        office: Office,
        *,
        positions: Sequence[PositionPlan],
        people: Sequence[PersonPlan] | None,
    ) -> OfficeReport:
        def work(unit: UnitOfWork) -> tuple[OfficeReport, tuple[FeedChange, ...]]:
            store = unit.of(tenant)
            # Numbers of offices and people are the next free ones: nobody else may look for one meanwhile.
            store.head.lock()
            desk = Desk(store)
            made = msgspec.structs.replace(office, number=OfficeId(desk.next_number(Office)))
            desk.put(made)
            by_title = desk.add_positions(made.number, positions)
            wanted = people_of(positions, made.short_name, taken=()) if people is None else people
            codes = self._first_people(desk, wanted, titles=by_title)
            desk.write(self._clock())
            changes = self._console.within(unit, tenant, Command(verb="setup", about=made.name))
            return OfficeReport(tenant=tenant, office=made.number, positions=by_title, people=tuple(codes)), changes

        report, changes = self._database.write(work)
        self._console.tell(tenant, changes)
        return report

    def _first_people(
        self, desk: Desk, plans: Sequence[PersonPlan], *, titles: dict[str, PositionId]
    ) -> list[IssuedCode]:
        accounts, codes, issued = [], [], []
        for person, act, code in self._let_in(desk, plans, titles=titles, taken=desk.store.accounts.usernames()):
            desk.put(person)
            accounts.append(AccountRow(user=person.number, username=person.username, password_hash=None))
            codes.append((act.code_hash, person.number, code.expires_ms))
            issued.append(code)
        desk.store.accounts.add(*accounts)
        desk.store.accounts.add_codes(codes)
        return issued

    def _further_office(
        self,
        tenant: TenantId,
        office: Office,
        *,
        positions: Sequence[PositionPlan],
        people: Sequence[PersonPlan] | None,
    ) -> OfficeReport:
        made: list[OfficeReport] = []

        def plan(desk: Desk) -> list[Any]:
            number = OfficeId(desk.next_number(Office))
            acts: list[Any] = [
                AddOffice(office=number, name=office.name, short_name=office.short_name, code=office.code)
            ]
            places = desk.numbered(positions)
            acts += [
                OpenPosition(
                    position=places[one.title],
                    office=number,
                    title=one.title,
                    role=one.role,
                    order=order,
                    superior=None if one.superior is None else places[one.superior],
                )
                for order, one in enumerate(positions, start=1)
            ]
            taken = set(desk.store.accounts.usernames())
            codes: list[IssuedCode] = []
            wanted = people_of(positions, office.short_name, taken=taken) if people is None else people
            for person, giving, code in self._let_in(desk, wanted, titles=places, taken=taken):
                acts += [_adding(person), giving]
                codes.append(code)
            made.append(OfficeReport(tenant=tenant, office=number, positions=places, people=tuple(codes)))
            return acts

        return self._console.run(
            tenant, Command(verb="office", about=office.name), plan=plan, then=lambda _store: made[-1]
        )

    def _let_in(
        self, desk: Desk, plans: Iterable[PersonPlan], *, titles: dict[str, PositionId], taken: Iterable[str]
    ) -> Iterator[tuple[Person, IssueCode, IssuedCode]]:
        """Each person with the act that gives out a code, and the code to be handed over; `taken` are user names."""
        gone = set(taken)
        for plan in plans:
            person = self._person_of(desk, plan, titles=titles, taken=gone)
            gone.add(person.username)
            act, code = self._code_for(person, titles=plan.positions)
            yield person, act, code

    @staticmethod
    def _person_of(desk: Desk, plan: PersonPlan, *, titles: dict[str, PositionId], taken: AbstractSet[str]) -> Person:
        missing = [title for title in plan.positions if title not in titles]
        if missing:
            raise DirectoryError("unknown_position", missing[0])
        if not plan.username or plan.username in taken:
            raise DirectoryError("username_taken", plan.username)
        return Person(
            number=UserId(desk.next_number(Person)),
            username=plan.username,
            name=plan.name,
            positions=tuple(titles[title] for title in plan.positions),
        )

    def _code_for(self, person: Person, *, titles: Sequence[str], resets: bool = False) -> tuple[IssueCode, IssuedCode]:
        """The act that gives a code out, and the code itself, which is in no act and in no table."""
        code, now_ms = new_code(secrets.token_bytes), self._clock()
        act = IssueCode(
            issue_id=RowId(uuid7(now_ms, secrets.token_bytes)),
            user=person.number,
            code_hash=code_hash(code),
            resets=resets,
        )
        issued = IssuedCode(
            user=person.number,
            username=person.username,
            name=person.name,
            positions=tuple(titles),
            code=print_code(code, self._authority),
            expires_ms=now_ms // 1000 * 1000 + CODE_LIFE_MS,
        )
        return act, issued


def _adding(person: Person) -> AddUser:
    return AddUser(user=person.number, username=person.username, name=person.name, positions=person.positions)
