"""Scans and their small pictures on an office line: what a first page costs, and what share of the line files take.

Prints one JSON line. Beside each figure stands what it is measured against: the scan itself, one request for each
picture, the rate of the line, the zstd -19 dump of the same rows.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.bootstrap import plain
from benchmarks.measuring import report
from benchmarks.office_server import office_rows
from benchmarks.yardsticks import zstd19_dump
from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, StreamId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.frames import Wire
from core.protocol.rows import Row, in_order, pack_rows
from core.protocol.segments import LEVEL, PART_ROWS
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.scan import ScanMaker
from desktop.storage.blob_table import BlobState, FileReason
from desktop.sync.client import SyncClient
from desktop.sync.file_visits import FileVisits
from desktop.sync.small_files import SmallFiles
from desktop.sync.transfer import Transfers
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.link import OFFICE_LINE, Link
from tests.support.server import make_office, running_server

LETTERS, SCANS, SCAN_BYTES = 2_000, 20, 1_500_000
NOON, NIGHT = 12, 22
RATE = (OFFICE_LINE.down_bps or 0) / 8


def main() -> None:
    """Measure and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="pesagi-files-") as scratch, cheap_passwords():
        folder = Path(scratch)
        figures = {"in_the_rows": in_the_rows(), **on_the_line(folder)}
    report("files", figures)


def in_the_rows() -> dict[str, Any]:
    """What the name of a thumbnail adds to each letter of a segment, beside the dump of the same letters."""
    made, _, _ = office_rows(LETTERS, 0)
    scan = Attachment(sha256=BlobHash(b""), size=0, media=MediaType.PDF, pages=2, name="Pindaian.pdf")
    scans = [
        msgspec.structs.replace(scan, sha256=BlobHash(os.urandom(32)), size=90_000 + 37 * number)
        for number in range(len(made))
    ]
    small = [
        msgspec.structs.replace(one, thumbnail=BlobHash(os.urandom(32)), thumbnail_size=11_000 + number % 3000)
        for number, one in enumerate(scans)
    ]
    kinds = {
        "no_scans": made,
        "scans": [msgspec.structs.replace(one, scans=(scan,)) for one, scan in zip(made, scans, strict=True)],
        "scans_with_thumbnails": [
            msgspec.structs.replace(one, scans=(scan,)) for one, scan in zip(made, small, strict=True)
        ],
    }
    return {name: _segment(letters) for name, letters in kinds.items()}


def _segment(letters: list[IncomingLetter]) -> dict[str, float]:
    writer = Wire(b"").writer(level=LEVEL)
    rows = in_order(Row(letter, number) for number, letter in enumerate(letters, start=1))
    parts = [rows[start : start + PART_ROWS] for start in range(0, len(rows), PART_ROWS)]
    size = sum(len(writer.frame(pack_rows(StreamId(1), part, cursor=0))) for part in parts)
    dump = len(zstd19_dump(plain(letter) for letter in letters))
    return {"bytes_a_letter": round(size / len(letters), 1), "ratio_to_dump": round(size / dump, 3)}


def on_the_line(folder: Path) -> dict[str, Any]:
    """Twenty letters of the clerk on the head's PC, over a line of 1 Mbit/s and 300 ms."""
    with running_server(folder / "server") as server:
        office = make_office(server)
        with OfficePc(folder / "tu") as clerk, OfficePc(folder / "camat") as head:
            clerk.join(server.url, office.codes["tu"])
            head.join(server.url, office.codes["camat"])
            clerk.sync()
            scans = [clerk.take_scan(path) for path in practice_scans(folder)]
            for scan in scans:
                write_letter(clerk, "tu", "Undangan", scans=(scan,), addressee=office.positions["camat"])
            clerk.sync()
            with Link("127.0.0.1", server.port, profile=OFFICE_LINE) as link:
                return {"first_pages": first_pages(head, link, scans), "share_of_the_line": shares(head, clerk, link)}


