"""Devices that are shut out: what follows from the act, and the server's word for the device itself."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from core.domain.ids import ROW_ID_BYTES, DeviceId
from core.domain.revoking import Revocation, RevokeDevice
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.ops import Op
from core.protocol.records import ACT_OF
from core.protocol.revoking import OrderRequest, RevocationOrder, order_payload, question_payload, read_ticket
from core.protocol.sealing import PartyKeys, is_signed
from server.services.faults import RequestFault
from server.services.ledger import Entry
from server.services.number_fates import retire_device
from server.storage.database import Database, TenantStore
from server.storage.devices import DeviceRow
from server.storage.streams import FeedChange

_REVOKE = ACT_OF[RevokeDevice].code
_MAX_TENANT = 2**31 - 1
_MAX_MS = 2**63 - 1


def devices_to_revoke(ops: Iterable[Op]) -> set[DeviceId]:
    """The devices that these ops would shut out."""
    found: set[DeviceId] = set()
    for op in ops:
        if op.act == _REVOKE:
            with suppress(CodecError):
                act = op.read_act()
                if isinstance(act, RevokeDevice):
                    found.add(DeviceId(act.device))
    return found


def shut_out(store: TenantStore, entries: Iterable[Entry], *, now_ms: int) -> tuple[FeedChange, ...]:
    """Shut out the devices that ops which were taken shut out, and void their numbers; what changed in the feed."""
    noted: tuple[FeedChange, ...] = ()
    for device in _revoked(entries):
        row = store.devices.get(device)
        if row is not None and row.revoked_ms is None:
            store.devices.revoke(device, now_ms=now_ms)
            noted += retire_device(store, device, now_ms=now_ms)
    return noted


def _revoked(entries: Iterable[Entry]) -> Iterator[DeviceId]:
    for entry in entries:
        for one in entry.records if entry.op is not None else ():
            if isinstance(one.record, Revocation):
                yield DeviceId(one.record.id)


class RevocationService:
    """Tells a device that it was shut out, in words that the device can prove."""

    def __init__(self, database: Database, *, keys: PartyKeys) -> None:
        """`keys` are the server's own."""
        self._database = database
        self._keys = keys

    def order(self, request: OrderRequest) -> RevocationOrder:
        """The server's word for a device that was shut out and proves to be it; NOT_FOUND for all others."""
        if not 0 < request.tenant <= _MAX_TENANT or len(request.device) != ROW_ID_BYTES:
            raise RequestFault(FaultCode.NOT_FOUND)
        if not 0 <= request.sent_ms <= _MAX_MS:
            raise RequestFault(FaultCode.MALFORMED)
        row = self._database.read(lambda unit: unit.of(request.tenant).devices.get(request.device))
        payload = question_payload(request.tenant, request.device, request.sent_ms)
        if row is None or row.revoked_ms is None or not is_signed(payload, request.signature, by=row.sign_key):
            raise RequestFault(FaultCode.NOT_FOUND)
        signature = self._keys.sign(order_payload(request.tenant, request.device, row.revoked_ms))
        return RevocationOrder(
            tenant=request.tenant, device=request.device, revoked_ms=row.revoked_ms, signature=signature
        )

    def holds_ticket(self, tenant: int, row: DeviceRow, ticket: bytes) -> bool:
        """Whether a ticket is the signature of the order over a device that was shut out.

        A server that was put back may not know of it any more: what it signed, it said.
        """
        signature, revoked_ms = read_ticket(ticket, revoked_ms=row.revoked_ms)
        if revoked_ms is None or not 0 <= revoked_ms <= _MAX_MS:
            return False
        payload = order_payload(tenant, row.id, revoked_ms)  # type: ignore[arg-type]  # a number
        return is_signed(payload, signature, by=self._keys.sign_public)
