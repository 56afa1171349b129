"""Bombs: few bytes that would become much memory or take much time, one for each way we could think of.

A charge is a hostile msgpack value; a place is where a peer can put it: a field of a request, a frame, a live message,
a manifest, an op. Hostile columns and hostile envelopes are bombs by themselves.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import msgspec

from core.domain.amending import AmendLetter
from core.domain.dispositions import IssueDisposition
from core.protocol.bundle import MAX_MANIFEST, BundleFault, UpMessage, read_manifest
from core.protocol.codec import CodecError, encode
from core.protocol.columns import DAYS, IDS, LISTS, MOMENTS, RECORDS
from core.protocol.faults import FAULT_MAGIC, read_fault
from core.protocol.frames import MAX_FRAME, Wire
from core.protocol.hub import HubReply, HubRequest, RelayReply, RelayRequest
from core.protocol.live import LiveFrame, LiveRequest
from core.protocol.messages import Data, Done, EnrolRequest, Slice, SyncRequest
from core.protocol.ops import OP_VERSION, read_op
from core.protocol.records import ACT_OF
from core.protocol.rows import MOST_IDS, MOST_ROWS, REFERENCES, read_rows
from core.protocol.weight import MOST_MEMORY, weigh
from tests.fuzzing.decoders import packer, part_head

WIDE = "\N{GRINNING FACE}"
DEEP = 200_000
SIZE = MAX_FRAME - 2_000
# So much may weigh what is read from a frame, less its bytes.
LET_THROUGH = MOST_MEMORY - 8 * 1024 * 1024 - 64 * 1024
# Every int of CPython has its own value as hash, modulo this.
MODULUS = (1 << 61) - 1
LETTER = 5
ROWS = 1_000
_WINDOW_2_MIB, _WINDOW_1_GIB = bytes([(21 - 10) << 3]), bytes([(30 - 10) << 3])
_WRONG = (CodecError, BundleFault)

Read = Callable[[bytes], object]


class Bomb(NamedTuple):
    """What comes over the line, and who reads it."""

    name: str
    make: Callable[[], bytes]
    read: Read


def explode(bomb: Bomb, sent: bytes) -> bool:
    """Let it be read; whether it was refused. Whatever else comes out is raised."""
    try:
        bomb.read(sent)
    except _WRONG:
        return True
    return False


def bombs() -> Iterator[Bomb]:
    """All of them."""
    charges = dict(_charges())
    places = dict(_places())
    for name, charge in charges.items():
        yield Bomb(f"{name}: column", partial(_made, places["column"][0], charge), read_reply)
    for place, (put, read) in places.items():
        for name in ("empty lists", "few empty lists", "few maps in maps", "few lists of defaults"):
            if place != "column":
                yield Bomb(f"{name}: {place}", partial(_made, put, charges[name]), read)
    for name, columns in _columns():
        yield Bomb(f"{name}: columns", partial(_frame_of, columns), read_reply)
    yield from _envelopes()


def _made(put: Callable[[msgspec.Raw], bytes], charge: Callable[[], bytes]) -> bytes:
    return put(msgspec.Raw(charge()))


def _many(unit: bytes, *, let_through: bool = False) -> bytes:
    """A list of as many as a frame holds, or as are just let through to be decoded."""
    count = SIZE // len(unit)
    if let_through:
        count = min(count, LET_THROUGH // (weigh(unit, most=MOST_MEMORY) + len(unit)))
    return b"\xdd" + struct.pack(">I", count) + unit * count


def _charges() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Values as big as the biggest frame, or that claim to be."""
    for name, unit in (
        ("empty lists", b"\x90"),
        ("empty maps", b"\x80"),
        ("empty texts", b"\xa0"),
        ("maps of one", b"\x81\x00\x00"),
        ("maps in maps", b"\x81\x00" * 9 + b"\x80"),
        ("lists in lists", b"\x91" * 9 + b"\x90"),
        ("lists of defaults", b"\x91\x01"),
        ("small numbers", b"\x01"),
        ("big numbers", b"\xcf" + b"\x7f" * 8),
        ("fractions", b"\xca" + b"\x7f" * 4),
        ("single bytes", b"\xc4\x01\x01"),
        ("short texts", encode("aku")),
        ("wide texts", encode(WIDE + "aku")),
        ("moments", b"\xd6\xff\x01\x02\x03\x04"),
        ("extensions", b"\xc7\x01\x05a"),
        ("maps of equal hashes", b"\x87" + b"".join(encode(MODULUS * n) + b"\x00" for n in range(1, 8))),
    ):
        yield name, partial(_many, unit)
        yield f"few {name}", partial(_many, unit, let_through=True)
    for name, head in (
        ("list", b"\xdd"),
        ("map", b"\xdf"),
        ("text", b"\xdb"),
        ("file", b"\xc6"),
        ("extension", b"\xc9"),
    ):
        yield f"a {name} that lies", partial(bytes.__add__, head + b"\x7f\xff\xff\xff", b"\x05" * 64)
    yield "a wide text", lambda: encode(WIDE + "a" * SIZE)
    yield "a huge file", lambda: encode(bytes(SIZE))
    yield "a huge extension", lambda: b"\xc9" + struct.pack(">I", SIZE) + bytes(SIZE + 1)
    yield "lists too deep", lambda: b"\x91" * DEEP + b"\x90"
    yield "maps too deep", lambda: b"\x81\x00" * DEEP + b"\x80"
    # Keys that meet in the same places of a hash table for many steps.
    yield "a map of keys that meet", lambda: encode({number << 44: 0 for number in range(1, 60_000)})


