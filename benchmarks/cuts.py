"""Every kind of request over 1 Mbit/s and 300 ms with a cut each 64 kB, beside the same over a line that holds.

`scan_up` and `scan_down`: a file of 1 MB. `pictures`: forty small files in one request. `reply`: 800 letters in one
reply of rows. `acts`: 150 letters with long summaries that compress badly, as sealed texts do. The segments of a first
visit are in `benchmarks.bootstrap`. `bytes_ratio` is to the bytes of the whole line; `seconds_ratio` to the bytes over
the rate with two round trips a cut, `line_ratio` to what the line itself took for the bytes, connections and turns.

    python -m benchmarks.cuts [KIND...]
"""

from __future__ import annotations

import base64
import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.files import visit_without_files, want
from benchmarks.measuring import report
from benchmarks.yardsticks import computed_seconds, line_seconds
from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter
from desktop.storage.blob_table import BlobState, FileReason
from desktop.sync.client import SyncClient
from desktop.sync.rounds import OK
from desktop.sync.small_files import SmallFiles
from desktop.sync.transfer import Transfers
from desktop.system.faults import EnvironmentFault
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.link import OFFICE_LINE, CutDirection, Link
from tests.support.server import OfficeInTest, make_office, running_server
from tests.support.stores import every

CUT_BYTES = 65_536
SCAN_BYTES = 1_000_000
PICTURES, PICTURE_BYTES = 40, 15_000
LETTERS, ACTS = 800, 150
SUBJECT_BYTES, LONG_BYTES = 300, 2_200
TRIES = 300

Work = Callable[[SyncClient], None]


class Office:
    """The clerk's PC and the head's, on a server of their own."""

    def __init__(self, clerk: OfficePc, head: OfficePc, office: OfficeInTest) -> None:
        self.clerk = clerk
        self.head = head
        self.office = office

    def file(self, size: int) -> Attachment:
        """A file of the clerk that nobody has seen, on a letter to the head."""
        sha256, size = self.clerk.opened.files.add_bytes(os.urandom(size))
        scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=2)
        write_letter(self.clerk, "tu", "Laporan", scans=(scan,), addressee=self.office.positions["camat"])
        return scan

    def scan_up(self) -> tuple[OfficePc, Work]:
        """The clerk sends a file."""
        self.file(SCAN_BYTES)
        visit_without_files(self.clerk)
        return self.clerk, lambda client: self._move(self.clerk, client)

    def scan_down(self) -> tuple[OfficePc, Work]:
        """The head fetches one."""
        scan = self.file(SCAN_BYTES)
        self.clerk.sync()
        want(self.head, [scan], thumbnails=False)
        return self.head, lambda client: self._move(self.head, client)

    def pictures(self) -> tuple[OfficePc, Work]:
        """The head fetches small files."""
        scans = [self.file(PICTURE_BYTES) for _ in range(PICTURES)]
        self.clerk.sync()
        want(self.head, [], thumbnails=True)
        with self.head.opened.store.begin() as uow:
            for scan in scans:
                uow.blobs.add(scan.sha256, scan.size, state=BlobState.WANTED, now_ms=1, reason=FileReason.THUMBNAIL)
                uow.blobs.pause(scan.sha256, paused=False)
        small = SmallFiles(self.head.opened.store, self.head.opened.files)
        return self.head, lambda client: _nothing(small.bring(client, set()))

    def reply(self) -> tuple[OfficePc, Work]:
        """The head hears of many letters."""
        for _ in range(LETTERS):
            write_letter(self.clerk, "tu", base64.b64encode(os.urandom(SUBJECT_BYTES)).decode())
        self.clerk.sync()
        return self.head, lambda client: self._visit(self.head, client)

    def acts(self) -> tuple[OfficePc, Work]:
        """The clerk tells of many."""
        for _ in range(ACTS):
            summary = base64.b64encode(os.urandom(LONG_BYTES)).decode()
            write_letter(self.clerk, "tu", "Laporan", summary=summary)
        return self.clerk, lambda client: self._visit(self.clerk, client)

    @staticmethod
    def _move(pc: OfficePc, client: SyncClient) -> None:
        Transfers(pc.opened.store, pc.opened.files, step=lambda _name: None).run(client, lambda: False)

    @staticmethod
    def _visit(pc: OfficePc, client: SyncClient) -> None:
        report = pc.visits().visit(client, lambda: False, files=False)
        if report.outcome != OK:
            raise InterruptedError(report.outcome)


def main(kinds: list[str]) -> None:
    """Measure and print one JSON line."""
    figures = {}
    for name in kinds:
        way: CutDirection = "up" if name in ("scan_up", "acts") else "down"
        whole, cut = one(name, None, way), one(name, CUT_BYTES, way)
        patient = computed_seconds(cut["bytes"], OFFICE_LINE) + cut["cuts"] * 2 * OFFICE_LINE.rtt_s
        figures[name] = {
            "whole": whole,
            "cut": cut,
            "bytes_ratio": round(cut["bytes"] / whole["bytes"], 3),
            "seconds_ratio": round(cut["seconds"] / patient, 3),
            "line_ratio": round(cut["seconds"] / cut.pop("line_seconds"), 3),
            "whole_line_ratio": round(whole["seconds"] / whole.pop("line_seconds"), 3),
        }
    report("cuts", figures)


def one(name: str, cut_bytes: int | None, way: CutDirection) -> dict[str, Any]:
    """Do it over a line that is cut so, or not at all, until it is done."""
    profile = dataclasses.replace(OFFICE_LINE, cut_every_bytes=cut_bytes, cut_direction=way)
    with (
        tempfile.TemporaryDirectory(prefix="pesagi-cuts-") as scratch,
        cheap_passwords(),
        running_server(Path(scratch) / "server") as server,
        OfficePc(Path(scratch) / "tu") as clerk,
        OfficePc(Path(scratch) / "camat") as head,
    ):
        office = make_office(server)
        clerk.join(server.url, office.codes["tu"])
        head.join(server.url, office.codes["camat"])
        clerk.sync()
        pc, work = getattr(Office(clerk, head, office), name)()
        with Link("127.0.0.1", server.port, profile=profile) as link:
            client = pc.client(url=link.url)
            begun = time.perf_counter()
            tries = _until_done(work, client)
            seconds = time.perf_counter() - begun
            client.close()
            counters = link.counters
        if name == "reply" and sum(1 for _ in every(head.opened.store, IncomingLetter)) != LETTERS:
            raise RuntimeError("letters are missing")
    return {
        "bytes": counters.total,
        "seconds": round(seconds, 2),
        "cuts": counters.cuts,
        "tries": tries,
        "line_seconds": line_seconds(counters, OFFICE_LINE, unanswered=counters.cuts if way == "up" else 0),
    }


def _nothing(_count: int) -> None:
    pass


def _until_done(work: Work, client: SyncClient) -> int:
    for tries in range(1, TRIES + 1):
        try:
            work(client)
        except (EnvironmentFault, InterruptedError):
            continue
        return tries
    raise RuntimeError("it never comes to an end")


if __name__ == "__main__":
    main(sys.argv[1:] or ["scan_up", "scan_down", "pictures", "reply", "acts"])