def practice_scans(folder: Path) -> Iterator[Path]:
    """Scans as the practice office has them, 200 dpi and 30 to 120 kB a page."""
    generator = PracticeGenerator(7)
    maker = ScanMaker(generator.vocabulary)
    for letter in generator.letters(SCANS):
        path = folder / "Pindaian.pdf"
        path.write_bytes(maker.make(letter, letter.index))
        yield path


def first_pages(head: OfficePc, link: Link, scans: list[Attachment]) -> dict[str, Any]:
    """How long until all first pages are there: in one request, in one each, and by the scans themselves."""
    with waiting_for(head, link) as (visit, client):
        sizes = sorted(scan.thumbnail_size for scan in scans)
        want(head, scans, thumbnails=True)
        together = timed(visit)
        for scan in scans:
            head.opened.files.delete(scan.thumbnail)
        want(head, scans, thumbnails=True)
        transfers = Transfers(head.opened.store, head.opened.files, step=lambda _name: None)
        each = timed(lambda: transfers.run(client, lambda: False))
        want(head, scans, thumbnails=False)
        whole = timed(visit)
    return {
        "letters": len(scans),
        "thumbnail_bytes": {"median": statistics.median(sizes), "largest": sizes[-1]},
        "scan_bytes": {"median": statistics.median(scan.size for scan in scans)},
        "seconds": {"one_request": together, "one_request_each": each, "the_scans": whole},
        "computed_seconds": round(OFFICE_LINE.rtt_s * 2 + sum(sizes) / RATE, 2),
    }


def shares(head: OfficePc, clerk: OfficePc, link: Link) -> dict[str, float]:
    """What share of the line scans take that nobody waits for, at noon and at night; the rate was measured before."""
    found: dict[str, float] = {}
    for name, hour in (("office_hours", NOON), ("night", NIGHT)):
        sha256, size = clerk.opened.files.add_bytes(os.urandom(SCAN_BYTES))
        scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=9)
        position = head.seat("camat").actor.position
        write_letter(clerk, "tu", "Laporan", scans=(scan,), addressee=position, security=SecurityLevel.OPEN)
        clerk.sync()
        visit_without_files(head)
        with waiting_for(head, link, hour=hour) as (visit, _client):
            found[name] = round(SCAN_BYTES / timed(visit) / RATE, 3)
    return found


def visit_without_files(pc: OfficePc) -> None:
    """The rows only."""
    client = pc.client()
    pc.visits().visit(client, lambda: False, files=False)
    client.close()


def want(pc: OfficePc, scans: list[Attachment], *, thumbnails: bool) -> None:
    """Let the PC want these files and no others."""
    visit_without_files(pc)
    with pc.opened.store.begin() as uow:
        for row in (*uow.blobs.in_state(BlobState.WANTED, 1000), *uow.blobs.thumbnails(1000)):
            uow.blobs.pause(row.sha256, paused=True)
        for scan in scans:
            name = scan.thumbnail if thumbnails else scan.sha256
            reason = FileReason.THUMBNAIL if thumbnails else FileReason.OPENED
            uow.blobs.add(name, scan.size, state=BlobState.WANTED, now_ms=1, reason=reason)
            uow.blobs.set_state(name, BlobState.WANTED)
            uow.blobs.pause(name, paused=False)


@contextmanager
def waiting_for(pc: OfficePc, link: Link, *, hour: int = NOON) -> Iterator[tuple[Callable[[], object], SyncClient]]:
    """The lane of files of a PC over the line, on a connection that stands."""
    store, files = pc.opened.store, pc.opened.files
    visits = FileVisits(
        store,
        Transfers(store, files, step=lambda _name: None),
        hour=lambda: hour,
        small=SmallFiles(store, files),
    )
    client = pc.client(url=link.url)

    def visit() -> object:
        return visits.visit(client, lambda: False, urged=lambda: False, watch=lambda _progress: None)

    try:
        yield visit, client
    finally:
        client.close()


def timed(work: Callable[[], object]) -> float:
    """The seconds that work takes."""
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 2)


if __name__ == "__main__":
    main()
