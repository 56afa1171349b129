"""What is read of scans: 60 noisy pages of 200 and 300 dpi, the fields that are proposed, the words that were found.

Half of the pages are held out: letters of another seed, of which only shares are printed, so that nobody can fit a rule
to what was read on them. Prints one JSON line beside the promise; what was read wrong on the other half goes to
standard error.

    python -m benchmarks.ocr [FROM:TO [here]]   # letters from 0 to 30, each on two pages

With `here` the pages are read in this process, at its own priority: that of the reading process is the lowest, and on a
machine that is busy it hardly gets on.
"""

from __future__ import annotations

import io
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import msgspec

from benchmarks.measuring import report
from benchmarks.noisy_scans import SEED, NoisyScan, NoisyScanner
from core.domain.attachments import MediaType
from desktop.services.letter_parsing import proposal_of
from desktop.services.practice.records import PracticeLetter
from desktop.system.page_messages import Read, TextRead
from desktop.system.page_renderer import READING_WORKER, PageRenderer
from desktop.system.reading_worker import Reader

LETTERS = 30
RESOLUTIONS = (200, 300)
HELD_OUT_SEED = 20_270
PROMISED = {"number": 0.85, "date": 0.90, "words": 0.95}
PATIENCE_S = 600.0  # the reading process has the lowest priority, and others may work here
FIELDS = ("number", "date", "subject", "sender")


class Page(msgspec.Struct, frozen=True):
    """What was read of one page: the fields that are right, the share of its words, the seconds it took."""

    dpi: int
    held_out: bool
    right: frozenset[str]
    words: float
    seconds: float


def main(first: int, last: int, *, here: bool = False) -> None:
    """Measure and print one JSON line."""
    scanners = {False: NoisyScanner(SEED), True: NoisyScanner(HELD_OUT_SEED)}
    letters = {held_out: scanner.letters(LETTERS // 2) for held_out, scanner in scanners.items()}
    pages: list[Page] = []
    with ExitStack() as stack:
        process = stack.enter_context(PageRenderer(timeout_s=PATIENCE_S, worker=READING_WORKER))
        read = partial(_read_here, Reader()) if here else partial(_read_there, process)
        for number in range(first, last):
            held_out = bool(number % 2)
            letter = letters[held_out][number // 2]
            for dpi in RESOLUTIONS:
                scan = scanners[held_out].scan(letter, dpi=dpi)
                pages.append(read_page(read, scan, letter, held_out=held_out))
    figures: dict[str, Any] = {"letters": f"{first}:{last}", "promised": PROMISED, "all": shares(pages)}
    for name, held_out in (("tuned", False), ("held_out", True)):
        figures[name] = shares([page for page in pages if page.held_out == held_out])
        for dpi in RESOLUTIONS:
            some = [page for page in pages if page.held_out == held_out and page.dpi == dpi]
            figures[f"{name}_{dpi}_dpi"] = shares(some)
    report("ocr", figures)


def _read_there(process: PageRenderer, pdf: bytes) -> str:
    return process.read(partial(io.BytesIO, pdf), page=0)


def _read_here(reader: Reader, pdf: bytes) -> str:
    reply = reader.answer(Read(size=len(pdf), media=MediaType.PDF, page=0), io.BytesIO(pdf))
    return reply.text if isinstance(reply, TextRead) else ""


def read_page(read: Callable[[bytes], str], scan: NoisyScan, letter: PracticeLetter, *, held_out: bool) -> Page:
    """Read one page and compare it with what was printed."""
    begun = time.perf_counter()
    text = read(scan.pdf)
    seconds = time.perf_counter() - begun
    found = proposal_of(text)
    compared = {
        "number": (plain(found.letter_no), plain(letter.letter_no)),
        "date": (found.letter_date, letter.letter_date),
        "subject": (plain(found.subject), plain(letter.subject)),
        "sender": (bool(found.sender), True),
    }
    right = frozenset(name for name, (seen, true) in compared.items() if seen == true)
    if not held_out:
        for name in (name for name in FIELDS if name not in right):
            sys.stderr.write(f"{name} {scan.dpi}: {compared[name][1]} -> {compared[name][0]}\n")
    return Page(scan.dpi, held_out, right, share_of_words(text, scan.words), seconds)


def shares(pages: list[Page]) -> dict[str, float]:
    """The shares of what was found."""
    if not pages:
        return {"pages": 0}
    right = Counter(name for page in pages for name in page.right)
    found: dict[str, float] = {"pages": len(pages)}
    found |= {name: round(right[name] / len(pages), 3) for name in FIELDS}
    found["words"] = round(statistics.mean(page.words for page in pages), 4)
    found["page_s"] = round(statistics.median(page.seconds for page in pages), 2)
    return found


def plain(text: str) -> str:
    """A text without blanks and in small letters: what a search compares."""
    return re.sub(r"\s+", "", text).lower()


def share_of_words(text: str, truth: tuple[str, ...]) -> float:
    """How many of the words on the page were found."""
    there, wanted = Counter(words_of(text)), Counter(words_of(" ".join(truth)))
    return sum((there & wanted).values()) / max(1, sum(wanted.values()))


def words_of(text: str) -> list[str]:
    """Words of two signs and more, as the search has them."""
    return [word for word in re.findall(r"\w+", text.lower()) if len(word) > 1]


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else f"0:{LETTERS}"
    start, end = chosen.split(":")
    main(int(start), int(end), here="here" in sys.argv)
