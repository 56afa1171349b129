"""Hostile photos of phones (HEIC): cut, altered, lying about size and place, and large ones woven of one small tile."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence

from tests.support.phone_photo import PHOTO

Sample = tuple[str, bytes]
TILE = (96, 64)
"""The photo that the others are made of, as it lies in its file: width and height."""
_META, _MDAT = 28, 445
_WOVEN, _FIRST = 1, 2


def hostile_photos() -> Iterator[Sample]:
    """Each with a name of its own; the same in every run."""
    yield from _cut_and_altered()
    yield from _lying()
    yield from _woven()
    yield from _polyglots()


def box(name: bytes, *content: bytes, size: int | None = None) -> bytes:
    """A box of a file of this kind; `size` lets it lie."""
    data = b"".join(content)
    return struct.pack(">I", len(data) + 8 if size is None else size) + name + data


def full(name: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box that begins with its version."""
    return box(name, struct.pack(">I", version << 24 | flags), *content)


def woven(
    columns: int,
    rows: int,
    *,
    size: tuple[int, int] | None = None,
    tiles: Sequence[int] | None = None,
    kind: bytes = b"grid",
) -> bytes:
    """A photo of `columns` by `rows` tiles whose bytes are all the same, so that a small file makes a large picture.

    `size` is what it says of itself, `tiles` are the items that it is woven of, in another `kind` of weave.
    """
    width, height = size or (columns * TILE[0], rows * TILE[1])
    coded, grid = _coded(), struct.pack(">BBBBII", 0, 1, (rows - 1) & 255, (columns - 1) & 255, width, height)
    made = range(_FIRST, _FIRST + columns * rows)
    tiles = made if tiles is None else tiles
    kinds = ((_WOVEN, kind), *((number, b"hvc1") for number in made))
    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")

    def meta(at: int) -> bytes:
        places = [(_WOVEN, at + len(coded), len(grid)), *((number, at, len(coded)) for number in made)]
        return full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", struct.pack(">H", _WOVEN)),
            full(b"iloc", b"\x44\0", _count(places), *(struct.pack(">HHHII", one, 0, 1, *at) for one, *at in places)),
            full(b"iinf", _count(kinds), *(_entry(number, kind) for number, kind in kinds)),
            full(
                b"iref",
                box(b"dimg", struct.pack(">H", _WOVEN), _count(tiles), *(struct.pack(">H", one) for one in tiles)),
            ),
            box(
                b"iprp",
                box(b"ipco", _hvcc(), *(full(b"ispe", struct.pack(">II", *one)) for one in (TILE, (width, height)))),
                full(
                    b"ipma",
                    struct.pack(">IHBB", len(kinds), _WOVEN, 1, 3),
                    *(struct.pack(">HBBB", number, 2, 0x81, 2) for number in made),
                ),
            ),
        )

    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", coded, grid)


def _count(several: Sequence[object]) -> bytes:
    return struct.pack(">H", len(several) & 0xFFFF)


def _entry(number: int, kind: bytes) -> bytes:
    return full(b"infe", struct.pack(">HH", number, 0), kind, b"\0", version=2)


def _coded() -> bytes:
    return PHOTO[0x1C5 : 0x1C5 + 0xBA]


def _hvcc() -> bytes:
    return PHOTO[211:331]


def _cut_and_altered() -> Iterator[Sample]:
    chance = random.Random(11)
    for at in range(12, len(PHOTO), 22):
        yield f"HEIC-cut-{at}", PHOTO[:at]
    for turn in range(60):
        other = bytearray(PHOTO)
        for _ in range(1 + turn // 3):
            other[chance.randrange(_META, _MDAT if turn % 2 else len(other))] = chance.randrange(256)
        yield f"HEIC-altered-{turn}", bytes(other)


def _lying() -> Iterator[Sample]:
    size_at = PHOTO.index(b"ispe") + 8
    for width, height in ((0, 0), (1, 1), (2**31 - 1, 1), (2**32 - 1, 2**32 - 1), (60_000, 60_000), (8_000, 8_000)):
        yield f"HEIC-says-{width}x{height}", PHOTO[:size_at] + struct.pack(">II", width, height) + PHOTO[size_at + 8 :]
    for name in (b"meta", b"iloc", b"iinf", b"iprp", b"ipco", b"hvcC", b"ipma", b"iref", b"mdat"):
        at = PHOTO.index(name) - 4
        for size in (0, 1, 7, 2**31, 2**32 - 1):
            yield f"HEIC-{name.decode()}-of-{size}", PHOTO[:at] + struct.pack(">I", size) + PHOTO[at + 4 :]
    nested = b""
    for _ in range(2_000):
        nested = full(b"meta", nested)
    yield "HEIC-nested", PHOTO[:_META] + nested
    yield "HEIC-many-items", PHOTO[:_META] + full(b"meta", full(b"iinf", b"\xff\xff", *[_entry(1, b"hvc1")] * 60_000))


def _woven() -> Iterator[Sample]:
    yield "HEIC-woven-small", woven(4, 4)
    yield "HEIC-woven-of-many", woven(30, 30)
    yield "HEIC-woven-64-million", woven(100, 100, size=(9_600, 6_400))
    yield "HEIC-woven-bomb", woven(255, 250)
    yield "HEIC-woven-says-little", woven(30, 30, size=(64, 64))
    yield "HEIC-woven-says-much", woven(2, 2, size=(60_000, 60_000))
    yield "HEIC-woven-says-8000", woven(2, 2, size=(8_000, 8_000))
    yield "HEIC-woven-of-itself", woven(4, 4, tiles=[_WOVEN] * 16)
    yield "HEIC-woven-of-nothing", woven(4, 4, tiles=[])
    yield "HEIC-woven-of-others", woven(4, 4, tiles=range(900, 916))
    yield "HEIC-overlay", woven(2, 2, kind=b"iovl")
    yield "HEIC-identity", woven(1, 1, kind=b"iden")


def _polyglots() -> Iterator[Sample]:
    for brand in (b"heix", b"hevc", b"mif1", b"msf1", b"avif"):
        yield f"HEIC-head-{brand.decode()}-nothing", box(b"ftyp", brand, bytes(4)) + b"\xff" * 300
    yield "HEIC-then-pdf", PHOTO + b"%PDF-1.7\n"
    yield "HEIC-head-jpeg-body", PHOTO[:_META] + b"\xff\xd8\xff\xe0" + bytes(300)
