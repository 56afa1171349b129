"""Messages and replies in their envelope: whole, in pieces, cut, bent, hostile, and not ours at all."""

from __future__ import annotations

import functools
import os
import tracemalloc
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import StreamId
from core.protocol.codec import CodecError, encode
from core.protocol.frames import MAGIC, MAX_FRAME, MAX_MESSAGE, NotOurs, Wire
from core.protocol.messages import Block, Control, Data, Done, Frame, Slice, SyncRequest
from core.protocol.weight import MOST_MEMORY
from tests.strategies import anything
from tests.wire_factories import MESSAGES

HTML = b"<html><head><title>Selamat datang di WiFi desa</title></head></html>"
WINDOW = bytes([(21 - 10) << 3])
MEGABYTE = 1 << 20
any_frame = st.one_of(*(anything(struct) for struct in (Control, Data, Slice)))
# Nothing follows the last frame of a reply.
any_frames = st.builds(list.__add__, st.lists(any_frame, max_size=5), st.lists(anything(Done), max_size=1))
few = settings(max_examples=50)


@functools.cache
def wire() -> Wire:
    return Wire(b"")


@functools.cache
def wire_with_dictionary() -> Wire:
    samples: list[bytes | bytearray | memoryview[int]] = [
        encode(MESSAGES[Data]) + bytes([number % 251]) * 20 for number in range(300)
    ]
    return Wire(zstandard.train_dictionary(2048, samples).as_bytes())


def reply_of(frames: Iterable[Frame], by: Wire) -> bytes:
    writer = by.writer()
    return b"".join(writer.frame(frame) for frame in frames)


def read_all(pieces: Iterable[bytes], by: Wire) -> list[Frame]:
    reader = by.reader()
    return [frame for piece in pieces for frame in reader.feed(piece)]


def zeros(count: int) -> bytes:
    """A zstd frame of `count` blocks of four bytes, each of which grows to 128 KiB."""
    block = ((131_072 << 3) | (1 << 1)).to_bytes(3, "little") + b"\x01"
    return b"\x00" + WINDOW + block * count


@few
@given(message=anything(SyncRequest))
def test_a_message_comes_back_as_it_went(message: SyncRequest) -> None:
    for by in (wire(), wire_with_dictionary()):
        assert by.unpack(by.pack(message), SyncRequest) == message


@few
@given(frames=any_frames)
def test_a_reply_is_read_byte_by_byte(frames: list[Frame]) -> None:
    for by in (wire(), wire_with_dictionary()):
        reply = reply_of(frames, by)

        assert read_all([reply[place : place + 1] for place in range(len(reply))], by) == frames


@few
@given(frames=any_frames, data=st.data())
def test_a_reply_is_read_in_whatever_pieces_it_comes(frames: list[Frame], data: st.DataObject) -> None:
    reply = reply_of(frames, wire())
    cuts = sorted(data.draw(st.lists(st.integers(0, len(reply)), max_size=8)))
    edges = [0, *cuts, len(reply)]

    assert read_all([reply[a:b] for a, b in pairwise(edges)], wire()) == frames


@few
@given(frames=st.lists(any_frame, min_size=1, max_size=6))
def test_every_frame_is_complete_without_what_follows_it(frames: list[Frame]) -> None:
    writer, reader = wire().writer(), wire().reader()

    for frame in frames:
        assert list(reader.feed(writer.frame(frame))) == [frame]


def test_short_frames_wait_for_each_other_and_what_hardly_gets_shorter_does_not() -> None:
    """What waits is lost with a cut."""

    def waits(content: Callable[[int], bytes]) -> list[int]:
        """How many bytes of frames lay behind the reader at each of them."""
        writer, reader, behind, waiting = wire().writer(), wire().reader(), [], 0
        for number in range(40):
            frame = Data(stream=StreamId(1), cursor=number, blocks=(Block(kind=5, gone=[content(number)]),))
            waiting += len(encode(frame))
            waiting *= not list(reader.feed(writer.frame(frame, at_once=False)))
            behind.append(waiting)
        return behind

    assert max(waits(lambda _: os.urandom(1000))) < 5_000
    assert max(waits(lambda _: bytes(1000))) > 10_000


@few
@given(frames=st.lists(any_frame, min_size=1, max_size=5), data=st.data())
def test_a_cut_reply_gives_the_frames_that_came_whole_and_no_half_one(frames: list[Frame], data: st.DataObject) -> None:
    reply = reply_of(frames, wire())
    cut = data.draw(st.integers(0, len(reply) - 1))

    got = read_all([reply[:cut]], wire())

    assert got == frames[: len(got)]
    assert len(got) < len(frames)


