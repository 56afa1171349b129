"""A bundle is believed whole or not at all, and what was overtaken changes nothing any more."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import pytest

from core.domain.ids import DeviceId, StreamId
from core.domain.numbering import INCOMING_AGENDA, NumberLease
from core.domain.streams import DIRECTORY, StreamKey, StreamKind
from core.protocol.bundle import MAGIC, VERSION, BundleFault, BundleTrouble, PartHead, write_head
from core.protocol.bundle_parts import read_head
from core.protocol.messages import PROTOCOL, Data, OpResult, StreamGrant
from desktop.storage.blob_table import BlobState
from desktop.storage.lone_work import lone_work
from desktop.storage.meta import SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import Store
from tests.factories import OFFICE, REGISTRAR
from tests.support.desks import Desk, entry, lease
from tests.support.sticks import KIB, OTHER_TENANT, WALL_MS, StickDesk, control, digest, laden, new_keys, waits_for

FLIPS = 150
CUTS = 60
REGISTER = StreamGrant(stream=StreamId(2), key=StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, year=2026), priority=2)
PUBLIC = StreamGrant(stream=StreamId(1), key=DIRECTORY, priority=1)
LEASE = NumberLease(office=OFFICE, year=2026, series=INCOMING_AGENDA, low=901, high=950, fence=9)


def register(store: Store, count: int) -> None:
    lease(store, 1, 50)
    clerk = Desk(store, REGISTRAR)
    for number in range(count):
        clerk.letters.register(entry(subject=f"Surat {number}"))


def refusal(desk: StickDesk, path: Path) -> BundleTrouble:
    with pytest.raises(BundleFault) as caught:
        desk.take([path])
    return caught.value.code


def test_any_flipped_bit_and_any_cut_is_refused_and_nothing_changes(desk: StickDesk, stick: Path) -> None:
    scan = os.urandom(150 * KIB)
    waits_for(desk, scan)
    (path,) = desk.answer(stick, control(granted=(PUBLIC, REGISTER), grants=7, leases=(LEASE,)), scans=[scan])
    whole = path.read_bytes()
    before = digest(desk)
    chance = random.Random(4)
    seen = set()
    places = [*range(40), *(chance.randrange(len(whole)) for _ in range(FLIPS)), len(whole) - 1]

    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        seen.add(refusal(desk, path))
    for _ in range(CUTS):
        path.write_bytes(whole[: chance.randrange(len(whole))])
        seen.add(refusal(desk, path))
    path.write_bytes(whole + b"\0")
    seen.add(refusal(desk, path))

    assert digest(desk) == before
    assert seen <= {
        BundleTrouble.NOT_OURS,
        BundleTrouble.OTHER_VERSION,
        BundleTrouble.OTHER_RECIPIENT,
        BundleTrouble.OTHER_TENANT,
        BundleTrouble.DAMAGED,
        BundleTrouble.FORGED,
    }
    path.write_bytes(whole)
    assert desk.take([path]).scans == 1
    assert digest(desk) != before


def test_who_is_not_the_server_cannot_speak_for_it(desk: StickDesk, stick: Path) -> None:
    before = digest(desk)
    news = control(granted=(PUBLIC,), grants=7)
    forged = desk.answer(stick / "a", news, signed_by=new_keys())
    # Another PC of the same office knows how to sign, but not as the server.
    of_a_pc = desk.answer(stick / "b", news, signed_by=desk.keys, sender=DeviceId(b"x" * 16))
    passed_on = desk.answer(stick / "c", news)
    # What the server sealed to another PC, opened there and sealed again to this one.
    resealed = desk.answer(stick / "d", news, recipient_key=new_keys().seal_public)

    assert [refusal(desk, path) for path in (*forged, *of_a_pc, *resealed)] == [
        BundleTrouble.FORGED,
        BundleTrouble.FORGED,
        BundleTrouble.DAMAGED,  # it cannot even be opened
    ]
    assert digest(desk) == before
    assert desk.take(passed_on).bundles == 1


def test_what_is_for_others_or_of_another_time_is_named_as_such(desk: StickDesk, stick: Path) -> None:
    before = digest(desk)
    cases = {
        BundleTrouble.OTHER_RECIPIENT: desk.answer(stick / "a", control(), recipient=DeviceId(b"y" * 16)),
        BundleTrouble.OTHER_TENANT: desk.answer(stick / "b", control(), tenant=OTHER_TENANT),
        BundleTrouble.OTHER_VERSION: desk.answer(stick / "c", control(), protocol=PROTOCOL - 1),
    }
    no_bundle = stick / "surat.docx"
    no_bundle.write_bytes(b"PK\x03\x04")
    newer = stick / "baru.psgb"
    head = PartHead(
        version=VERSION + 1,
        tenant=desk.identity.tenant,
        sender=DeviceId(bytes(16)),
        recipient=desk.identity.device,
        bundle=bytes(16),
        part=1,
        parts=1,
    )
    newer.write_bytes(write_head(head) + bytes(500))

    assert {refusal(desk, paths[0]) for paths in cases.values()} == cases.keys()
    assert refusal(desk, no_bundle) is BundleTrouble.NOT_OURS
    assert refusal(desk, newer) is BundleTrouble.OTHER_VERSION
    assert refusal(desk, stick / "a") is BundleTrouble.NONE_FOUND
    assert refusal(desk, stick / "tidak ada") is BundleTrouble.STICK_FAILED
    assert digest(desk) == before


def test_half_a_copy_is_worth_what_it_holds(desk: StickDesk, stick: Path) -> None:
    scans = [os.urandom(40 * KIB) for _ in range(4)]
    waits_for(desk, *scans)
    parts = desk.answer(stick, control(), scans=scans, part_bytes=90 * KIB)
    assert len(parts) == 2
    kept = parts[1].read_bytes()
    parts[1].write_bytes(kept[: len(kept) // 2])

    first = desk.take([stick])
    parts[1].unlink()
    again = desk.take([stick])
    parts[1].write_bytes(kept)
    rest = desk.take([stick])

    assert (first.scans, first.missing, first.troubles) == (2, 1, ((parts[1].name, "bundle_damaged"),))
    assert (again.scans, again.missing, again.troubles) == (0, 1, ())
    assert (rest.scans, rest.missing, rest.troubles) == (2, 0, ())
    assert all(desk.files.verify(hashlib.sha256(scan).digest()) for scan in scans)


def test_writing_again_changes_nothing_here_and_leaves_one_bundle(desk: StickDesk, stick: Path) -> None:
    register(desk.store, 3)
    scan = os.urandom(300 * KIB)
    sha256, size = desk.files.add_bytes(scan)
    with desk.store.begin() as uow:
        uow.blobs.add(sha256, size, state=BlobState.TO_SEND, now_ms=1)
    before = digest(desk)

    first = desk.write(stick)
    second = desk.write(stick)

    assert digest(desk) == before, "nothing counts as sent before the answer is here"
    assert (first.ops, first.scans, first.more) == (second.ops, second.scans, second.more) == (3, 1, False)
    assert sorted(path.name for path in stick.iterdir()) == sorted(second.names)
    with (stick / second.names[0]).open("rb") as file:
        head = read_head(file)
    assert (head.sender, head.part, head.parts) == (desk.identity.device, 1, 1)
    content = (stick / second.names[0]).read_bytes()
    assert content.startswith(MAGIC)
    assert b"Surat 0" not in content
    assert scan[:32] not in content


def test_what_was_read_back_from_the_stick_lies_here_no_more_alone(desk: StickDesk, stick: Path) -> None:
    register(desk.store, 3)
    laden(desk, 2, each=KIB)
    assert alone(desk) == (3, 2)

    desk.write(stick)

    assert alone(desk) == (0, 0)
    Desk(desk.store, REGISTRAR).letters.register(entry(subject="Surat sesudahnya"))
    assert alone(desk) == (1, 0)


def alone(desk: StickDesk) -> tuple[int, int]:
    """How many acts and scans lie here alone."""
    with desk.store.read() as uow:
        work = lone_work(uow, WALL_MS)
    return work.acts, work.scans


def test_a_damaged_scan_does_not_keep_the_rest_at_home(desk: StickDesk, stick: Path) -> None:
    laden(desk, 2, each=KIB)
    with desk.store.read() as uow:
        damaged = uow.blobs.in_state(BlobState.TO_SEND, 1)[0]
    desk.files.path(damaged.sha256).write_bytes(bytes(KIB))

    report = desk.write(stick)

    assert (report.scans, report.left_out) == (1, 1)
    assert alone(desk) == (0, 2), "which of the two it was is not noted"


def answered(seqs: range) -> tuple[OpResult, ...]:
    return tuple(OpResult(seq=seq, first_rev=100 + seq) for seq in seqs)


def test_an_answer_of_another_chain_of_ops_is_left_alone(desk: StickDesk, stick: Path) -> None:
    register(desk.store, 2)
    before = digest(desk)
    results = control(results=answered(range(1, 3)))
    none_asked = desk.answer(stick / "a", results, spans=())
    other_epoch = desk.answer(stick / "b", results, epoch=desk.identity.epoch + 1)

    assert desk.take(other_epoch).outdated == 1
    assert digest(desk) == before
    assert desk.take(none_asked).ops == 0
    with desk.store.read() as uow:
        assert uow.outbox.count(OpState.WAITING) == 2


def test_what_the_line_has_overtaken_changes_nothing(desk: StickDesk, stick: Path) -> None:
    old = desk.answer(
        stick / "lama",
        control(granted=(PUBLIC,), grants=7, now_ms=WALL_MS - 5000),
        Data(stream=StreamId(1), cursor=5),
    )
    new = desk.answer(
        stick / "baru",
        control(granted=(PUBLIC, REGISTER), grants=8),
        Data(stream=StreamId(1), cursor=9),
        Data(stream=StreamId(2), cursor=4),
        made_ms=WALL_MS + 1,
    )
    desk.take(new)
    with desk.store.read() as uow:
        after = uow.streams.cursors(), uow.meta.sync()

    desk.take(old)
    desk.take(new)

    with desk.store.read() as uow:
        assert (uow.streams.cursors(), uow.meta.sync()) == after
    assert after[0] == ((1, 9), (2, 4))


def test_an_answer_of_before_the_server_was_put_back_is_left_alone(desk: StickDesk, stick: Path) -> None:
    register(desk.store, 1)
    with desk.store.begin() as uow:
        uow.meta.write(SyncFacts(feed_epoch=1, next_feed_epoch=2, compare=True, told_ms=WALL_MS))
    paths = desk.answer(stick, control(results=answered(range(1, 2)), feed_epoch=1, now_ms=WALL_MS - 5000))

    assert desk.take(paths).outdated == 1
    with desk.store.read() as uow:
        assert uow.outbox.count(OpState.WAITING) == 1


def test_rows_that_build_on_what_is_not_here_are_not_taken(desk: StickDesk, stick: Path) -> None:
    paths = desk.answer(
        stick,
        control(granted=(PUBLIC, REGISTER), grants=8),
        Data(stream=StreamId(1), cursor=50),
        Data(stream=StreamId(1), cursor=60),
        Data(stream=StreamId(9), cursor=3),
        Data(stream=StreamId(2), cursor=4),
        cursors=((StreamId(1), 40),),
    )

    desk.take(paths)

    with desk.store.read() as uow:
        assert uow.streams.cursors() == ((1, 0), (2, 4))
