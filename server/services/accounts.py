"""Enrolment with a one-time code, and signing in again on a device that is enrolled."""

from contextlib import suppress

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.ids import DeviceId, TenantId, UserId
from core.domain.streams import DIRECTORY
from core.protocol.access import new_token, token_hash
from core.protocol.enrolment import CodeMalformed, code_hash, read_code
from core.protocol.escrow import hand_back
from core.protocol.faults import FaultCode
from core.protocol.messages import (
    PROTOCOL,
    EnrolRequest,
    PasswordRequest,
    SessionReply,
    SessionRequest,
    enrol_payload,
    password_payload,
    session_payload,
)
from core.protocol.own_sessions import SessionsTold
from core.protocol.person_keys import hand_ring_back
from core.protocol.sealing import PartyKeys, SealBroken, is_signed
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.grants import JOINED, topic_of
from server.services.guesses import Guesses
from server.services.passwords import PasswordService
from server.services.person_keys import is_own_change, kept_keys, rewrap, take_offers
from server.services.session_terms import SessionTerms, chosen_profile
from server.services.tokens import Caller, Clock
from server.storage.accounts import CodeRow
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.devices import DeviceRow, new_device

ID_BYTES = 16
KEY_BYTES = 32
MAX_NAME_CHARS = 100
MAX_USER = 2**31 - 1


