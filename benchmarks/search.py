"""Finding among 1,000,000 letters: words, beginnings, other spellings, slips; and the list on the screen.

And finding letters by words in their scans, of which 100,000 pages were read. Beside each search of letters stands the
plain FTS5 query of the same words in the same round: what spellings and slips cost is the ratio. The screen is the real
search over everything, timed from the last key until its list is painted.

    python -m benchmarks.search [LETTERS [scans]]      # with `scans`: only what is found in scans
"""

import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import text

from benchmarks.big_store import registrar, store_key
from benchmarks.measuring import milliseconds, percentile, report
from benchmarks.scan_pages import READY, scanned_profile
from core.domain.ids import OfficeId
from desktop.services.classification_names import CodeNames, LateCatalogue
from desktop.services.clock import system_clock
from desktop.services.finding import FindService
from desktop.services.register import RegisterService
from desktop.storage import letter_list
from desktop.storage.letter_list import LetterQuery
from desktop.storage.letter_search import match_expression
from desktop.storage.opening import open_store
from desktop.storage.search_words import search_tokens
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.profile import Profile
from desktop.viewmodels.finder import Finder
from desktop.views.find_palette import FindPalette
from desktop.widgets.theme import Theme
from desktop.workers.runner import TaskRunner

LETTERS = 1_000_000
ROUNDS = 200
SCREEN_ROUNDS = 60
ROWS = 20
SHORTEST = 5
MOST_WORDS = 3
KEY_MS = 30
PATIENCE_S = 10.0
SCAN_PAGES = 100_000
PAGES_A_SCAN = 2
PLAIN = text("SELECT rowid FROM letter_search WHERE letter_search MATCH :match ORDER BY rowid DESC LIMIT :limit")


