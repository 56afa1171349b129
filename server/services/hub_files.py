"""The files of a hub: fetched from the server once, when a PC first asks, kept under their hash.

Whoever asks while a file is still coming is given it as it comes: nobody fetches over the slow line what the hub is
fetching already.
"""

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


class _Arrival:
    """A file on its way: `have` of `size` bytes are on the disk."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.size: int | None = None
        self.have = 0
        self.ended = False


class HubFiles:
    """Serves files; one that is not here is fetched by a thread that goes on when the PC has given up."""

    def __init__(self, files: BlobFiles, tenant: TenantId, make_line: Callable[[], HubLine]) -> None:
        self._files = files
        self._tenant = tenant
        self._make_line = make_line
        self._guard = threading.Lock()
        self._arriving: dict[bytes, _Arrival] = {}

    def open(self, sha256: bytes, *, start: int, count: int | None = None) -> tuple[int, Iterator[bytes]]:
        """(how many bytes, the bytes) from `start` on, `count` at most; NOT_FOUND, or BUSY while nothing came yet.

        There may be fewer bytes if the file is still coming and stops coming.
        """
        size, arrival = self._files.complete_size(self._tenant, sha256), None
        if size is None:
            arrival = self._fetch(sha256)
            with arrival.changed:
                arrival.changed.wait_for(lambda: arrival.size is not None or arrival.ended, PATIENCE_S)
                size = arrival.size
                if size is None and not arrival.ended:
                    raise RequestFault(FaultCode.BUSY, AGAIN_S)
        if size is None or start > size:
            raise RequestFault(FaultCode.NOT_FOUND)
        wanted = size - start if count is None else min(count, size - start)
        if arrival is None:
            return wanted, self._files.read(self._tenant, sha256, start=start, count=wanted)
        return wanted, self._follow(arrival, sha256, start=start, count=wanted)

    def _follow(self, arrival: _Arrival, sha256: bytes, *, start: int, count: int) -> Iterator[bytes]:
        """Ends early if the file stops coming: the PC asks for the rest again, or goes on elsewhere."""
        at, end = start, start + count
        while at < end:
            with arrival.changed:
                arrival.changed.wait_for(lambda: arrival.have > at or arrival.ended, PATIENCE_S)  # noqa: B023  # called here only
                most = min(PIECE, end - at)
                if self._files.complete_size(self._tenant, sha256) is None:
                    piece = self._files.read_partial(self._tenant, sha256, start=at, count=most)
                else:
                    piece = b"".join(self._files.read(self._tenant, sha256, start=at, count=most))
            if not piece:
                return
            yield piece
            at += len(piece)

    def _fetch(self, sha256: bytes) -> _Arrival:
        with self._guard:
            running = self._arriving.get(sha256)
            if running is None:
                running = self._arriving[sha256] = _Arrival()
                threading.Thread(target=self._run, args=(sha256, running), name="hub file", daemon=True).start()
            return running

    def _run(self, sha256: bytes, arrival: _Arrival) -> None:
        line, have, pending = self._make_line(), self._files.partial_size(self._tenant, sha256), bytearray()
        try:
            for piece in line.file(sha256, start=have):
                pending += piece
                if arrival.size is None:
                    with arrival.changed:
                        arrival.size = have + line.length
                if len(pending) >= PIECE:
                    have = self._keep(sha256, have, pending, arrival)
            self._keep(sha256, have, pending, arrival)
            with arrival.changed:
                self._files.keep(self._tenant, sha256)
        except (LineDown, ServerSaidNo, OSError) as err:
            if pending:
                self._keep(sha256, have, pending, arrival)
            logger.info("file %s did not come: %s", sha256.hex()[:12], err)
        finally:
            line.close()
            with self._guard, arrival.changed:
                del self._arriving[sha256]
                arrival.ended = True
                arrival.changed.notify_all()

    def _keep(self, sha256: bytes, have: int, pending: bytearray, arrival: _Arrival) -> int:
        self._files.append(self._tenant, sha256, offset=have, data=bytes(pending))
        have += len(pending)
        pending.clear()
        with arrival.changed:
            arrival.have = have
            arrival.changed.notify_all()
        return have
