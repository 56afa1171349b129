"""Texts as they are read of scanned letters, in great numbers, put into a store the way the background puts them.

A page has some two hundred words: most of them few and common, a part names and things of which there are thousands,
and some that a reading machine made up.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import zlib
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.big_store import SEED, big_profile, store_key
from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from core.protocol.codec import encode
from desktop.services.clock import system_clock
from desktop.storage.letter_files import START_BYTES
from desktop.storage.opening import open_store
from desktop.storage.scan_texts import PAGE_BREAK
from desktop.storage.unit_of_work import Store
from desktop.system.profile import Profile

READY = "scanned.json"
COMMON, NAMES = 3_000, 60_000
SENTENCE, SENTENCES = 10, 40_000
LEAST, MOST = 15, 26
FROM_NAMES, MADE_UP = 0.2, 8
SHORTEST = 5
SAMPLED_EVERY = 50
SCANS_A_COMMIT = 100
STATEMENTS = (
    "UPDATE letter SET scans = :scans WHERE n = :n",
    "INSERT INTO letter_scan (start, n) VALUES (:start, :n)",
    """INSERT INTO blob (sha256, size, state, have, added_ms, reason, paused, damaged)
    VALUES (:sha256, 60000, 2, 0, 1, 2, 0, 0)""",
    "INSERT INTO scan_text (sha256, state, n, pages, done, text) VALUES (:sha256, 1, :n, :pages, :pages, :packed)",
    "INSERT INTO scan_search (rowid, text) VALUES (:n, :text)",
)
SYLLABLES = tuple(f"{first}{vowel}{last}" for first in "bdghjklmnprstw" for vowel in "aeiou" for last in ("", "n", "r"))


class ScanPages:
    """Pages of words; the same seed gives the same pages."""

    def __init__(self, seed: int) -> None:
        self._rng = rng = random.Random(seed)
        common = [self._word() for _ in range(COMMON)]
        names = [self._word() for _ in range(NAMES)]
        # The first words of a language are met ever so much more often than the later ones (Zipf).
        sums = list(accumulate(1 / (rank + 3) for rank in range(COMMON)))
        self._common = common
        self._sentences = [
            " ".join(
                rng.choice(names) if rng.random() < FROM_NAMES else word
                for word in rng.choices(common, cum_weights=sums, k=SENTENCE)
            )
            for _ in range(SENTENCES)
        ]

    def page(self) -> str:
        """The text of one page."""
        rng = self._rng
        made_up = (f"{word[:3]}{rng.choice('il1rnmxz')}{word[2:]}" for word in rng.choices(self._common, k=MADE_UP))
        return " ".join((*rng.choices(self._sentences, k=rng.randrange(LEAST, MOST)), *made_up))

    def _word(self) -> str:
        return "".join(self._rng.choices(SYLLABLES, k=self._rng.choice((1, 2, 2, 3, 3, 4))))


def scanned_profile(letters: int, *, pages: int, pages_a_scan: int) -> Path:
    """As `big_profile`, with the texts of that many pages of scans; built if it is not there yet."""
    original = big_profile(letters)
    folder = original.with_name(f"{original.name}-{pages}-scanned")
    ready = folder / READY
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(original, folder, ignore=shutil.ignore_patterns("*sebelum*", "ready.json"))
        profile = Profile(folder=folder)
        store = open_store(profile.store_path, store_key(folder), system_clock())
        with store.read() as uow:
            places = uow.connection.execute(text("SELECT n FROM letter WHERE security = 0")).scalars().all()
        before = profile.store_path.stat().st_size
        chosen = sorted(random.Random(SEED).sample(places, pages // pages_a_scan))
        samples = _fill(store, chosen, ScanPages(SEED), pages=pages_a_scan)
        store.close()  # what lies in the log is counted too
        made = {"samples": samples, "bytes": profile.store_path.stat().st_size - before}
        ready.write_text(json.dumps(made), encoding="utf-8")
    return folder


def _fill(store: Store, places: Sequence[int], made: ScanPages, *, pages: int) -> list[list[str]]:
    """Give letters a scan each, and the texts of its pages; of some pages the long words, as people remember them.

    Straight into the tables, since a quarter of an hour would pass otherwise: the rows are what the program makes of
    them, but for the proofs of the letters.
    """
    samples: list[list[str]] = []
    for start in range(0, len(places), SCANS_A_COMMIT):
        rows: list[dict[str, Any]] = []
        for n in places[start : start + SCANS_A_COMMIT]:
            texts = [made.page() for _ in range(pages)]
            sha256 = BlobHash(hashlib.sha256(n.to_bytes(8, "big")).digest())
            scan = Attachment(sha256=sha256, size=60_000, media=MediaType.PDF, pages=pages)
            packed = zlib.compress(PAGE_BREAK.join(texts).encode(), 9)
            row = {"n": n, "sha256": sha256, "start": sha256[:START_BYTES], "pages": pages, "packed": packed}
            rows.append({**row, "scans": encode((scan,)), "text": " ".join(texts)})
            if len(rows) % SAMPLED_EVERY == 0:
                samples.append(sorted({one for one in texts[-1].split() if len(one) >= SHORTEST and one.isalpha()}))
        with store.begin() as uow:
            for statement in STATEMENTS:
                uow.connection.execute(text(statement), rows)
    return samples
