"""The store with 1,000,000 letters: any page by key, search newest first, what a screen needs.

python -m benchmarks.store [LETTERS]
"""

import random
import sys
import time

from sqlalchemy import text

from benchmarks.big_store import big_profile, store_key
from benchmarks.measuring import milliseconds, report
from core.domain.ids import OfficeId
from desktop.services.clock import system_clock
from desktop.storage import letter_list
from desktop.storage.letter_list import LetterFilter, LetterOrder, LetterQuery
from desktop.storage.opening import open_store
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.profile import Profile

LETTERS = 1_000_000
ROUNDS = 200
SHORTEST = 5
MOST_WORDS = 3
COMMON = ("undangan", "rapat", "koordinasi", "permohonan", "laporan", "penyampaian", "data", "tahun", "pekon")


def main(letters: int) -> None:
    """Measure and print one JSON line."""
    started = time.monotonic()
    folder = big_profile(letters)
    built_s = time.monotonic() - started
    profile = Profile(folder=folder)
    store = open_store(profile.store_path, store_key(folder), system_clock())
    rng = random.Random(1)
    figures = {
        "letters": letters,
        "build_s": round(built_s, 1),
        "bytes_per_letter": round(profile.store_path.stat().st_size / letters),
        **_pages(store, rng),
        **_searches(store, rng),
    }
    store.close()
    report("store", figures)


def _pages(store: Store, rng: random.Random) -> dict[str, object]:
    found: dict[str, object] = {}
    for order in LetterOrder:
        query = LetterQuery(office=OfficeId(1), today=system_clock().date(), order=order)
        with store.read() as uow:
            begun = time.perf_counter()
            outline = letter_list.outline(uow.connection, query)
            found[f"outline_{order.value}_ms"] = round((time.perf_counter() - begun) * 1000, 1)
            times = []
            for _ in range(ROUNDS):
                place = rng.choice(outline.starts)
                begun = time.perf_counter()
                rows = letter_list.page(uow.connection, query, place)
                times.append(time.perf_counter() - begun)
                if not rows:
                    raise RuntimeError("an empty page")
        found[f"page_{order.value}"] = milliseconds(times)
    undisposed = LetterQuery(office=OfficeId(1), today=system_clock().date(), only=LetterFilter.UNDISPOSED)
    with store.read() as uow:
        begun = time.perf_counter()
        letter_list.count(uow.connection, undisposed)
        found["count_undisposed_ms"] = round((time.perf_counter() - begun) * 1000, 1)
    return found


def _searches(store: Store, rng: random.Random) -> dict[str, object]:
    """Words that a person remembers of one letter, words that no letter need have together, and beginnings."""
    found: dict[str, object] = {}
    with store.read() as uow:
        subjects = (
            uow.connection.execute(text("SELECT subject FROM letter ORDER BY n DESC LIMIT 20000")).scalars().all()
        )
        remembered = [words for words in map(_long_words, subjects) if len(words) >= MOST_WORDS]
        for words in range(1, MOST_WORDS + 1):
            typed = [" ".join(rng.sample(rng.choice(remembered), words)) for _ in range(ROUNDS)]
            found[f"search_{words}"] = milliseconds([_search(uow, one) for one in typed])
        for words in (2, MOST_WORDS):
            typed = [" ".join(rng.sample(COMMON, words)) for _ in range(ROUNDS)]
            found[f"search_unrelated_common_{words}"] = milliseconds([_search(uow, one) for one in typed])
        for length in (2, 3, 5):
            typed = [rng.choice(COMMON)[:length] for _ in range(ROUNDS)]
            found[f"as_you_type_{length}"] = milliseconds([_search(uow, one) for one in typed])
    return found


def _long_words(subject: str) -> list[str]:
    return sorted({word for word in subject.split() if len(word) >= SHORTEST and word.isalpha()})


def _search(uow: UnitOfWork, typed: str) -> float:
    """Seconds to find the newest fifty and to read their lines."""
    begun = time.perf_counter()
    hits = letter_list.search(uow.connection, typed, limit=50)
    if hits:
        query = LetterQuery(office=OfficeId(1), today=system_clock().date(), words=typed)
        letter_list.page(uow.connection, query, (tuple(hits), 0))
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS)
