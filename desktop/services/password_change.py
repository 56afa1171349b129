"""Changing one's password on this PC: at once and without a line; the server is told when there is one."""

from collections.abc import Collection

import msgspec
from argon2 import PasswordHasher

from core.domain.offices import Person
from core.domain.passwords import PasswordFlaw, PasswordPolicy, flaw_of
from core.protocol.messages import own_password_payload
from core.protocol.person_keys import party_of
from desktop.services.clock import Clock, millis
from desktop.services.locksmith import Locksmith
from desktop.services.password_policies import USUAL, policy_named
from desktop.storage.meta import WaitingPassword, WaitingPasswords
from desktop.storage.unit_of_work import Store
from desktop.system.pair_wraps import wrap_pair
from resources.loading import read_text


class PasswordRefused(Exception):
    """The new password may not be chosen."""

    def __init__(self, flaw: PasswordFlaw) -> None:
        """For this reason."""
        super().__init__(flaw.value)
        self.flaw = flaw


class PasswordRules(msgspec.Struct, frozen=True, kw_only=True):
    """The policy that is switched on, and the words that everybody would try."""

    policy: PasswordPolicy
    common: Collection[str]

    def require(self, password: str, *, about: Collection[str] = ()) -> None:
        """PasswordRefused if the rules say no; `about` are names of the person."""
        flaw = flaw_of(password, policy=self.policy, common=self.common, about=about)
        if flaw is not None:
            raise PasswordRefused(flaw)


def password_rules(name: str = USUAL) -> PasswordRules:
    """The rules of a policy by its name; the usual ones where there is none of this name."""
    return PasswordRules(policy=policy_named(name), common=frozenset(read_text("passwords/common.txt").split()))


class PasswordChange:
    """Changes passwords of the people of one open store."""

    def __init__(self, store: Store, locksmith: Locksmith, clock: Clock, *, key: bytes, rules: PasswordRules) -> None:
        """`key` is the store's."""
        self._store = store
        self._locksmith = locksmith
        self._clock = clock
        self._key = key
        self._rules = rules
        self._hasher = PasswordHasher()

    def change(self, person: Person, old: str, new: str) -> None:
        """From now on `new` opens the store for the person, and `old` does not.

        SignInRefused and TooManyTries if `old` is not the password, PasswordRefused: nothing has changed. What the
        server is told is a hash: the password itself waits nowhere.
        """
        ring = self._locksmith.unlock(person.number, old).ring.with_pairs(self._store.ring_of(person.number).pairs)
        self._rules.require(new, about=(person.name, person.username))
        chosen = self._hasher.hash(new)
        wraps = tuple((party_of(pair).sign_public, wrap_pair(pair, new, user=person.number)) for pair in ring.pairs)
        payload = own_password_payload(person.number, chosen, wraps=wraps)
        told = WaitingPassword(
            user=person.number,
            chosen=chosen,
            at_ms=millis(self._clock()),
            wraps=wraps,
            own=party_of(ring.pairs[0]).sign(payload) if ring.pairs else b"",
        )
        # First what is to be told: a password that changes here and stays another at the server would be a puzzle.
        with self._store.begin() as uow:
            waiting = uow.meta.passwords().waiting
            others = tuple(one for one in waiting if one.user != person.number)
            uow.meta.write(WaitingPasswords(waiting=(*others, told)))
        self._locksmith.admit(person.number, person.username, new, key=self._key, ring=ring)
