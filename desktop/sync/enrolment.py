"""Joining an office with a one-time code, and signing in to the server again."""

import hashlib
import os
import re
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from core.domain.ids import DeviceId, OfficeId, UserId
from core.protocol.enrolment import fingerprint, read_code
from core.protocol.escrow import open_returned
from core.protocol.frames import Wire
from core.protocol.messages import (
    NONCE_BYTES,
    PROTOCOL,
    EnrolRequest,
    SessionReply,
    SessionRequest,
    enrol_payload,
    session_payload,
)
from core.protocol.person_keys import KeyOffer, PersonEscrow
from core.protocol.sealing import SealBroken
from desktop.storage.meta import Chain, Identity, SessionNotes, SyncFacts
from desktop.storage.unit_of_work import Store
from desktop.sync.client import SyncClient
from desktop.sync.signing import KEY_BYTES, DeviceKeys
from desktop.system.credentials import Vault
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import write_whole

SIGN_KEY = "device-sign"
SEAL_KEY = "device-seal"
MIN_PASSWORD = 12
_HAS_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def token_name(user: UserId) -> str:
    """The name under which a user's token lies in the vault."""
    return f"token-{user}"


def device_keys(vault: Vault) -> DeviceKeys:
    """The device's keys; made at first use, so that a repeated enrolment shows the same device."""
    seeds = []
    for name in (SIGN_KEY, SEAL_KEY):
        seed = vault.get(name)
        if seed is None:
            seed = os.urandom(KEY_BYTES)
            vault.put(name, seed)
        seeds.append(seed)
    return DeviceKeys(seeds[0], seeds[1])


def server_address(typed: str, *, secure: bool) -> str:
    """What a person typed as a URL; without a scheme it is https where the code names an authority."""
    address = typed.strip().rstrip("/")
    if _HAS_SCHEME.match(address):
        return address
    return f"{'https' if secure else 'http'}://{address}"


def reopen(
    client: SyncClient,
    keys: DeviceKeys,
    device: DeviceId,
    *,
    typed_code: str,
    password: str,
    name: str,
    escrow: bytes,
    ring_escrows: tuple[PersonEscrow, ...] = (),
) -> tuple[SessionReply, bytes]:
    """Enrol a person on a PC whose store nobody can open, and get the store's key back.

    KEY_LOST if the server cannot open `escrow`; CodeMalformed, ServerFault, EnvironmentFault: nothing has changed.
    """
    code, _ = read_code(typed_code)
    asked = _asked(keys, device, code=code, name=name, password=password, ring_escrows=ring_escrows, escrow=escrow)
    reply = client.enrol(asked)
    try:
        return reply, open_returned(reply.opened, by=keys, device=device)
    except SealBroken as err:
        raise EnvironmentFault(FaultOf.KEY_LOST, "escrow") from err


def _asked(
    keys: DeviceKeys,
    device: DeviceId,
    *,
    code: str,
    name: str,
    password: str,
    ring_escrows: tuple[PersonEscrow, ...],
    escrow: bytes = b"",
) -> EnrolRequest:
    """The request by the hand of this PC; the server takes each signature once."""
    request = EnrolRequest(
        protocol=PROTOCOL,
        code=code,
        device=device,
        sign_key=keys.sign_public,
        seal_key=keys.seal_public,
        device_name=name,
        password=password,
        escrow=escrow,
        ring_escrows=ring_escrows,
        nonce=os.urandom(NONCE_BYTES),
    )
    return msgspec.structs.replace(request, signature=keys.sign(enrol_payload(request)))


