"""Hostile PDFs: cut, lying, looping, nested, huge, and with all that a reader should not act on."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

from tests.support.scan_files import assembled, endless_pdf, locked_pdf, pdf_bytes, stream

CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R %s >>"
DRAWING = stream("1 0 0 rg 0 0 50 50 re f").encode()
Sample = tuple[str, bytes]

ONE_FORM = b"/Resources << /XObject << /X 5 0 R >> >>"
FILTERS = (
    b"/FlateDecode",
    b"/LZWDecode",
    b"/DCTDecode",
    b"/JPXDecode",
    b"/JBIG2Decode",
    b"/CCITTFaxDecode",
    b"/RunLengthDecode",
    b"/Crypt",
)
PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceRGB"
    b" /Filter [%s] /Length %d >>\nstream\n%s\nendstream"
)
TILE = (
    b"<< /Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.00001 /YStep 0.00001"
    b" /Resources << >> /Length 14 >>\nstream\n0 0 1 1 re f  \nendstream"
)
SIDES = ("0 0", "-1 -1", "1e9 1e9", "1e38 1e38", "0.0000001 9", "9 0.0000001", "99999 1", "1 99999", "nan inf", "a b")

ACTIONS = (
    b"/S /JavaScript /JS (app.launchURL\\('http://127.0.0.1/'\\); while\\(1\\);)",
    b"/S /Launch /F (/bin/sh) /Win << /F (cmd.exe) /P (/c calc) >>",
    b"/S /URI /URI (file:///etc/passwd)",
    b"/S /GoToR /F (\\\\\\\\127.0.0.1\\\\share\\\\a.pdf) /D [0 /Fit]",
    b"/S /SubmitForm /F << /FS /URL /F (http://127.0.0.1/) >>",
    b"/S /ImportData /F (/etc/passwd)",
    b"/S /GoToE /T << /R /C /N (a) >>",
    b"/S /Rendition /OP 0",
    b"/S /Movie /Operation /Play",
    b"/S /Named /N /Print",
)


def hostile_pdfs() -> Iterator[Sample]:
    """Each with a name of its own; the same in every run."""
    yield from _cut()
    yield from _altered()
    yield from _acting()
    yield from _looping()
    yield from _nested()
    yield from _lying()
    yield from _bombs()


def page_with(
    *, catalog: bytes = b"", size: bytes = b"595 842", page: bytes = b"", more: tuple[bytes, ...] = ()
) -> bytes:
    """One page with these entries; object 5 is the first of `more`."""
    return assembled([CATALOG % catalog, PAGES, PAGE % (size, page), DRAWING, *more])


def with_body(body: bytes) -> bytes:
    """One page whose drawing is this object."""
    return assembled([CATALOG % b"", PAGES, PAGE % (b"9 9", b""), body])


def with_picture(picture: bytes) -> bytes:
    """One page that shows this object."""
    drawing = stream("9 0 0 9 0 0 cm /X Do").encode()
    return assembled([CATALOG % b"", PAGES, PAGE % (b"9 9", ONE_FORM), drawing, picture])


def zeros(megabytes: int) -> bytes:
    """So many mebibytes of zeros, packed; one of them is packed once, and stands there again and again."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (megabytes - 1) + packer.flush(zlib.Z_FINISH)


