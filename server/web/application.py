"""The web application: routes, and faults as replies."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from core.protocol.access import TURN_PATH
from core.protocol.faults import Fault, FaultCode
from core.protocol.live import LIVE_PATH
from core.protocol.own_sessions import SESSIONS_PATH
from core.protocol.segments import SEGMENT_PATH
from core.protocol.small_files import SMALL_FILES_PATH
from core.protocol.transfer import BLOB_PATH
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.other_writers import OtherWriters
from server.storage.faults import StoreFault
from server.web.access_log import AccessLog
from server.web.accounts import AccountEndpoint
from server.web.addresses import address_of
from server.web.blobs import BlobEndpoint
from server.web.bodies import fault_response
from server.web.live import LiveEndpoint
from server.web.segments import SegmentEndpoint
from server.web.straight import StraightApplication
from server.web.sync import SyncEndpoint

BUSY_S = 30
SYNC_PATH = "/v1/sync"

logger = logging.getLogger(__name__)


def build_application(
    sync: SyncEndpoint,
    blobs: BlobEndpoint,
    segments: SegmentEndpoint,
    *,
    live: LiveEndpoint,
    accounts: AccountEndpoint,
    announcer: Announcer,
    others: OtherWriters,
    log: AccessLog,
) -> Starlette:
    """The application over its endpoints."""

    @asynccontextmanager
    async def lifespan(_application: Starlette) -> AsyncIterator[None]:
        announcer.attach()
        await run_in_threadpool(others.begin)
        watch = asyncio.create_task(others.run())
        yield
        watch.cancel()

    async def refuse(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestFault):
            # Of the path that a route was found for: in `url` stands also what the client calls this host.
            way = request.scope["path"].split("/")[2]
            log.refused(way, address=address_of(request), code=error.fault.code)
        return await answer_fault(request, error)

    blob = f"{BLOB_PATH}{{sha256}}"
    return StraightApplication(
        SYNC_PATH,
        sync.post,
        handlers={RequestFault: refuse, StoreFault: answer_busy, ClientDisconnect: _answer_nobody},
        routes=[
            Route(SYNC_PATH, sync.post, methods=["POST"]),  # for whoever asks with another method: 405
            Route(blob, blobs.post, methods=["POST"]),
            WebSocketRoute(LIVE_PATH, live.serve),
            Route(blob, blobs.patch, methods=["PATCH"]),
            Route(blob, blobs.get, methods=["GET"]),
            Route(SMALL_FILES_PATH, blobs.post_small, methods=["POST"]),
            Route(f"{SEGMENT_PATH}{{sha256}}", segments.get, methods=["GET"]),
            Route("/v1/enrol", accounts.enrol, methods=["POST"]),
            Route("/v1/session", accounts.open_session, methods=["POST"]),
            Route(SESSIONS_PATH, accounts.own_sessions, methods=["GET"]),
            Route("/v1/password", accounts.change_password, methods=["POST"]),
            Route(TURN_PATH, accounts.turn_token, methods=["POST"]),
            Route("/v1/ca", accounts.authority, methods=["GET"]),
        ],
        exception_handlers={404: _answer_unknown_path},
        lifespan=lifespan,
    )


async def answer_fault(_request: Request, error: Exception) -> Response:
    """A fault as its reply."""
    assert isinstance(error, RequestFault)  # noqa: S101  # registered for this type; tells mypy
    return fault_response(error.fault)


async def answer_busy(_request: Request, error: Exception) -> Response:
    """A store that cannot serve now, as its reply."""
    logger.warning("the store cannot serve: %s", error)
    return fault_response(Fault(code=FaultCode.BUSY, number=BUSY_S))


async def _answer_nobody(_request: Request, _error: Exception) -> Response:
    # The client is gone: nobody reads this, and what it still sends is not waited for.
    return Response(status_code=400, headers={"connection": "close"})


async def _answer_unknown_path(_request: Request, _error: Exception) -> Response:
    return fault_response(Fault(code=FaultCode.NOT_FOUND))
