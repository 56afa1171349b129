"""Hostile JPEGs and PNGs: cut, lying about their size, bombs, and two kinds of file in one."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.hostile.pdfs import zeros
from tests.support.scan_files import bomb_png, pdf_bytes

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
SIZES = (
    (0, 0),
    (0, 9),
    (2**31 - 1, 1),
    (1, 2**31 - 1),
    (2**32 - 1, 2**32 - 1),
    (8_000, 8_000),
    (60_000, 60_000),
)
OTHER_KINDS = (
    b"MZ",
    b"\x7fELF",
    b"PK\x03\x04",
    b"%!PS-Adobe",
    b"<svg xmlns='http://www.w3.org/2000/svg'>",
    b"II*\0",
    b"GIF89a",
    b"RIFF",
    b"BM",
    b"\0\0\0\x0cJXL ",
)
Sample = tuple[str, bytes]


def hostile_pictures() -> Iterator[Sample]:
    """Each with a name of its own; the same in every run."""
    yield from _cut_and_altered()
    yield from _lying_pngs()
    yield from _lying_jpegs()
    yield from _bombs()
    yield from _polyglots()


def chunk(name: bytes, data: bytes, *, length: int | None = None, good: bool = True) -> bytes:
    """A chunk of a PNG; `length` and `good` let it lie."""
    check = zlib.crc32(name + data) if good else 0
    return struct.pack(">I", len(data) if length is None else length) + name + data + struct.pack(">I", check)


def png(width: int, height: int, *, depth: int = 8, colour: int = 2, data: bytes = b"", before: bytes = b"") -> bytes:
    """A PNG with this header and these bytes as its picture."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG_HEAD + head + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def good(kind: str) -> bytes:
    """A small picture of this kind."""
    out = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((60, 40)).save(out, kind)
    return out.getvalue()


def _cut_and_altered() -> Iterator[Sample]:
    chance = random.Random(9)
    for kind in ("JPEG", "PNG"):
        whole = good(kind)
        for at in range(4, len(whole), max(1, len(whole) // 25)):
            yield f"{kind}-cut-{at}", whole[:at]
        for turn in range(35):
            other = bytearray(whole)
            for _ in range(1 + turn):
                other[chance.randrange(4, len(other))] = chance.randrange(256)
            yield f"{kind}-altered-{turn}", bytes(other)


def _lying_pngs() -> Iterator[Sample]:
    line, ten_megabytes = zlib.compress(bytes(4 * 10)), zeros(10)
    for width, height in SIZES:
        yield f"PNG-says-{width}x{height}", png(width, height, data=line)
    for depth in (0, 3, 16, 255):
        for colour in (0, 1, 3, 4, 6, 7, 255):
            yield f"PNG-depth-{depth}-colour-{colour}", png(3, 3, depth=depth, colour=colour, data=line)
    for name in (b"iCCP", b"zTXt", b"iTXt", b"tEXt", b"PLTE", b"tRNS", b"eXIf", b"acTL", b"pHYs", b"IHDR"):
        for data in (b"", bytes(3), b"a\0\0" + ten_megabytes):
            yield f"PNG-{name.decode()}-{len(data)}", png(3, 3, data=line, before=chunk(name, data))
    yield "PNG-chunk-longer-than-file", png(3, 3, before=chunk(b"tEXt", b"a", length=2**31))
    yield "PNG-wrong-check", png(3, 3, before=chunk(b"pHYs", bytes(9), good=False), data=line)
    yield "PNG-many-chunks", png(3, 3, data=line, before=chunk(b"tEXt", b"a\0b") * 50_000)
    yield (
        "PNG-no-picture",
        PNG_HEAD + chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 3, 8, 2, 0, 0, 0)) + chunk(b"IEND", b""),
    )


def _lying_jpegs() -> Iterator[Sample]:
    whole = good("JPEG")
    at = whole.index(b"\xff\xc0") + 5
    for height, width in ((0, 0), (65_535, 65_535), (1, 65_535), (65_535, 1), (20_000, 12_000)):
        yield f"JPEG-says-{width}x{height}", whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]
    for components in (0, 2, 4, 255):
        yield f"JPEG-components-{components}", whole[: at + 4] + bytes([components]) + whole[at + 5 :]
    for marker in range(0xC0, 0x100, 5):
        for length in (0, 1, 65_535):
            segment = b"\xff" + bytes([marker]) + struct.pack(">H", length)
            yield f"JPEG-marker-{marker:x}-{length}", whole[:2] + segment + whole[2:]
    for offset in (0, 8, 2**31, 2**32 - 1):
        exif = (
            b"Exif\0\0II*\0" + struct.pack("<I", offset) + struct.pack("<HHHIII", 65_535, 0x0112, 3, 2**31, 99, offset)
        )
        segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        yield f"JPEG-exif-{offset}", whole[:2] + segment + whole[2:]
    yield "JPEG-of-markers", b"\xff\xd8" + b"\xff\xe0\x00\x02" * 200_000 + whole[2:]
    yield "JPEG-of-scans", whole[:-2] * 40 + b"\xff\xd9"
    progressive = io.BytesIO()
    Image.new("L", (4_000, 4_000)).save(progressive, "JPEG", progressive=True)
    scan = progressive.getvalue()
    start = scan.index(b"\xff\xda")
    yield "JPEG-progressive-bomb", scan[:-2] + scan[start:-2] * 400 + b"\xff\xd9"


def _bombs() -> Iterator[Sample]:
    for side in (7_900, 9_000):
        yield f"PNG-bomb-{side}", bomb_png(side)
    yield "PNG-bomb-30000", png(30_000, 30_000, data=zeros(800), colour=0)
    yield "PNG-more-than-it-says", png(3, 3, data=zeros(200))
    for colour in (0, 4, 6):
        yield f"PNG-16-bit-{colour}", png(7_000, 7_000, depth=16, colour=colour, data=zeros(400))


def _polyglots() -> Iterator[Sample]:
    pdf, jpeg, small = pdf_bytes(["q Q"]), good("JPEG"), good("PNG")
    yield "JPEG-then-pdf", jpeg + pdf
    yield "PNG-then-pdf", small + pdf
    yield "JPEG-then-zip", jpeg + b"PK\x03\x04" + bytes(60)
    yield "JPEG-html-in-comment", jpeg[:2] + b"\xff\xfe\x00\x20<script>alert(1)</script>    " + jpeg[2:]
    yield "PNG-head-jpeg-body", PNG_HEAD + jpeg
    yield "JPEG-head-png-body", jpeg[:20] + small
    for head in OTHER_KINDS:
        yield f"other-kind-{head[:4].hex()}", head + bytes(200)
