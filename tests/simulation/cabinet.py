"""The people of one PC: the real locksmith over its folder, and the keys of each, brought as by the program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import msgspec

from core.domain.ids import UserId
from core.protocol.messages import NONCE_BYTES, PROTOCOL, EnrolRequest, SessionReply, enrol_payload
from core.protocol.person_keys import KeyOffer, KeyRing
from desktop.app.opening import OpenProfile
from desktop.app.person_keys import settle_keys
from desktop.services.locksmith import Locksmith, SignInRefused
from desktop.storage.meta import Identity
from desktop.sync.enrolment import note_session, renew_session
from desktop.sync.server_fault import ServerFault
from desktop.system import key_wraps, pair_wraps
from desktop.system.faults import EnvironmentFault
from desktop.system.key_wraps import KeyWraps
from desktop.system.pair_wraps import unwrap_pair
from desktop.system.profile import Profile, ProfileFacts
from tests.simulation.client import SimulatedClient
from tests.simulation.office import wire
from tests.simulation.pc import Pc
from tests.support.server import PASSWORD
from tests.support.stores import KEY

CHEAP = key_wraps.Cost(memory_kib=8, passes=1, lanes=1)
_TOKEN = "token-"
_FACTS = ProfileFacts(id="simulated", vault="file", practice=False)


def _nobody(_user: UserId, _ring: KeyRing) -> None:
    """Nobody wants to know."""


class PcVault:
    """The keyring of a PC: it goes with a copy of the disk, as all of a profile does here."""

    def __init__(self, pc: Pc) -> None:
        self._pc = pc

    def get(self, name: str) -> bytes | None:
        return self._pc.profile.secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        if name.startswith(_TOKEN):
            self._pc.profile.tokens[UserId(int(name.removeprefix(_TOKEN)))] = secret.decode()
        else:
            self._pc.profile.secrets[name] = secret

    def delete(self, name: str) -> None:
        self._pc.profile.secrets.pop(name, None)


class PcCabinet:
    """Stands for no part of the program: it holds together what `desktop.app` does when somebody signs in.

    `passwords` are all that each person ever chose, the newest last, in the whole region. What the server makes of keys
    that it is shown is `recorded`; whoever wants to is told of all pairs by `learn`.
    """

    def __init__(
        self,
        pc: Pc,
        *,
        passwords: Mapping[UserId, list[str]],
        recorded: Callable[[Callable[[], None]], None],
        learn: Callable[[UserId, KeyRing], None] = _nobody,
    ) -> None:
        self._pc = pc
        self._passwords = passwords
        self._recorded = recorded
        self._learn = learn
        self._opened: dict[bytes, KeyRing] = {}
        self._read: tuple[bytes, KeyWraps] = (b"", KeyWraps())
        self._place = str(Profile(folder=pc.folder).wraps_path)

    @property
    def locksmith(self) -> Locksmith:
        pc = self._pc
        return Locksmith(
            Profile(folder=pc.folder),
            PcVault(pc),
            pc.clock.moment,
            cost=CHEAP,
            ticks=lambda: pc.clock.time.now_ms / 1000,
        )

    @property
    def profile(self) -> OpenProfile:
        """The profile as the program has it open; nobody else ever wants its lock."""
        pc = self._pc
        lock: Any = None
        return OpenProfile(
            profile=Profile(folder=pc.folder),
            facts=_FACTS,
            vault=PcVault(pc),
            store=pc.store,
            files=pc.files,
            lock=lock,
            locksmith=self.locksmith,
            key=KEY,
        )

    def passwords(self, user: UserId) -> list[str]:
        """What the person would try, the newest first."""
        return list(reversed(self._passwords.get(user, [PASSWORD])))

    def sit_down(self, user: UserId) -> None:
        """Whoever was there leaves; the password opens the keys of `user`, if there are any here."""
        self._pc.store.forget_rings()
        self._pc.store.let_sign(user, self.ring_of(user))

    def ring_of(self, user: UserId) -> KeyRing:
        """What any password of the person opens here. A wrap that was opened once is known."""
        wrap = self._wraps().of(user)
        if wrap is None or not wrap.sealed:
            return KeyRing()
        if wrap.sealed not in self._opened:
            for password in self.passwords(user):
                with suppress(SignInRefused):
                    self._opened[wrap.sealed] = self.locksmith.unlock(user, password).ring
                    self._learn(user, self._opened[wrap.sealed])
                    break
        return self._opened.get(wrap.sealed, KeyRing())

    def _wraps(self) -> KeyWraps:
        """All wraps as they stand now; what was read before is known."""
        content = b""
        with suppress(FileNotFoundError), open(self._place, "rb", buffering=0) as file:  # noqa: PTH123  # as in `disk`
            content = file.read()
        if not content or content != self._read[0]:
            self._read = content, self.locksmith.wraps()
        return self._read[1]

    def give_password(self, user: UserId) -> bool:
        """Somebody sits down and signs in at the server; whether it said yes."""
        self.sit_down(user)
        for password in self.passwords(user):
            try:
                reply = self._session(user, password)
            except (EnvironmentFault, ServerFault):
                continue
            self._pc.profile.tokens[user] = reply.token
            self._bring_keys(reply, password)
            return True
        return False

    def choose_password(self, user: UserId, code: str, chosen: str) -> bool:
        """Somebody who forgot the password chooses one with a code, as in `desktop.app.syncing`; whether it counts."""
        pc = self._pc
        request = EnrolRequest(
            protocol=PROTOCOL,
            code=code,
            device=pc.device,
            sign_key=pc.profile.keys.sign_public,
            seal_key=pc.profile.keys.seal_public,
            device_name="PC",
            password=chosen,
            ring_escrows=self.locksmith.ring_escrows(),
            nonce=os.urandom(NONCE_BYTES),
        )
        signed = msgspec.structs.replace(request, signature=pc.profile.keys.sign(enrol_payload(request)))
        try:
            reply = SimulatedClient(pc.carrier, wire()).enrol(signed)
        except (EnvironmentFault, ServerFault):
            return False
        pc.profile.tokens[user] = reply.token
        self.locksmith.admit(user, f"u{user}", chosen, key=KEY)
        pc.store.forget_rings()
        pc.store.let_sign(user, KeyRing())
        self._bring_keys(reply, chosen)
        return True

    def _bring_keys(self, reply: SessionReply, password: str) -> None:
        """As `desktop.app.syncing.bring_keys`."""
        user = UserId(reply.user)
        note_session(self._pc.store, reply)

        def open_session(offers: tuple[KeyOffer, ...]) -> SessionReply:
            told: list[SessionReply] = []
            try:
                self._recorded(lambda: told.append(self._session(user, password, offers)))
            finally:
                pairs = [unwrap_pair(offer.wrap, password, user=user) for offer in offers]
                self._learn(user, KeyRing(tuple(pair for pair in pairs if pair is not None)))
            return told[0]

        with suppress(ServerFault, EnvironmentFault):
            settle_keys(
                self.profile,
                reply,
                device=self._pc.device,
                username=f"u{user}",
                password=password,
                open_session=open_session,
            )

    def _session(self, user: UserId, password: str, offers: tuple[KeyOffer, ...] = ()) -> SessionReply:
        client: Any = SimulatedClient(self._pc.carrier, wire())
        keys, now_ms = self._pc.profile.keys, self._pc.clock.wall_ms()
        return renew_session(client, keys, self.identity, user, password=password, now_ms=now_ms, offers=offers)

    @property
    def identity(self) -> Identity:
        with self._pc.store.read() as uow:
            identity = uow.meta.identity()
        assert identity is not None
        return identity


@contextmanager
def cheap_wraps() -> Iterator[None]:
    """What the server keeps of pairs is stretched as little as it may be."""
    with mock.patch.object(pair_wraps, "default_cost", return_value=CHEAP):
        yield
