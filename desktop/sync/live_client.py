"""The WebSocket side of sync: the only module that knows websockets.

The library's protocol without its threads: one thread owns the socket, and waits in one place for bytes, for a call
from another thread, and for the clock. So whoever closes the window interrupts it at any moment, also while it is
still connecting. Connect 15 s, then 30 s without a byte where one is due; the server's pings tell of a dead line.
"""

import selectors
import socket
import ssl
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from core.protocol.access import Access
from core.protocol.faults import Fault, FaultCode, read_fault
from core.protocol.frames import MAX_FRAME
from core.protocol.live import CLOSE_FAULT, LIVE_PATH, SILENCE_S, read_reason
from desktop.sync.client import STALL_S
from desktop.sync.reaching import CONNECT_S, AddressBook, Place, turns
from desktop.sync.server_fault import ServerFault
from desktop.sync.tls import certificate_fault
from desktop.system.faults import EnvironmentFault, FaultOf

PIECE = 64 * 1024
_DATA = (Opcode.BINARY, Opcode.TEXT, Opcode.CONT)


class LiveRefused(EnvironmentFault):
    """Something on the way, or an older server, does not carry WebSockets; requests may well get through."""

    def __init__(self, detail: str) -> None:
        """Carry what was answered."""
        super().__init__(FaultOf.PORTAL, detail)


