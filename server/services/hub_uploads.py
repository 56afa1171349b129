"""Scans that PCs leave at their hub while the line to the server is down, and that the hub brings up when it is there.

A PC believes the server alone that it has a file; until then the file stays at the PC too. What lies here is what would
have gone over the line, byte by byte: a scan of a sealed letter is sealed here. Each piece is on the disk before it is
answered, and the server is asked how much it has before anything is sent: no byte crosses the line twice.
"""

import logging
import random
import threading
from collections.abc import Callable

import msgspec

from core.domain.ids import DeviceId, TenantId
from core.protocol.codec import decode, encode
from core.protocol.faults import FaultCode
from core.protocol.transfer import MAX_BLOB
from server.services.faults import RequestFault
from server.services.hub_line import HubLine, LineDown, ServerSaidNo
from server.services.tokens import Clock
from server.storage.blob_files import BlobFiles
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.faults import StoreFault
from server.storage.hub_items import ItemKind

# What goes up at once: two seconds of a slow line, so that what people do does not wait behind more.
PIECE = 256 * 1024
MOST_FILES = 5_000
MOST_BYTES = 8 * 1024**3
# Of what a PC did not bring to its end, the PC has it all: it may have gone another way.
FORGET_MS = 30 * 24 * 3600 * 1000
LONGEST_PAUSE_S = 60.0
_BUSY_S = 600

logger = logging.getLogger(__name__)


class Left(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A file on its way up: who left it, and when it began to come."""

    size: int
    device: DeviceId
    since_ms: int


class HubUploads:
    """Takes files from PCs, and sends those that are whole; the sending has a thread and a line of its own."""

    def __init__(
        self, database: Database, files: BlobFiles, tenant: TenantId, *, clock: Clock, make_line: Callable[[], HubLine]
    ) -> None:
        self._database = database
        self._files = files
        self._tenant = tenant
        self._clock = clock
        self._guard = threading.Lock()
        self._stopped = threading.Event()
        self._news = threading.Event()
        self._line = make_line()
        self._thread = threading.Thread(target=self._run, name="hub scans up", daemon=True)

    def start(self) -> None:
        """Begin with what was left here before."""
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        """Break what is under way and end the thread."""
        self._stopped.set()
        self._news.set()
        while self._thread.is_alive():
            self._line.close()
            self._thread.join(0.2)
        self._line.close()  # left open by a thread that ended by itself

    def waiting(self) -> dict[bytes, Left]:
        """What is still to go up, or to come, by its hash."""

        def work(unit: UnitOfWork) -> dict[bytes, Left]:
            return left_here(unit.of(self._tenant))

        return self._database.read(work)

    def take(self, device: DeviceId, sha256: bytes, *, size: int, start: int, data: bytes) -> int:
        """How much of the file is here, durably, with `data` if that begins where what was here ended.

        TOO_LARGE, MALFORMED; BUSY if there is no room; WRONG_HASH if all came, and it is not what its name says.
        """
        if size > MAX_BLOB:
            raise RequestFault(FaultCode.TOO_LARGE)
        if size <= 0 or start + len(data) > size:
            raise RequestFault(FaultCode.MALFORMED)
        with self._guard:
            left = Left(size=size, device=device, since_ms=self._clock())
            whole = self._files.complete_size(self._tenant, sha256)
            if whole is not None:
                if whole == size:
                    self._note(sha256, left)
                return whole
            have = self._begun(sha256, size)
            if data and start == have:
                self._note(sha256, left)
                self._files.append(self._tenant, sha256, offset=have, data=data)
                have += len(data)
            if have < size:
                return have
            # Also what a stop kept from being looked at after its last byte.
            if not self._files.keep(self._tenant, sha256):
                self._forget(sha256)
                raise RequestFault(FaultCode.WRONG_HASH)
        self._news.set()
        return have

    def send_waiting(self) -> None:
        """Bring up what is whole here; LineDown."""
        for sha256, left in self.waiting().items():
            if self._stopped.is_set():
                return
            whole = self._files.complete_size(self._tenant, sha256)
            if whole is not None:
                self._send(sha256, whole)
            elif left.since_ms + FORGET_MS < self._clock():
                self._files.drop(self._tenant, sha256)
                self._forget(sha256)

    def _send(self, sha256: bytes, size: int) -> None:
        have = 0
        try:
            have = self._line.bring(sha256, size=size, start=0, data=b"")
            while have < size and not self._stopped.is_set():
                count = min(PIECE, size - have)
                piece = b"".join(self._files.read(self._tenant, sha256, start=have, count=count))
                now = self._line.bring(sha256, size=size, start=have, data=piece)
                if now != have + count:
                    return  # its author is at it, by another way
                have = now
        except ServerSaidNo as err:
            if err.code not in (FaultCode.WRONG_HASH, FaultCode.SEALED):
                raise LineDown(err.code.value) from err
            logger.warning("file %s is not taken: %s", sha256.hex()[:12], err.code.value)
            self._files.remove(self._tenant, sha256.hex())
            have = size
        if have == size:
            self._forget(sha256)

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            pause = min(LONGEST_PAUSE_S, 2.0**failures)
            self._news.wait(random.uniform(pause / 2, pause) if failures else LONGEST_PAUSE_S)  # noqa: S311  # spreads tries, hides nothing
            self._news.clear()
            try:
                self.send_waiting()
                failures = 0
            except LineDown as err:
                failures = min(failures + 1, 6)
                logger.info("scans wait here: %s", err)
            except (StoreFault, OSError) as err:
                failures = min(failures + 1, 6)
                logger.warning("scans wait here, they cannot be read now: %s", err)

    def _begun(self, sha256: bytes, size: int) -> int:
        """How much of a file of this size came; nothing that was left under another size can be gone on with."""
        left = self._database.read(lambda unit: _left(unit.of(self._tenant), sha256))
        return 0 if left is not None and left.size != size else self._files.partial_size(self._tenant, sha256)

    def _note(self, sha256: bytes, left: Left) -> None:
        """Before the first byte of a file comes; BUSY if there is no room for it."""

        def work(unit: UnitOfWork) -> None:
            store = unit.of(self._tenant)
            known = _left(store, sha256)
            if known is not None and known.size == left.size:
                return
            others = [one.size for name, one in left_here(store).items() if name != sha256]
            if len(others) >= MOST_FILES or sum(others) + left.size > MOST_BYTES:
                raise RequestFault(FaultCode.BUSY, _BUSY_S)
            store.items.put(ItemKind.FILE, sha256, encode(left))

        self._database.write(work)

    def _forget(self, sha256: bytes) -> None:
        self._database.write(lambda unit: unit.of(self._tenant).items.remove(ItemKind.FILE, sha256, number=0))


def _left(store: TenantStore, sha256: bytes) -> Left | None:
    body = store.items.get(ItemKind.FILE, sha256)
    return None if body is None else decode(body, Left)


def left_here(store: TenantStore) -> dict[bytes, Left]:
    """The files that PCs left at this hub, by their hash."""
    found: dict[bytes, Left] = {}
    for _, owner, body in store.items.listed(ItemKind.FILE, limit=2 * MOST_FILES):
        found[bytes(owner)] = decode(body, Left)
    return found
