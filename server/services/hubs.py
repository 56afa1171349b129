"""The hubs of offices: named by the administrator, let in once, shut out when another takes the place."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from core.domain.held_acts import HeldAct
from core.domain.ids import OfficeId, StreamId, TenantId, UserId
from core.domain.letters import SecurityLevel
from core.domain.offices import Office, Person, Position, chairs_at
from core.domain.streams import DIRECTORY, StreamKey, StreamKind
from core.protocol.access import Shown, new_token, token_hash
from core.protocol.codec import decode_record
from core.protocol.enrolment import CodeMalformed, code_hash, new_code, print_code, read_code
from core.protocol.faults import FaultCode
from core.protocol.hub import HUB_NAME, HubEnrolReply, HubEnrolRequest
from core.protocol.messages import PROTOCOL
from core.protocol.records import KIND_OF
from server.services.announcer import Announcer
from server.services.certificates import issue_certificate
from server.services.console import Command, ServerConsole
from server.services.desk import Desk, DirectoryError
from server.services.faults import RequestFault
from server.services.grants import Grants, moment_of, topic_of
from server.services.number_authority import take_authority_from
from server.services.possession import Possession
from server.services.statements import Signer
from server.services.tokens import Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.hubs import HubRow

CODE_LIFE_MS = 14 * 24 * 3600 * 1000
HUB_BYTES = 16
# A hub is noted as seen at most this often: it comes at least every minute, and not every request shall write.
SEEN_AFTER_MS = 10 * 60 * 1000
_HELD = KIND_OF[HeldAct].code


class HubDirectory:
    """Names hubs, lets them in, and tells which one is calling."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        signer: Signer,
        possession: Possession,
        console: ServerConsole,
        announcer: Announcer,
        tls: Path | None,
        authority: str = "",
    ) -> None:
        """`tls` is the folder of the server's certificate authority, where it has one; `authority` its fingerprint."""
        self._database = database
        self._clock = clock
        self._signer = signer
        self._possession = possession
        self._console = console
        self._announcer = announcer
        self._tls = tls
        self._authority = authority

    @property
    def server_key(self) -> bytes:
        """What the server's signatures are checked with, 32 bytes."""
        return self._signer.public

    def new_code(self, tenant: TenantId, office: OfficeId) -> str:
        """A one-time code for the hub of an office; DirectoryError if there is no such office."""
        code = new_code(secrets.token_bytes)

        def work(store: TenantStore) -> None:
            if Desk(store).get(Office, office) is None:
                raise DirectoryError("unknown_office", str(office))
            store.hubs.add(
                HubRow(
                    tenant=tenant,
                    id=secrets.token_bytes(HUB_BYTES),
                    office=office,
                    code_hash=code_hash(code),
                    code_expires_ms=self._clock() + CODE_LIFE_MS,
                    token_hash=None,
                    revoked_ms=None,
                    last_seen_ms=0,
                )
            )

        self._console.run(tenant, Command(verb="hub-code", about=f"kantor {office}"), then=work)
        return print_code(code, self._authority)

    def revoke(self, tenant: TenantId, office: OfficeId) -> int:
        """Shut out every hub of an office; how many there were."""

        def work(store: TenantStore) -> tuple[int, frozenset[StreamKey]]:
            changed = _take_numbers_back(store, office, but=b"", now_ms=self._clock())
            return store.hubs.revoke(office, but=b"", now_ms=self._clock()), changed

        count, changed = self._console.run(tenant, Command(verb="revoke-hub", about=f"kantor {office}"), then=work)
        self._wake_hubs(tenant, changed)
        return count

    def listed(self, tenant: TenantId) -> list[HubRow]:
        """Every hub."""
        return self._database.read(lambda unit: unit.of(tenant).hubs.all())

    def enrol(self, request: HubEnrolRequest) -> HubEnrolReply:
        """Let a hub in. Earlier hubs of the office are shut out: what numbers they hold is theirs no more."""
        if request.protocol != PROTOCOL:
            raise RequestFault(FaultCode.TOO_OLD)
        try:
            hashed = code_hash(read_code(request.code)[0])
        except CodeMalformed as err:
            raise RequestFault(FaultCode.CODE_UNKNOWN) from err
        if request.seal_key and not self._possession.is_key(request.seal_key):
            raise RequestFault(FaultCode.MALFORMED)
        token, now_ms = new_token(), self._clock()

        def work(unit: UnitOfWork) -> tuple[HubRow, frozenset[StreamKey]]:
            row = unit.hub_doors.by_code(hashed)
            if row is None or row.revoked_ms is not None:
                raise RequestFault(FaultCode.CODE_UNKNOWN)
            if row.token_hash is not None:
                raise RequestFault(FaultCode.CODE_USED)
            if row.code_expires_ms <= now_ms:
                raise RequestFault(FaultCode.CODE_EXPIRED)
            store = unit.of(row.tenant)
            changed = _take_numbers_back(store, row.office, but=row.id, now_ms=now_ms)
            store.hubs.revoke(row.office, but=row.id, now_ms=now_ms)
            key = request.seal_key or None
            store.hubs.enrol(row.id, token_hash=token_hash(token), seal_key=key, now_ms=now_ms)
            return row, changed

        row, changed = self._database.write(work)
        self._wake_hubs(row.tenant, changed)
        certificate = b""
        if self._tls is not None and request.tls_key:
            certificate = issue_certificate(self._tls, request.tls_key, name=HUB_NAME, now_ms=now_ms)
        return HubEnrolReply(
            tenant=row.tenant,
            office=row.office,
            hub=row.id,
            token=token,
            server_key=self._signer.public,
            certificate=certificate,
            seal_key=self._possession.public if request.seal_key else b"",
        )

    def _wake_hubs(self, tenant: TenantId, changed: frozenset[StreamKey]) -> None:
        """A hub that waits for news learns at once that it is one no more."""
        topics = [topic_of(DIRECTORY), *(topic_of(stream) for stream in changed)]
        self._announcer.announce(tenant, topics, except_device=None)

    def caller(self, shown: Shown | str) -> HubRow:
        """The hub that shows this token, with the proof that its key is at hand; SIGNED_OUT, DEVICE_REVOKED, STALE.

        A token alone is enough for a hub that came before there were keys, and for no other.
        """
        token = shown if isinstance(shown, str) else shown.token
        row = self._by_token(token_hash(token))
        if row.seal_key is not None:
            if isinstance(shown, str):
                raise RequestFault(FaultCode.SIGNED_OUT)
            self._possession.check(shown, seal_key=row.seal_key)
        now_ms = self._clock()
        if now_ms - row.contact_ms >= SEEN_AFTER_MS:
            self._database.write(lambda unit: unit.of(row.tenant).hubs.saw(row.id, now_ms=now_ms))
        return row

    def still(self, hub: HubRow) -> HubRow:
        """A hub that was let in before, if it still is one; SIGNED_OUT, DEVICE_REVOKED."""
        return self._by_token(hub.token_hash or b"")

    def _by_token(self, hashed: bytes) -> HubRow:
        row = self._database.read(lambda unit: unit.hub_doors.by_token(hashed))
        if row is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        if row.revoked_ms is not None:
            raise RequestFault(FaultCode.DEVICE_REVOKED)
        return row


