"""Stands for `desktop.sync.client`: the same promises to the engine, over a carrier instead of a socket."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import msgspec

from core.protocol.access import Access, Bearer
from core.protocol.codec import CodecError, encode
from core.protocol.columns import unpack_column
from core.protocol.faults import read_fault
from core.protocol.frames import NotOurs, Wire, decode_frame
from core.protocol.messages import Block, Data, EnrolRequest, Frame, SessionReply, SessionRequest, SyncRequest
from core.protocol.records import KIND_BY_CODE
from core.protocol.segments import segment_path
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER, blob_path
from desktop.sync.flow import Flow, Traffic
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.simulation.call import Letter, Reply
from tests.simulation.link import Carrier

UNKNOWN_KIND = 99
MOST_REQUESTS = 120
_TAKEN = 204
_PARTIAL = 206


class SimulatedClient:
    """One PC's way to the server. Nothing of a reply that is not ours is ever used."""

    def __init__(
        self, carrier: Carrier, wire: Wire, access: Access | None = None, *, server_is_newer: bool = False
    ) -> None:
        """`server_is_newer`: what comes has kinds and fields that this program does not know yet."""
        self._newer = server_is_newer
        self._carrier = carrier
        self._wire = wire
        self._access = access or Bearer("")
        self.traffic = Traffic()

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        """One `POST /v1/sync`."""
        body = self._wire.pack(request)
        reader = self._wire.reader()
        for piece in self._body(self._letter("POST", "/v1/sync", body), hold=request.hold > 0):
            try:
                for frame in reader.feed(piece):
                    yield of_tomorrow(frame) if self._newer else frame
            except NotOurs as err:
                raise EnvironmentFault(FaultOf.PORTAL) from err
            except CodecError as err:
                raise EnvironmentFault(FaultOf.SERVER_FAILED, str(err)[:80]) from err

    def open_session(self, request: SessionRequest) -> SessionReply:
        """Sign in again."""
        body = b"".join(self._body(self._letter("POST", "/v1/session", self._wire.pack(request))))
        try:
            reply: SessionReply = self._wire.unpack(body, SessionReply)
        except NotOurs as err:
            raise EnvironmentFault(FaultOf.PORTAL) from err
        return reply

    def enrol(self, request: EnrolRequest) -> SessionReply:
        """Choose a password with a code."""
        body = b"".join(self._body(self._letter("POST", "/v1/enrol", self._wire.pack(request))))
        try:
            reply: SessionReply = self._wire.unpack(body, SessionReply)
        except NotOurs as err:
            raise EnvironmentFault(FaultOf.PORTAL) from err
        return reply

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Send a file from where `content` stands to its end, as behind a proxy that hides the server's counts."""
        headers = ((OFFSET_HEADER, str(content.tell())), (LENGTH_HEADER, str(size)))
        letter = self._letter("PATCH", blob_path(sha256), content.read(), *headers)
        head, *_ = self._replies(letter)
        if not isinstance(head, Reply) or head.status != _TAKEN:
            raise EnvironmentFault(FaultOf.PORTAL)
        flow.moved(size)
        return True

    def download(self, sha256: bytes, offset: int, *, count: int | None = None) -> Iterator[bytes]:
        """The bytes of a file from `offset` on: so many, or all."""
        yield from self._fetch(blob_path(sha256), sha256, offset, count=count)

    def fetch_segment(self, sha256: bytes, offset: int) -> Iterator[bytes]:
        """The bytes of a segment from `offset` on."""
        yield from self._fetch(segment_path(sha256), sha256, offset)

    def _fetch(self, path: str, sha256: bytes, offset: int, *, count: int | None = None) -> Iterator[bytes]:
        last = "" if count is None else str(offset + count - 1)
        headers = (("Range", f"bytes={offset}-{last}"),) if offset or last else ()
        replies = self._replies(self._letter("GET", path, b"", *headers))
        head = next(replies)
        assert isinstance(head, Reply)
        if head.headers.get("etag") != f'"{sha256.hex()}"':
            raise EnvironmentFault(FaultOf.PORTAL, str(head.status))
        if headers and head.status != _PARTIAL:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, "range")
        for piece in replies:
            assert isinstance(piece, bytes)
            self.traffic.down += len(piece)
            yield piece

    def asks_for(self, sha256: bytes) -> Letter:
        """The request for a file, as anybody with this token can write it."""
        return self._letter("GET", blob_path(sha256), b"")

    def _letter(self, method: str, path: str, body: bytes, *headers: tuple[str, str]) -> Letter:
        self.traffic.requests += 1
        assert self.traffic.requests <= MOST_REQUESTS, "a visit that never comes to an end"
        self.traffic.up += len(body)
        named = (*headers, ("Content-Length", str(len(body))))
        return Letter(method=method, path=path, headers=named, body=body, access=self._access)

    def _body(self, letter: Letter, *, hold: bool = False) -> Iterator[bytes]:
        for part in self._replies(letter, hold=hold):
            if isinstance(part, bytes):
                self.traffic.down += len(part)
                yield part

    def _replies(self, letter: Letter, *, hold: bool = False) -> Iterator[Reply | bytes]:
        """The reply, if it is a good one; else what `SyncClient` makes of it."""
        parts = self._carrier.carry(letter, hold=hold)
        head = next(parts)
        assert isinstance(head, Reply)
        if not 200 <= head.status < 300:
            body = b"".join(part for part in parts if isinstance(part, bytes))[:4096]
            fault = read_fault(body)
            if fault is not None:
                raise ServerFault(fault)
            if head.status in (404, 500, 502, 503, 504) and not body.lstrip().lower().startswith(b"<"):
                raise EnvironmentFault(FaultOf.SERVER_FAILED, str(head.status))
            raise EnvironmentFault(FaultOf.PORTAL, str(head.status))
        yield head
        yield from parts


def of_tomorrow(frame: Frame) -> Frame:
    """The frame as a later server would write it: one more field in each record and message, one more kind."""
    fields: list[Any] = msgspec.msgpack.decode(encode(frame))
    if isinstance(frame, Data):
        later = Block(kind=UNKNOWN_KIND, columns=[[b"0123456789abcdef"], ["?"]], revs=[frame.cursor])
        blocks = [_wider(block) for block in frame.blocks]
        fields = msgspec.msgpack.decode(encode(msgspec.structs.replace(frame, blocks=(*blocks, later))))
    return decode_frame(encode([*fields, {"later": True}]))


@functools.cache
def _fields(kind: int) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(KIND_BY_CODE[kind].struct)


def _wider(block: Block) -> Block:
    """A later server says something in a field behind all that are known: then it says those before it as well."""
    if not block.columns:
        return block
    rows = len(unpack_column(block.columns[0]))
    left_out = _fields(block.kind)[len(block.columns) :]
    defaults = [one.default_factory() if one.default is msgspec.NODEFAULT else one.default for one in left_out]
    plain = [msgspec.to_builtins(one, builtin_types=(bytes, datetime, date)) for one in defaults]
    return msgspec.structs.replace(block, columns=[*block.columns, *([one] * rows for one in plain), ["later"] * rows])
