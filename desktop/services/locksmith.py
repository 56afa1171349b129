"""Who may open the store of this PC: the key wrapped for each person, and the patience with wrong passwords."""

import os
import time
from collections.abc import Callable, Collection, Sequence

import msgspec

from core.domain.ids import DeviceId, UserId
from core.protocol.escrow import seal_escrow
from core.protocol.person_keys import KeyRing, PersonEscrow, seal_ring
from desktop.services.clock import Clock, millis
from desktop.system.credentials import Vault
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.key_wraps import (
    KEY_BYTES,
    Cost,
    Escrow,
    KeyWrap,
    KeyWraps,
    WrongPassword,
    read_wraps,
    unwrap_key,
    wrap_key,
    write_wraps,
)
from desktop.system.profile import Profile
from desktop.system.tries import Tries

STORE_KEY = "store-key"
DEVICE_SHARE = "device-share"
_DAY_MS = 24 * 3600 * 1000


class SignInRefused(Exception):
    """The password is wrong, or the person may not use this PC."""


class TooManyTries(SignInRefused):
    """Nothing was looked at: the next try has to wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        """So many whole seconds."""
        super().__init__(f"{seconds} s")
        self.seconds = seconds


class Unlocked(msgspec.Struct, frozen=True, kw_only=True):
    """What a password opened: the store's key, and the person's own private keys (none: not made yet)."""

    key: bytes
    ring: KeyRing


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """How a person is shown before the store is open."""

    user: UserId
    username: str
    name: str
    title: str
    order: int


class Locksmith:
    """Wraps and unwraps the store's key for the people of one profile."""

    def __init__(
        self,
        profile: Profile,
        vault: Vault,
        clock: Clock,
        *,
        unattended: bool = False,
        cost: Cost | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """`unattended` keeps the plain key in the vault; `cost` is of new wraps, one that exists keeps its own.

        `ticks` are those of the PC, as `Tries` takes them.
        """
        self._profile = profile
        self._vault = vault
        self._clock = clock
        self._unattended = unattended
        self._cost = cost
        self._tries = Tries(profile.tries_path, ticks=ticks)

    @property
    def is_locked(self) -> bool:
        """Whether only a password opens the store: there are wraps, and no key lies beside them."""
        return bool(self.wraps().people) and self._vault.get(STORE_KEY) is None

    def wraps(self) -> KeyWraps:
        """All wraps as they stand now."""
        return read_wraps(self._profile)

    @property
    def sheet_is_due(self) -> bool:
        """Whether nobody has shown yet that a recovery sheet of this PC can be read."""
        return not any(one.confirmed for one in self.wraps().recoveries)

    def knows(self, user: UserId) -> bool:
        """Whether this person has a wrap."""
        return self.wraps().of(user) is not None

    def open(self, user: UserId, password: str) -> bytes:
        """The store's key alone; as `unlock`."""
        return self.unlock(user, password).key

    def unlock(self, user: UserId, password: str) -> Unlocked:
        """What the wrap holds. SignInRefused: not this password, nobody of this PC. TooManyTries: come back later.

        KEY_LOST if the keyring has lost the secret of this PC: no password can open the wraps then.
        """
        wrap = self.wraps().of(user)
        if wrap is None:
            raise SignInRefused
        secret = self._vault.get(DEVICE_SHARE)
        if secret is None:
            raise EnvironmentFault(FaultOf.KEY_LOST, "device secret")
        self.begin_try(user)
        try:
            held = unwrap_key(wrap, password, device_secret=secret)
        except WrongPassword as err:
            raise SignInRefused from err
        self._tries.succeeded(user)
        return Unlocked(key=held[:KEY_BYTES], ring=KeyRing.read(held[KEY_BYTES:]))

    def begin_try(self, user: UserId) -> None:
        """Count a try that is about to be looked at; TooManyTries if it has to wait."""
        now_s = self._clock().timestamp()
        wait = self._tries.wait_s(user, now_s=now_s)
        if wait:
            raise TooManyTries(wait)
        self._tries.begin(user, now_s=now_s)

    def end_try(self, user: UserId) -> None:
        """The password was right."""
        self._tries.succeeded(user)

    def admit(
        self,
        user: UserId,
        username: str,
        password: str,
        *,
        key: bytes,
        ring: KeyRing | None = None,
        chosen: bool = True,
    ) -> None:
        """Let a person open the store with this password from now on, and with no earlier one; and `ring` with it.

        Where it was not `chosen` now, it is as old as the one before: keys that come anew make no password younger.
        """
        held = key + (ring.data if ring else b"")
        wrap = wrap_key(
            held, password, device_secret=self._device_secret(), user=user, username=username, cost=self._cost
        )
        wrap = msgspec.structs.replace(wrap, made_ms=millis(self._clock()))
        known = self.wraps()
        before = known.of(user)
        if before is not None:
            wrap = msgspec.structs.replace(
                wrap,
                name=before.name,
                title=before.title,
                order=before.order,
                ring_escrow=before.ring_escrow,
                made_ms=wrap.made_ms if chosen else before.made_ms,
            )
        others = tuple(one for one in known.people if one.user != user)
        self._write(msgspec.structs.replace(known, people=(*others, wrap)))

    def learn_age(self, user: UserId, made_ms: int) -> None:
        """The password of a person is at least as old as this: it may have been chosen on another PC."""
        known = self.wraps()
        people = tuple(
            msgspec.structs.replace(one, made_ms=min(one.made_ms or made_ms, made_ms)) if one.user == user else one
            for one in known.people
        )
        if people != known.people:
            self._write(msgspec.structs.replace(known, people=people))

    def password_age_days(self, user: UserId) -> int | None:
        """Since how many days a person's password is the same; None where that is not known."""
        wrap = self.wraps().of(user)
        return None if wrap is None or not wrap.made_ms else (millis(self._clock()) - wrap.made_ms) // _DAY_MS

    def forget(self, user: UserId) -> bool:
        """Let a person's password open nothing any more; False where nobody else and no code could open the store.

        The person is shown as before, and what was deposited of the person's keys waits for the code.
        """
        known = self.wraps()
        if known.escrow is None and all(one.user == user for one in known.people):
            return False
        people = tuple(msgspec.structs.replace(one, sealed=b"") if one.user == user else one for one in known.people)
        self._write(msgspec.structs.replace(known, people=people))
        return True

    def show_as(self, office: str, people: Sequence[Shown], *, gone: Collection[UserId]) -> None:
        """Note how the people of the wraps are shown; who is `gone` opens nothing any more."""
        shown = {one.user: one for one in people}
        known = self.wraps()
        kept = tuple(_shown_as(one, shown.get(UserId(one.user))) for one in known.people if one.user not in gone)
        changed = msgspec.structs.replace(known, office=office, people=kept)
        # The last wrap stays whatever the directory says: without it nobody could open the store again.
        if changed != known and kept:
            self._write(changed)

    def deposit(self, key: bytes, *, server: str, pinned: bool, device: DeviceId, recipient: bytes) -> None:
        """Keep the store's key sealed to the server's key `recipient`, for people who forget their passwords."""
        known = self.wraps()
        about = (server, pinned, bytes(device), recipient)
        there = known.escrow
        if there is not None and (there.server, there.pinned, there.device, there.recipient) == about:
            return
        escrow = Escrow(
            server=server,
            pinned=pinned,
            device=device,
            recipient=recipient,
            sealed=seal_escrow(key, server=recipient, device=device),
        )
        self._write(msgspec.structs.replace(known, escrow=escrow))

    def deposit_ring(self, user: UserId, ring: KeyRing, *, device: DeviceId, recipient: bytes) -> None:
        """Keep the private keys of a person sealed to the server's key `recipient`, beside the person's wrap."""
        known = self.wraps()
        sealed = seal_ring(ring, server=recipient, device=device, user=user).sealed
        people = tuple(
            msgspec.structs.replace(one, ring_escrow=sealed) if one.user == user else one for one in known.people
        )
        self._write(msgspec.structs.replace(known, people=people))

    def ring_escrows(self) -> tuple[PersonEscrow, ...]:
        """The deposited keys of all people of this PC."""
        return tuple(
            PersonEscrow(user=UserId(one.user), sealed=one.ring_escrow)
            for one in self.wraps().people
            if one.ring_escrow
        )

    def forget_plain_key(self) -> None:
        """From now on only a password opens the store.

        Not while nobody has a wrap, or nothing is deposited and no recovery sheet printed: a forgotten password would
        be a lost store. Nor where the profile is unattended.
        """
        wraps = self.wraps()
        if wraps.people and (wraps.escrow is not None or not self.sheet_is_due) and not self._unattended:
            self._vault.delete(STORE_KEY)

    def _device_secret(self) -> bytes:
        secret = self._vault.get(DEVICE_SHARE)
        if secret is None:
            secret = os.urandom(KEY_BYTES)
            self._vault.put(DEVICE_SHARE, secret)
        return secret

    def _write(self, wraps: KeyWraps) -> None:
        write_wraps(self._profile, wraps)


def _shown_as(wrap: KeyWrap, shown: Shown | None) -> KeyWrap:
    if shown is None:
        return wrap
    return msgspec.structs.replace(wrap, username=shown.username, name=shown.name, title=shown.title, order=shown.order)