def _places() -> Iterator[tuple[str, tuple[Callable[[msgspec.Raw], bytes], Read]]]:
    def framed(*before: Any) -> Callable[[msgspec.Raw], bytes]:
        return lambda charge: reply_of(encode([*before, charge]))

    def packed(*before: Any) -> Callable[[msgspec.Raw], bytes]:
        return lambda charge: packer(Wire(b""))(encode([*before, charge]))

    def op(act: type[Any], *before: Any) -> Callable[[msgspec.Raw], bytes]:
        def made(charge: msgspec.Raw) -> bytes:
            args = msgspec.Raw(encode([*before, charge]))
            return encode([OP_VERSION, 1, bytes(8), 1, 1, ACT_OF[act].code, args, bytes(4), 0, 0, 0, 0])

        return made

    yield "column", (lambda charge: _frame_of([charge]), read_reply)
    yield "slice", (lambda charge: reply_of(encode([3, 1, 1, 16, [], [[LETTER, [charge], [1], []]]])), read_reply)
    yield "revisions", (lambda charge: reply_of(encode([1, 1, 1, [[LETTER, [], charge]]])), read_reply)
    yield "results", (framed(0, 1, 1, 1), read_reply)
    yield "blocks", (framed(1, 1, 1), read_reply)
    yield "cursors", (packed(1, 1, 1, 1, 1, 1, [], b""), _unpacking(SyncRequest))
    yield "requests", (packed(), _unpacking(UpMessage))
    yield "enrolment", (packed(1), _unpacking(EnrolRequest))
    yield "hub request", (packed(1, bytes(16), bytes(64), 1), _unpacking(HubRequest))
    yield "hub reply", (packed(1, True, [0, 0]), _unpacking(HubReply))
    yield "relay request", (packed(1, 1, 1, 1, [], [], []), _unpacking(RelayRequest))
    yield "relay reply", (packed(1, 1, 1, [], [], []), _unpacking(RelayReply))
    yield "live request", (packed([], b""), _unpacking(LiveRequest))
    yield "live frames", (lambda charge: packer(Wire(b""))(encode([[1, 1, 1, [[LETTER, [charge], [1], []]]]])), _live)
    yield "manifest", (lambda charge: encode([1, 1, bytes(16), bytes(16), bytes(32), bytes(16), 1, charge]), _manifest)
    yield "op", (op(AmendLetter, bytes(16)), _perform)
    yield "list of an op", (op(IssueDisposition, bytes(16), bytes(16), None), _perform)
    yield "fault", (lambda charge: FAULT_MAGIC + encode(["busy", charge]), read_fault)


