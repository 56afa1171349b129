"""A device asks whether it holds what the server holds; where it does not, it gets that part again and no more."""

from __future__ import annotations

import pytest

from core.domain.ids import StreamId
from core.domain.letters import IncomingLetter
from core.protocol.digests import RowVersion, bucket_count, bucket_of, bucket_sums, stream_digest
from core.protocol.messages import Slice, StreamBuckets, StreamCheck
from core.protocol.rows import read_rows
from server.services import checking
from tests.support.acts import register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import OfficeInTest, RunningServer

LETTERS = 60


@pytest.fixture
def clerk(join: Join, office: OfficeInTest) -> ScriptedDevice:
    """A PC with sixty letters, in touch with the server."""
    device = join("tu")
    for _ in range(LETTERS):
        device.act(register(device.new_id()), position=office.positions["tu"])
    device.sync()
    device.sync()
    return device


def versions(server: RunningServer, office: OfficeInTest, stream: int) -> list[RowVersion]:
    return server.handle.database.read(lambda unit: unit.of(office.tenant).streams.versions(stream))  # type: ignore[arg-type]  # a small number


def biggest(server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice) -> int:
    return max(clerk.replica.cursors, key=lambda stream: len(versions(server, office, stream)))


def check(stream: int, rows: list[RowVersion]) -> StreamCheck:
    count, total = stream_digest(rows)
    return StreamCheck(stream=stream, count=count, total=total)  # type: ignore[arg-type]  # a small number


def rows_of(slices: tuple[Slice, ...]) -> list[IncomingLetter]:
    return [row.record for one in slices for _, rows in read_rows(one.blocks) for row in rows]


def test_the_same_rows_are_told_to_be_the_same(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice
) -> None:
    checks = tuple(check(stream, versions(server, office, stream)) for stream in clerk.replica.cursors)

    checked = clerk.sync(checks=checks).control.checked

    assert len(checked) == len(clerk.replica.cursors)
    assert all(one.same for one in checked)
    assert {one.stream: one.cursor for one in checked} == clerk.replica.cursors


@pytest.mark.parametrize("harm", ["lost", "old", "strange"])
def test_a_row_that_differs_is_found_and_only_its_neighbours_come_again(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, harm: str
) -> None:
    stream = biggest(server, office, clerk)
    mine = versions(server, office, stream)
    kind, row_id, rev = mine[7]
    mine[7] = (kind, row_id, rev - 1)
    if harm == "lost":
        del mine[7]
    elif harm == "strange":
        mine[7] = (kind, row_id, rev)
        mine.append((kind, bytes(15) + b"\x01", 3))
        row_id = mine[-1][1]
    parts = bucket_count(len(mine))

    first = clerk.sync(checks=(check(stream, mine),))
    second = clerk.sync(buckets=(StreamBuckets(stream=stream, sums=bucket_sums(mine, parts)),))  # type: ignore[arg-type]  # a small number

    assert [one.same for one in first.control.checked] == [False]
    assert [one.which for one in second.slices] == [(bucket_of(row_id, parts),)]
    assert second.slices[-1].cursor == dict(clerk.replica.cursors)[StreamId(stream)]
    sent = {row.id for row in rows_of(second.slices)}
    assert sent == {
        one for _, one, _ in versions(server, office, stream) if bucket_of(one, parts) in second.slices[0].which
    }
    assert len(sent) < LETTERS / 2


def test_a_stream_that_is_not_ours_is_neither_compared_nor_sent(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, join: Join
) -> None:
    stranger = join("kesos")
    stranger.sync()
    stream = biggest(server, office, clerk)
    assert stream not in stranger.replica.cursors

    reply = stranger.sync(
        checks=(check(stream, []),),
        buckets=(StreamBuckets(stream=stream, sums=bytes(8 * 16)),),  # type: ignore[arg-type]  # a small number
    )

    assert reply.control.checked == ()
    assert reply.slices == ()


@pytest.mark.parametrize("sums", [b"", b"1234567", bytes(8 * 100_000)])
def test_buckets_of_no_sensible_size_are_not_answered(clerk: ScriptedDevice, sums: bytes) -> None:
    stream = next(iter(clerk.replica.cursors))

    assert clerk.sync(buckets=(StreamBuckets(stream=stream, sums=sums),)).slices == ()


def test_what_is_too_much_for_one_slice_comes_in_several_of_whole_buckets(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = biggest(server, office, clerk)
    held = versions(server, office, stream)
    monkeypatch.setattr(checking, "SLICE_BYTES", 4_000)

    slices = clerk.sync(buckets=(StreamBuckets(stream=stream, sums=bytes(8 * 16)),)).slices  # type: ignore[arg-type]  # a small number

    assert len(slices) > 2
    assert sorted(bucket for one in slices for bucket in one.which) == sorted(
        {bucket_of(row_id, 16) for _, row_id, _ in held}
    )
    for one in slices:
        mine = {row_id for _, row_id, _ in held if bucket_of(row_id, 16) in one.which}
        assert {row.id for row in rows_of((one,))} == mine
    assert [bool(one.cursor) for one in slices] == [False] * (len(slices) - 1) + [True]


def test_one_bucket_that_is_too_much_for_a_slice_comes_as_smaller_ones(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = biggest(server, office, clerk)
    held = versions(server, office, stream)
    monkeypatch.setattr(checking, "SLICE_BYTES", 4_000)

    slices = clerk.sync(buckets=(StreamBuckets(stream=stream, sums=bytes(8)),)).slices  # type: ignore[arg-type]  # a small number

    assert len(slices) > 2
    for one in slices:
        mine = {row_id for _, row_id, _ in held if bucket_of(row_id, one.parts) in one.which}
        assert {row.id for row in rows_of((one,))} == mine
    assert sorted(row.id for row in rows_of(slices)) == sorted(row_id for _, row_id, _ in held)
    assert [bool(one.cursor) for one in slices] == [False] * (len(slices) - 1) + [True]
