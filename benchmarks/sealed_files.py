"""What sealing costs: a scan of 1 MiB taken in and opened, beside the same bytes written and read in the clear.

Prints one JSON line. Sealed and plain work take turns in one run, so that disk and machine are the same to both; each
figure is the median of many. Beside them what it takes to seal a scan of an older program.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import report
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.scan import ScanMaker
from desktop.storage.blobs import BlobFiles
from desktop.system.durability import sync_folder
from desktop.system.page_renderer import PageRenderer

MIB = 1024 * 1024
ROUNDS = 41
KEY = bytes(range(32))


def main() -> None:
    """Measure and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="pesagi-sealed-") as scratch:
        folder = Path(scratch)
        report("sealed_files", {**taken_in(folder), **pages(folder), **brought_up(folder)})


def taken_in(folder: Path) -> dict[str, Any]:
    """Hashed, written, synced and renamed; then read and hashed again, from the cache of the system."""
    files = BlobFiles(folder / "berkas", KEY, reserve=0)
    (folder / "terang").mkdir()
    sealed, plain, sealed_read, plain_read = [], [], [], []
    sha256 = b""
    for number in range(ROUNDS):
        content, path = os.urandom(MIB), folder / "terang" / f"{number}"
        plain.append(timed(partial(write_plain, path, content)))
        sealed.append(timed(partial(files.add_bytes, content)))
        sha256, _ = files.add_bytes(content)
        plain_read.append(timed(partial(plain_hash, path)))
        sealed_read.append(timed(partial(files.verify, sha256)))
    return {
        "write_1_mib": compared(sealed, plain),
        "verify_1_mib": compared(sealed_read, plain_read),
        "bytes_more": round(files.path(sha256).stat().st_size / MIB - 1, 5),
    }


def pages(folder: Path) -> dict[str, Any]:
    """A scan of about 1 MiB opened: its hash looked at, and its first page drawn at the width of the reading pane."""
    files = BlobFiles(folder / "halaman", KEY, reserve=0)
    generator = PracticeGenerator(7)
    letter = next(iter(generator.letters(1)))
    # A comment behind the header, which readers pass over: as large as a scan of ten pages.
    scan = ScanMaker(generator.vocabulary).make(letter, 1)
    path = folder / "pindaian.pdf"
    path.write_bytes(scan[:9] + b"%" + os.urandom(MIB).translate(None, b"\r\n%") + b"\n" + scan[9:])
    sha256, _ = files.add(path)
    sealed, plain, content = [], [], partial(files.content, sha256)
    with PageRenderer(timeout_s=30.0) as renderer:
        for _ in range(ROUNDS):
            plain.append(timed(lambda: (plain_hash(path), renderer.render(path, page=0, width=900))))
            sealed.append(timed(lambda: (files.verify(sha256), renderer.render(content, page=0, width=900))))
    return {"opened_1_mib": compared(sealed, plain)}


def brought_up(folder: Path) -> dict[str, float]:
    """Scans of 100 KiB that an older program left in the clear."""
    files = BlobFiles(folder / "lama", KEY, reserve=0)
    for number in range(ROUNDS):
        place = folder / "lama" / f"{number:02x}"
        place.mkdir(parents=True)
        (place / f"{number:064x}").write_bytes(os.urandom(MIB // 10))
    steps = []
    while True:
        begun = time.perf_counter()
        if not files.seal_one():
            break
        steps.append((time.perf_counter() - begun) * 1000)
    return {"brought_up_ms_a_scan": round(statistics.median(steps), 2)}


def write_plain(path: Path, content: bytes) -> None:
    """As files of letters are written, but for the sealing."""
    hashlib.sha256(content).digest()
    temporary = path.with_name(path.name + ".baru")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def plain_hash(path: Path) -> bytes:
    """The hash of a file."""
    with path.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").digest()


def compared(sealed: list[float], plain: list[float]) -> dict[str, float]:
    """Medians in milliseconds, and how many times the plain way the sealed one takes."""
    ours, theirs = statistics.median(sealed), statistics.median(plain)
    return {"sealed_ms": round(ours, 2), "plain_ms": round(theirs, 2), "ratio": round(ours / theirs, 2)}


def timed(work: Callable[[], object]) -> float:
    """The milliseconds that work takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
