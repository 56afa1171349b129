"""The sync engine without a server: what it asks for, and what it does with answers that break off or surprise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import event

from core.domain.ids import DeviceId, StreamId
from core.domain.numbering import INCOMING_AGENDA, NumberLease
from core.domain.streams import DIRECTORY, StreamKey, StreamKind
from core.protocol.messages import (
    MAX_OPS,
    Control,
    Data,
    Done,
    Frame,
    OpResult,
    Slice,
    StreamChecked,
    StreamGrant,
    SyncRequest,
)
from core.protocol.ops import batch_payload, read_op
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.meta import ClockSample
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from desktop.sync.signing import DeviceKeys
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.factories import HEAD, OFFICE, REGISTRAR, TODAY
from tests.support.desks import Desk, entry, lease
from tests.support.stores import IDENTITY, KEY, office_store

WALL_MS = 1_773_628_200_000
REGISTER = StreamGrant(stream=StreamId(2), key=StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, year=2026), priority=2)
LEASE = NumberLease(office=OFFICE, year=2026, series=INCOMING_AGENDA, low=1, high=50, fence=1)


class Keys(DeviceKeys):
    """Real keys that remember what they signed."""

    def __init__(self) -> None:
        super().__init__(bytes(32), bytes(32))
        self.signed: list[bytes] = []

    def sign(self, payload: bytes) -> bytes:
        self.signed.append(payload)
        return super().sign(payload)


class Answers:
    """Plays one list of frames for each request, and keeps the requests."""

    def __init__(self, *replies: list[Frame]) -> None:
        self.replies = list(replies)
        self.requests: list[SyncRequest] = []

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        self.requests.append(request)
        yield from self.replies.pop(0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR, HEAD))
    yield opened
    opened.close()


def engine(store: Store, tmp_path: Path, *, today: date = TODAY, keys: DeviceKeys | None = None) -> SyncEngine:
    def wall_ms() -> int:
        return WALL_MS

    def the_day() -> date:
        return today

    return SyncEngine(store, BlobFiles(tmp_path / "berkas", KEY), keys or Keys(), wall_ms, today=the_day)


def never() -> bool:
    return False


def control(**changes: object) -> Control:
    return msgspec.structs.replace(Control(feed_epoch=1, now_ms=WALL_MS + 5_000, grants=1), **changes)


def accepted(count: int, *, start: int = 1) -> tuple[OpResult, ...]:
    return tuple(OpResult(seq=seq, first_rev=1_000 + seq) for seq in range(start, start + count))


def test_a_store_that_joined_no_server_does_not_sync(store: Store, tmp_path: Path) -> None:
    for identity in (msgspec.structs.replace(IDENTITY, practice=True), msgspec.structs.replace(IDENTITY, server="")):
        with store.begin() as uow:
            uow.meta.write(identity)
        with pytest.raises(EnvironmentFault) as fault:
            engine(store, tmp_path).run_round(Answers(), never)
        assert fault.value.code == FaultOf.NOT_ENROLLED


def test_a_reply_without_its_end_counts_as_a_cut_line_but_what_came_is_kept(store: Store, tmp_path: Path) -> None:
    Desk(store, REGISTRAR).letters.register(entry())
    client = Answers([control(results=accepted(1))])

    with pytest.raises(EnvironmentFault) as fault:
        engine(store, tmp_path).run_round(client, never)

    assert fault.value.code == FaultOf.NO_NETWORK
    with store.read() as uow:
        assert uow.outbox.waiting(5) == ()


def test_ops_are_sent_in_order_and_signed_with_the_end_of_the_chain(store: Store, tmp_path: Path) -> None:
    for _ in range(3):
        Desk(store, REGISTRAR).letters.register(entry())
    with store.read() as uow:
        waiting = uow.outbox.waiting(9)
    keys = Keys()
    client = Answers([control(results=accepted(3)), Done()])

    report = engine(store, tmp_path, keys=keys).run_round(client, never)

    assert client.requests[0].ops == tuple(one.op for one in waiting)
    payload = batch_payload(IDENTITY.tenant, DeviceId(IDENTITY.device), 1, last_seq=3, head=waiting[-1].head)
    assert keys.signed == [payload]
    assert (report.ops, report.refused, report.requests) == (3, 0, 1)


def test_more_ops_than_one_request_takes_go_in_several(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, REGISTRAR)
    first = desk.letters.register(entry())
    for number in range(MAX_OPS + 4):
        desk.letters.amend(first.letter_id, {"subject": f"Perihal {number}"})
    left = MAX_OPS + 5 - MAX_OPS
    client = Answers(
        [control(results=accepted(MAX_OPS)), Done()], [control(results=accepted(left, start=MAX_OPS + 1)), Done()]
    )

    engine(store, tmp_path).run_round(client, never)

    assert [len(request.ops) for request in client.requests] == [MAX_OPS, left]


class ShortLine(Answers):
    """Drops before a request is through that is greater than `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.tries = 0

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        self.tries += 1
        if sum(map(len, request.ops)) > self.most:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
        self.requests.append(request)
        first = read_op(request.ops[0]).seq
        yield control(results=accepted(len(request.ops), start=first))
        yield Done()


def test_on_a_line_that_drops_before_a_great_request_is_through_less_goes_at_once(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, REGISTRAR)
    first = desk.letters.register(entry())
    for number in range(60):
        desk.letters.amend(first.letter_id, {"summary": f"{number} " + "isi " * 900})
    line = ShortLine(64 * 1024)

    engine(store, tmp_path).run_round(line, never)

    assert [read_op(op).seq for request in line.requests for op in request.ops] == list(range(1, 62))
    assert line.tries <= len(line.requests) + 3


def test_a_line_that_is_down_is_not_tried_again_and_again(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, REGISTRAR)
    first = desk.letters.register(entry())
    for number in range(60):
        desk.letters.amend(first.letter_id, {"summary": f"{number} " + "isi " * 900})
    line, pc = ShortLine(0), engine(store, tmp_path)

    for _ in range(3):
        with pytest.raises(EnvironmentFault):
            pc.run_round(line, never)

    assert line.tries <= 10


def test_news_are_waited_for_without_pushing_anything(store: Store, tmp_path: Path) -> None:
    Desk(store, REGISTRAR).letters.register(entry())
    client = Answers([control(), Done(more=True)])

    engine(store, tmp_path).wait_for_news(client, 25, never)

    (request,) = client.requests
    assert (request.ops, request.signature, request.hold, request.needs) == ((), b"", 25, ())


def test_a_server_that_has_more_is_asked_again(store: Store, tmp_path: Path) -> None:
    client = Answers([control(), Done(more=True)], [control(), Done()])

    assert engine(store, tmp_path).run_round(client, never).requests == 2


def test_a_round_that_brings_nothing_opens_four_transactions_and_asks_nothing_twice(
    store: Store, tmp_path: Path
) -> None:
    working = engine(store, tmp_path)
    working.run_round(Answers([control(), Done()]), never)
    asked: list[tuple[str, str]] = []
    heard = partial(_heard, asked)
    event.listen(store._engine, "before_cursor_execute", heard)  # noqa: SLF001  # what it is asked shows nowhere else

    working.run_round(Answers([control(), Done()]), never)

    event.remove(store._engine, "before_cursor_execute", heard)  # noqa: SLF001  # as above
    begun = [place for place, (statement, _) in enumerate(asked) if statement.startswith("BEGIN")]
    # The request, its answer, what is left to do after it, and whether both sides are to be compared.
    assert [asked[place][0] for place in begun] == [
        "BEGIN DEFERRED",
        "BEGIN IMMEDIATE",
        "BEGIN DEFERRED",
        "BEGIN DEFERRED",
    ]
    for start, end in itertools.pairwise((*begun, len(asked))):
        questions = [one for one in asked[start:end] if one[0].startswith("SELECT")]
        assert len(questions) == len(set(questions))


def _heard(
    asked: list[tuple[str, str]], _connection: object, _cursor: object, statement: str, values: object, *_more: object
) -> None:
    asked.append((statement, repr(values)))


def test_a_cancelled_round_ends_after_the_frame_under_way(store: Store, tmp_path: Path) -> None:
    def at_once() -> bool:
        return bool(client.requests)

    client = Answers([control(leases=(LEASE,)), Done(more=True)])

    engine(store, tmp_path).run_round(client, at_once)

    with store.read() as uow:
        assert uow.leases.remaining(OFFICE, 2026, INCOMING_AGENDA) == 50


@pytest.mark.parametrize(
    ("today", "held", "years"),
    [
        (date(2026, 3, 16), 0, [2026]),
        (date(2026, 3, 16), 25, [2026]),
        (date(2026, 3, 16), 26, []),
        (date(2026, 12, 1), 0, [2026, 2027]),
        (date(2026, 12, 31), 30, [2027]),
    ],
)
def test_numbers_are_asked_for_in_time_and_in_december_for_january(
    store: Store, tmp_path: Path, today: date, *, held: int, years: list[int]
) -> None:
    if held:
        lease(store, 1, 50)
        with store.begin() as uow:
            for _ in range(50 - held):
                uow.leases.take(OFFICE, 2026, INCOMING_AGENDA)
    client = Answers([control(), Done()])

    engine(store, tmp_path, today=today).run_round(client, never)

    assert [need.year for need in client.requests[0].needs] == years
    assert {need.office for need in client.requests[0].needs} <= {OFFICE}


def test_a_server_that_was_put_back_is_compared_before_its_rows_are_taken(store: Store, tmp_path: Path) -> None:
    directory = StreamGrant(stream=StreamId(1), key=DIRECTORY, priority=1)
    first: list[Frame] = [
        control(granted=(directory, REGISTER)),
        Data(stream=directory.stream, cursor=800),
        Data(stream=REGISTER.stream, cursor=900),
        Done(),
    ]
    checked = (
        StreamChecked(stream=directory.stream, cursor=35, same=True),
        StreamChecked(stream=REGISTER.stream, cursor=40, same=False),
    )
    client = Answers(
        first,
        [control(feed_epoch=2), Done()],
        [control(feed_epoch=2, checked=checked), Done()],
        [control(feed_epoch=2), Slice(stream=REGISTER.stream, cursor=41, parts=16, which=()), Done()],
        [control(feed_epoch=2), Done()],
    )
    syncing = engine(store, tmp_path)

    syncing.run_round(client, never)
    syncing.run_round(client, never)

    assert [request.feed_epoch for request in client.requests] == [0, 1, 1, 1, 2]
    assert [bool(request.checks) for request in client.requests] == [False, False, True, False, False]
    assert [[one.stream for one in request.buckets] for request in client.requests] == [[], [], [], [2], []]
    assert dict(client.requests[-1].cursors) == {1: 35, 2: 41}


def test_a_server_that_is_put_back_while_it_is_compared_is_compared_anew(store: Store, tmp_path: Path) -> None:
    again = StreamChecked(stream=REGISTER.stream, cursor=41, same=True)
    client = Answers(
        [control(granted=(REGISTER,)), Data(stream=REGISTER.stream, cursor=900), Done()],
        [control(feed_epoch=2), Done()],
        [control(feed_epoch=3), Done()],
        [control(feed_epoch=3), Done()],
        [control(feed_epoch=3, checked=(again,)), Done()],
        [control(feed_epoch=3), Done()],
    )
    syncing = engine(store, tmp_path)

    syncing.run_round(client, never)
    syncing.run_round(client, never)

    assert [(request.feed_epoch, request.heard) for request in client.requests[2:]] == [(1, 2), (1, 3), (1, 3), (3, 3)]
    assert dict(client.requests[-1].cursors) == {2: 41}


def test_files_are_offered_and_the_answer_says_how_much_the_server_has(store: Store, tmp_path: Path) -> None:
    with store.begin() as uow:
        for number in (1, 2):
            uow.blobs.add(bytes([number]) * 32, 100, state=BlobState.TO_SEND, now_ms=number)
    offsets = ((b"\x01" * 32, 100), (b"\x02" * 32, 64), (b"\x03" * 32, 5))
    client = Answers([control(offsets=offsets), Done()])

    engine(store, tmp_path).run_round(client, never)

    assert client.requests[0].offers == ((b"\x02" * 32, 100), (b"\x01" * 32, 100))
    with store.read() as uow:
        rows = [uow.blobs.get(bytes([number]) * 32) for number in (1, 2, 3)]
    assert [(row.state, row.have) if row else None for row in rows] == [
        (BlobState.BOTH, 100),
        (BlobState.TO_SEND, 64),
        None,
    ]


def test_the_clock_of_the_server_is_learned_and_a_held_reply_teaches_nothing(store: Store, tmp_path: Path) -> None:
    engine(store, tmp_path).run_round(Answers([control(), Done()]), never)
    with store.read() as uow:
        assert uow.meta.clock() == ClockSample(offset_ms=5_000, uncertainty_ms=1)

    held = control(now_ms=WALL_MS + 60_000)
    engine(store, tmp_path).wait_for_news(Answers([held, Done()]), 25, never)
    with store.read() as uow:
        assert uow.meta.clock().offset_ms == 5_000


def test_rows_of_a_stream_that_was_taken_away_go_with_the_round(store: Store, tmp_path: Path) -> None:
    Desk(store, REGISTRAR).letters.register(entry())
    directory = StreamGrant(stream=StreamId(1), key=DIRECTORY, priority=1)
    joined: list[Frame] = [control(granted=(directory, REGISTER), results=accepted(1)), Done()]
    client = Answers(joined, [control(grants=2, granted=(directory,)), Done()])
    syncing = engine(store, tmp_path)

    syncing.run_round(client, never)
    assert len(Desk(store, REGISTRAR).rows()) == 1
    syncing.run_round(client, never)

    assert Desk(store, REGISTRAR).rows() == []


def test_an_answer_to_an_older_request_does_not_pass_its_list_of_streams_off_as_the_one_that_is_here(
    store: Store, tmp_path: Path
) -> None:
    """A request with the list of yesterday lay at a hub; meanwhile a right was given here, and taken again there."""
    client = Answers(
        [control(grants=2, granted=(REGISTER,)), Done()], [control(grants=1), Done()], [control(grants=1), Done()]
    )
    for _ in range(2):
        engine(store, tmp_path).wait_for_news(client, 5, never)

    engine(store, tmp_path).wait_for_news(client, 5, never)

    assert client.requests[-1].grants == 2, "the server hears which list is here, and sends the other one"
