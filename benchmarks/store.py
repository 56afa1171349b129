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
from desktop.storage.unit_of_work import Store
from desktop.system.profile import Profile

LETTERS = 1_000_000
ROUNDS = 200
SHORTEST = 5
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
    found: dict[str, object] = {}
    with store.read() as uow:
        senders = uow.connection.execute(text("SELECT sender FROM letter ORDER BY n DESC LIMIT 3000")).scalars().all()
        names = sorted(
            {word for sender in senders for word in sender.split() if len(word) >= SHORTEST and word.isalpha()}
        )
        for label, vocabulary in (("common", COMMON), ("names", names)):
            for words in (1, 2, 3):
                times = []
                for _ in range(ROUNDS):
                    typed = " ".join(rng.sample(vocabulary, words))
                    begun = time.perf_counter()
                    hits = letter_list.search(uow.connection, typed, limit=50)
                    if hits:
                        query = LetterQuery(office=OfficeId(1), today=system_clock().date(), words=typed)
                        letter_list.page(uow.connection, query, (tuple(hits), 0))
                    times.append(time.perf_counter() - begun)
                found[f"search_{label}_{words}"] = milliseconds(times)
        for length in (2, 3, 5):
            times = []
            for _ in range(ROUNDS):
                typed = rng.choice(COMMON)[:length]
                begun = time.perf_counter()
                letter_list.search(uow.connection, typed, limit=50)
                times.append(time.perf_counter() - begun)
            found[f"prefix_{length}"] = milliseconds(times)
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS)
