"""What a PC does that the server lets in no more: it asks for the server's word, and hands in what it sealed."""

from collections.abc import Callable
from pathlib import Path

from core.protocol.bundle import SUFFIX
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.frames import NotOurs, Wire
from core.protocol.revoking import (
    ORDER_PATH,
    PIECE,
    OrderRequest,
    RevocationOrder,
    order_payload,
    question_payload,
)
from core.protocol.sealing import is_signed
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER
from desktop.storage.meta import Identity
from desktop.sync.client import SyncClient
from desktop.sync.server_fault import ServerFault
from desktop.sync.signing import DeviceKeys
from desktop.system.faults import EnvironmentFault, FaultOf

HANDED_IN = ".diserahkan"
_TAKEN = 204


class SealedLine(SyncClient):
    """A client that hands in sealed work; its token is the ticket."""

    def hand_in(self, path: str, piece: bytes, *, offset: int, size: int) -> None:
        """Send a piece; ServerFault WRONG_OFFSET says where the server is."""
        headers = {OFFSET_HEADER: str(offset), LENGTH_HEADER: str(size)}
        with self._request("PATCH", path, data=piece, headers=headers) as response:
            # A login page is answered with 200 as well; what it swallowed would be lost.
            if response.status_code != _TAKEN:
                raise EnvironmentFault(FaultOf.PORTAL, str(response.status_code))


def ask_order(
    client: SyncClient, wire: Wire, identity: Identity, *, keys: DeviceKeys, wall_ms: int
) -> RevocationOrder | None:
    """The server's word that this PC was shut out; None if it was not, or nobody whom this PC can believe says so."""
    sent_ms = max(0, wall_ms)
    signature = keys.sign(question_payload(identity.tenant, identity.device, sent_ms))
    question = OrderRequest(tenant=identity.tenant, device=identity.device, sent_ms=sent_ms, signature=signature)
    try:
        answer = b"".join(client.send(ORDER_PATH, wire.pack(question)))
        order: RevocationOrder = wire.unpack(answer, RevocationOrder)
    except (ServerFault, EnvironmentFault, CodecError, NotOurs):
        return None
    return order if _is_meant(order, identity) else None


def _is_meant(order: RevocationOrder, identity: Identity) -> bool:
    if (order.tenant, order.device) != (identity.tenant, identity.device) or not 0 <= order.revoked_ms < 1 << 63:
        return False
    payload = order_payload(order.tenant, order.device, order.revoked_ms)
    return bool(identity.server_sign) and is_signed(payload, order.signature, by=identity.server_sign)


def hand_in(client: SealedLine, place: str, paths: list[Path], cancelled: Callable[[], bool]) -> int:
    """Hand in files of sealed work at a `place` of the server, each from where the server has it.

    Those that it has whole have another ending here from then on: they stay, and are handed in again, for a server that
    is put back may lose them and nobody else has them. How many are left of those that it never had. The client shows
    the ticket as its token. ServerFault, EnvironmentFault.
    """
    for done, path in enumerate(paths):
        size = path.stat().st_size
        # Of what it was given before the server is asked with the last byte whether it still has the rest.
        offset = 0 if path.suffix == SUFFIX else size - 1
        with path.open("rb") as file:
            while offset < size:
                if cancelled():
                    return sum(path.suffix == SUFFIX for path in paths[done:])
                file.seek(offset)
                piece = file.read(PIECE)
                try:
                    client.hand_in(f"{place}/{path.stem}{SUFFIX}", piece, offset=offset, size=size)
                except ServerFault as fault:
                    if fault.code is not FaultCode.WRONG_OFFSET or fault.fault.number == offset:
                        raise
                    offset = fault.fault.number
                else:
                    offset += len(piece)
        path.replace(path.with_suffix(HANDED_IN))
    return 0
