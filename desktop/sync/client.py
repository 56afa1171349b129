"""The HTTP side of sync: the only module that knows requests.

Connect 15 s, then 30 s without a byte; never a limit on the whole, because a slow line that lives must be let live.
Whatever does not begin with our magic is a portal or a proxy: it counts as no network, and nothing of it is used.
Headers are few on purpose: at 1 Mbit/s a default set of headers weighs more than a disposition.
"""

import socket
import ssl
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from weakref import WeakSet

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection
from urllib3.exceptions import InsecureRequestWarning
from urllib3.util import SKIP_HEADER

from core.protocol.access import Access, Bearer
from core.protocol.codec import CodecError, trimmed
from core.protocol.faults import STATUS, FaultCode, read_fault
from core.protocol.frames import NotOurs, Wire
from core.protocol.messages import EnrolRequest, Frame, PasswordRequest, SessionReply, SessionRequest, SyncRequest
from core.protocol.segments import segment_path
from core.protocol.small_files import SmallFileReader, small_files_path
from core.protocol.transfer import LENGTH_HEADER, MAX_BLOB, OFFSET_HEADER, blob_path
from desktop.sync.connections import TrackingAdapter
from desktop.sync.flow import Flow, Traffic
from desktop.sync.long_request import LongRequests
from desktop.sync.reaching import CONNECT_S, AddressBook
from desktop.sync.server_fault import ServerFault
from desktop.sync.tls import certificate_fault
from desktop.sync.upload_line import Unanswered, UploadLine, UploadRefused
from desktop.system.faults import EnvironmentFault, FaultOf

STALL_S = 30.0
PIECE = 16 * 1024
# What is given at a time to a proxy that takes only so much of a body; never less than the server stores.
LARGEST_PIECE = 1024 * 1024
LEAST_PIECE = 64 * 1024
SYNC_PATH = "/v1/sync"
_OK = 200
_TAKEN = 204
_PARTIAL = 206
_NO_RANGE = 416
_NO_LENGTH, _TOO_LARGE = 411, 413


