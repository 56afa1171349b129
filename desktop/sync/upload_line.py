"""A connection of its own for files going up, on which the server counts aloud what it has.

The count is the server's, not the kernel's: what a modem, a proxy or a satellite box took over and still holds back
counts as on the way, so that no more of it is given to them than the line needs (`send_window`). Requests and urllib3
send a whole body before they look at the answer; here both go on at a time, so this speaks to the socket itself.
"""

import http.client
import re
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from time import monotonic
from typing import BinaryIO, NoReturn
from urllib.parse import urlsplit

from core.protocol.access import Access
from core.protocol.faults import Fault, FaultCode, read_fault
from core.protocol.transfer import COUNT_WIDTH, LENGTH_HEADER, blob_path, read_count, write_length
from desktop.sync.flow import Flow
from desktop.sync.going_ahead import GoingAhead, OutgoingFile, chunk
from desktop.sync.reaching import CONNECT_S, AddressBook, reach
from desktop.sync.send_window import FIRST, SendWindow
from desktop.sync.tls import certificate_fault
from desktop.system.faults import EnvironmentFault, FaultOf

STALL_S = 30.0
# A proxy that holds a body back until it is whole lets no answer through before: then files go the plain way.
FIRST_COUNT_S = 10.0
LOOK_UP_S = 0.5
_OK = 200
_LONGEST_REPLY = 4096
_CHUNK_SIZE = re.compile(rb"[0-9a-fA-F]{1,6}")
_LAST_CHUNK = b"0\r\n\r\n"


class Unanswered(Exception):
    """Nothing came back before the body: something between here and the server waits for all of it."""


class UploadRefused(Exception):
    """The server answered with a fault, or something else answered in its place (`fault` is None)."""

    def __init__(self, fault: Fault | None, status: int) -> None:
        """Carry what came."""
        super().__init__(status)
        self.fault = fault
        self.status = status


class UploadLine:
    """Kept between files; belongs to one thread, except for `interrupt`."""

    def __init__(self, url: str, context: ssl.SSLContext | None, book: AddressBook) -> None:
        """`context` is for https only."""
        parts = urlsplit(url)
        self._book = book
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if context else 80)
        self._name = parts.netloc
        self._context = context
        self._socket: socket.socket | None = None
        self._rate = 0.0
        self._window = FIRST
        self._broke = False
        self._going_ahead = GoingAhead()
        self.sent = 0

    def close(self) -> None:
        """Drop the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def interrupt(self) -> None:
        """Break the upload under way, from another thread."""
        current = self._socket
        if current is not None:
            with suppress(OSError):
                current.shutdown(socket.SHUT_RDWR)

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, access: Access, flow: Flow) -> bool:
        """Send what the server lacks of a file; whether it has all of it now.

        False if the flow was stopped, or a newer request for the same file took over. UploadRefused, Unanswered
        and EnvironmentFault leave what was counted on the server's disk.
        """
        path = blob_path(sha256)
        file = OutgoingFile(sha256, size, content, self._going_ahead.plan(sha256, size, window=self._window))
        if file.ahead is not None and flow.wait_for(file.ahead.count) > 0:
            file.ahead = None
        try:
            return self._upload_whole(file, shown=access.shown("POST", path), flow=flow)
        except UploadRefused as err:
            code = None if err.fault is None else err.fault.code
            if err.fault is not None and code is FaultCode.STALE:
                access.learn_time(err.fault.number)
            elif file.ahead is not None and code is FaultCode.MALFORMED:
                self._going_ahead.refused()  # the server is an older one
            else:
                raise
        file.ahead = None
        return self._upload_whole(file, shown=access.shown("POST", path), flow=flow)

    def _upload_whole(self, file: OutgoingFile, *, shown: str, flow: Flow) -> bool:
        whole = False
        try:
            with _line_faults():
                whole = self._upload(file, shown=shown, flow=flow)
        finally:
            if not whole:
                self.close()
        return whole

    def _upload(self, file: OutgoingFile, *, shown: str, flow: Flow) -> bool:
        sha256, size = file.sha256, file.size
        line = self._begin(file, shown=shown)
        with closing(_Reply(line)) as reply:
            line.settimeout(FIRST_COUNT_S)
            try:
                reply.begin(sha256)
            except TimeoutError as err:
                raise Unanswered from err
            line.settimeout(STALL_S)
            offset = reply.count()
            if offset is None or offset > size:
                raise http.client.BadStatusLine("count")
            flow.moved(offset)
            self._going_ahead.began(offset)
            file.go_on(offset)
            window = SendWindow(offset, size=self._window, rate=self._rate, ahead=file.early, starting=not self._broke)
            sender = _Sender(line, file, window, flow)
            try:
                while (counted := self._turn(reply, sender)) is not None:
                    window.count(counted, monotonic())
                    file.counted(counted)
                    flow.moved(file.have)
                    flow.measured(window.rate)
            except _Evicted:
                return False
            finally:
                self._going_ahead.ended(file.at)
                self.sent += sender.sent
                self._broke = not reply.ended
                self._rate, self._window = window.rate, window.after_cut if self._broke else window.size
            return reply.ended

    def _turn(self, reply: "_Reply", sender: "_Sender") -> int | None:
        """Send what may be sent, and wait for the next count; None at the end, or when the flow was stopped."""
        quiet_since = monotonic()
        while True:
            wait = sender.send_what_may_go()
            if sender.flow.stopped():
                return None
            if reply.readable(min(wait, LOOK_UP_S)):
                return reply.count()
            if wait >= STALL_S and monotonic() - quiet_since > STALL_S:
                raise TimeoutError

    def _begin(self, file: OutgoingFile, *, shown: str) -> socket.socket:
        head = (
            f"POST {blob_path(file.sha256)} HTTP/1.1\r\nHost: {self._name}\r\nAuthorization: {shown}\r\n"
            f"{LENGTH_HEADER}: {write_length(file.size, file.ahead)}\r\nTransfer-Encoding: chunked\r\n\r\n"
        ).encode() + file.opening()
        kept = self._socket
        if kept is not None and not select.select([kept], [], [], 0)[0]:
            with suppress(OSError):
                kept.settimeout(STALL_S)
                kept.sendall(head)
                self.sent += len(head)
                return kept
        # The kept connection was closed meanwhile: whatever is readable before the answer is its end.
        self.close()
        line = self._socket = self._connect()
        line.sendall(head)
        self.sent += len(head)
        return line

    def _connect(self) -> socket.socket:
        line = reach(self._book, self._host, self._port)
        line.settimeout(CONNECT_S)
        if self._context is not None:
            try:
                line = self._context.wrap_socket(line, server_hostname=self._host)
            except BaseException:
                line.close()
                raise
        line.settimeout(STALL_S)
        return line


@contextmanager
def _line_faults() -> Iterator[None]:
    """Says of a socket's errors what `SyncClient` says of those of requests."""
    try:
        yield
    except ssl.SSLCertVerificationError as err:
        raise certificate_fault(err) from err
    except TimeoutError as err:
        raise EnvironmentFault(FaultOf.TIMED_OUT, type(err).__name__) from err
    except (OSError, http.client.HTTPException) as err:
        raise EnvironmentFault(FaultOf.NO_NETWORK, type(err).__name__) from err