class Enrolment:
    """Joins this PC, or one more person on it, to an office."""

    def __init__(self, store: Store, vault: Vault, wire: Wire, authority_path: Path) -> None:
        """Over a store that may be new."""
        self._store = store
        self._vault = vault
        self._wire = wire
        self._authority_path = authority_path

    def join(
        self,
        address: str,
        typed_code: str,
        password: str,
        device_name: str,
        *,
        ring_escrows: tuple[PersonEscrow, ...] = (),
    ) -> SessionReply:
        """Enrol. CodeMalformed, ServerFault or EnvironmentFault: this PC is as it was."""
        code, authority_print = read_code(typed_code)
        with self._store.read() as uow:
            known = uow.meta.identity()
        if known is not None and known.practice:
            raise EnvironmentFault(FaultOf.PRACTICE_PROFILE)
        url = server_address(address, secure=bool(authority_print))
        authority = self._pin(url, authority_print) if authority_print else b""
        keys = device_keys(self._vault)
        device = known.device if known else DeviceId(hashlib.sha256(keys.sign_public).digest()[:16])
        client = SyncClient(url, self._wire, authority=self._authority_path if authority else None)
        try:
            reply = client.enrol(
                _asked(keys, device, code=code, name=device_name, password=password, ring_escrows=ring_escrows)
            )
        finally:
            client.close()
        self._vault.put(token_name(reply.user), reply.token.encode())
        if known is None:
            self._remember(reply, device, url, authority)
        else:
            note_bundle_keys(self._store, reply)
        return reply

    def add_account(self, user: UserId, username: str, password_hash: str) -> None:
        """Let a person sign in on this PC without a network."""
        with self._store.begin() as uow:
            uow.accounts.put(user, username, password_hash)

    def set_office(self, office: OfficeId) -> None:
        """Note the office of this PC, once the directory has told it."""
        with self._store.begin() as uow:
            identity = uow.meta.identity()
            if identity is not None and identity.office != office:
                uow.meta.write(msgspec.structs.replace(identity, office=office))

    def _remember(self, reply: SessionReply, device: DeviceId, url: str, authority: bytes) -> None:
        with self._store.begin() as uow:
            uow.meta.write(
                Identity(
                    device=device,
                    tenant=reply.tenant,
                    office=OfficeId(0),
                    epoch=reply.epoch,
                    server=url,
                    authority=authority,
                    server_sign=reply.bundle_sign,
                    server_seal=reply.bundle_seal,
                )
            )
            uow.meta.write(Chain(next_seq=reply.next_seq, head=reply.head))
            uow.meta.write(SyncFacts(feed_epoch=reply.feed_epoch))

    def _pin(self, url: str, authority_print: str) -> bytes:
        """The server's authority, if it is the one that the code names."""
        client = SyncClient(url, self._wire)
        try:
            pem = client.fetch_authority()
        finally:
            client.close()
        try:
            der = load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
        except ValueError as err:
            raise EnvironmentFault(FaultOf.WRONG_AUTHORITY) from err
        if fingerprint(der) != authority_print:
            raise EnvironmentFault(FaultOf.WRONG_AUTHORITY)
        write_whole(self._authority_path, pem)
        return pem


def note_bundle_keys(store: Store, reply: SessionReply) -> None:
    """Keep the keys with which the server seals and opens bundles, as it tells them now."""
    with store.begin() as uow:
        identity = uow.meta.identity()
        if identity is not None and reply.bundle_sign and reply.bundle_seal:
            uow.meta.write(
                msgspec.structs.replace(identity, server_sign=reply.bundle_sign, server_seal=reply.bundle_seal)
            )


def note_session(store: Store, reply: SessionReply) -> None:
    """Keep until when the session lasts that began with a reply, where it tells of one."""
    if not reply.ends_ms:
        return
    with store.begin() as uow:
        ends = {**dict(uow.meta.sessions().ends), int(reply.user): reply.ends_ms}
        uow.meta.write(SessionNotes(ends=tuple(sorted(ends.items()))))


def renew_session(
    client: SyncClient,
    keys: DeviceKeys,
    identity: Identity,
    user: UserId,
    *,
    password: str,
    now_ms: int,
    offers: tuple[KeyOffer, ...] = (),
) -> SessionReply:
    """A fresh token for a person on an enrolled PC; `offers` are keys of the person that the server is to know."""
    nonce = os.urandom(NONCE_BYTES)
    request = SessionRequest(
        protocol=PROTOCOL,
        device=identity.device,
        user=user,
        password=password,
        sent_ms=now_ms,
        signature=keys.sign(session_payload(identity.device, user, now_ms, nonce=nonce)),
        offers=offers,
        nonce=nonce,
    )
    return client.open_session(request)