class AccountService:
    """Serves `/v1/enrol`, `/v1/session`, `/v1/sessions` and `/v1/password`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        passwords: PasswordService,
        bundle_keys: PartyKeys,
        terms: SessionTerms,
        announcer: Announcer,
    ) -> None:
        """`bundle_keys` are the server's; devices are told their public parts."""
        self._announcer = announcer
        self._bundle_keys = bundle_keys
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._terms = terms
        self._guesses = Guesses(database)

    def enrol(self, request: EnrolRequest) -> SessionReply:
        """Let a person in on a device with a one-time code; the code is used up in the same transaction.

        The device may ask again, because the reply was lost, as long as the code would live: with another signature.
        """
        _check_enrolment(request)
        hashed = _read_code(request.code)
        code = self._database.read(lambda unit: unit.doors.by_code(hashed))
        if code is None:
            raise RequestFault(FaultCode.CODE_UNKNOWN)
        _check_code(code, device=request.device, now_ms=self._clock())
        account = self._database.read(lambda unit: unit.of(code.tenant).accounts.get(code.user))
        kept = None if account is None else account.password_hash
        # Outside the transaction: a password hash takes as long as a hundred transactions.
        self._guesses.use(code.tenant, request.signature)
        if kept is not None:
            self._guesses.begin(code.tenant, code.user, request.device)
            if not self._passwords.is_right(request.password, kept):
                raise RequestFault(FaultCode.WRONG_PASSWORD)
            self._guesses.right(code.tenant, code.user, request.device)
        profile = self._database.read(lambda unit: chosen_profile(unit.of(code.tenant)))
        chosen = self._passwords.hash(request.password, profile=profile) if kept is None else kept
        reply = self._database.write(lambda unit: self._enrol(unit, request, code=code, kept=kept, chosen=chosen))
        self._announcer.announce(code.tenant, [JOINED], except_device=None)
        return reply

    def open_session(self, request: SessionRequest) -> SessionReply:
        """A fresh token for a user of an enrolled device who gives the password."""
        if request.protocol != PROTOCOL:
            raise RequestFault(FaultCode.TOO_OLD)
        if not 0 <= request.user <= MAX_USER:
            raise RequestFault(FaultCode.NOT_FOUND)
        tenants = self._database.read(lambda unit: unit.doors.by_device(request.device))
        if not tenants:
            raise RequestFault(FaultCode.NOT_FOUND)
        tenant = tenants[0]
        device, kept = self._database.read(lambda unit: _device_and_password(unit.of(tenant), request))
        _check_signature(device, request)
        # From here on it takes as long for somebody who is unknown here, and the answer is the same.
        self._guesses.begin(tenant, request.user, request.device, signature=request.signature)
        if not self._passwords.is_right(request.password, kept):
            raise RequestFault(FaultCode.WRONG_PASSWORD)
        self._guesses.right(tenant, request.user, request.device)
        reply, seq = self._database.write(lambda unit: self._open_session(unit, request, tenant=tenant))
        if seq:
            self._announcer.tell(tenant, {DIRECTORY: seq})
            self._announcer.announce(tenant, [topic_of(DIRECTORY)], except_device=None)
        return reply

    def _open_session(self, unit: UnitOfWork, request: SessionRequest, *, tenant: TenantId) -> tuple[SessionReply, int]:
        """The reply, and the number of the directory's newest change if the person's keys changed it."""
        reply = self._let_in(unit, tenant=tenant, device=request.device, user=request.user, keeps=bool(request.offers))
        store = unit.of(tenant)
        device = store.devices.get(request.device)
        if not request.offers or device is None:
            return reply, 0
        changed = take_offers(
            store,
            request.user,
            device,
            offers=request.offers,
            by=self._bundle_keys,
            now_ms=self._clock(),
        )
        # Who shows keys was told of all others with the session before.
        reply = msgspec.structs.replace(reply, keys=())
        return reply, store.head.read().seq if changed else 0

    def sessions_of(self, caller: Caller) -> SessionsTold:
        """Where the caller's person is signed in; those of others are told to nobody."""
        now_ms = self._clock()

        def work(unit: UnitOfWork) -> SessionsTold:
            return SessionsTold(sessions=unit.of(caller.tenant).sessions.of_person(caller.user, now_ms=now_ms))

        return self._database.read(work)

    def change_password(self, caller: Caller, request: PasswordRequest) -> SessionReply:
        """A password that the caller changed on this device counts from now on; the other devices have to sign in.

        WRONG_PASSWORD where an administrator reset it meanwhile: then a code chooses the next one.
        """
        if request.protocol != PROTOCOL:
            raise RequestFault(FaultCode.TOO_OLD)
        if (caller.device, caller.user) != (request.device, request.user):
            raise RequestFault(FaultCode.MALFORMED)
        chosen = self._passwords.accept(request.chosen)
        device = self._database.read(lambda unit: unit.of(caller.tenant).devices.get(caller.device))
        if device is None:
            raise RequestFault(FaultCode.NOT_FOUND)
        payload = _payload_of(request)
        _require_signed(payload, request.signature, by=device)

        def work(unit: UnitOfWork) -> SessionReply:
            store = unit.of(caller.tenant)
            account = store.accounts.get(caller.user)
            if account is None or account.password_hash is None:
                raise RequestFault(FaultCode.WRONG_PASSWORD)
            if not is_own_change(store, request):
                raise RequestFault(FaultCode.MALFORMED)
            store.accounts.set_password(caller.user, chosen, now_ms=self._clock())
            rewrap(store, caller.user, request.wraps)
            store.devices.end_sessions(caller.user)
            return self._let_in(unit, tenant=caller.tenant, device=caller.device, user=caller.user)

        return self._database.write(work)

    def _enrol(
        self, unit: UnitOfWork, request: EnrolRequest, *, code: CodeRow, kept: str | None, chosen: str
    ) -> SessionReply:
        store, now_ms = unit.of(code.tenant), self._clock()
        locked = store.accounts.lock_code(code.code_hash)
        account = store.accounts.get(code.user)
        if locked is None or account is None:
            raise RequestFault(FaultCode.CODE_UNKNOWN)
        _check_code(locked, device=request.device, now_ms=now_ms)
        if account.password_hash != kept:
            # Another enrolment of the same person chose the password in this very moment.
            raise RequestFault(FaultCode.WRONG_PASSWORD)
        _add_device(store, request, repeated=locked.used_ms is not None, now_ms=now_ms)
        if kept is None:
            store.accounts.set_password(code.user, chosen, now_ms=now_ms)
        if locked.used_ms is None:
            store.accounts.use_code(code.code_hash, device=request.device, now_ms=now_ms)
        reply = self._let_in(unit, tenant=code.tenant, device=request.device, user=code.user)
        if request.escrow:
            reply = msgspec.structs.replace(reply, opened=self._handed_back(request))
        return msgspec.structs.replace(reply, ring=self._ring_handed_back(request, code.user))

    def _ring_handed_back(self, request: EnrolRequest, user: UserId) -> bytes:
        """The person's keys that lie sealed on the device, if they still can be opened; those of others stay shut."""
        for escrow in request.ring_escrows:
            if escrow.user == user:
                with suppress(SealBroken):
                    return hand_ring_back(
                        escrow, by=self._bundle_keys, device=request.device, recipient=request.seal_key
                    )
        return b""

    def _handed_back(self, request: EnrolRequest) -> bytes:
        """The key of the device's store for the device alone, after the code was found good in this transaction."""
        try:
            return hand_back(request.escrow, by=self._bundle_keys, device=request.device, recipient=request.seal_key)
        except SealBroken as err:
            raise RequestFault(FaultCode.MALFORMED) from err

    def _let_in(
        self, unit: UnitOfWork, *, tenant: TenantId, device: DeviceId, user: UserId, keeps: bool = False
    ) -> SessionReply:
        """With `keeps`, a token that still holds stays, and the reply tells none: were it lost, none would be left."""
        store, now_ms = unit.of(tenant), self._clock()
        row, about = store.devices.get(device, lock=True), unit.tenants.get(tenant)
        if row is None or about is None:
            raise RequestFault(FaultCode.NOT_FOUND)
        if row.revoked_ms is not None:
            raise RequestFault(FaultCode.DEVICE_REVOKED)
        held = any(one.user == user and one.expires_ms > now_ms for one in store.devices.tokens_of([device])[device])
        token, ends_ms = "" if keeps and held else new_token(), 0
        if token:
            store.sessions.forget_turned(device, user)
            ends_ms = self._terms.ends_ms(store, began_ms=now_ms)
            expires_ms = self._terms.expires_ms(store, began_ms=now_ms, now_ms=now_ms)
            hashed = token_hash(token)
            store.devices.set_token(device, user, token_hash=hashed, expires_ms=expires_ms, began_ms=now_ms)
        store.devices.saw(device, now_ms=now_ms)
        account = store.accounts.get(user)
        return SessionReply(
            tenant=tenant,
            user=user,
            token=token,
            epoch=row.epoch,
            next_seq=row.next_seq,
            head=row.head,
            feed_epoch=about.feed_epoch,
            bundle_sign=self._bundle_keys.sign_public,
            bundle_seal=self._bundle_keys.seal_public,
            keys=kept_keys(store, user),
            ends_ms=ends_ms,
            password_ms=0 if account is None else account.password_ms,
        )


