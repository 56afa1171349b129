"""Signing in without a network: who may use this PC, and the proof by password."""

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId, UserId
from core.domain.offices import Acting, Actor, Office, Person, Position, acting_at, actor_of, chairs_at
from core.protocol.person_keys import KeyRing
from desktop.services.acting_titles import acting_title
from desktop.services.clock import Clock, millis, system_clock
from desktop.services.locksmith import Locksmith, Shown, SignInRefused
from desktop.storage.unit_of_work import Store, UnitOfWork


class SignInPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Someone on the sign-in screen."""

    user: UserId
    name: str
    title: str
    needs_password: bool


class Chair(msgspec.Struct, frozen=True, kw_only=True):
    """A position in which somebody may work: held, or acted in `under` a letter of order."""

    position: Position
    under: Acting | None = None

    @property
    def title(self) -> str:
        """How whoever sits in it is called."""
        return acting_title(self.position.title, None if self.under is None else self.under.kind)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, through which position, in which office; `chairs` are all that could be chosen."""

    person: Person
    position: Position
    office: Office
    practice: bool
    under: Acting | None = None
    chairs: tuple[Chair, ...] = ()

    @property
    def actor(self) -> Actor:
        """The actor of every act of this session."""
        return msgspec.structs.replace(actor_of(self.person, self.position), under=self.under)

    @property
    def title(self) -> str:
        """What the person is called in this session."""
        return acting_title(self.position.title, None if self.under is None else self.under.kind)


class SignInService:
    """Signs people in against the store of this PC, open already."""

    def __init__(
        self, store: Store, locksmith: Locksmith | None = None, *, key: bytes = b"", clock: Clock = system_clock
    ) -> None:
        """Over the open store and its `key`; a practice profile has no locksmith."""
        self._clock = clock
        self._store = store
        self._locksmith = locksmith
        self._key = key
        self._hasher = PasswordHasher()

    def people(self) -> tuple[SignInPerson, ...]:
        """Everyone who may sign in here, by the order of their positions."""
        wrapped = {wrap.user for wrap in self._locksmith.wraps().people} if self._locksmith is not None else set()
        with self._store.read() as uow:
            listed = []
            for user in uow.accounts.users():
                person = uow.directory.person(user)
                chair = self._chosen(uow, person) if person is not None and person.active else None
                if person is None or chair is None:
                    continue
                needs = bool(uow.accounts.password_hash(user)) or user in wrapped
                entry = SignInPerson(user=user, name=person.name, title=chair.title, needs_password=needs)
                listed.append((chair.position.order, chair.position.number, entry))
        return tuple(entry for _, _, entry in sorted(listed, key=lambda one: one[:2]))

    def sign_in(self, user: UserId, password: str) -> Session:
        """The session of `user`; SignInRefused if the password does not prove him."""
        session = self.session_of(user)
        if self._locksmith is not None and self._locksmith.knows(user):
            self._store.let_sign(user, self._locksmith.unlock(user, password).ring)
            return session
        with self._store.read() as uow:
            proof = uow.accounts.password_hash(user) or ""
        if proof or not session.practice:
            self._prove(user, proof, password)
            self._admit(session.person, password)
        self._store.let_sign(user, KeyRing())
        return session

    def session_of(self, user: UserId) -> Session:
        """The session of somebody who was proved elsewhere; SignInRefused if he may not use this PC."""
        with self._store.read() as uow:
            known = uow.accounts.password_hash(user)
            person = uow.directory.person(user)
            identity = uow.meta.identity()
            if known is None or person is None or not person.active or identity is None:
                raise SignInRefused
            chair, chairs = self._chosen(uow, person), self._chairs(uow, person)
            office = uow.directory.office(chair.position.office) if chair else None
        if chair is None or office is None:
            raise SignInRefused
        return Session(
            person=person,
            position=chair.position,
            office=office,
            practice=identity.practice,
            under=chair.under,
            chairs=chairs,
        )

    def take_chair(self, user: UserId, position: PositionId) -> Session:
        """The session of somebody who is signed in, in another of the own positions; remembered for the next time."""
        with self._store.begin() as uow:
            person = uow.directory.person(user)
            if person is None or position not in chairs_at(person, uow.meta.moment(millis(self._clock()))):
                raise Refusal(RefusalCode.DELEGATION_OVER)
            uow.accounts.choose_chair(user, position)
        return self.session_of(user)

    def hash_password(self, password: str) -> str:
        """An argon2id hash to keep on this PC."""
        return self._hasher.hash(password)

    def lock_up(self) -> None:
        """Let only passwords open the store, once everybody has a wrap and the page that asks knows whom to show."""
        if self._locksmith is None:
            return
        shown, gone = [], set()
        with self._store.read() as uow:
            identity = uow.meta.identity()
            office = uow.directory.office(identity.office) if identity else None
            users = uow.accounts.users()
            for person in filter(None, map(uow.directory.person, users)):
                if not person.active:
                    gone.add(person.number)
                    continue
                chair = self._chosen(uow, person)
                shown.append(
                    Shown(
                        user=person.number,
                        username=person.username,
                        name=person.name,
                        title=chair.title if chair else "",
                        order=chair.position.order if chair else 0,
                    )
                )
        self._locksmith.show_as(office.name if office else "", shown, gone=gone)
        if identity is not None and identity.server_seal:
            self._locksmith.deposit(
                self._key,
                server=identity.server,
                pinned=bool(identity.authority),
                device=identity.device,
                recipient=identity.server_seal,
            )
        if all(self._locksmith.knows(user) for user in users if user not in gone):
            self._locksmith.forget_plain_key()

    def _chairs(self, uow: UnitOfWork, person: Person) -> tuple[Chair, ...]:
        """Where the person may work now: the own positions first."""
        now = uow.meta.moment(millis(self._clock()))
        found = ((number, uow.directory.position(number)) for number in chairs_at(person, now))
        return tuple(
            Chair(position=place, under=None if number in person.positions else acting_at(person, number, now))
            for number, place in found
            if place is not None
        )

    def _chosen(self, uow: UnitOfWork, person: Person) -> Chair | None:
        """The chair that was chosen last, or the first; None if there is none."""
        chairs, last = self._chairs(uow, person), uow.accounts.chair(person.number)
        return next((one for one in chairs if one.position.number == last), chairs[0] if chairs else None)

    def _prove(self, user: UserId, proof: str, password: str) -> None:
        if self._locksmith is not None:
            self._locksmith.begin_try(user)
        try:
            self._hasher.verify(proof, password)
        except (VerificationError, InvalidHashError) as err:
            raise SignInRefused from err
        if self._locksmith is not None:
            self._locksmith.end_try(user)

    def _admit(self, person: Person, password: str) -> None:
        """Wrap the key for somebody who was let in before there were wraps."""
        if self._locksmith is None or not self._key:
            return
        self._locksmith.admit(person.number, person.username, password, key=self._key)
        self.lock_up()