def _columns() -> Iterator[tuple[str, list[Any]]]:
    """Columns of few bytes that unfold, and inside the lists of one row as many as are let through."""
    ids = {IDS: bytes(16 * ROWS)}
    some = LET_THROUGH // (weigh(b"\0", most=MOST_MEMORY) + 1) - 4 * ROWS
    lists = [some, *[0] * (ROWS - 1)]
    for name, form in (("moments", MOMENTS), ("days", DAYS), ("references", REFERENCES)):
        yield f"many {name} of one byte", [ids, {form: [1] * (SIZE - 20_000)}]
        yield f"{name} of one byte in lists", [ids, {LISTS: [lists, {form: [1] * some}]}]
    yield "many lists of nothing", [ids, {LISTS: [[0] * (SIZE - 20_000), []]}]
    yield "lists of nothing in lists", [ids, {LISTS: [lists, {LISTS: [[0] * some, []]}]}]
    yield "records of nothing in lists", [ids, {LISTS: [lists, {RECORDS: [[0] * some]}]}]
    half = [some // 2, *[0] * (ROWS - 1)]
    yield "records of one field in lists", [ids, {LISTS: [half, {RECORDS: [[1] * half[0], [0] * half[0]]}]}]
    yield "lists of one in lists", [ids, {LISTS: [half, {LISTS: [[1] * half[0], [0] * half[0]]}]}]
    yield "many ids of one byte", [[0] * (SIZE - 20_000)]
    yield "references to a long text", [["x" * 500_000] * ROWS, {REFERENCES: [0] * ROWS}]
    yield "many planes of ids", [{IDS: bytes(SIZE // 16 * 16 - 16_000)}]
    yield "planes of ids, as many as may be", [{IDS: bytes(16 * MOST_ROWS)}] * 8
    yield "planes of ids in every column", [{IDS: bytes(16 * MOST_ROWS)}] * 25
    yield "many planes of ids in lists", [ids, {LISTS: [lists, {IDS: bytes(SIZE // 16 * 16 - 64_000)}]}]
    most = [MOST_IDS - ROWS, *[0] * (ROWS - 1)]
    yield "planes of ids in lists, as many as may be", [ids, {LISTS: [most, {IDS: bytes(16 * most[0])}]}]
    yield "steps beyond all times", [ids, {MOMENTS: [1 << 62] * ROWS}]
    yield "steps before all days", [ids, {DAYS: [-(1 << 62)] * ROWS}]
    yield "a reference beyond the frame", [ids, {REFERENCES: [1 << 62] * ROWS}]
    yield "a column too deep", [ids, _deep({LISTS: [[1], [1]]}, 100)]
    yield "a count beyond the column", [ids, {LISTS: [[1 << 62, -(1 << 62)] * (ROWS // 2), [1, 2]]}]
    yield "a form that is none", [ids, {99: [0] * ROWS}]


def _deep(column: Any, levels: int) -> Any:
    for _ in range(levels):
        column = {LISTS: [[1], column]}
    return column


def _envelopes() -> Iterator[Bomb]:
    """What is wrong with the zstd frame, and floods of frames."""
    head, unpack = Wire(b"").pack(0)[:5], _unpacking(SyncRequest)
    # A block of four bytes that grows to 128 KiB.
    grows = ((131_072 << 3) | (1 << 1)).to_bytes(3, "little") + b"\x01"
    last = ((131_072 << 3) | (1 << 1) | 1).to_bytes(3, "little") + b"\x01"
    gigabytes = b"\x00" + _WINDOW_2_MIB + grows * 16_000 + last
    lies = b"\xe0" + struct.pack("<Q", 1 << 40) + last  # a single segment that says it holds a tebibyte
    for name, body in (
        ("gigabytes", gigabytes),
        ("a long window", b"\x00" + _WINDOW_1_GIB + grows * 16_000 + last),
        ("a size that lies", lies),
        ("nothing but blocks without end", b"\x00" + _WINDOW_2_MIB + grows * 100),
        ("many empty blocks", b"\x00" + _WINDOW_2_MIB + b"\x00\x00\x00" * 1_000_000),
    ):
        yield Bomb(f"{name}: message", partial(bytes.__add__, head, body), unpack)
        yield Bomb(f"{name}: reply", partial(bytes.__add__, head, body), read_reply)
    pack = packer(Wire(b""))
    done = struct.pack(">I", len(encode(Done()))) + encode(Done())
    yield Bomb("a flood of last frames: reply", lambda: pack(done * 2_000_000), read_reply)
    yield Bomb("a frame that is too big: reply", lambda: pack(struct.pack(">I", MAX_FRAME + 1)), read_reply)
    yield Bomb("a frame of nothing: reply", lambda: pack(bytes(4) * 2_000_000), read_reply)


def _frame_of(columns: list[Any]) -> bytes:
    return reply_of(encode([1, 1, 1, [[LETTER, columns, [1] * ROWS, []]]]))


def reply_of(frame: bytes) -> bytes:
    """A reply of one frame."""
    return packer(Wire(b""))(struct.pack(">I", len(frame)) + frame)


def read_reply(sent: bytes) -> object:
    """As a PC reads a reply, its rows included."""
    reader = Wire(b"").reader()
    rows: object = None
    for start in range(0, len(sent), 16_384):
        for frame in reader.feed(sent[start : start + 16_384]):
            if isinstance(frame, Data | Slice):
                rows = read_rows(frame.blocks)
    return rows


def _unpacking(struct_: type[Any]) -> Read:
    return lambda sent: Wire(b"").unpack(sent, struct_)


def _live(sent: bytes) -> object:
    frames: tuple[LiveFrame, ...] = Wire(b"").expand(sent[5:], tuple[LiveFrame, ...])
    return [read_rows(frame.blocks) for frame in frames if isinstance(frame, Data)]


def _manifest(sent: bytes) -> object:
    return read_manifest(sent[:MAX_MANIFEST], part_head())


def _perform(sent: bytes) -> object:
    return read_op(sent).read_act()