class _Evicted(Exception):
    """A newer request for the same file goes on in place of this one."""


class _Sender:
    """The body of one upload as chunks."""

    def __init__(self, line: socket.socket, file: OutgoingFile, window: SendWindow, flow: Flow) -> None:
        self._line = line
        self._file = file
        self._window = window
        self._closed = False
        self.flow = flow
        self.sent = 0

    def send_what_may_go(self) -> float:
        """Send; the seconds after which more may go (`STALL_S` if only a count helps)."""
        while piece := self._file.piece:
            if self._window.room < piece:
                self._window.hold()
                return STALL_S
            wait = self.flow.wait_for(piece)
            if wait > 0:
                return wait
            self._put(chunk(self._file.take()))
            self._window.send(piece, monotonic())
        if not self._closed:
            self._put(_LAST_CHUNK)
            self._closed = True
        return STALL_S

    def _put(self, data: bytes) -> None:
        self._line.sendall(data)
        self.sent += len(data)


class _Reply:
    """The answer, read byte by byte as it is needed: nothing hides in a buffer from `select`."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._raw = _Unbuffered(line)
        self._pending = b""
        # Held, because it closes what it reads from when it is collected.
        self._head: http.client.HTTPResponse | None = None
        self.ended = False

    def begin(self, sha256: bytes) -> None:
        """Read the head; UploadRefused unless it is the answer of our server to this file."""
        response = self._head = http.client.HTTPResponse(self._raw, method="POST")  # type: ignore[arg-type]  # of a socket it wants `makefile` alone
        response.begin()
        if response.status != _OK or response.getheader("ETag") != f'"{sha256.hex()}"' or not response.chunked:
            length = min(int(response.length or 0), _LONGEST_REPLY)
            raise UploadRefused(read_fault(self._raw.exactly(length)), response.status)

    def close(self) -> None:
        """Let go of the socket, which may stay open."""
        if self._head is not None:
            self._head.close()
        self._raw.close()

    def readable(self, seconds: float) -> bool:
        """Whether something comes within that time."""
        if self._pending or (isinstance(self._line, ssl.SSLSocket) and self._line.pending()):
            return True
        return bool(select.select([self._line], [], [], seconds)[0])

    def count(self) -> int | None:
        """The next count; None at the end of the answer. A fault in its place is raised."""
        while len(self._pending) < COUNT_WIDTH:
            chunk = self._chunk()
            if chunk is None:
                self.ended = not self._pending
                return None
            self._pending += chunk
        word, self._pending = self._pending[:COUNT_WIDTH], self._pending[COUNT_WIDTH:]
        count = read_count(word)
        if count is None:
            self._raise_fault()
        return count

    def _raise_fault(self) -> NoReturn:
        while len(self._pending) < _LONGEST_REPLY and (chunk := self._chunk()):
            self._pending += chunk
        fault = read_fault(self._pending)
        if fault is not None and fault.code == FaultCode.WRONG_OFFSET:
            raise _Evicted
        raise UploadRefused(fault, _OK)

    def _chunk(self) -> bytes | None:
        head = self._raw.line().partition(b";")[0]
        size = int(head, 16) if _CHUNK_SIZE.fullmatch(head) else -1
        if not 0 <= size <= _LONGEST_REPLY:
            raise http.client.BadStatusLine("chunk")
        data = self._raw.exactly(size)
        self._raw.line()
        return data or None


class _Unbuffered:
    """A socket as `http.client` wants it, without a buffer of its own."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._file = line.makefile("rb", buffering=0)

    def makefile(self, _mode: str) -> socket.SocketIO:
        """The reader of the head."""
        return self._file

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()

    def line(self) -> bytes:
        """One line without its end."""
        text = self._file.readline(_LONGEST_REPLY)
        if not text.endswith(b"\n"):
            raise ConnectionResetError
        return text.strip()

    def exactly(self, count: int) -> bytes:
        """So many bytes."""
        data = b""
        while len(data) < count:
            piece = self._file.read(count - len(data))
            if not piece:
                raise ConnectionResetError
            data += piece
        return data
