"""Texts as they are read of scanned letters, in great numbers, put into a store the way the background puts them.

A page has some two hundred words: most of them few and common, a part names and things of which there are thousands,
and some that a reading machine made up.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import msgspec
from sqlalchemy import text

from benchmarks.big_store import SEED, big_profile, store_key
from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from desktop.services.clock import system_clock
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState
from desktop.storage.letters import letters
from desktop.storage.opening import open_store
from desktop.storage.record_table import Stored
from desktop.storage.scan_index import index_scan
from desktop.storage.scan_texts import keep_page, line_up, next_waiting, unread
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.profile import Profile

READY = "scanned.json"
COMMON, NAMES = 3_000, 60_000
LEAST, MOST = 150, 260
FROM_NAMES, MADE_UP = 0.2, 0.04
SHORTEST = 5
SAMPLED_EVERY = 50
SCANS_A_COMMIT = 20
SYLLABLES = tuple(f"{first}{vowel}{last}" for first in "bdghjklmnprstw" for vowel in "aeiou" for last in ("", "n", "r"))


class ScanPages:
    """Pages of words; the same seed gives the same pages."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._common = [self._word() for _ in range(COMMON)]
        self._names = [self._word() for _ in range(NAMES)]
        # The first words of a language are met ever so much more often than the later ones (Zipf).
        self._sums = list(accumulate(1 / (rank + 3) for rank in range(COMMON)))

    def page(self) -> list[str]:
        """The words of one page."""
        rng = self._rng
        words = rng.choices(self._common, cum_weights=self._sums, k=rng.randrange(LEAST, MOST))
        for at in range(len(words)):
            chance = rng.random()
            if chance < MADE_UP:
                words[at] = f"{words[at][:3]}{rng.choice('il1rnmxz')}{words[at][2:]}"
            elif chance < MADE_UP + FROM_NAMES:
                words[at] = rng.choice(self._names)
        return words

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
    """Give letters a scan each, and the texts of its pages; of some pages the long words, as people remember them."""
    samples: list[list[str]] = []
    for start in range(0, len(places), SCANS_A_COMMIT):
        with store.begin() as uow:
            for number in _with_scans(uow, places[start : start + SCANS_A_COMMIT], pages=pages):
                words: list[str] = []
                for _ in range(pages):
                    words = made.page()
                    scan = next_waiting(uow.connection)
                    if scan is not None and keep_page(uow.connection, scan, " ".join(words)):
                        index_scan(uow.connection, scan.sha256)
                if (start + number) % SAMPLED_EVERY == 0:
                    samples.append(sorted({word for word in words if len(word) >= SHORTEST and word.isalpha()}))
    return samples


def _with_scans(uow: UnitOfWork, places: Sequence[int], *, pages: int) -> Iterator[int]:
    """Letters with a scan that waits to be read; the numbers of them, one after the other."""
    for n in places:
        row_id = uow.connection.execute(text("SELECT id FROM letter WHERE n = :n"), {"n": n}).scalar_one()
        stored = letters.get(uow.connection, row_id)
        if stored is None:
            raise LookupError(n)
        sha256 = BlobHash(hashlib.sha256(row_id).digest())
        scan = Attachment(sha256=sha256, size=60_000, media=MediaType.PDF, pages=pages)
        with_scan = msgspec.structs.replace(stored.record, scans=(scan,))
        letters.put(uow.connection, [Stored(with_scan, stored.rev, SyncMark.ON_SERVER)])
        uow.blobs.add(sha256, scan.size, state=BlobState.BOTH, now_ms=1)
        before = (int.from_bytes(sha256, "big") - 1).to_bytes(32, "big")
        line_up(uow.connection, unread(uow.connection, before, limit=1))
    yield from range(len(places))