def _take_numbers_back(store: TenantStore, office: OfficeId, *, but: bytes, now_ms: int) -> frozenset[StreamKey]:
    """What the hubs of an office had left of numbers is void; the next hub is given them when it asks."""
    gone = [one.id for one in store.hubs.all() if one.office == office and one.id != but]
    return take_authority_from(store, gone, now_ms=now_ms)


def hub_grants(store: TenantStore, office: OfficeId) -> Grants:
    """What the hub of an office may carry: all streams of its positions, but none in which a secret letter lies."""
    positions = [one for one in Desk(store).all(Position) if one.office == office]
    reachable = store.streams.reachable(positions=[one.number for one in positions], offices=[office])
    inboxes = [StreamId(row.id) for row in reachable if row.key.kind == StreamKind.INBOX]
    secret = store.hubs.holding_secrets(inboxes, level=SecurityLevel.SECRET) if inboxes else set()
    secret |= _with_held_secrets(store, inboxes)
    carried = [row for row in reachable if row.id not in secret and row.key.level < SecurityLevel.SECRET]
    return Grants(users=frozenset(), positions=tuple(positions), streams=tuple(sorted(carried, key=lambda row: row.id)))


def _with_held_secrets(store: TenantStore, inboxes: Sequence[StreamId]) -> set[StreamId]:
    """Those of the inboxes in which an act on a secret matter is held: it lies in no register that would tell."""
    held = store.hubs.rows_of_kind(inboxes, _HELD) if inboxes else []
    found = store.records.several({(_HELD, row_id) for _, row_id in held})
    levels = {row_id: decode_record(_HELD, stored.payload).security for (_, row_id), stored in found.items()}
    return {inbox for inbox, row_id in held if levels.get(row_id, SecurityLevel.SECRET) >= SecurityLevel.SECRET}


def users_of(store: TenantStore, positions: Sequence[Position]) -> list[UserId]:
    """The active people who may act in one of the positions now."""
    numbers, now = {one.number for one in positions}, moment_of(store)
    return [one.number for one in Desk(store).all(Person) if one.active and numbers.intersection(chairs_at(one, now))]