@few
@given(frames=st.lists(any_frame, min_size=1, max_size=3), data=st.data())
def test_a_bent_reply_is_refused_or_read_but_never_breaks_the_reader(frames: list[Frame], data: st.DataObject) -> None:
    reply = bytearray(reply_of(frames, wire()))
    for _ in range(data.draw(st.integers(1, 3))):
        reply[data.draw(st.integers(0, len(reply) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        got = read_all([bytes(reply)], wire())
    except CodecError:
        return
    assert all(isinstance(frame, Control | Data | Done | Slice) for frame in got)


@given(data=st.binary(max_size=80))
def test_noise_behind_the_magic_is_refused_or_waited_for(data: bytes) -> None:
    body = MAGIC + b"\x00" + data
    with pytest.raises(CodecError):
        wire().unpack(body, SyncRequest)
    try:
        got = read_all([body], wire())
    except NotOurs:
        pytest.fail("it carries our magic")
    except CodecError:
        return
    assert got == []


@pytest.mark.parametrize("body", [HTML, b"", b"P", b"PSG", b"PSGX\x91", b"\x28\xb5\x2f\xfd" + bytes(20), b"psg1\x00"])
def test_a_body_without_our_magic_is_not_ours(body: bytes) -> None:
    with pytest.raises(NotOurs):
        wire().unpack(body, SyncRequest)


def test_a_login_page_is_known_at_its_first_byte() -> None:
    with pytest.raises(NotOurs):
        list(wire().reader().feed(HTML[:1]))


@pytest.mark.parametrize("body", [HTML, b"PSGX\x91", b"PS<html>"])
def test_a_reply_without_our_magic_is_not_ours_however_it_comes(body: bytes) -> None:
    with pytest.raises(NotOurs):
        read_all([body], wire())
    with pytest.raises(NotOurs):
        read_all([bytes([byte]) for byte in body], wire())


def test_nothing_read_is_no_frame_and_no_error() -> None:
    assert read_all([b"", MAGIC[:2], b""], wire()) == []


def test_another_dictionary_is_told_apart() -> None:
    packed = wire_with_dictionary().pack(MESSAGES[SyncRequest])

    with pytest.raises(CodecError, match="dictionary"):
        wire().unpack(packed, SyncRequest)
    with pytest.raises(CodecError, match="dictionary"):
        read_all([reply_of([Done()], wire())], wire_with_dictionary())


@few
@given(cut=st.integers(0, 200))
def test_a_cut_message_is_refused(cut: int) -> None:
    packed = wire().pack(MESSAGES[SyncRequest])

    with pytest.raises(CodecError):
        wire().unpack(packed[: min(cut, len(packed) - 1)], SyncRequest)


def peak_of(read: Callable[[], object]) -> int:
    """The most bytes held at once while something hostile is read."""
    tracemalloc.start()
    try:
        with pytest.raises(CodecError):
            read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_small_body_that_grows_to_gigabytes_takes_little_memory() -> None:
    bomb = MAGIC + b"\x00" + zeros(16_000)  # 64 KB that would become 2 GB
    assert len(bomb) < 65 * 1024

    assert peak_of(functools.partial(wire().unpack, bomb, SyncRequest)) <= MOST_MEMORY
    assert peak_of(functools.partial(read_all, [bomb], wire())) <= MOST_MEMORY


def test_a_body_that_announces_its_size_is_held_to_the_limit_all_the_same() -> None:
    huge = wire()._compressor(1).compress(encode(bytes(3 * MAX_MESSAGE)))  # noqa: SLF001  # packs what pack() never would

    assert peak_of(functools.partial(wire().unpack, MAGIC + b"\x00" + huge, bytes)) <= MOST_MEMORY


def test_a_frame_that_announces_too_much_is_refused_before_it_comes() -> None:
    stream = wire()._compressor(1).compressobj()  # noqa: SLF001  # writes what no writer would
    announced = stream.compress((MAX_FRAME + 1).to_bytes(4, "big"))
    announced += stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    with pytest.raises(CodecError, match="frame too large"):
        read_all([MAGIC + b"\x00" + announced], wire())


def test_nothing_is_read_behind_the_last_frame() -> None:
    with pytest.raises(CodecError, match="last frame"):
        read_all([reply_of([Done(), Done()], wire())], wire())


def test_many_small_pieces_of_one_large_frame_are_put_together() -> None:
    large = Data(stream=StreamId(1), cursor=2, blocks=MESSAGES[Data].blocks * 850)
    reply = reply_of([large, Done()], wire())

    assert read_all([reply[place : place + 700] for place in range(0, len(reply), 700)], wire()) == [large, Done()]
    assert len(encode(large)) > MEGABYTE // 2


def test_a_reply_in_one_piece_may_arrive_split_at_every_place() -> None:
    short: list[Frame] = [Control(feed_epoch=7, now_ms=1_773_628_201_000, grants=5), Done()]
    longer: list[Frame] = [*short[:1], *(Data(stream=StreamId(1), cursor=place) for place in range(40)), Done()]

    # The longer one says its size in two bytes more: a decoder that is given one of them takes the rest for damage.
    for frames in (short, longer):
        reply = wire().whole(frames)
        for place in range(1, len(reply)):
            assert read_all([reply[:place], reply[place:]], wire()) == frames
