"""A real server in a process of its own, filled with the practice office, for benchmarks over the emulated line."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from core.domain.dispositions import Disposition
from core.domain.ids import TenantId
from core.domain.letters import IncomingLetter
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.mapping import PracticeDirectory, directory_records, letter_records
from server.app import DATABASE_FILE
from server.services.ground import Ground
from server.services.ledger import Entry, write_entries
from server.services.storable import all_storable
from server.storage.database import Database, TenantStore
from server.storage.engine import sqlite_url

LAST_DAY = date(2026, 11, 20)
SEED = 11
BATCH = 500
START_S = 30.0


def office_rows(letters: int, dispositions: int) -> tuple[list[IncomingLetter], list[Disposition], PracticeDirectory]:
    """The records: that many letters, and exactly that many dispositions on the oldest of them."""
    generator = PracticeGenerator(SEED, until=LAST_DAY)
    directory = directory_records(generator.office())
    made: list[IncomingLetter] = []
    ordered: list[Disposition] = []
    numbers: dict[int, int] = {}
    extra = 0
    for letter in generator.letters(letters):
        year = letter.received_on.year
        numbers[year] = numbers.get(year, 0) + 1
        orders = generator.dispositions(letter) if len(ordered) < dispositions else ()
        record, chain = letter_records(letter, orders, directory, agenda_no=numbers[year])
        made.append(record)
        ordered.extend(chain)
    while len(ordered) < dispositions:  # the office disposes a little less than asked for: a second sheet for some
        base = ordered[extra * 7 % len(ordered)]
        ordered.append(msgspec.structs.replace(base, id=_other_id(base.id, extra)))
        extra += 1
    return made, ordered[:dispositions], directory


def fill(data: Path, letters: list[IncomingLetter], dispositions: list[Disposition]) -> None:
    """Write the records through the server's own write path."""
    database = Database(sqlite_url(data / DATABASE_FILE))
    database.open()
    tenant = TenantId(1)
    by_letter: dict[bytes, list[Any]] = {}
    for disposition in dispositions:
        by_letter.setdefault(disposition.letter_id, []).append(disposition)
    batch: list[Any] = []
    for letter in letters:
        batch.extend((letter, *by_letter.get(letter.id, ())))
        if len(batch) >= BATCH:
            _write(database, tenant, batch)
            batch = []
    _write(database, tenant, batch)
    database.close()


def change(data: Path, records: list[Any]) -> None:
    """Write records of any kind, in this order, through the server's own write path."""
    database = Database(sqlite_url(data / DATABASE_FILE))
    database.open()
    _write(database, TenantId(1), records)
    database.close()


def _write(database: Database, tenant: TenantId, records: list[Any]) -> None:
    def work(store: TenantStore) -> None:
        entries = [Entry(records=all_storable(records))]
        write_entries(store, Ground(store, writer=None), entries=entries, now_ms=time.time_ns() // 1_000_000)

    database.write(lambda unit: work(unit.of(tenant)))


def _other_id(row_id: bytes, number: int) -> Any:
    return row_id[:9] + number.to_bytes(7, "big")


@contextmanager
def serving(data: Path, *, tls: bool = False) -> Iterator[int]:
    """The port of a server on `data`, in its own process, until the block ends."""
    with serving_process(data, tls=tls) as (port, _):
        yield port


@contextmanager
def serving_process(data: Path, *, tls: bool = False) -> Iterator[tuple[int, int]]:
    """As `serving`, with the number of the process."""
    command = [sys.executable, "-m", "server", "serve", "--data", str(data), "--port", "0", "--json"]
    process = subprocess.Popen(
        [*command, *(["--tls"] if tls else [])], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield int(json.loads(line)["url"].rsplit(":", 1)[1]), process.pid
    finally:
        process.terminate()
        process.wait(START_S)
        if process.stdout:
            process.stdout.close()


def make_snapshots(data: Path) -> None:
    """What the server does by itself every few minutes."""
    command = [sys.executable, "-m", "server", "admin", "snapshots", "--data", str(data), "--json"]
    subprocess.run(command, capture_output=True, check=True)


def set_up(data: Path, *, office: str = "Kantor Kecamatan Ulu Kenanga") -> dict[str, str]:
    """Make the first office; the one-time code of each person by username."""
    command = [sys.executable, "-m", "server", "admin", "setup", "--data", str(data), "--office", office]
    command += ["--short", "Kec. Ulu Kenanga", "--region", "Kabupaten Rimba Serunai", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {person["username"]: person["code"] for person in json.loads(done.stdout)["people"]}