def _check_enrolment(request: EnrolRequest) -> None:
    if request.protocol != PROTOCOL:
        raise RequestFault(FaultCode.TOO_OLD)
    keys = (request.sign_key, request.seal_key)
    if len(request.device) != ID_BYTES or any(len(key) != KEY_BYTES for key in keys):
        raise RequestFault(FaultCode.MALFORMED)
    if not is_signed(enrol_payload(request), request.signature, by=request.sign_key):
        raise RequestFault(FaultCode.MALFORMED)
    if len(request.device_name) > MAX_NAME_CHARS or not request.device_name.isprintable():
        raise RequestFault(FaultCode.MALFORMED)


def _read_code(typed: str) -> bytes:
    try:
        code, _ = read_code(typed)
    except CodeMalformed as err:
        raise RequestFault(FaultCode.CODE_UNKNOWN) from err
    return code_hash(code)


def _check_code(code: CodeRow, *, device: DeviceId, now_ms: int) -> None:
    if code.used_ms is not None and code.device != device:
        raise RequestFault(FaultCode.CODE_USED)
    if code.expires_ms <= now_ms:
        raise RequestFault(FaultCode.CODE_EXPIRED)


def _add_device(store: TenantStore, request: EnrolRequest, *, repeated: bool, now_ms: int) -> None:
    """Make the device, or find that it is there already with the same keys, for one more of its users."""
    row = store.devices.get(request.device, lock=True)
    if row is None:
        store.devices.add(
            new_device(
                request.device,
                sign_key=request.sign_key,
                seal_key=request.seal_key,
                name=request.device_name,
                now_ms=now_ms,
            )
        )
    elif (row.sign_key, row.seal_key) != (request.sign_key, request.seal_key):
        raise RequestFault(FaultCode.CODE_USED if repeated else FaultCode.MALFORMED)


def _device_and_password(store: TenantStore, request: SessionRequest) -> tuple[DeviceRow, str | None]:
    device, account = store.devices.get(request.device), store.accounts.get(request.user)
    if device is None:
        raise RequestFault(FaultCode.NOT_FOUND)
    if device.revoked_ms is not None:
        raise RequestFault(FaultCode.DEVICE_REVOKED)
    here = account is not None and request.user in store.devices.users(request.device)
    return device, account.password_hash if account is not None and here else None


def _check_signature(device: DeviceRow, request: SessionRequest) -> None:
    try:
        payload = session_payload(request.device, request.user, request.sent_ms, nonce=request.nonce)
    except OverflowError as err:
        raise RequestFault(FaultCode.MALFORMED) from err
    _require_signed(payload, request.signature, by=device)


def _payload_of(request: PasswordRequest) -> bytes:
    try:
        return password_payload(
            request.device, request.user, request.chosen, wraps=request.wraps, sent_ms=request.sent_ms
        )
    except OverflowError as err:
        raise RequestFault(FaultCode.MALFORMED) from err


def _require_signed(payload: bytes, signature: bytes, *, by: DeviceRow) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(by.sign_key).verify(signature, payload)
    except InvalidSignature as err:
        raise RequestFault(FaultCode.MALFORMED) from err
