"""What the administrator does: regions, offices, positions, people, one-time codes, devices.

Offices, positions and people are ordinary records in the directory stream, so every PC learns of a change as it
learns of a letter. They take their numbers through the same write path as ops.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from core.domain.ids import DeviceId, OfficeId, PositionId, TenantId, UserId
from core.domain.offices import Office, Person, Position, Role
from core.domain.streams import DIRECTORY
from core.protocol.enrolment import code_hash, new_code, print_code
from server.services.announcer import Announcer
from server.services.desk import Desk, DirectoryError
from server.services.grants import topic_of
from server.services.number_fates import retire_device
from server.services.templates import PersonPlan, PositionPlan, people_of
from server.services.tokens import Clock
from server.storage.accounts import AccountRow
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.devices import DeviceRow
from server.storage.heads import TenantRow

CODE_LIFE_MS = 14 * 24 * 3600 * 1000
ResultT = TypeVar("ResultT")


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
    """The administrator's desk. `authority` is the fingerprint that printed codes carry, if any."""

    def __init__(self, database: Database, clock: Clock, *, announcer: Announcer, authority: str = "") -> None:
        self._database = database
        self._clock = clock
        self._announcer = announcer
        self._authority = authority

    def add_tenant(self, name: str, region: str) -> TenantId:
        """Make a region with an empty directory."""

        def work(unit: UnitOfWork) -> TenantId:
            tenant = TenantId(max((row.id for row in unit.tenants.all()), default=0) + 1)
            # Random, so that no two copies of a database that go apart ever agree on it by accident.
            unit.tenants.add(TenantRow(id=tenant, name=name, region=region, feed_epoch=secrets.randbits(15) + 1))
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

        Without `people`, each position gets a user named after it.
        """

        def work(store: TenantStore) -> OfficeReport:
            desk = Desk(store)
            made = msgspec.structs.replace(office, number=OfficeId(desk.next_number(Office)))
            desk.put(made)
            by_title = desk.add_positions(made.number, positions)
            taken = set(store.accounts.usernames())
            wanted = people_of(positions, made.short_name, taken=taken) if people is None else people
            codes = [self._add_person(desk, plan, titles=by_title) for plan in wanted]
            desk.write(self._clock())
            return OfficeReport(tenant=tenant, office=made.number, positions=by_title, people=tuple(codes))

        return self._change(tenant, work)

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

        def work(store: TenantStore) -> PositionId:
            desk = Desk(store)
            if desk.get(Office, office) is None:
                raise DirectoryError("unknown_office", str(office))
            if superior is not None:
                desk.position(superior)
            order = 1 + max((one.order for one in desk.all(Position) if one.office == office), default=0)
            number = desk.add_position(office, title=title, role=role, order=order, superior=superior)
            desk.write(self._clock())
            return number

        return self._change(tenant, work)

    def add_person(self, tenant: TenantId, *, username: str, name: str, positions: Sequence[PositionId]) -> IssuedCode:
        """Let one more person in, with a one-time code."""

        def work(store: TenantStore) -> IssuedCode:
            desk = Desk(store)
            titles = {desk.position(number).title: number for number in positions}
            plan = PersonPlan(username=username, name=name, positions=tuple(titles))
            code = self._add_person(desk, plan, titles=titles)
            desk.write(self._clock())
            return code

        return self._change(tenant, work)

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

        def work(store: TenantStore) -> Person:
            desk = Desk(store)
            person = desk.get(Person, user)
            if person is None:
                raise DirectoryError("unknown_user", str(user))
            held = person.positions if positions is None else tuple(positions)
            for number in held:
                desk.position(number)
            changed = msgspec.structs.replace(
                person,
                name=person.name if name is None else name,
                positions=held,
                active=person.active if active is None else active,
            )
            desk.put(changed)
            desk.write(self._clock())
            return changed

        return self._change(tenant, work)

    def new_code(self, tenant: TenantId, user: UserId, *, reset_password: bool = False) -> IssuedCode:
        """A further one-time code for a person; with `reset_password` its use chooses a new password."""

        def work(store: TenantStore) -> IssuedCode:
            desk = Desk(store)
            person = desk.get(Person, user)
            if person is None:
                raise DirectoryError("unknown_user", str(user))
            if reset_password:
                store.accounts.set_password(user, None)
                # Where the old password still opens a PC, the server is asked before it counts for longer.
                store.devices.end_sessions(user)
            titles = tuple(desk.position(number).title for number in person.positions)
            return self._issue(store, person, titles=titles)

        return self._change(tenant, work)

    def find_user(self, tenant: TenantId, username: str) -> UserId | None:
        """The user with this name, or None."""
        return self._database.read(lambda unit: unit.of(tenant).accounts.usernames().get(username))

    def revoke_device(self, tenant: TenantId, device: DeviceId) -> bool:
        """Shut a device out for good, and void the numbers it held; False if there is none with this id."""

        def work(unit: UnitOfWork) -> bool:
            store, now_ms = unit.of(tenant), self._clock()
            known = store.devices.get(device, lock=True) is not None
            store.devices.revoke(device, now_ms=now_ms)
            retire_device(store, device, now_ms=now_ms)
            return known

        # Without the tenant's lock: who takes ops locks the device first, and the order must be the same.
        known = self._database.write(work)
        self._announcer.announce(tenant, [topic_of(DIRECTORY)], except_device=None)
        return known

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

    def _change(self, tenant: TenantId, work: Callable[[TenantStore], ResultT]) -> ResultT:
        def locked(unit: UnitOfWork) -> tuple[ResultT, int]:
            store = unit.of(tenant)
            # Numbers of offices and people are the next free ones: nobody else may look for one meanwhile.
            store.head.lock()
            result = work(store)
            return result, store.head.read().seq

        result, seq = self._database.write(locked)
        self._announcer.tell(tenant, {DIRECTORY: seq})
        self._announcer.announce(tenant, [topic_of(DIRECTORY)], except_device=None)
        return result

    def _add_person(self, desk: Desk, plan: PersonPlan, *, titles: dict[str, PositionId]) -> IssuedCode:
        missing = [title for title in plan.positions if title not in titles]
        if missing:
            raise DirectoryError("unknown_position", missing[0])
        taken = desk.store.accounts.usernames()
        if not plan.username or plan.username in taken:
            raise DirectoryError("username_taken", plan.username)
        number = UserId(desk.next_number(Person))
        person = Person(
            number=number,
            username=plan.username,
            name=plan.name,
            positions=tuple(titles[title] for title in plan.positions),
        )
        desk.put(person)
        desk.store.accounts.add(AccountRow(user=number, username=plan.username, password_hash=None))
        return self._issue(desk.store, person, titles=plan.positions)

    def _issue(self, store: TenantStore, person: Person, *, titles: Sequence[str]) -> IssuedCode:
        code = new_code(secrets.token_bytes)
        expires_ms = self._clock() + CODE_LIFE_MS
        store.accounts.add_code(code_hash(code), user=person.number, expires_ms=expires_ms)
        return IssuedCode(
            user=person.number,
            username=person.username,
            name=person.name,
            positions=tuple(titles),
            code=print_code(code, self._authority),
            expires_ms=expires_ms,
        )
