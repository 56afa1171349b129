"""The line from a hub to its server: plain HTTP over one kept connection, the stalls bounded, never the whole."""

import http.client
import itertools
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from core.protocol.access import Access
from core.protocol.codec import CodecError
from core.protocol.faults import Fault, FaultCode, read_fault
from core.protocol.frames import FrameReader, Wire
from core.protocol.hub import (
    BEAT_S,
    HUB_ENROL_PATH,
    KEY_PATH,
    LENGTH_BYTES,
    RELAY_BLOB_PATH,
    RELAY_PATH,
    RELAY_SEGMENT_PATH,
    HubEnrolReply,
    HubEnrolRequest,
    RelayReply,
    RelayRequest,
    read_have,
)
from core.protocol.messages import Data, Done

CONNECT_S = 15.0
STALL_S = 30.0
PIECE = 16 * 1024
MAX_HEAD = 8 * 1024 * 1024
_OK = 200


class LineDown(Exception):
    """The server cannot be reached, or what answers is not the server."""


class LineSilent(LineDown):
    """Nothing came for too long."""


class ServerSaidNo(Exception):
    """The server answered with a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code.value)
        self.code: FaultCode = fault.code


class HubLine:
    """One connection, opened when needed; belongs to one thread."""

    def __init__(self, url: str, wire: Wire, *, access: Access | None = None, authority: Path | None = None) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._wire = wire
        self._access = access
        self._authority = authority
        self._connection: http.client.HTTPConnection | None = None
        # How long the reply under way is, as its head said.
        self.length = 0

    def close(self) -> None:
        """Drop the connection; from any thread, and a request under way fails."""
        connection, self._connection = self._connection, None
        if connection is not None:
            line = connection.sock
            if line is not None:
                with suppress(OSError):
                    line.shutdown(2)
            with suppress(OSError):
                connection.close()

    def enrol(self, request: HubEnrolRequest) -> HubEnrolReply:
        """Take up the place of an office's hub."""
        body = b"".join(self._request("POST", HUB_ENROL_PATH, body=self._wire.pack(request)))
        try:
            reply: HubEnrolReply = self._wire.unpack(body, HubEnrolReply)
        except CodecError as err:
            raise LineDown("not ours") from err
        return reply

    def key(self) -> bytes:
        """The key that the server signs with."""
        return b"".join(self._request("GET", KEY_PATH))

    def relay(self, request: RelayRequest) -> Iterator[RelayReply | Data]:
        """One round: the head of the reply, then its frames as they come. LineDown if it breaks off.

        With `stay` one round follows the other, as news come.
        """
        pieces = self._request(
            "POST", RELAY_PATH, body=self._wire.pack(request), hold=request.hold, beat=BEAT_S if request.stay else 0
        )
        try:
            head, rest = _head(self._wire, pieces, RelayReply)
            yield head
            yield from (read_rounds if head.stays else read_frames)(self._wire, pieces, rest)
        except CodecError as err:
            self.close()
            raise LineDown("not ours") from err

    def file(self, sha256: bytes, *, start: int) -> Iterator[bytes]:
        """A file from `start` on."""
        return self._request("GET", f"{RELAY_BLOB_PATH}{sha256.hex()}?from={start}")

    def bring(self, sha256: bytes, *, size: int, start: int, data: bytes) -> int:
        """Send a piece of a file; how much of it the server has now. Without `data` it is only asked."""
        path = f"{RELAY_BLOB_PATH}{sha256.hex()}?from={start}&size={size}"
        return read_have(b"".join(self._request("POST", path, body=data)))

    def segment(self, sha256: bytes, *, start: int) -> Iterator[bytes]:
        """A segment from `start` on."""
        return self._request("GET", f"{RELAY_SEGMENT_PATH}{sha256.hex()}?from={start}")

    def _request(
        self, method: str, path: str, *, body: bytes | None = None, hold: int = 0, beat: int = 0
    ) -> Iterator[bytes]:
        """What is answered, within `hold` seconds and a stall; with `beat` something comes every so many seconds."""
        kept = self._connection is not None
        try:
            try:
                response = self._send(method, path, body=body, hold=hold)
            except (ConnectionError, http.client.HTTPException):
                # A kept connection may have been closed meanwhile; nothing that goes this way hurts twice.
                self.close()
                if not kept:
                    raise
                response = self._send(method, path, body=body, hold=hold)
            fault = self._fault_of(response)
            if fault is not None and fault.code is FaultCode.STALE and self._access is not None:
                # The clock of the hub is off: from here on it counts by the server's.
                self._access.learn_time(fault.number)
                response = self._send(method, path, body=body, hold=hold)
                fault = self._fault_of(response)
            if fault is not None:
                raise ServerSaidNo(fault)
            whole = False
            self.length = response.length or 0
            if beat and self._connection is not None:
                self._connection.sock.settimeout(STALL_S + beat)
            try:
                while piece := response.read1(PIECE):
                    yield piece
                whole = response.length in (None, 0)
                # Only so is the connection free for the next request: `read1` leaves the response open at its end, and
                # the next request would go out, find no answer to be had, and be sent again on another connection.
                response.read()
            finally:
                if not whole:
                    self.close()
        except (OSError, http.client.HTTPException, AttributeError) as err:
            # AttributeError: `close` from another thread takes the socket away under the reader.
            self.close()
            raise (LineSilent if isinstance(err, TimeoutError) else LineDown)(type(err).__name__) from err

    @staticmethod
    def _fault_of(response: http.client.HTTPResponse) -> Fault | None:
        """The fault that was answered, or None; LineDown if it is none of ours."""
        if response.status == _OK:
            return None
        fault = read_fault(response.read(4096))
        response.read()
        if fault is None:
            raise LineDown(str(response.status))
        return fault

    def _send(self, method: str, path: str, *, body: bytes | None, hold: int) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = self._open()
        connection = self._connection
        if connection.sock is None:
            connection.timeout = CONNECT_S
            connection.connect()
            if self._connection is not connection:  # `close` came meanwhile, and had no socket yet to shut
                connection.close()
                raise ConnectionAbortedError
        connection.sock.settimeout(STALL_S + hold)
        connection.putrequest(method, path, skip_accept_encoding=True)
        shown = "" if self._access is None else self._access.shown(method, path)
        if shown:
            connection.putheader("Authorization", shown)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return connection.getresponse()

    def _open(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_S)
        if self._secure:
            context = ssl.create_default_context(cafile=None if self._authority is None else str(self._authority))
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=CONNECT_S, context=context)
        # Left to itself it would connect anew under a request that `close` has just cut, and nobody would know of it.
        connection.auto_open = 0
        return connection


