"""All hostile files, and what one of them does to the process that opens it."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import peak_rss_bytes
from core.domain.attachments import MAX_THUMBNAIL_BYTES
from desktop.system.kept_process import KeptProcess
from desktop.system.page_messages import Develop, Developed, Troubled
from desktop.system.page_renderer import DEVELOP_SECONDS, PHOTO_WORKER, PageRenderer, ScanRefused
from tests.hostile.pdfs import hostile_pdfs
from tests.hostile.pictures import hostile_pictures


def hostile_scans() -> Iterator[tuple[str, bytes]]:
    """At least five hundred that the page process opens, each with a name of its own; photos of phones besides."""
    yield from hostile_pdfs()
    yield from hostile_pictures()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a file: the code of its refusal, empty if it was drawn; the longest answer; the most memory."""

    name: str
    code: str
    seconds: float
    peak_bytes: int


def offer(renderer: PageRenderer, path: Path, name: str) -> Outcome:
    """Let a file be looked at, drawn and made small, as the program does with a scan that a clerk brings."""
    code, longest = "", 0.0
    for ask in (
        lambda: renderer.inspect(path),
        lambda: renderer.render(path, page=0, width=900),
        lambda: renderer.thumbnail(path),
    ):
        begun = time.monotonic()
        try:
            made = ask()
        except ScanRefused as refused:
            code = refused.code.value
        else:
            assert not isinstance(made, bytes) or len(made) <= MAX_THUMBNAIL_BYTES
        longest = max(longest, time.monotonic() - begun)
        if code:
            break
    return Outcome(name=name, code=code, seconds=longest, peak_bytes=peak_of(renderer.process_number))


def photo_process() -> KeptProcess:
    """The process that unpacks photos, kept from one to the next: what one leaves in it, the next one meets."""
    return KeptProcess(PHOTO_WORKER, RuntimeError)


def offer_photo(photos: KeptProcess, data: bytes, name: str) -> Outcome:
    """Let a photo be unpacked, as the program does with one that a clerk brings."""
    with photos.held():
        child, begun = photos.living(), time.monotonic()
        reply = child.ask(Develop(size=len(data)), io.BytesIO(data), DEVELOP_SECONDS)
        seconds, peak = time.monotonic() - begun, peak_of(photos.number)
        if reply is None:
            photos.drop()
    assert isinstance(reply, Developed | Troubled | None), reply
    code = reply.trouble.value if isinstance(reply, Troubled) else "" if reply else "died"
    return Outcome(name=name, code=code, seconds=seconds, peak_bytes=peak)


def peak_of(number: int | None) -> int:
    """The most memory that a process had in use; 0 if it does not run any more."""
    if number is None:
        return 0
    try:
        peak = peak_rss_bytes(number)
    except ProcessLookupError:
        return 0
    assert peak is not None, "this system does not tell what a process takes"
    return peak
