"""`GET /v1/segment/<hash>`: a segment, or what is still missing of it."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.domain.attachments import HASH_BYTES
from core.protocol.faults import Fault, FaultCode, write_fault
from server.services.faults import RequestFault
from server.services.grants import Grants, read_grants
from server.services.segments import SegmentService
from server.services.tokens import TokenService
from server.storage.database import TenantStore
from server.web.bodies import shown_in

_HASH = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}")
_RANGE = re.compile(r"bytes=(\d{1,12})-")


class SegmentEndpoint:
    """Gives segments."""

    def __init__(self, tokens: TokenService, segments: SegmentService) -> None:
        self._tokens = tokens
        self._segments = segments

    async def get(self, request: Request) -> Response:
        """The bytes from the beginning, or from where a `Range: bytes=<first>-` says."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        name = request.path_params["sha256"]
        if not _HASH.fullmatch(name):
            raise RequestFault(FaultCode.NOT_FOUND)
        sha256 = bytes.fromhex(name)

        def grants(store: TenantStore) -> Grants:
            return read_grants(store, caller.device)

        size = await run_in_threadpool(lambda: self._segments.readable_size(caller.tenant, sha256, grants=grants))
        asked = _RANGE.fullmatch(request.headers.get("range", ""))
        start = int(asked.group(1)) if asked else 0
        if asked and start >= size:
            body = write_fault(Fault(code=FaultCode.WRONG_OFFSET, number=size))
            return Response(body, status_code=416, headers={"content-range": f"bytes */{size}"})
        headers = {"etag": f'"{name}"', "content-length": str(size - start)}
        if asked:
            headers["content-range"] = f"bytes {start}-{size - 1}/{size}"
        content = self._segments.read(caller.tenant, sha256, start=start, grants=grants)
        return StreamingResponse(content, status_code=206 if asked else 200, headers=headers)
