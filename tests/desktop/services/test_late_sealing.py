"""Sealing behind the window what secret letters still have in the clear, where something goes wrong meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, event

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.offices import Person
from desktop.app.late_sealing import LateSeals
from desktop.app.session_services import SyncRelay
from desktop.services.late_sealing import LateSealing
from desktop.services.letters import LetterService
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import Lane, TaskRunner
from tests.factories import HEAD, NOW, actor, letter, user_of
from tests.support.person_keys import give_keys, ring_of
from tests.support.stores import KEY, every, put

LETTERS = (LetterId(bytes([1]) * 16), LetterId(bytes([2]) * 16))
PATIENCE_MS = 15_000


@pytest.fixture
def files(store: Store, tmp_path: Path) -> BlobFiles:
    """Two letters were sealed where their scans were not; those have come since, and the head signs in."""
    give_keys(store, HEAD)
    store.let_sign(user_of(HEAD), ring_of(HEAD))
    made, scans = BlobFiles(tmp_path / "berkas", KEY, reserve=0), [b"%PDF-1.7 " + one for one in LETTERS]
    elsewhere = BlobFiles(tmp_path / "lain", KEY, reserve=0)
    service = LetterService(store, actor(HEAD), lambda: NOW, os.urandom, files=made)
    for number, (letter_id, content) in enumerate(zip(LETTERS, scans, strict=True), start=1):
        sha256, size = elsewhere.add_bytes(content)
        scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="selisih kas.pdf")
        put(store, [letter(id=letter_id, agenda_no=number, security=SecurityLevel.SECRET, scans=(scan,))])
        service.seal(letter_id)
    for content in scans:
        made.add_bytes(content)
    return made


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.close()


def in_clear(store: Store) -> set[LetterId]:
    letters = [one.record for one in every(store, IncomingLetter)]
    assert all(one.keys for one in letters)
    return {one.id for one in letters if one.scans[0].name}


def test_a_scan_that_is_damaged_keeps_no_other_letter_from_being_sealed(store: Store, files: BlobFiles) -> None:
    damaged = next(one.record for one in every(store, IncomingLetter) if one.record.id == LETTERS[0])
    files.path(damaged.scans[0].sha256).write_bytes(b"rusak" * 50)

    left = LateSealing(store, actor(HEAD), lambda: NOW, files).seal()

    assert left == in_clear(store) == {LETTERS[0]}


def test_for_whoever_is_let_in_no_more_nothing_is_tried_again_and_again(store: Store, files: BlobFiles) -> None:
    """The server would refuse it each time, and nobody could tell why their list of refusals grows."""
    head = next(one.record for one in every(store, Person) if one.record.number == user_of(HEAD))
    put(store, [msgspec.structs.replace(head, active=False)], rev=99)

    assert LateSealing(store, actor(HEAD), lambda: NOW, files).seal() == set(LETTERS)

    with store.read() as uow:
        assert uow.outbox.waiting(9)[2:] == (), "the two seals from before alone"
    assert in_clear(store) == set(LETTERS)


def test_what_could_not_be_sealed_is_tried_again_after_the_next_visit(
    store: Store, files: BlobFiles, runner: TaskRunner, qtbot: QtBot
) -> None:
    owner, relay = QObject(), SyncRelay()
    ground: Any = SimpleNamespace(
        opened=SimpleNamespace(store=store, files=files), runner=runner, feed=ChangeFeed(store.listen), relay=relay
    )
    parts: Any = SimpleNamespace(owner=owner, ground=ground, session=SimpleNamespace(actor=actor(HEAD)))
    seals = LateSeals(parts)
    store.shut()
    seals.begin()
    qtbot.waitUntil(lambda: not runner.works_in(Lane.STORE), timeout=PATIENCE_MS)
    assert in_clear(store) == set(LETTERS)
    store.let_act()

    relay.round_finished.emit("ok")

    qtbot.waitUntil(lambda: not in_clear(store), timeout=PATIENCE_MS)


def test_after_a_visit_nothing_is_read_of_the_secret_letters_that_it_did_not_bring(
    store: Store, files: BlobFiles
) -> None:
    read: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT") and "security >" in statement:
            read.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    LateSealing(store, actor(HEAD), lambda: NOW, files).seal({LETTERS[1]})
    event.remove(Engine, "before_cursor_execute", note)

    assert in_clear(store) == {LETTERS[0]}
    with store.read() as uow:
        plans = [uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all() for one, values in read]
    assert plans
    assert all("(id=?)" in step.detail for plan in plans for step in plan)
