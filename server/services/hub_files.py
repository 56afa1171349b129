"""The files of a hub: fetched from the server once, when a PC first asks, kept under their hash."""

import logging
import threading
from collections.abc import Callable, Iterator

from core.domain.ids import TenantId
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault
from server.services.hub_line import HubLine, LineDown, ServerSaidNo
from server.storage.blob_files import BlobFiles

# A PC that has heard nothing for longer would take the line for dead.
PATIENCE_S = 20.0
AGAIN_S = 15
PIECE = 64 * 1024

logger = logging.getLogger(__name__)


class HubFiles:
    """Serves files; one that is not here is fetched by a thread that goes on when the PC has given up."""

    def __init__(self, files: BlobFiles, tenant: TenantId, make_line: Callable[[], HubLine]) -> None:
        self._files = files
        self._tenant = tenant
        self._make_line = make_line
        self._guard = threading.Lock()
        self._fetching: dict[bytes, threading.Thread] = {}

    def open(self, sha256: bytes, *, start: int) -> tuple[int, Iterator[bytes]]:
        """(size, bytes from `start` on); NOT_FOUND, or BUSY while it is still on its way."""
        if self._files.complete_size(self._tenant, sha256) is None:
            thread = self._fetch(sha256)
            thread.join(PATIENCE_S)
            if thread.is_alive():
                raise RequestFault(FaultCode.BUSY, AGAIN_S)
        size = self._files.complete_size(self._tenant, sha256)
        if size is None or start > size:
            raise RequestFault(FaultCode.NOT_FOUND)
        return size, self._files.read(self._tenant, sha256, start=start, count=size - start)

    def _fetch(self, sha256: bytes) -> threading.Thread:
        with self._guard:
            running = self._fetching.get(sha256)
            if running is not None and running.is_alive():
                return running
            thread = threading.Thread(target=self._run, args=(sha256,), name="hub file", daemon=True)
            self._fetching[sha256] = thread
            thread.start()
            return thread

    def _run(self, sha256: bytes) -> None:
        line, have, pending = self._make_line(), self._files.partial_size(self._tenant, sha256), bytearray()
        try:
            for piece in line.file(sha256, start=have):
                pending += piece
                if len(pending) >= PIECE:
                    have = self._keep(sha256, have, pending)
            self._keep(sha256, have, pending)
            self._files.keep(self._tenant, sha256)
        except (LineDown, ServerSaidNo, OSError) as err:
            if pending:
                self._keep(sha256, have, pending)
            logger.info("file %s did not come: %s", sha256.hex()[:12], err)
        finally:
            line.close()

    def _keep(self, sha256: bytes, have: int, pending: bytearray) -> int:
        self._files.append(self._tenant, sha256, offset=have, data=bytes(pending))
        have += len(pending)
        pending.clear()
        return have
