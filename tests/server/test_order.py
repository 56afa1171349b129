"""Why a tenant's numbers come from one row that is bumped in the transaction, and not from a sequence.

The same writers and the same reader who follows, once with each: only the row lets nothing slip by.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from core.domain.ids import TenantId
from server.storage.engine import open_engine, writing
from server.storage.heads import HeadRow, TenantRow, TenantTable
from server.storage.walls import Walls

WRITERS = 16
SECONDS = 1.5
TENANT = TenantId(1)

Numbering = Callable[[Connection], int]


def from_the_head(connection: Connection) -> int:
    Walls(connection).enter(TENANT)
    number, _ = HeadRow(connection, TENANT).take(1)
    return number


def from_a_sequence(connection: Connection) -> int:
    return int(connection.execute(text("SELECT nextval('news_number')")).scalar_one())


@contextmanager
def news_table(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    with writing(engine) as connection:
        tenants = TenantTable(connection, Walls(connection))
        tenants.add(TenantRow(id=TENANT, name="Wilayah", region="Wilayah", feed_epoch=1))
        connection.execute(text("CREATE TABLE news (number bigint PRIMARY KEY)"))
        connection.execute(text("CREATE SEQUENCE news_number"))
    yield engine
    engine.dispose()


def follow_writers(engine: Engine, take: Numbering) -> tuple[set[int], set[int]]:
    """(what was written, what a reader who follows by number saw) while many write at the same moment."""
    end = time.monotonic() + SECONDS
    done = threading.Event()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end:
            with writing(engine) as connection:
                time.sleep(chance.random() * 0.002)
                connection.execute(text("INSERT INTO news VALUES (:number)"), {"number": take(connection)})
                time.sleep(chance.random() * 0.001)

    seen: set[int] = set()

    def read() -> None:
        cursor = 0
        last_look = False
        while not last_look:
            last_look = done.is_set()
            with writing(engine) as connection:
                after = {"cursor": cursor}
                found = (
                    connection.execute(text("SELECT number FROM news WHERE number > :cursor"), after).scalars().all()
                )
            seen.update(found)
            cursor = max([cursor, *found])

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    reader = threading.Thread(target=read)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    with writing(engine) as connection:
        written = set(connection.execute(text("SELECT number FROM news")).scalars())
    return written, seen


def test_who_follows_the_numbers_of_the_head_misses_nothing(ready_postgres: str) -> None:
    with news_table(ready_postgres) as engine:
        written, seen = follow_writers(engine, from_the_head)

    assert len(written) > WRITERS
    assert sorted(written) == list(range(1, len(written) + 1))
    assert seen == written


def test_who_follows_the_numbers_of_a_sequence_misses_some(ready_postgres: str) -> None:
    with news_table(ready_postgres) as engine:
        written, seen = follow_writers(engine, from_a_sequence)

    assert written - seen
