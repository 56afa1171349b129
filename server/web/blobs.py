"""`/v1/blob/<hash>`: one resumable request each way."""

import re
from collections.abc import Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.domain.attachments import HASH_BYTES, MAX_THUMBNAIL_BYTES
from core.protocol.codec import CodecError
from core.protocol.faults import Fault, FaultCode, write_fault
from core.protocol.small_files import MAX_SMALL_FILES, SMALL_FILES_MAGIC, read_hashes, write_file
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER, read_length
from server.services.allowances import Allowances
from server.services.blobs import BlobService
from server.services.faults import RequestFault
from server.services.tokens import TokenService
from server.web.bodies import number_in, read_body, shown_in
from server.web.in_order import InOrder
from server.web.uploads import Arrivals, CountedUpload, take_body

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class BlobEndpoint:
    """Takes and gives files."""

    def __init__(self, tokens: TokenService, blobs: BlobService, allowances: Allowances) -> None:
        self._tokens = tokens
        self._allowances = allowances
        self._blobs = blobs
        self._arrivals = Arrivals()

    async def post(self, request: Request) -> Response:
        """Say how much of a file is here, and take the rest while counting it aloud."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        sha256, announced = _hash_in(request), read_length(request.headers.get(LENGTH_HEADER, ""))
        if announced is None:
            raise RequestFault(FaultCode.MALFORMED)
        size, ahead = announced
        self._allowances.bring(caller.tenant, caller.device)

        def note(count: int) -> None:
            self._allowances.brought(caller.tenant, caller.device, count)

        return CountedUpload(
            self._blobs, self._arrivals, tenant=caller.tenant, sha256=sha256, size=size, ahead=ahead, note=note
        )

    async def post_small(self, request: Request) -> Response:
        """Give several small files in one answer; what is not here, or not for this device, is left out."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        body = await read_body(request, MAX_SMALL_FILES * HASH_BYTES)
        try:
            hashes = read_hashes(body)
        except CodecError as err:
            raise RequestFault(FaultCode.MALFORMED) from err
        first, start = hashes[0], number_in(request, "from", "0")
        found = await run_in_threadpool(self._blobs.readable_small, caller, hashes)

        def content() -> Iterator[bytes]:
            yield SMALL_FILES_MAGIC
            for sha256 in found:
                known = start if sha256 == first else 0
                pieces = self._blobs.read(caller, sha256, start=known, count=MAX_THUMBNAIL_BYTES)
                yield write_file(sha256, b"".join(pieces))

        return StreamingResponse(content(), headers={"cache-control": "no-store"})

    async def patch(self, request: Request) -> Response:
        """Take the rest of a file from an offset on."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        sha256 = _hash_in(request)
        offset, size = _number(request, OFFSET_HEADER), _number(request, LENGTH_HEADER)
        if offset is None:
            raise RequestFault(FaultCode.MALFORMED)
        self._allowances.bring(caller.tenant, caller.device)
        async with self._arrivals.newest(caller.tenant, sha256) as turn:
            upload = await run_in_threadpool(self._blobs.begin, caller.tenant, sha256, offset=offset, size=size)

            async def keep(piece: bytes) -> None:
                self._allowances.brought(caller.tenant, caller.device, len(piece))
                await run_in_threadpool(self._blobs.append, upload, piece)

            try:
                await take_body(request.receive, turn, order=InOrder(), keep=keep, arrived=_uncounted)
                await run_in_threadpool(self._blobs.finish, upload)
            finally:
                self._blobs.end(upload)
        return Response(status_code=204)

    async def get(self, request: Request) -> Response:
        """Give a file, or the range that is asked for."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        sha256 = _hash_in(request)
        size = await run_in_threadpool(self._blobs.readable_size, caller, sha256)
        tag = f'"{sha256.hex()}"'
        headers = {"etag": tag, "accept-ranges": "bytes"}
        # The content never changes: a condition on another tag asks for another file.
        asked = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
        found = None if asked is None else _RANGE.fullmatch(asked.strip())
        span = (0, size) if found is None else _span(*found.groups(), size=size)
        if span is None:
            body = write_fault(Fault(code=FaultCode.WRONG_OFFSET, number=size))
            return Response(body, status_code=416, headers={"content-range": f"bytes */{size}"})
        start, count = span
        if found is not None:
            headers["content-range"] = f"bytes {start}-{start + count - 1}/{size}"
        headers["content-length"] = str(count)
        content = self._blobs.read(caller, sha256, start=start, count=count)
        return StreamingResponse(content, status_code=200 if found is None else 206, headers=headers)


async def _uncounted(_count: int) -> None:
    """A plain upload is answered at its end."""


def _hash_in(request: Request) -> bytes:
    text = request.path_params["sha256"]
    if len(text) != 2 * HASH_BYTES or not re.fullmatch(r"[0-9a-f]+", text):
        raise RequestFault(FaultCode.NOT_FOUND)
    return bytes.fromhex(text)


def _number(request: Request, header: str) -> int | None:
    text = request.headers.get(header)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise RequestFault(FaultCode.MALFORMED)
    return int(text)


def _span(first: str, last: str, *, size: int) -> tuple[int, int] | None:
    """(start, count) of a range as it is written, `first-last`, `first-` or `-count`; None if it lies outside."""
    if first:
        start = int(first)
        end = min(int(last), size - 1) if last else size - 1
        return (start, end - start + 1) if start <= end else None
    count = min(int(last or 0), size)
    return (size - count, count) if count else None