def _cut() -> Iterator[Sample]:
    whole = pdf_bytes(["0 0 10 10 re f"] * 3)
    for at in range(8, len(whole), max(1, len(whole) // 40)):
        yield f"cut-{at}", whole[:at]
        yield f"cut-mended-{at}", whole[:at] + b"\n%%EOF\n"


def _altered() -> Iterator[Sample]:
    chance, whole = random.Random(3), bytearray(pdf_bytes(["q 0 0 10 10 re f Q"] * 2))
    for turn in range(60):
        other = bytearray(whole)
        for _ in range(1 + turn):
            other[chance.randrange(9, len(other))] = chance.randrange(256)
        yield f"altered-{turn}", bytes(other) + b"\n%%EOF\n"
    for turn in range(10):
        yield f"noise-{turn}", b"%PDF-1.7\n" + chance.randbytes(20_000) + b"\n%%EOF\n"


def _acting() -> Iterator[Sample]:
    for number, action in enumerate(ACTIONS):
        yield f"open-action-{number}", page_with(catalog=b"/OpenAction << %s >>" % action)
        yield f"page-action-{number}", page_with(page=b"/AA << /O << %s >> >>" % action)
        annotation = b"<< /Type /Annot /Subtype /Link /Rect [0 0 50 50] /A << %s >> >>" % action
        yield f"link-action-{number}", page_with(page=b"/Annots [5 0 R]", more=(annotation,))
    names = b"/Names << /EmbeddedFiles << /Names [(../../etc/cron.d/x) 5 0 R] >> >>"
    file = b"<< /Type /Filespec /F (..\\\\..\\\\CON) /EF << /F 6 0 R >> >>"
    yield "embedded-file", page_with(catalog=names, more=(file, stream("MZ", "/Type /EmbeddedFile").encode()))
    xfa = b"/AcroForm << /XFA [(template) 5 0 R] /Fields [] >>"
    yield (
        "xfa",
        page_with(catalog=xfa, more=(stream('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>').encode(),)),
    )


def _looping() -> Iterator[Sample]:
    yield "pages-own-parent", assembled([CATALOG % b"", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])
    yield (
        "kids-of-each-other",
        assembled(
            [CATALOG % b"", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]
        ),
    )
    yield (
        "page-is-its-contents",
        assembled([CATALOG % b"", PAGES, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R >>"]),
    )
    yield (
        "length-of-itself",
        assembled([CATALOG % b"", PAGES, PAGE % (b"9 9", b""), b"<< /Length 4 0 R >>\nstream\nq Q\nendstream"]),
    )
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
    page = b"/Resources << /XObject << /X 5 0 R >> >>"
    for count in (1, 2, 3, 10):
        bodies = [stream("/X Do " * count, form % (5 + (at + 1) % count)).encode() for at in range(count)]
        drawing = stream("/X Do").encode()
        yield f"forms-in-a-ring-{count}", assembled([CATALOG % b"", PAGES, PAGE % (b"9 9", page), drawing, *bodies])
    whole_page = [CATALOG % b"", PAGES, PAGE % (b"9 9", b""), DRAWING]
    for prev in (0, 9, 15, 10**9, -1, 2**31, 2**64):
        yield (
            f"xref-prev-{prev}",
            assembled(whole_page, trailer=b"/Prev %d" % prev),
        )
    whole = pdf_bytes(["q Q"])
    start = int(whole.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    yield "xref-prev-itself", whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)
    outlines = b"<< /Type /Outlines /First 5 0 R /Last 5 0 R /Count 1 >>"
    item = b"<< /Title (a) /Parent 5 0 R /Next 6 0 R /First 6 0 R /Last 6 0 R >>"
    yield "outline-ring", page_with(catalog=b"/Outlines 5 0 R", more=(outlines, item))


def _nested() -> Iterator[Sample]:
    for depth in (100, 1_000, 20_000, 200_000):
        yield f"arrays-{depth}", page_with(page=b"/X " + b"[" * depth + b"]" * depth)
        yield f"dictionaries-{depth}", page_with(page=b"/X " + b"<</A" * depth + b" 0 " + b">>" * depth)
        yield f"open-arrays-{depth}", page_with(page=b"/X " + b"[" * depth)
        yield f"saved-states-{depth}", pdf_bytes(["q " * depth])
        yield f"texts-{depth}", pdf_bytes(["(" * depth + ")" * depth + " Tj"])
    for depth in (10, 200, 3_000):
        bodies = [CATALOG % b"", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
        node = b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>"
        bodies += [node % (at, at + 2) for at in range(2, 2 + depth)]
        bodies.append(b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % (depth + 2))
        yield f"page-tree-{depth}", assembled(bodies)


def _lying() -> Iterator[Sample]:
    for sides in SIDES:
        yield f"media-box-{sides}", page_with(size=sides.encode())
    for count in (0, -1, 5_001, 10**6, 2**31 - 1, 2**31, 2**63):
        yield (
            f"page-count-{count}",
            assembled(
                [CATALOG % b"", b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count, PAGE % (b"9 9", b""), DRAWING]
            ),
        )
    for length in (0, 1, 10**9, -1, 2**31, 2**63):
        body = b"<< /Length %d >>\nstream\nq Q\nendstream" % length
        yield f"stream-length-{length}", with_body(body)
    for name in FILTERS:
        for count in (1, 20):
            called = f"{name.decode().removeprefix('/')}-{count}"
            body = b"<< /Length 64 /Filter [%s] >>\nstream\n%s\nendstream" % (name * count, bytes(range(64)))
            yield f"filter-{called}", with_body(body)
            yield f"image-{called}", with_picture(PICTURE % (60_000, 60_000, name * count, 64, bytes(range(64))))
    yield "locked", locked_pdf("rahasia")
    yield "no-root", pdf_bytes(["q Q"]).replace(b"/Root 1 0 R", b"/Root 9 0 R")
    yield "html", b"<!DOCTYPE html><script>1</script>%PDF-1.7\n%%EOF\n"
    yield "zip", b"PK\x03\x04" + bytes(30) + pdf_bytes(["q Q"])
    yield "gif", b"GIF89a" + bytes(30) + pdf_bytes(["q Q"])
    yield "two-in-one", pdf_bytes(["q Q"]) + pdf_bytes(["Q q"])


def _bombs() -> Iterator[Sample]:
    for megabytes in (16, 256, 900):
        once = zeros(megabytes)
        for name, data, filters in (("", once, b""), ("twice-", zlib.compress(once), b"/FlateDecode ")):
            body = b"<< /Length %d /Filter [%s/FlateDecode] >>\nstream\n%s\nendstream" % (len(data), filters, data)
            yield f"stream-bomb-{name}{megabytes}", with_body(body)
    for side in (20_000, 60_000):
        data = zeros(side // 1_000)
        yield f"picture-bomb-{side}", with_picture(PICTURE % (side, side, b"/FlateDecode", len(data), data))
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
    bodies = [stream("/X Do " * 10, form % (at + 1)).encode() for at in range(5, 20)]
    bodies.append(stream("0 0 9 9 re f", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]").encode())
    page = b"/Resources << /XObject << /X 5 0 R >> >>"
    yield "billion-laughs", assembled([CATALOG % b"", PAGES, PAGE % (b"9 9", page), stream("/X Do").encode(), *bodies])
    yield "endless-drawing", endless_pdf()
    dashes = "[0.000001] 0 d 0 0 m 1e6 1e6 l S " * 2_000
    yield "dashes", pdf_bytes([dashes])
    page = b"/Resources << /Pattern << /P 5 0 R >> >>"
    drawing = stream("/Pattern cs /P scn 0 0 595 842 re f").encode()
    yield "tiny-tiles", assembled([CATALOG % b"", PAGES, PAGE % (b"595 842", page), drawing, TILE])
