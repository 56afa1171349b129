"""What an office of five PCs costs its slow line with a hub, against one PC that reads the same without one.

Each PC begins with an empty store and fetches the office's register, and the scans that its person needs. Joining and
what only the server may tell (the one-time code, the list of streams) goes over the line for every PC; rows and scans
go once. An inbox in which a secret letter lies is not given to a hub, and goes over the line for the PC that holds it
(`--secrets`). Prints one JSON line a run: without scans, and with them; with `--requests` also what crossed the line
for the five, request by request.
"""

import argparse
import hashlib
import json
import random
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from benchmarks.line_tap import tapped
from benchmarks.office_server import fill, office_rows
from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, TenantId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.system.settings import Settings, write_settings
from server.app import BLOB_FOLDER, DATABASE_FILE, SEGMENT_FOLDER, wall_clock_ms
from server.services.blobs import BlobService
from server.services.snapshots import MIN_ROWS, SnapshotMaker
from server.storage.blob_files import BlobFiles
from server.storage.database import Database
from server.storage.engine import sqlite_url
from server.storage.segment_files import SegmentFiles
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc
from tests.support.hub import running_hub
from tests.support.line import LinkProfile
from tests.support.link import Link
from tests.support.server import RunningServer, make_office, running_server

QUICK = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
TARGET = 1.1
PEOPLE = ("tu", "camat", "sekcam", "kesos", "pmp")
ALONE = "camat"
LETTERS = (500, 2000)
SCAN_BYTES = 100_000
SEED = 11


def measure(
    letters: int,
    folder: Path,
    *,
    secrets: bool = False,
    scans: int = 0,
    segment_rows: int = MIN_ROWS,
    told: Callable[[str], None] | None = None,
) -> dict[str, object]:
    """Bytes over the line, up and down, for one PC without a hub and for the hub with five PCs behind it.

    The one PC is the head's, who wants every scan. `scans` of the newest letters have one. Streams of `segment_rows`
    rows and more come as segments. `told` is told each request of the five and their hub.
    """
    with running_server(folder / "server") as server, ExitStack() as stack:
        office = make_office(server)
        made, dispositions, _ = office_rows(letters, letters * 3 // 2)
        if not secrets:
            made = [one for one in made if one.security < SecurityLevel.SECRET]
            dispositions = [one for one in dispositions if one.security < SecurityLevel.SECRET]
        made = _with_scans(server.config.data, made, scans)
        fill(server.config.data, made, dispositions)
        make_segments(server, min_rows=segment_rows)
        codes = {handle: _new_code(server, office.usernames[handle]) for handle in PEOPLE}
        with Link("127.0.0.1", server.port, profile=QUICK) as line:
            _visit_all(stack, folder / "alone", line.url, codes={ALONE: codes[ALONE]}, hub_url="off")
            alone = line.counters.up + line.counters.down
        codes = {handle: _new_code(server, office.usernames[handle]) for handle in PEOPLE}
        tap = stack.enter_context(tapped("127.0.0.1", server.port)) if told else None
        wan = stack.enter_context(Link("127.0.0.1", tap.port if tap else server.port, profile=QUICK))
        hub = stack.enter_context(running_hub(folder / "hub", server, office, upstream=wan.url))
        hub.filled(server)
        own = wan.counters.up + wan.counters.down
        _visit_all(stack, folder / "behind", wan.url, codes=codes, hub_url=hub.url)
        together = wan.counters.up + wan.counters.down
        if told and tap:
            told(tap.table())
    return {
        "benchmark": "hub",
        "letters": letters,
        "scans": scans,
        "with_secret_letters": secrets,
        "one_pc_bytes": alone,
        "hub_bytes": own,
        "five_pcs_with_hub_bytes": together,
        "ratio": round(together / alone, 3),
        "target": TARGET,
    }


def make_segments(server: RunningServer, *, min_rows: int = MIN_ROWS) -> None:
    """Make what the server would have made by itself a little later."""
    files = SegmentFiles(server.config.data / SEGMENT_FOLDER)
    SnapshotMaker(server.handle.database, files, wall_clock_ms, min_rows=min_rows).make_all()


def _with_scans(data: Path, letters: list[IncomingLetter], count: int) -> list[IncomingLetter]:
    """The letters, the newest of them with a scan that lies on the server."""
    database = Database(sqlite_url(data / DATABASE_FILE))
    database.open()
    blobs = BlobService(database, BlobFiles(data / BLOB_FOLDER), wall_clock_ms)
    noise = random.Random(SEED)
    bare = sorted(letters, key=lambda one: one.id, reverse=True)
    scanned = []
    for letter in bare[:count]:
        content = b"%PDF-1.7" + noise.randbytes(SCAN_BYTES)
        sha256 = hashlib.sha256(content).digest()
        upload = blobs.begin(TenantId(1), sha256, offset=0, size=len(content))
        blobs.append(upload, content)
        blobs.finish(upload)
        blobs.end(upload)
        scan = Attachment(sha256=BlobHash(sha256), size=len(content), media=MediaType.PDF, pages=1)
        scanned.append(msgspec.structs.replace(letter, scans=(scan,)))
    database.close()
    return scanned + bare[count:]


def _new_code(server: RunningServer, username: str) -> str:
    tenant = server.admin.tenants()[0].id
    user = server.admin.find_user(tenant, username)
    assert user is not None  # noqa: S101  # made by the template
    return server.admin.new_code(tenant, user).code


def _visit_all(stack: ExitStack, folder: Path, url: str, *, codes: dict[str, str], hub_url: str) -> None:
    for handle, code in codes.items():
        place = folder / handle
        pc = stack.enter_context(OfficePc(place))
        write_settings(place, Settings(hub=hub_url))
        pc.join(url, code)
        pc.sync()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, action="append", help="how many; again for another run (500, 2000)")
    parser.add_argument("--scans", type=int, default=60, help="how many of the letters have one (100 kB each)")
    parser.add_argument("--secrets", action="store_true", help="with secret letters, whose inboxes no hub carries")
    parser.add_argument("--requests", action="store_true", help="print what crossed the line for the five")
    options = parser.parse_args()
    told = print if options.requests else None
    for letters in options.letters or LETTERS:
        for scans in sorted({0, options.scans}):
            with tempfile.TemporaryDirectory() as folder, cheap_passwords():
                measured = measure(letters, Path(folder), secrets=options.secrets, scans=scans, told=told)
                print(json.dumps(measured), flush=True)


if __name__ == "__main__":
    main()
