"""When work has lain on one PC alone for too long, the person is told; not before, and not when a copy is elsewhere."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import msgspec
import pytest

from desktop.services.lone_work import LoneWarning, LoneWorkService, warning_of
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.lone_work import STICK_MS, LoneWork
from desktop.storage.meta import HubNotes, StickNotes, SyncFacts
from desktop.storage.unit_of_work import Store
from tests.factories import NOW, REGISTRAR
from tests.support.desks import Desk, entry, lease
from tests.support.stores import IDENTITY

HOUR_MS = 3_600_000
DAY = timedelta(days=1)
NOW_MS = int(NOW.timestamp() * 1000)
FAILS = SyncFacts(last_success_ms=5, last_problem="no_network")
WORKS = SyncFacts(last_success_ms=5)


def hours_ago(hours: int) -> int:
    return NOW_MS - hours * HOUR_MS


@pytest.mark.parametrize(
    ("work", "facts", "told"),
    [
        (LoneWork(), FAILS, False),
        (LoneWork(acts=1, acts_since_ms=hours_ago(23)), FAILS, False),
        (LoneWork(acts=1, acts_since_ms=hours_ago(24)), FAILS, True),
        (LoneWork(acts=1, acts_since_ms=hours_ago(24)), SyncFacts(), True),
        (LoneWork(acts=1, acts_since_ms=hours_ago(24)), WORKS, False),
        (LoneWork(acts=1, acts_since_ms=hours_ago(-24)), FAILS, False),
        (LoneWork(scans=1, scans_since_ms=hours_ago(71)), FAILS, False),
        (LoneWork(scans=1, scans_since_ms=hours_ago(72)), WORKS, True),
    ],
    ids=["none", "short", "a day", "never visited", "on its way", "a clock set back", "scans", "scans left behind"],
)
def test_it_is_told_after_a_day_without_a_visit_and_scans_after_three(
    work: LoneWork,
    facts: SyncFacts,
    told: bool,  # noqa: FBT001  # a column of the table
) -> None:
    assert (warning_of(work, facts, NOW) is not None) is told


class Office:
    """A PC whose line is down: three letters, and a scan, two days ago."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.begin() as uow:
            uow.meta.write(msgspec.structs.replace(IDENTITY, practice=False))
            uow.meta.write(FAILS)
        lease(store, 1, 50)
        clerk = Desk(store, REGISTRAR)
        for number in range(3):
            clerk.letters.register(entry(subject=f"Surat {number}"))
        with store.begin() as uow:
            scan = hashlib.sha256(b"scan").digest()
            uow.blobs.add(scan, 9, state=BlobState.TO_SEND, now_ms=NOW_MS, reason=FileReason.ADDRESSED)

    def note(self, fact: HubNotes | StickNotes) -> None:
        with self.store.begin() as uow:
            uow.meta.write(fact)

    def told(self, *, days: int = 2) -> LoneWarning | None:
        return LoneWorkService(self.store, lambda: NOW + days * DAY).look()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def test_what_waits_is_told_with_the_day_since_when(office: Office) -> None:
    assert office.told(days=0) is None
    assert office.told() == LoneWarning(acts=3, scans=1, since=date(2026, 3, 16))


def test_what_lies_at_the_hub_is_not_here_alone(office: Office) -> None:
    office.note(HubNotes(epoch=1, seq=2))
    told = office.told()
    assert told is not None
    assert (told.acts, told.scans) == (1, 1)


def test_what_lies_on_a_stick_is_not_here_alone_as_long_as_the_stick_is_fresh(office: Office) -> None:
    office.note(StickNotes(epoch=1, seq=3, scans_ms=NOW_MS, written_ms=NOW_MS))
    assert office.told() is None
    assert office.told(days=STICK_MS // HOUR_MS // 24 - 1) is None
    told = office.told(days=STICK_MS // HOUR_MS // 24)
    assert told is not None
    assert (told.acts, told.scans) == (3, 1)


def test_nothing_is_told_in_practice(office: Office) -> None:
    with office.store.begin() as uow:
        uow.meta.write(msgspec.structs.replace(IDENTITY, practice=True))
    assert office.told() is None
