"""What is read of scans: 60 noisy pages of 200 and 300 dpi, the fields that are proposed, the words that were found.

Prints one JSON line beside the promise. Arguments: how many pages (60).
"""

from __future__ import annotations

import io
import re
import statistics
import sys
import time
from collections import Counter
from functools import partial
from typing import Any

from benchmarks.measuring import report
from benchmarks.noisy_scans import NoisyScan, NoisyScanner
from desktop.services.letter_parsing import proposal_of
from desktop.system.page_renderer import READING_WORKER, PageRenderer

PAGES = 60
PROMISED = {"number": 0.85, "date": 0.90, "words": 0.95}


def main() -> None:
    """Measure and print one JSON line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    scanner = NoisyScanner()
    letters = scanner.letters(count // 2)
    figures: dict[str, Any] = {"pages": 2 * len(letters), "promised": PROMISED}
    with PageRenderer(timeout_s=120.0, worker=READING_WORKER) as reader:
        for dpi in (200, 300):
            figures[f"{dpi}_dpi"] = read_all(reader, [scanner.scan(letter, dpi=dpi) for letter in letters])
    report("ocr", figures)


def read_all(reader: PageRenderer, scans: list[NoisyScan]) -> dict[str, float]:
    """The shares of what was found."""
    right: Counter[str] = Counter()
    words, seconds = [], []
    for scan in scans:
        begun = time.perf_counter()
        text = reader.read(partial(io.BytesIO, scan.pdf), page=0)
        seconds.append(time.perf_counter() - begun)
        found, letter = proposal_of(text), scan.letter
        right["number"] += plain(found.letter_no) == plain(letter.letter_no)
        right["date"] += found.letter_date == letter.letter_date
        right["subject"] += plain(found.subject) == plain(letter.subject)
        right["sender"] += bool(found.sender)
        words.append(share_of_words(text, scan.words))
        for name, seen, true in (("no", found.letter_no, letter.letter_no), ("hal", found.subject, letter.subject)):
            if plain(seen) != plain(true):
                sys.stderr.write(f"{name} {scan.dpi}: {true} -> {seen}\n")
    shares = {name: round(right[name] / len(scans), 3) for name in ("number", "date", "subject", "sender")}
    return {**shares, "words": round(statistics.mean(words), 4), "page_s": round(statistics.median(seconds), 2)}


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
    main()
