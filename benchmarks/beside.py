"""One operation beside a 2 MB scan on the same uplink: 1 Mbit/s, 300 ms round trip, a modem's queue of 64 or 256 kB.

The scan goes up as the program sends it, and once more as a plain request in the same run; meanwhile a second
connection sends one operation after another, each a `POST /v1/sync` with a signed op and its answer. The rate share
is scan bytes over seconds against the line's rate; bytes are all that the line delivered, less those of the operations.

    python -m benchmarks.beside [SCAN_BYTES]
"""

import io
import random
import statistics
import sys
import tempfile
import threading
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.measuring import percentile, report
from benchmarks.office_server import serving, set_up
from core.domain.ids import small_row_id
from core.domain.offices import Person
from desktop.app.wire import shipped_wire
from desktop.sync.client import SyncClient
from desktop.sync.flow import FreeFlow
from tests.support.acts import register
from tests.support.device import ScriptedDevice
from tests.support.link import Link, LinkProfile
from tests.support.server import PASSWORD

SCAN_BYTES = 2_000_000
RATE_BPS = 1e6
RTT_S = 0.3
QUEUES = (64_000, 256_000)
PAUSE_S = 0.2
SETTLE_S = 1.0
COSTED = 3


def main(size: int) -> None:
    """Measure and print one JSON line."""
    figures: dict[str, Any] = {"scan_bytes": size}
    with tempfile.TemporaryDirectory(prefix="pesagi-beside-") as scratch:
        data = Path(scratch) / "server"
        codes = set_up(data)
        with serving(data) as port:
            clerk = next(code for name, code in codes.items() if name.startswith("tu"))
            device = join(port, clerk)
            for queue in QUEUES:
                for counted in (True, False):
                    name = f"queue_{queue // 1000}_kb{'' if counted else '_plain'}"
                    figures[name] = measure(port, device, size=size, queue=queue, counted=counted)
    report("beside", figures)


def join(port: int, code: str) -> ScriptedDevice:
    """A PC that has joined, without the slow line."""
    device = ScriptedDevice(f"http://127.0.0.1:{port}", shipped_wire(), clock=lambda: time.time_ns() // 1_000_000)
    device.enrol(code, password=PASSWORD)
    device.sync()
    return device


def measure(port: int, device: ScriptedDevice, *, size: int, queue: int, counted: bool) -> dict[str, Any]:
    """One scan up over a fresh line, with operations beside it."""
    profile = LinkProfile(up_bps=RATE_BPS, down_bps=RATE_BPS, rtt_s=RTT_S, queue_bytes=queue)
    scan = random.Random(f"{queue} {counted}").randbytes(size)
    with Link("127.0.0.1", port, profile=profile) as link:
        files, ops = (SyncClient(link.url, device.wire, access=device.access()) for _ in range(2))
        send_op(ops, device)  # connects
        idle = [cost_of_op(link, ops, device) for _ in range(COSTED)]
        link.reset_counters()
        upload = _Upload(files, scan, counted=counted)
        upload.start()
        time.sleep(SETTLE_S)
        waits, sent = [], 0
        while upload.is_alive():
            begun = time.perf_counter()
            send_op(ops, device)
            if upload.is_alive():
                waits.append((time.perf_counter() - begun) / RTT_S)
            sent += 1
            time.sleep(PAUSE_S)
        upload.join()
        total = link.counters.total
        files.close()
        ops.close()
    if upload.error is not None:
        raise upload.error
    return {
        "ops": len(waits),
        # A short scan is up before an operation beside it is answered.
        "op_rtt_p50": round(statistics.median(waits), 2) if waits else None,
        "op_rtt_p95": round(percentile(waits, 95), 2) if waits else None,
        "op_rtt_max": round(max(waits), 2) if waits else None,
        "scan_s": round(upload.seconds, 2),
        "rate_share": round(size * 8 / upload.seconds / RATE_BPS, 3),
        "bytes_ratio": round((total - sent * statistics.mean(idle)) / size, 4),
    }


def cost_of_op(link: Link, client: SyncClient, device: ScriptedDevice) -> int:
    """The bytes of one operation on the line, both ways with headers."""
    link.reset_counters()
    send_op(client, device)
    time.sleep(RTT_S)
    return link.counters.total


def send_op(client: SyncClient, device: ScriptedDevice) -> None:
    """One letter registered, answered."""
    person = device.replica.get(Person, small_row_id(device.user))
    if person is None:
        raise RuntimeError("the directory did not come")
    device.act(register(device.new_id()), position=person.positions[0])
    list(client.exchange(device.build()))
    device.pending.clear()


class _Upload(threading.Thread):
    """Sends one scan."""

    def __init__(self, client: SyncClient, scan: bytes, *, counted: bool) -> None:
        super().__init__()
        self._client = client
        self._scan = scan
        self._counted = counted
        self.seconds = 0.0
        self.error: Exception | None = None

    def run(self) -> None:
        """Until the server has it all."""
        begun = time.perf_counter()
        try:
            send = self._client.upload if self._counted else self._client.upload_plainly
            send(sha256(self._scan).digest(), len(self._scan), io.BytesIO(self._scan), flow=FreeFlow())
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for the thread
            self.error = error
        self.seconds = time.perf_counter() - begun


if __name__ == "__main__":
    main(*([int(one) for one in sys.argv[1:2]] or [SCAN_BYTES]))
