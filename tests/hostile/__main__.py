"""Offers every hostile file to the process that opens it, prints hostile texts, and says what came of it.

`python -m tests.hostile [scans] [photos] [papers]`: some five minutes for all. That it ends is the first figure: the
program that asks is this one.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from desktop.system.page_renderer import PageRenderer
from desktop.system.typesetter import Typesetter
from tests.hostile.papers import print_texts
from tests.hostile.photos import hostile_photos
from tests.hostile.samples import Outcome, hostile_scans, offer, offer_photo, photo_process

if sys.platform != "win32":
    import resource

MIB = 1024 * 1024
SLOW_S, LARGE = 1, 450 * MIB
KINDS = ("scans", "photos", "papers")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def told(outcome: Outcome) -> Outcome:
    """The outcome; what is slow or large is said as it comes."""
    if outcome.seconds > SLOW_S or outcome.peak_bytes > LARGE:
        say(f"{outcome.name}: {outcome.code or 'opened'}, {outcome.seconds:.1f} s, {outcome.peak_bytes // MIB} MiB")
    return outcome


def sums(what: str, outcomes: list[Outcome]) -> None:
    """What came of several."""
    slowest, largest = max(one.seconds for one in outcomes), max(one.peak_bytes for one in outcomes)
    codes = Counter(one.code or "opened" for one in outcomes)
    assert len({one.name for one in outcomes}) == len(outcomes)
    say(f"{len(outcomes)} {what}: longest answer {slowest:.1f} s, most memory {largest / MIB:.0f} MiB; {dict(codes)}")


def most_of_children() -> str:
    """What the largest process that was started took, also those that were killed; the system tells it, but Windows."""
    if sys.platform == "win32":
        return "not told by this system"
    return f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MiB"


def main() -> int:
    """The sums of each kind at the end of it."""
    kinds = sys.argv[1:] or KINDS
    with tempfile.TemporaryDirectory(prefix="pesagi-hostile-") as folder, PageRenderer() as renderer:
        path = Path(folder) / "berkas"

        def offered(name: str, data: bytes) -> Outcome:
            path.write_bytes(data)
            return told(offer(renderer, path, name))

        if "scans" in kinds:
            sums("PDFs and pictures", [offered(name, data) for name, data in hostile_scans()])
        if "photos" in kinds:
            with closing(photo_process()) as photos:
                sums("photos (HEIC)", [told(offer_photo(photos, data, name)) for name, data in hostile_photos()])
        if "papers" in kinds:
            with Typesetter() as typesetter:
                pdf, printing = print_texts(Path(folder), typesetter)
                sums("book of hostile texts printed", [printing])
            sums("such book opened again", [offered("texts-opened", pdf)])
    say(f"the program that asked did not die; most memory of a process that it started: {most_of_children()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