def main(letters: int, *, scans_only: bool = False) -> None:
    """Measure and print one JSON line."""
    pages = min(SCAN_PAGES, letters // 2)
    original = scanned_profile(letters, pages=pages, pages_a_scan=PAGES_A_SCAN)
    with tempfile.TemporaryDirectory(prefix="pesagi-search-") as scratch:
        folder = Path(scratch) / "profil"
        shutil.copytree(original, folder, ignore=shutil.ignore_patterns("*sebelum*"))
        begun = time.perf_counter()
        store = open_store(Profile(folder=folder).store_path, store_key(folder), system_clock())
        figures: dict[str, object] = {"letters": letters, "opened_s": round(time.perf_counter() - begun, 1)}
        if not scans_only:
            figures |= _searches(store)
            figures |= _screen(store)
        made = json.loads((original / READY).read_text(encoding="utf-8"))
        figures |= {"scan_pages": pages, **_in_scans(store, made)}
        store.close()
    report("search", figures)


def _searches(store: Store) -> dict[str, object]:
    rng = random.Random(1)
    found: dict[str, object] = {}
    query = LetterQuery(office=OfficeId(1), today=system_clock().date())
    with store.read() as uow:
        known = uow.connection.execute(text("SELECT count(*) FROM search_word")).scalar_one()
        subjects = uow.connection.execute(text("SELECT subject FROM letter ORDER BY n DESC LIMIT 20000")).scalars()
        remembered = [words for words in map(_long_words, subjects) if len(words) >= MOST_WORDS]
        for count in range(1, MOST_WORDS + 1):
            typed = [" ".join(rng.sample(rng.choice(remembered), count)) for _ in range(ROUNDS)]
            found |= _beside(f"words_{count}", uow, query, typed, whole=True)
        for length in (2, 3, 4, 6):
            typed = [rng.choice(rng.choice(remembered))[:length] for _ in range(ROUNDS)]
            found |= _beside(f"typing_{length}", uow, query, typed, whole=False)
        slips = [_slip(rng, rng.choice(rng.choice(remembered))) for _ in range(ROUNDS)]
        hits = [len(letter_list.search(uow.connection, one, limit=1)) for one in slips]
        found |= _beside("slip", uow, query, slips, whole=True)
        found |= {"slips_found": round(sum(hits) / len(hits), 3), "known_words": known}
    return found


def _beside(name: str, uow: UnitOfWork, query: LetterQuery, typed: Sequence[str], *, whole: bool) -> dict[str, object]:
    """The same words by our search and by the plain query, by turns."""
    ours, plain = [], []
    for one in typed:
        tokens = search_tokens(one)
        match = match_expression(tokens, [whole] * len(tokens))
        plain.append(_timed(partial(_plainly, uow, match)))
        ours.append(_timed(partial(letter_list.search, uow.connection, one, limit=ROWS)))
    return {
        name: milliseconds(ours),
        f"{name}_plain": milliseconds(plain),
        f"{name}_ratio": round(median(ours) / median(plain), 2),
        f"{name}_p95_ratio": round(percentile(ours, 95) / percentile(plain, 95), 2),
        f"{name}_with_rows": milliseconds(
            [_timed(partial(letter_list.newest, uow.connection, _with(query, one), limit=ROWS)) for one in typed]
        ),
    }


def _screen(store: Store) -> dict[str, object]:
    """From the last key to the painted list, in the search over everything."""
    app = QApplication.instance() or QApplication([])
    theme = Theme(app)  # type: ignore[arg-type]  # an instance of QApplication
    theme.install()
    actor, runner = registrar(store), TaskRunner(app)
    register = RegisterService(store, actor, system_clock, CodeNames(LateCatalogue()))
    page = QWidget()
    page.resize(1366, 728)
    page.show()
    finder = Finder(register, FindService(store, actor), runner, page)
    palette = FindPalette(theme, finder, commands=[], parent=page)
    rng, times = random.Random(2), []
    with store.read() as uow:
        subjects = uow.connection.execute(text("SELECT subject FROM letter ORDER BY n DESC LIMIT 5000")).scalars().all()
    remembered = [words for words in map(_long_words, subjects) if len(words) > 1]
    for _ in range(SCREEN_ROUNDS):
        typed = " ".join(rng.sample(rng.choice(remembered), 2))
        palette.field.clear()
        QTest.keyClicks(palette.field, typed[:-1], delay=KEY_MS)
        begun = time.perf_counter()
        QTest.keyClicks(palette.field, typed[-1])
        while finder.last.typed != typed and time.perf_counter() - begun < PATIENCE_S:
            app.processEvents()
        palette.list.viewport().repaint()
        times.append(time.perf_counter() - begun)
    runner.close()
    return {"screen": milliseconds(times)}


def _in_scans(store: Store, made: dict[str, Any]) -> dict[str, object]:
    """Letters found by words in the texts of their scans, with the words around each hit.

    Beside the time by the clock stands that of the processor, which others on the machine do not lengthen.
    """
    rng, samples = random.Random(3), [words for words in made["samples"] if len(words) >= MOST_WORDS]
    register = RegisterService(store, registrar(store), system_clock, CodeNames(LateCatalogue()))
    asked = {
        f"scan_words_{count}": [rng.sample(rng.choice(samples), count) for _ in range(ROUNDS)] for count in (1, 2, 3)
    }
    asked |= {
        f"scan_typing_{count}": [[rng.choice(rng.choice(samples))[:count]] for _ in range(ROUNDS)]
        for count in (3, 4, 6)
    }
    found: dict[str, object] = {"scan_bytes": made["bytes"]}
    hits: list[int] = []
    for name, typed in asked.items():
        clock, processor = [], []
        for words in typed:
            before, begun = time.thread_time(), time.perf_counter()
            hits.append(len(register.find_in_scans(" ".join(words), limit=ROWS)))
            clock.append(time.perf_counter() - begun)
            processor.append(time.thread_time() - before)
        found |= {name: milliseconds(clock), f"{name}_cpu": milliseconds(processor)}
    return {**found, "scan_found": round(sum(count > 0 for count in hits) / len(hits), 3)}


def _plainly(uow: UnitOfWork, match: str) -> None:
    uow.connection.execute(PLAIN, {"match": match, "limit": ROWS}).all()


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _with(query: LetterQuery, words: str) -> LetterQuery:
    return LetterQuery(office=query.office, today=query.today, words=words)


def _slip(rng: random.Random, word: str) -> str:
    """The word with two neighbouring letters exchanged, not the first."""
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _long_words(subject: str) -> list[str]:
    return sorted({word for word in subject.split() if len(word) >= SHORTEST and word.isalpha()})


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS, scans_only="scans" in sys.argv)
