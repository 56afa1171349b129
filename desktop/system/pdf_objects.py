"""Puts the objects of a PDF that is written here together: numbers, places, trailer (ISO 32000-1, 7.5)."""

from collections.abc import Sequence
from typing import Final

_HEAD: Final = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def assembled(bodies: Sequence[bytes]) -> bytes:
    """The file of these objects, numbered from 1; the first one is its catalog."""
    out = bytearray(_HEAD)
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(bodies) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
