"""All hostile files, and what one of them does to the page process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import peak_rss_bytes
from core.domain.attachments import MAX_THUMBNAIL_BYTES
from desktop.system.page_renderer import PageRenderer, ScanRefused
from tests.hostile.pdfs import hostile_pdfs
from tests.hostile.pictures import hostile_pictures


def samples() -> Iterator[tuple[str, bytes]]:
    """At least five hundred, each with a name of its own."""
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
