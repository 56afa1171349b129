"""People, positions and one-time codes of an office, as its administrator sees and changes them."""

import ssl

import msgspec

from core.domain.administering import (
    AddUser,
    IssueCode,
    MoveUser,
    OpenPosition,
    RenameUser,
    SuspendUser,
    drawn_number,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, UserId
from core.domain.offices import Role
from core.domain.permissions import Power, has_power
from core.domain.sessions import EndSessions
from core.protocol.enrolment import code_hash, fingerprint, new_code, print_code
from desktop.services.person_service import PersonService
from desktop.storage.base import SyncMark
from desktop.storage.directory import people, positions

PEM_BEGIN = b"-----BEGIN"


class UserRow(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the office in words; `held` are the numbers behind `titles`."""

    user: UserId
    username: str
    name: str
    titles: tuple[str, ...]
    held: tuple[PositionId, ...]
    active: bool
    oneself: bool
    mark: SyncMark


class PositionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A position of the office in words."""

    position: PositionId
    title: str
    role: Role
    superior: str
    holders: tuple[str, ...]
    mark: SyncMark


class NewCode(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code to be handed to its person; it is kept nowhere and cannot be shown again."""

    name: str
    username: str
    code: str


class AdminService(PersonService):
    """What the administrator of an office does; the administrator of the region in the office of his position."""

    @property
    def administers(self) -> bool:
        """Whether this person's position administers people."""
        return has_power(self._actor, Power.ADMINISTER)

    def users(self) -> tuple[UserRow, ...]:
        """Who holds a position of the office, and who held none anywhere; by name."""
        with self._store.read() as uow:
            titles = {one.number: one.title for one in uow.directory.positions_of(self._office)}
            found = []
            for person in list(people.every(uow.connection)):
                if person.positions and not titles.keys() & set(person.positions):
                    continue
                stored = people.get(uow.connection, person.id)
                found.append(
                    UserRow(
                        user=person.number,
                        username=person.username,
                        name=person.name,
                        titles=tuple(titles.get(number, "") for number in person.positions),
                        held=person.positions,
                        active=person.active,
                        oneself=person.number == self._actor.user,
                        mark=SyncMark.ON_SERVER if stored is None else stored.mark,
                    )
                )
        return tuple(sorted(found, key=lambda one: (not one.active, one.name.casefold(), one.user)))

    def positions(self) -> tuple[PositionRow, ...]:
        """The positions of the office, in their order."""
        with self._store.read() as uow:
            places = uow.directory.positions_of(self._office)
            holders: dict[PositionId, list[str]] = {}
            for person in uow.directory.people_of(self._office):
                for number in person.positions:
                    holders.setdefault(number, []).append(person.name)
            titles = {one.number: one.title for one in places}
            marks = {one.number: positions.get(uow.connection, one.id) for one in places}
        return tuple(
            PositionRow(
                position=one.number,
                title=one.title,
                role=one.role,
                superior=titles.get(one.superior, "") if one.superior else "",
                holders=tuple(holders.get(one.number, ())),
                mark=stored.mark if (stored := marks[one.number]) else SyncMark.ON_SERVER,
            )
            for one in places
        )

    def open_position(self, title: str, role: Role, superior: PositionId | None) -> None:
        """Make a position at the end of the list; Refusal if the rules say no."""
        with self._store.begin() as uow:
            places = uow.directory.positions_of(self._office)
            act = OpenPosition(
                position=PositionId(drawn_number(self._random)),
                office=self._office,
                title=title,
                role=role,
                order=1 + max((one.order for one in places), default=0),
                superior=superior,
            )
            self._perform_in(uow, act)

    def add_user(self, username: str, name: str, position: PositionId) -> NewCode:
        """Let one more person in, with a code; Refusal if the rules say no, or the name is known here to be taken."""
        user = UserId(drawn_number(self._random))
        with self._store.begin() as uow:
            if any(one.username == username for one in people.every(uow.connection)):
                raise Refusal(RefusalCode.USERNAME_TAKEN, "username")
            act = AddUser(user=user, username=username, name=name, positions=(position,))
            self._perform_in(uow, act)
        return self.issue_code(user, resets=False)

    def rename_user(self, user: UserId, name: str) -> None:
        """Call a person otherwise; the user name stays. Refusal if the rules say no."""
        self._perform(RenameUser(user=user, name=name))

    def move_user(self, user: UserId, held: tuple[PositionId, ...]) -> None:
        """Give a person these positions and no others; Refusal if the rules say no."""
        self._perform(MoveUser(user=user, positions=held))

    def suspend_user(self, user: UserId, *, active: bool) -> None:
        """Shut a person out or let the person in again; Refusal if the rules say no."""
        self._perform(SuspendUser(user=user, active=active))

    def end_sessions(self, user: UserId) -> None:
        """End a person's sessions at all PCs, as soon as the server hears of it; Refusal if the rules say no."""
        with self._store.begin() as uow:
            self._perform_in(uow, EndSessions(end_id=self._new_id(), user=user))

    def issue_code(self, user: UserId, *, resets: bool) -> NewCode:
        """A fresh one-time code, good as soon as the server has heard of it; Refusal if the rules say no."""
        code, now = new_code(self._random), self._clock()
        with self._store.begin() as uow:
            identity, person = uow.meta.identity(), uow.directory.person(user)
            act = IssueCode(
                issue_id=self._new_id(now),
                user=user,
                code_hash=code_hash(code),
                resets=resets,
            )
            self._perform_in(uow, act, now)
        pinned = identity.authority if identity else b""
        return NewCode(
            name=person.name if person else "",
            username=person.username if person else "",
            code=print_code(code, _fingerprint(pinned)),
        )

    @property
    def _office(self) -> OfficeId:
        return self._actor.office


def _fingerprint(authority: bytes) -> str:
    """The characters by which a PC that never met the server knows it; none where there is no own authority."""
    if not authority:
        return ""
    if authority.lstrip().startswith(PEM_BEGIN):
        authority = ssl.PEM_cert_to_DER_cert(authority.decode("ascii"))
    return fingerprint(authority)
