"""Files that a clerk may bring: good ones, and each kind of bad one, written without a PDF library."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

A4 = (595, 842)
# PDF 1.7, 7.6.3.3, algorithm 2: what a password is filled up with.
PASSWORD_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
FILE_ID = bytes(range(16))


def pdf_bytes(contents: Sequence[str], *, size: tuple[int, int] = A4, extra: Sequence[str] = ()) -> bytes:
    """A PDF with one page for each content stream; object 3 + n is the n-th of `extra`."""
    first_page = 3 + len(extra)
    kids = " ".join(f"{first_page + 2 * number} 0 R" for number in range(len(contents)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        *(body.encode("latin-1") for body in extra),
    ]
    resources = "/XObject << /X0 3 0 R >>" if extra else ""
    for number, content in enumerate(contents):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] "
            f"/Resources << {resources} >> /Contents {first_page + 2 * number + 1} 0 R >>".encode()
        )
        bodies.append(stream(content).encode("latin-1"))
    return assembled(bodies)


def stream(content: str, entries: str = "") -> str:
    """A stream object with its length."""
    return f"<< {entries} /Length {len(content)} >>\nstream\n{content}\nendstream"


def assembled(bodies: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """Number the objects from 1, and write them with their cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(bodies) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def left_half(colour: str) -> str:
    """Page content that fills the left half of an A4 page, as `1 0 0` for red."""
    return f"{colour} rg 0 0 {A4[0] / 2} {A4[1]} re f"


def signed_looking_pdf() -> bytes:
    """A page with the field of a visible signature in its lower left quarter, drawn in red."""
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] /SigFlags 3 >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Annots [5 0 R] >>",
            stream("1 0 0 rg 0 0 50 50 re f", "/Type /XObject /Subtype /Form /BBox [0 0 50 50]").encode(),
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (ttd) /Rect [0 0 50 50] /AP << /N 4 0 R >> >>",
        ]
    )


def locked_pdf(password: str) -> bytes:
    """A PDF that opens with a password only: RC4 of 40 bits, PDF 1.7, 7.6.3 (revision 2)."""
    padded = (password.encode("latin-1") + PASSWORD_PAD)[:32]
    owner = rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    permissions = struct.pack("<i", -4)
    key = hashlib.md5(padded + owner + permissions + FILE_ID, usedforsecurity=False).digest()[:5]
    user = rc4(key, PASSWORD_PAD)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (owner.hex().encode(), user.hex().encode()),
    ]
    file_id = FILE_ID.hex().encode()
    return assembled(bodies, trailer=b"/Encrypt 4 0 R /ID [<%s> <%s>]" % (file_id, file_id))


def rc4(key: bytes, data: bytes) -> bytes:
    """The old stream cipher, which Python no longer brings along."""
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def endless_pdf() -> bytes:
    """A few kilobytes that take years to draw: each drawing draws the next one 30 times, twelve deep."""
    depth = 12
    drawings = [
        stream("/X0 Do " * 30, f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] {below(number, depth)}")
        for number in range(depth)
    ]
    return pdf_bytes(["/X0 Do"], extra=drawings)


def below(number: int, depth: int) -> str:
    """The resources of one drawing: the next one, or nothing for the last."""
    if number == depth - 1:
        return "/Resources << >>"
    return f"/Resources << /XObject << /X0 {3 + number + 1} 0 R >> >>"


def bomb_png(side: int) -> bytes:
    """A PNG of some kilobytes that unpacks to `side` x `side` grey pixels."""
    packer = zlib.compressobj(9)
    row = b"\x00" * (side + 1)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(name, body) for name, body in chunks)


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG with its length and check sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def sparse_file(path: Path, size: int) -> Path:
    """A file that says it is large and takes no room on the disk, with the head of a PDF."""
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(size)
    return path


def photo(path: Path, *, size: tuple[int, int], orientation: int = 1) -> Path:
    """A JPEG whose left half is red, as a phone held in that orientation writes it."""
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 0, 0), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(path, "JPEG", quality=90, exif=exif)
    return path
