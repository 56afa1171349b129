"""Signing in without a network: who may use this PC, and the proof by password."""

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.ids import UserId
from core.domain.offices import Actor, Office, Person, Position, actor_of
from desktop.storage.unit_of_work import Store


class SignInRefused(Exception):
    """The password is wrong, or the person may not use this PC."""


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
    """Signs people in against the store of this PC."""

    def __init__(self, store: Store) -> None:
        """Over the open store."""
        self._store = store
        self._hasher = PasswordHasher()

    def people(self) -> tuple[SignInPerson, ...]:
        """Everyone who may sign in here, by the order of their positions."""
        with self._store.read() as uow:
            listed = []
            for user in uow.accounts.users():
                person = uow.directory.person(user)
                if person is None or not person.active or not person.positions:
                    continue
                position = uow.directory.position(person.positions[0])
                if position is None:
                    continue
                needs = bool(uow.accounts.password_hash(user))
                entry = SignInPerson(user=user, name=person.name, title=position.title, needs_password=needs)
                listed.append((position.order, position.number, entry))
        return tuple(entry for _, _, entry in sorted(listed, key=lambda one: one[:2]))

    def sign_in(self, user: UserId, password: str) -> Session:
        """The session of `user`; SignInRefused if the password does not prove him."""
        with self._store.read() as uow:
            proof = uow.accounts.password_hash(user)
            person = uow.directory.person(user)
            identity = uow.meta.identity()
            if proof is None or person is None or not person.active or identity is None:
                raise SignInRefused
            position = uow.directory.position(person.positions[0]) if person.positions else None
            office = uow.directory.office(position.office) if position else None
        if position is None or office is None:
            raise SignInRefused
        if proof or not identity.practice:
            self._prove(proof, password)
        return Session(person=person, position=position, office=office, practice=identity.practice)

    def hash_password(self, password: str) -> str:
        """An argon2id hash to keep on this PC."""
        return self._hasher.hash(password)

    def _prove(self, proof: str, password: str) -> None:
        try:
            self._hasher.verify(proof, password)
        except (VerificationError, InvalidHashError) as err:
            raise SignInRefused from err