def read_headed(wire: Wire, pieces: Iterator[bytes], head_type: type[RelayReply]) -> Iterator[RelayReply | Data]:
    """The head and the frames of a reply; CodecError, LineDown if it is cut."""
    head, rest = _head(wire, pieces, head_type)
    yield head
    yield from read_frames(wire, pieces, rest)


def read_frames(wire: Wire, pieces: Iterator[bytes], rest: bytes) -> Iterator[Data]:
    """The frames behind a head of which `rest` came with it; CodecError, LineDown if they are cut."""
    reader = wire.reader()
    while True:
        for frame in reader.feed(rest) if rest else ():
            if isinstance(frame, Data):
                yield frame
            elif isinstance(frame, Done):
                # Read to the end of the body, so that the connection can be used again.
                for _ in pieces:
                    pass
                return
        rest = next(pieces, b"")
        if not rest:
            raise LineDown("cut")


def read_rounds(wire: Wire, pieces: Iterator[bytes], rest: bytes) -> Iterator[RelayReply | Data]:
    """The frames behind a first head, then heads and frames, until the answer ends; CodecError, LineDown if cut."""
    reader: FrameReader | None = wire.reader()
    for piece in _measured_pieces(itertools.chain([rest], pieces)):
        if reader is None:
            if piece:  # an empty one says that the line is there
                yield wire.unpack(piece, RelayReply)
                reader = wire.reader()
            continue
        for frame in reader.feed(piece):
            if isinstance(frame, Data):
                yield frame
            elif isinstance(frame, Done):
                reader = None
    if reader is not None:
        raise LineDown("cut")


def _measured_pieces(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What stands behind its length, each as a whole; what is cut at the end is left out."""
    begun = bytearray()
    for piece in pieces:
        begun += piece
        while len(begun) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(begun[:LENGTH_BYTES], "big")
            if end > MAX_HEAD:
                raise CodecError("piece")
            if len(begun) < end:
                break
            yield bytes(begun[LENGTH_BYTES:end])
            del begun[:end]


def _head(wire: Wire, pieces: Iterator[bytes], head_type: type[RelayReply]) -> tuple[RelayReply, bytes]:
    begun = bytearray()
    while len(begun) < LENGTH_BYTES and (piece := next(pieces, b"")):
        begun += piece
    end = LENGTH_BYTES + int.from_bytes(begun[:LENGTH_BYTES], "big")
    if end > MAX_HEAD or len(begun) < LENGTH_BYTES:
        raise CodecError("head")
    while len(begun) < end and (piece := next(pieces, b"")):
        begun += piece
    head: RelayReply = wire.unpack(bytes(begun[LENGTH_BYTES:end]), head_type)
    return head, bytes(begun[end:])


def fetch_authority(url: str) -> bytes:
    """The server's certificate authority as PEM, not trusted yet: compare it with the code's fingerprint. LineDown."""
    parts = urlsplit(url)
    context = ssl.create_default_context()
    # That nothing is verified here is the point: the fingerprint in the person's hand decides.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=CONNECT_S, context=context)
    try:
        connection.request("GET", "/v1/ca")
        response = connection.getresponse()
        body = response.read()
        if response.status != _OK:
            raise LineDown(str(response.status))
    except (OSError, http.client.HTTPException) as err:
        raise LineDown(type(err).__name__) from err
    else:
        return body
    finally:
        connection.close()
