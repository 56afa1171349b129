"""Pusat Sinkron: what waits, what came of it, and the one state of the line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from core.domain.letters import SecurityLevel
from core.protocol.messages import OpResult, Outcome
from desktop.services.archives import NewRecordFile
from desktop.services.dispositions import Order
from desktop.services.sync_center import LineState, QueueItem, SyncCenterService
from desktop.storage.blob_table import BlobState
from desktop.storage.meta import SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.settling import settle_ops
from desktop.storage.sync_log import SyncLogEntry
from desktop.storage.unit_of_work import Store
from tests.desktop.storage.replica_steps import grant_streams
from tests.factories import HEAD, NOW, REGISTRAR, SECTION, letter
from tests.support.desks import Desk, entry
from tests.support.stores import IDENTITY, empty_store, put


def center(store: Store) -> SyncCenterService:
    return SyncCenterService(store)


def facts(store: Store, **known: object) -> None:
    with store.begin() as uow:
        uow.meta.write(SyncFacts(**known))  # type: ignore[arg-type]  # fields of the facts


def refuse(store: Store, *seqs: int, outcome: Outcome = Outcome.REFUSED) -> None:
    with store.begin() as uow:
        settle_ops(
            uow,
            [OpResult(seq=seq, outcome=outcome, same=False, code="not_allowed", field="subject") for seq in seqs],
            epoch=1,
        )


def about(items: tuple[QueueItem, ...]) -> list[tuple[int, str, str]]:
    return [(item.id, item.act, item.about) for item in items]


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({}, LineState.NEVER),
        ({"last_success_ms": 5}, LineState.CURRENT),
        ({"last_success_ms": 5, "last_problem": "no_network"}, LineState.OFFLINE),
        ({"last_problem": "timed_out"}, LineState.OFFLINE),
        ({"last_problem": "portal"}, LineState.OFFLINE),
        ({"last_success_ms": 5, "last_problem": "signed_out"}, LineState.SIGN_IN_AGAIN),
        ({"last_success_ms": 5, "last_problem": "certificate"}, LineState.PROBLEM),
    ],
)
def test_the_line_has_one_state(store: Store, known: dict[str, object], line: LineState) -> None:
    facts(store, **known)

    assert center(store).overview().line == line


def test_practice_has_no_line_at_all(store: Store) -> None:
    facts(store, last_problem="no_network")
    with store.begin() as uow:
        uow.meta.write(msgspec.structs.replace(IDENTITY, practice=True))

    assert center(store).overview().line == LineState.PRACTICE


def test_a_new_store_has_nothing_to_tell(tmp_path: Path) -> None:
    store = empty_store(tmp_path / "new.db")

    overview = center(store).overview()

    assert (overview.line, overview.waiting, overview.refused) == (LineState.NEVER, 0, 0)
    assert (overview.last_success, overview.offline_since, overview.problem) == (None, None, "")
    assert (center(store).queue(), center(store).tray(), center(store).log()) == ((), (), ())
    store.close()


def test_the_figures_count_what_waits_and_what_was_refused(store: Store) -> None:
    desk = Desk(store, REGISTRAR)
    for _ in range(3):
        desk.letters.register(entry())
    refuse(store, 1)
    with store.begin() as uow:
        uow.blobs.add(b"\x01" * 32, 100, state=BlobState.TO_SEND, now_ms=1)
        uow.blobs.set_state(b"\x01" * 32, BlobState.TO_SEND, have=30)
        uow.blobs.add(b"\x02" * 32, 100, state=BlobState.WANTED, now_ms=1)
    facts(store, last_success_ms=1_000, offline_since_ms=2_000, last_problem="no_network")

    overview = center(store).overview()

    assert (overview.waiting, overview.refused) == (2, 1)
    assert (overview.files_waiting, overview.bytes_waiting, overview.files_wanted) == (1, 70, 1)
    assert overview.last_success == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert overview.offline_since == datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
    assert overview.problem == "no_network"


def test_the_queue_tells_what_each_op_is_about_newest_first(store: Store) -> None:
    clerk, head, section = (Desk(store, position) for position in (REGISTRAR, HEAD, SECTION))
    registered = clerk.letters.register(entry(subject="Undangan rapat"))
    clerk.letters.amend(registered.letter_id, {"subject": "Undangan rapat besar"})
    file = clerk.files.open(NewRecordFile(classification="005", title="Undangan 2026"))
    clerk.letters.file(registered.letter_id, file)
    issued = head.dispositions.issue(Order(letter_id=registered.letter_id, recipients=(SECTION,), instructions=(1,)))
    section.dispositions.answer(issued, "Sudah.")

    items = center(store).queue()

    subject = "Undangan rapat besar"
    assert about(items) == [
        (6, "disposition.answer", subject),
        (5, "disposition.issue", subject),
        (4, "letter.file", subject),
        (3, "record_file.open", "Undangan 2026"),
        (2, "letter.amend", subject),
        (1, "letter.register", subject),
    ]
    assert {item.state for item in items} == {OpState.WAITING}
    assert {item.made_at for item in items} == {NOW}
    assert all(item.size > 40 for item in items)


def test_the_tray_tells_why_and_can_be_cleared(store: Store) -> None:
    grant_streams(store)
    desk = Desk(store, REGISTRAR)
    desk.letters.register(entry(subject="Undangan"))
    put(store, [letter()], rev=5)
    desk.letters.amend(letter().id, {"subject": "Punya saya"})
    refuse(store, 1)
    refuse(store, 2, outcome=Outcome.CONFLICT)

    tray = center(store).tray()
    assert about(tray) == [(2, "letter.amend", letter().subject), (1, "letter.register", "Undangan")]
    assert [(item.state, item.code, item.field) for item in tray] == [
        (OpState.CONFLICT, "not_allowed", "subject"),
        (OpState.REFUSED, "not_allowed", "subject"),
    ]
    assert center(store).queue() == ()

    center(store).dismiss(1)
    assert [item.id for item in center(store).tray()] == [2]


@pytest.mark.parametrize("level", list(SecurityLevel))
def test_a_secret_letter_is_named_by_its_sender_even_when_it_was_refused(store: Store, level: SecurityLevel) -> None:
    Desk(store, REGISTRAR).letters.register(entry(security=level, subject="Mutasi", sender="BKPSDM"))
    expected = "BKPSDM" if level >= SecurityLevel.SECRET else "Mutasi"

    assert about(center(store).queue()) == [(1, "letter.register", expected)]
    refuse(store, 1)
    assert about(center(store).tray()) == [(1, "letter.register", expected)]


def test_an_op_whose_letter_is_gone_still_has_its_line(store: Store) -> None:
    put(store, [letter()], rev=5)
    Desk(store, REGISTRAR).letters.amend(letter().id, {"subject": "Punya saya"})
    with store.begin() as uow:
        uow.table(5).delete(uow.connection, [letter().id])

    assert about(center(store).queue()) == [(1, "letter.amend", "")]


def test_the_log_lists_the_last_rounds_newest_first(store: Store) -> None:
    rounds = [
        SyncLogEntry(started_ms=number, seconds=1.0, outcome="ok", bytes_up=1, bytes_down=2, ops=3, rows=4)
        for number in (1, 2, 3)
    ]
    with store.begin() as uow:
        for one in rounds:
            uow.sync_log.add(one)

    assert center(store).log(2) == (rounds[2], rounds[1])
