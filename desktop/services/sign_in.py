"""Signing in without a network: who may use this PC, and the proof by password."""

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.ids import UserId
from core.domain.offices import Actor, Office, Person, Position, actor_of
from desktop.services.locksmith import Locksmith, Shown, SignInRefused
from desktop.storage.unit_of_work import Store


class SignInPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Someone on the sign-in screen."""

    user: UserId
    name: str
    title: str
    needs_password: bool


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, through which position, in which office."""

    person: Person
    position: Position
    office: Office
    practice: bool

    @property
    def actor(self) -> Actor:
        """The actor of every act of this session."""
        return actor_of(self.person, self.position)


class SignInService:
    """Signs people in against the store of this PC, open already."""

    def __init__(self, store: Store, locksmith: Locksmith | None = None, *, key: bytes = b"") -> None:
        """Over the open store and its `key`; a practice profile has no locksmith."""
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
                if person is None or not person.active or not person.positions:
                    continue
                position = uow.directory.position(person.positions[0])
                if position is None:
                    continue
                needs = bool(uow.accounts.password_hash(user)) or user in wrapped
                entry = SignInPerson(user=user, name=person.name, title=position.title, needs_password=needs)
                listed.append((position.order, position.number, entry))
        return tuple(entry for _, _, entry in sorted(listed, key=lambda one: one[:2]))

    def sign_in(self, user: UserId, password: str) -> Session:
        """The session of `user`; SignInRefused if the password does not prove him."""
        session = self.session_of(user)
        if self._locksmith is not None and self._locksmith.knows(user):
            self._locksmith.open(user, password)
            return session
        with self._store.read() as uow:
            proof = uow.accounts.password_hash(user) or ""
        if proof or not session.practice:
            self._prove(user, proof, password)
            self._admit(session.person, password)
        return session

    def session_of(self, user: UserId) -> Session:
        """The session of somebody who was proved elsewhere; SignInRefused if he may not use this PC."""
        with self._store.read() as uow:
            known = uow.accounts.password_hash(user)
            person = uow.directory.person(user)
            identity = uow.meta.identity()
            if known is None or person is None or not person.active or identity is None:
                raise SignInRefused
            position = uow.directory.position(person.positions[0]) if person.positions else None
            office = uow.directory.office(position.office) if position else None
        if position is None or office is None:
            raise SignInRefused
        return Session(person=person, position=position, office=office, practice=identity.practice)

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
                position = uow.directory.position(person.positions[0]) if person.positions else None
                shown.append(
                    Shown(
                        user=person.number,
                        username=person.username,
                        name=person.name,
                        title=position.title if position else "",
                        order=position.order if position else 0,
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