class LiveLine:
    """One connection; `open`, `send`, `receive` and `close` belong to one thread, `wake` and `interrupt` to any."""

    def __init__(
        self, url: str, *, access: Access, authority: Path | None = None, book: AddressBook | None = None
    ) -> None:
        """`access` is shown at the beginning.

        `authority` is the server's own certificate authority, pinned; without it the system's are used.
        """
        address = urlsplit(url)
        self._book = book or AddressBook()
        self._secure = address.scheme == "https"
        self._host = address.hostname or ""
        self._port = address.port or (443 if self._secure else 80)
        self._access = access
        self._authority = authority
        place = f"{'wss' if self._secure else 'ws'}://{address.netloc}{LIVE_PATH}"
        self._protocol = ClientProtocol(parse_uri(place), max_size=MAX_FRAME)
        self._selector = selectors.DefaultSelector()
        self._bell, self._rope = socket.socketpair()
        self._bell.settimeout(0)
        self._rope.settimeout(0)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._interrupted = threading.Event()
        self._socket: socket.socket | None = None
        self._parts = bytearray()
        self._messages: deque[bytes] = deque()
        self._answered = False
        self._heard = monotonic()
        self.up = 0
        self.down = 0

    def open(self) -> None:
        """Connect; LiveRefused, ServerFault (the server's own no) or EnvironmentFault."""
        until = monotonic() + CONNECT_S
        try:
            self._connect(until)
            if self._secure:
                self._secure_line(until)
        except ssl.SSLError as err:
            raise certificate_fault(err) from err
        except OSError as err:
            raise EnvironmentFault(FaultOf.NO_NETWORK, type(err).__name__) from err
        request = self._protocol.connect()
        request.headers["Authorization"] = self._access.shown("GET", LIVE_PATH)
        self._protocol.send_request(request)
        self._flush()
        until = monotonic() + STALL_S
        while not self._answered:
            self._wait_for(selectors.EVENT_READ, until)
            self._read()

    def send(self, message: bytes) -> None:
        """Send one message."""
        self._protocol.send_binary(message)
        self._flush()

    def receive(self, seconds: float) -> bytes | None:
        """The next message; None when somebody woke us or so many seconds went by. Raises when the line is gone."""
        until = monotonic() + seconds
        while not self._messages:
            dead_at = self._heard + SILENCE_S
            ready = self._select(selectors.EVENT_READ, min(until, dead_at))
            if self._socket in ready:
                self._read()
            elif ready or monotonic() >= until:
                return None
            elif monotonic() >= dead_at:
                raise EnvironmentFault(FaultOf.TIMED_OUT, "silence")
        return self._messages.popleft()

    def wake(self) -> None:
        """Let `receive` return; from any thread."""
        with suppress(OSError):  # full: it is awake already; closed: nobody waits
            self._rope.send(b"\0")

    def interrupt(self) -> None:
        """Let whatever goes on fail as on a lost line, soon; from any thread."""
        self._interrupted.set()
        self.wake()

    def close(self) -> None:
        """Say good-bye if that costs no waiting, and let go."""
        if self._socket is not None:
            with suppress(OSError):
                if self._protocol.state is OPEN:
                    self._protocol.send_close(1000)
                    self._socket.send(b"".join(self._protocol.data_to_send()))
            self._socket.close()
            self._socket = None
        self._selector.close()
        self._bell.close()
        self._rope.close()

    def _connect(self, until: float) -> None:
        fault: OSError | EnvironmentFault = OSError("no address")
        for place, seconds in turns(self._book.places(self._host, self._port), timeout=until - monotonic()):
            made = socket.socket(place.family, socket.SOCK_STREAM)
            self._use(made)
            made.settimeout(0)
            try:
                self._try(made, place, monotonic() + seconds)
            except EnvironmentFault as err:
                if err.code is not FaultOf.TIMED_OUT:
                    raise
                fault = err
            except OSError as err:
                fault = err
            else:
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._book.reached(self._host, place)
                return
        raise fault

    def _try(self, made: socket.socket, place: Place, until: float) -> None:
        try:
            made.connect(place.address)
        except BlockingIOError:
            self._wait_for(selectors.EVENT_WRITE, until)
            failed = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failed:
                raise OSError(failed, "connect") from None

    def _secure_line(self, until: float) -> None:
        context = ssl.create_default_context() if self._authority is None else self._book.tls.of(self._authority)
        plain, self._socket = self._socket, None
        assert plain is not None  # noqa: S101  # `_connect` comes first
        self._selector.unregister(plain)
        secured = context.wrap_socket(plain, server_hostname=self._host, do_handshake_on_connect=False)
        self._use(secured)
        while True:
            try:
                secured.do_handshake()
            except ssl.SSLWantReadError:
                self._wait_for(selectors.EVENT_READ, until)
            except ssl.SSLWantWriteError:
                self._wait_for(selectors.EVENT_WRITE, until)
            else:
                return

    def _use(self, made: socket.socket) -> None:
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
        self._socket = made
        self._selector.register(made, selectors.EVENT_READ)

    def _select(self, events: int, until: float) -> set[object]:
        """What is ready before `until`: the socket, the bell, both or nothing. NO_NETWORK when interrupted."""
        assert self._socket is not None  # noqa: S101  # open
        if self._interrupted.is_set():
            raise EnvironmentFault(FaultOf.NO_NETWORK, "interrupted")
        # What TLS has unpacked already makes no socket ready.
        if isinstance(self._socket, ssl.SSLSocket) and events == selectors.EVENT_READ and self._socket.pending():
            return {self._socket}
        self._selector.modify(self._socket, events)
        ready: set[object] = {key.fileobj for key, _ in self._selector.select(max(0.0, until - monotonic()))}
        if self._bell in ready:
            with suppress(BlockingIOError):
                while self._bell.recv(4096):
                    pass
        if self._interrupted.is_set():
            raise EnvironmentFault(FaultOf.NO_NETWORK, "interrupted")
        return ready

    def _wait_for(self, events: int, until: float) -> None:
        """Wait for the socket alone; TIMED_OUT."""
        while self._socket not in self._select(events, until):
            if monotonic() >= until:
                raise EnvironmentFault(FaultOf.TIMED_OUT, "stall")

    def _flush(self) -> None:
        data = memoryview(b"".join(self._protocol.data_to_send()))
        self.up += len(data)
        while data:
            assert self._socket is not None  # noqa: S101  # open
            try:
                data = data[self._socket.send(data) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                self._wait_for(selectors.EVENT_WRITE, monotonic() + STALL_S)
            except ssl.SSLWantReadError:
                self._wait_for(selectors.EVENT_READ, monotonic() + STALL_S)
            except OSError as err:
                raise EnvironmentFault(FaultOf.NO_NETWORK, type(err).__name__) from err

    def _read(self) -> None:
        assert self._socket is not None  # noqa: S101  # open
        try:
            piece = self._socket.recv(PIECE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as err:
            raise EnvironmentFault(FaultOf.NO_NETWORK, type(err).__name__) from err
        self.down += len(piece)
        self._heard = monotonic()
        if piece:
            self._protocol.receive_data(piece)
        else:
            self._protocol.receive_eof()
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._answered = True
            elif isinstance(event, Frame):
                self._take_frame(event)
        self._check(ended=not piece)
        self._flush()

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode not in _DATA:
            return
        self._parts += frame.data
        if len(self._parts) > MAX_FRAME:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, "message too large")
        if frame.fin:
            self._messages.append(bytes(self._parts))
            self._parts.clear()

    def _check(self, *, ended: bool) -> None:
        refused = self._protocol.handshake_exc
        if isinstance(refused, InvalidStatus):
            fault = read_fault(bytes(refused.response.body or b""))
            # A server from before there were live connections does not know the path.
            if fault is not None and fault.code != FaultCode.NOT_FOUND:
                raise self._refusal(fault)
            raise LiveRefused(str(refused.response.status_code))
        if refused is not None:
            raise LiveRefused(type(refused).__name__)
        closed = self._protocol.close_rcvd
        if closed is not None:
            fault = read_reason(closed.reason) if closed.code == CLOSE_FAULT else None
            if fault is not None:
                raise self._refusal(fault)
            raise EnvironmentFault(FaultOf.NO_NETWORK, f"closed {closed.code}")
        if self._protocol.parser_exc is not None:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, type(self._protocol.parser_exc).__name__)
        if ended:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "ended")

    def _refusal(self, fault: Fault) -> ServerFault | EnvironmentFault:
        if fault.code is not FaultCode.STALE:
            return ServerFault(fault)
        # The next attempt goes by the server's clock.
        self._access.learn_time(fault.number)
        return EnvironmentFault(FaultOf.NO_NETWORK, "clock")
