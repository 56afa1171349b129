"""A letter registered - row, op, search index, number, one durable commit - in a store of 1,000,000 letters.

Beside it the floor of this disk in the same run: 8 KiB written and synced. By turns the bytes that are freed are
overwritten, as in every store, and left as they are: what `secure_delete` costs.

    python -m benchmarks.register [LETTERS]
"""

import os
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.big_store import big_profile, registrar, store_key
from benchmarks.measuring import milliseconds, report
from core.domain.letters import SecurityLevel, Urgency
from desktop.services.clock import system_clock
from desktop.services.letters import LetterEntry, LetterService
from desktop.storage.opening import open_store
from desktop.storage.unit_of_work import Store
from desktop.system.profile import Profile

LETTERS = 1_000_000
ROUNDS = 1000
TURN = 20


def main(letters: int) -> None:
    """Measure and print one JSON line."""
    original = big_profile(letters)
    with tempfile.TemporaryDirectory(prefix="pesagi-register-") as scratch:
        folder = Path(scratch) / "profil"
        shutil.copytree(original, folder)
        _settle(folder)
        store = open_store(Profile(folder=folder).store_path, store_key(folder), system_clock())
        actor = registrar(store)
        service = LetterService(store, actor, system_clock, os.urandom)
        times: list[float] = []
        careless: list[float] = []
        for number in range(ROUNDS):
            entry = LetterEntry(
                received_on=date(2026, 11, 23),
                letter_no=f"000.1.5/{number}/III.01/2026",
                letter_date=date(2026, 11, 20),
                sender="Badan Perencanaan Pembangunan Daerah",
                subject=f"Undangan Rapat Koordinasi Persiapan Musrenbang Kecamatan Tahun 2027 ke-{number}",
                security=SecurityLevel.OPEN,
                urgency=Urgency.URGENT,
                classification="000.1.5",
            )
            overwriting = number // TURN % 2 == 0
            if number % TURN == 0:
                _overwrite(store, on=overwriting)
            begun = time.perf_counter()
            service.register(entry)
            (times if overwriting else careless).append(time.perf_counter() - begun)
        store.close()
        floor = _floor(Path(scratch))
    report(
        "register",
        {
            "letters": letters,
            "rounds": ROUNDS,
            "register": milliseconds(times),
            "without_overwriting": milliseconds(careless),
            "overwriting_ratio": round(median(times) / median(careless), 3),
            "disk_sync_8k": milliseconds(floor),
        },
    )


def _overwrite(store: Store, *, on: bool) -> None:
    """Switch it for the one connection that a single thread uses."""
    with store.read() as uow:
        uow.connection.exec_driver_sql(f"PRAGMA secure_delete = {'ON' if on else 'OFF'}")


def _settle(folder: Path) -> None:
    """Bring the copy to the disk now: the first checkpoint would otherwise wait for all of it, as no office's does."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _floor(folder: Path) -> list[float]:
    times = []
    with (folder / "floor").open("wb", buffering=0) as file:
        for _ in range(300):
            begun = time.perf_counter()
            file.write(bytes(8192))
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return times


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS)
