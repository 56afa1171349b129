"""The line to the hub of the office: rows and files from it, and what a PC did as bytes that only the server reads."""

from collections.abc import Generator, Iterator
from pathlib import Path

from core.domain.ids import DeviceId
from core.protocol.access import Bearer
from core.protocol.codec import CodecError
from core.protocol.frames import NotOurs, Wire
from core.protocol.hub import (
    HUB_BLOB_PATH,
    HUB_NAME,
    HUB_PATH,
    HUB_SEGMENT_PATH,
    LENGTH_BYTES,
    HubFacts,
    HubReply,
    HubRequest,
    read_have,
)
from core.protocol.messages import Frame
from desktop.sync.client import SyncClient
from desktop.system.faults import EnvironmentFault, FaultOf

MAX_HEAD = 8 * 1024 * 1024


class HubClient:
    """One kept connection to a hub; belongs to one thread."""

    def __init__(self, url: str, wire: Wire, *, authority: Path | None = None) -> None:
        """`authority` is the server's own certificate authority: a hub shows a certificate of it."""
        self._client = SyncClient(url, wire, authority=authority, name=HUB_NAME if authority else "")
        self._wire = wire
        self.address = url

    def close(self) -> None:
        """Drop the connection."""
        self._client.close()

    def interrupt(self) -> None:
        """Break the request under way, from another thread."""
        self._client.interrupt()

    def about(self, nonce: bytes) -> HubFacts:
        """Who the hub is, with its signature over a number thought up; EnvironmentFault if what answers is none."""
        try:
            facts: HubFacts = self._wire.unpack(self._client.fetch(f"{HUB_PATH}?nonce={nonce.hex()}"), HubFacts)
        except CodecError as err:
            raise EnvironmentFault(FaultOf.PORTAL) from err
        return facts

    def show(self, device: DeviceId, proof: bytes) -> None:
        """Show this proof with every request for a file."""
        self._client.access = Bearer((device + proof).hex())

    def exchange(self, request: HubRequest) -> tuple[HubReply, Iterator[Frame]]:
        """One round: the head of the reply, and its frames as they come."""
        pieces = self._client.send(HUB_PATH, self._wire.pack(request), hold=request.hold)
        begun = _at_least(pieces, b"", LENGTH_BYTES)
        end = LENGTH_BYTES + int.from_bytes(begun[:LENGTH_BYTES], "big")
        if end > MAX_HEAD:
            raise EnvironmentFault(FaultOf.PORTAL)
        begun = _at_least(pieces, begun, end)
        try:
            reply: HubReply = self._wire.unpack(begun[LENGTH_BYTES:end], HubReply)
        except NotOurs as err:
            raise EnvironmentFault(FaultOf.PORTAL) from err
        except CodecError as err:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, "hub") from err
        return reply, self._frames(pieces, begun[end:])

    def download(self, sha256: bytes, offset: int, *, count: int | None = None) -> Generator[bytes]:
        """The bytes of a file from `offset` on: so many, or all."""
        most = "" if count is None else f"&count={count}"
        yield from self._client.fetch_file(f"{HUB_BLOB_PATH}{sha256.hex()}?from={offset}{most}", sha256)

    def leave(self, sha256: bytes, *, size: int, start: int, data: bytes) -> int:
        """Give the hub a piece of a file for the server; how much of it lies there now. Without `data` it is asked."""
        path = f"{HUB_BLOB_PATH}{sha256.hex()}?from={start}&size={size}"
        have = read_have(b"".join(self._client.send(path, data)))
        if not 0 <= have <= size:
            raise EnvironmentFault(FaultOf.PORTAL)
        return have

    def fetch_segment(self, sha256: bytes, offset: int) -> Generator[bytes]:
        """The bytes of a segment from `offset` on; NOT_FOUND if the hub has not got it."""
        yield from self._client.fetch_file(f"{HUB_SEGMENT_PATH}{sha256.hex()}?from={offset}", sha256)

    def _frames(self, pieces: Iterator[bytes], rest: bytes) -> Iterator[Frame]:
        reader = self._wire.reader()
        try:
            if rest:
                yield from reader.feed(rest)
            for piece in pieces:
                yield from reader.feed(piece)
        except CodecError as err:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, "hub") from err


def _at_least(pieces: Iterator[bytes], begun: bytes, size: int) -> bytes:
    gathered = bytearray(begun)
    while len(gathered) < size:
        piece = next(pieces, b"")
        if not piece:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
        gathered += piece
    return bytes(gathered)