class SyncClient:
    """One kept connection to the server; belongs to one thread, but that a segment may be read on another beside it."""

    def __init__(
        self,
        url: str,
        wire: Wire,
        *,
        authority: Path | None = None,
        access: Access | None = None,
        name: str = "",
        book: AddressBook | None = None,
    ) -> None:
        """`authority` is the server's own certificate authority, pinned; without it the system's are used.

        `access` is shown with each request. `name` is what stands in the certificate, where that is not the host of the
        URL; `book` knows where names are.
        """
        self._book = book or AddressBook()
        self._url = url.rstrip("/")
        self._wire = wire
        self._session = requests.Session()
        self._session.trust_env = False
        self._connections: WeakSet[HTTPConnection] = WeakSet()
        adapter = TrackingAdapter(self._connections, self._book, name=name, authority=authority)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._session.headers.clear()
        self._session.headers.update({"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER})
        if authority is not None:
            self._session.verify = str(authority)
        self.access = access or Bearer("")
        self.traffic = Traffic()
        self._authority = authority
        self._uploads: UploadLine | None = None
        self._counts_uploads = True
        self._piece = MAX_BLOB
        self._breaks = 0
        self._long = LongRequests()

    @property
    def token(self) -> str:
        """The token that is shown."""
        return self.access.token

    @property
    def beats(self) -> int:
        """Changes as long as bytes move; from any thread."""
        return self.traffic.up + self.traffic.down + self.traffic.requests

    def close(self) -> None:
        """Drop the connections."""
        self._session.close()
        if self._uploads is not None:
            self._uploads.close()

    def interrupt(self) -> None:
        """Break the request under way, from another thread: its reader fails as on a lost line."""
        self._breaks += 1
        for connection in list(self._connections):
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)
        if self._uploads is not None:
            self._uploads.interrupt()

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        """One `POST /v1/sync`: the frames of the reply as they arrive."""
        body = self._wire.pack(trimmed(request))
        reader, breaks = self._wire.reader(), self._breaks
        send = partial(self.send, SYNC_PATH, hold=request.hold)
        with closing(self._long.go(send, body, lambda: self._breaks != breaks)) as pieces:
            for piece in pieces:
                try:
                    yield from reader.feed(piece)
                except NotOurs as err:
                    raise EnvironmentFault(FaultOf.PORTAL) from err

    def send(self, path: str, body: bytes, *, hold: int = 0, headers: dict[str, str] | None = None) -> Generator[bytes]:
        """One POST: the pieces of the reply as they arrive."""
        stall = STALL_S + hold
        with self._request("POST", path, data=body, headers=headers, stream=True, stall=stall) as response:
            while piece := self._read(response):
                yield piece

    def fetch(self, path: str) -> bytes:
        """One GET of something small."""
        with self._request("GET", path) as response:
            self.traffic.down += len(response.content)
            return bytes(response.content)

    def fetch_file(self, path: str, sha256: bytes) -> Iterator[bytes]:
        """One GET of a file or of its end; PORTAL if something else answers."""
        yield from self._fetch(path, sha256, 0)

    def enrol(self, request: EnrolRequest) -> SessionReply:
        """Join an office with a one-time code."""
        return self._message("/v1/enrol", request)

    def open_session(self, request: SessionRequest | PasswordRequest) -> SessionReply:
        """Sign in again; or tell of a password that was changed here, over the session of its person."""
        return self._message("/v1/session" if isinstance(request, SessionRequest) else "/v1/password", request)

    def fetch_authority(self) -> bytes:
        """The server's certificate authority as PEM, not trusted yet: compare it with the code's fingerprint."""
        self._session.verify = False
        try:
            # That nothing is verified here is the point: the fingerprint in the person's hand decides.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", InsecureRequestWarning)
                with self._request("GET", "/v1/ca") as response:
                    return bytes(response.content)
        finally:
            self._session.verify = True

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Send what the server lacks of a file; whether it has all of it now.

        False if the flow was stopped, or another sender of the same file goes on. In one request that begins where
        the server says. Behind a proxy that hides the server's counts: plainly, from where `content` stands, and a
        WRONG_OFFSET says where to go on. Behind one that takes only so much at a time: in pieces of half of that.
        """
        if not self._counts_uploads:
            return self.upload_plainly(sha256, size, content, flow=flow)
        if self._uploads is None:
            self._uploads = UploadLine(self._url, self._tls(), self._book)
        before, start = self._uploads.sent, content.tell()
        self.traffic.requests += 1
        try:
            return self._uploads.upload(sha256, size, content, access=self.access, flow=flow)
        except Unanswered as err:
            # Remembered for the next file; whether the line itself is dead is for the backoff to find out.
            self._counts_uploads = False
            raise EnvironmentFault(FaultOf.TIMED_OUT, "count") from err
        except UploadRefused as err:
            if err.fault is not None:
                raise ServerFault(err.fault) from err
            if err.status not in (_NO_LENGTH, _TOO_LARGE):
                raise EnvironmentFault(FaultOf.PORTAL, str(err.status)) from err
            self._counts_uploads = False
        finally:
            self.traffic.up += self._uploads.sent - before
        content.seek(start)
        return self.upload_plainly(sha256, size, content, flow=flow)

    def upload_plainly(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Send a file from where `content` stands to its end, whatever waits behind it."""
        while True:
            offset = content.tell()
            try:
                status = self._send_rest(sha256, size, content)
            except EnvironmentFault as fault:
                if fault.detail != str(_TOO_LARGE) or self._piece <= LEAST_PIECE:
                    self._counts_uploads = self._piece == MAX_BLOB  # if so, it was the line
                    raise
                self._piece = min(self._piece // 2, LARGEST_PIECE)
                content.seek(offset)
                continue
            break
        # A login page is answered with 200 as well; a scan that it swallowed would count as sent.
        if status != _TAKEN:
            raise EnvironmentFault(FaultOf.PORTAL, str(status))
        flow.moved(size)
        return True

    def _send_rest(self, sha256: bytes, size: int, content: BinaryIO) -> int:
        offset = content.tell()
        headers = {OFFSET_HEADER: str(offset), LENGTH_HEADER: str(size)}
        rest: Any = content if size - offset <= self._piece else content.read(self._piece)
        try:
            with self._request("PATCH", blob_path(sha256), data=rest, headers=headers) as response:
                return response.status_code
        finally:
            if rest is content:
                self.traffic.up += content.tell() - offset

    def _tls(self) -> ssl.SSLContext | None:
        if not self._url.startswith("https:"):
            return None
        if self._authority is None:
            return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
        return self._book.tls.of(self._authority)

    def download(self, sha256: bytes, offset: int, *, count: int | None = None) -> Iterator[bytes]:
        """The bytes of a file from `offset` on: so many, or all."""
        yield from self._fetch(blob_path(sha256), sha256, offset, count=count)

    def small_files(self, hashes: Sequence[bytes], reader: SmallFileReader) -> Iterator[tuple[bytes, bytes]]:
        """Those of several small files that the server gives, as (hash, content), as they arrive at `reader`."""
        try:
            for piece in self.send(small_files_path(reader.start), b"".join(hashes)):
                yield from reader.feed(piece)
        except NotOurs as err:
            raise EnvironmentFault(FaultOf.PORTAL) from err
        except CodecError as err:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, "files") from err

    def fetch_segment(self, sha256: bytes, offset: int) -> Generator[bytes]:
        """The bytes of a segment from `offset` on."""
        yield from self._fetch(segment_path(sha256), sha256, offset)

    def _fetch(self, path: str, sha256: bytes, offset: int, *, count: int | None = None) -> Generator[bytes]:
        last = "" if count is None else str(offset + count - 1)
        headers = {"Range": f"bytes={offset}-{last}"} if offset or last else {}
        with self._request("GET", path, headers=headers, stream=True) as response:
            if response.headers.get("ETag") != f'"{sha256.hex()}"':
                raise EnvironmentFault(FaultOf.PORTAL, str(response.status_code))
            if headers and response.status_code != _PARTIAL:
                raise EnvironmentFault(FaultOf.SERVER_FAILED, "range")
            while piece := self._read(response):
                yield piece

    def _message(self, path: str, request: Any) -> SessionReply:
        with self._request("POST", path, data=self._wire.pack(request)) as response:
            try:
                reply: SessionReply = self._wire.unpack(response.content, SessionReply)
            except NotOurs as err:
                raise EnvironmentFault(FaultOf.PORTAL) from err
            except CodecError as err:
                raise EnvironmentFault(FaultOf.SERVER_FAILED, "reply") from err
            return reply

    @contextmanager
    def _request(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        headers: dict[str, str] | None = None,
        stream: bool = False,
        stall: float = STALL_S,
    ) -> Iterator[requests.Response]:
        self.traffic.requests += 1
        if isinstance(data, bytes):
            self.traffic.up += len(data)
        try:
            response = self._answered(method, path, data=data, headers=headers, stream=stream, stall=stall)
            try:
                self._check(response)
                yield response
            finally:
                # A body that was read to its end has given its connection back already; a cut one is dropped.
                response.close()
        except requests.exceptions.SSLError as err:
            raise certificate_fault(err) from err
        except (requests.exceptions.ReadTimeout, requests.exceptions.ConnectTimeout) as err:
            raise EnvironmentFault(FaultOf.TIMED_OUT, type(err).__name__) from err
        except (requests.exceptions.RequestException, OSError) as err:
            raise EnvironmentFault(FaultOf.NO_NETWORK, type(err).__name__) from err
        except CodecError as err:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, str(err)[:80]) from err

    def _answered(
        self, method: str, path: str, *, data: Any, headers: dict[str, str] | None, stream: bool, stall: float
    ) -> requests.Response:
        """The answer; asked for a second time where the server only said what time it is."""
        begin = None if data is None or isinstance(data, bytes) else data.tell()

        def ask() -> requests.Response:
            shown = self.access.shown(method, path)
            return self._session.request(
                method,
                self._url + path,
                data=data,
                headers={**({"Authorization": shown} if shown else {}), **(headers or {})},
                stream=stream,
                timeout=(CONNECT_S, stall),
                allow_redirects=False,
            )

        response = ask()
        if response.status_code != STATUS[FaultCode.STALE]:
            return response
        fault = read_fault(response.content[:4096])
        if fault is None or fault.code is not FaultCode.STALE:
            return response
        self.access.learn_time(fault.number)
        if begin is not None:
            data.seek(begin)
        return ask()

    def _check(self, response: requests.Response) -> None:
        if _OK <= response.status_code < 300:  # noqa: PLR2004  # the range of success
            return
        body = response.content[:4096]
        fault = read_fault(body)
        if fault is not None:
            raise ServerFault(fault)
        if response.status_code in (404, 500, 502, 503, 504) and not body.lstrip().lower().startswith(b"<"):
            raise EnvironmentFault(FaultOf.SERVER_FAILED, str(response.status_code))
        raise EnvironmentFault(FaultOf.PORTAL, str(response.status_code))

    def _read(self, response: requests.Response) -> bytes:
        try:
            piece = bytes(response.raw.read1(PIECE))
        except Exception as err:
            # urllib3 raises its own family here; requests translates it only inside iter_content.
            if type(err).__module__.startswith(("urllib3", "http")) or isinstance(err, OSError):
                timed_out = "Timeout" in type(err).__name__
                code = FaultOf.TIMED_OUT if timed_out else FaultOf.NO_NETWORK
                raise EnvironmentFault(code, type(err).__name__) from err
            raise
        self.traffic.down += len(piece)
        return piece
