"""Writes clean pages as a PDF: nothing in it but the pictures, so the same pages give the same bytes.

ISO 32000-1: images 8.9.5, stencil masks 8.9.6.2, CCITT 7.4.6, DCT 7.4.8.
"""

from collections.abc import Sequence
from typing import Final

from desktop.system.page_messages import Cleaned
from desktop.system.pdf_objects import assembled

_OBJECTS_A_PAGE: Final = 4


def clean_pdf(pages: Sequence[Cleaned]) -> bytes:
    """The pages as one PDF."""
    kids = " ".join(f"{3 + _OBJECTS_A_PAGE * number} 0 R" for number in range(len(pages)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
    ]
    for number, page in enumerate(pages):
        bodies += _page(page, 3 + _OBJECTS_A_PAGE * number)
    return assembled(bodies)


def _page(page: Cleaned, first: int) -> list[bytes]:
    sides = f"{page.across:.2f} {page.down:.2f}"
    place = f"q {page.across:.2f} 0 0 {page.down:.2f} 0 0 cm"
    back = f"{place} /Back Do Q\n" if page.back else ""
    drawing = f"{back}{place} 0 g /Text Do Q".encode()
    named = f"/Text {first + 2} 0 R" + (f" /Back {first + 3} 0 R" if page.back else "")
    return [
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sides}] /Resources << /XObject << {named} >> >> "
        f"/Contents {first + 1} 0 R >>".encode(),
        _stream("", drawing),
        # The coder wrote 1 for ink. Where a stencil has 0 it paints, and BlackIs1 false turns what was read round.
        _stream(
            f"/Type /XObject /Subtype /Image /ImageMask true /Width {page.width} /Height {page.height} "
            f"/BitsPerComponent 1 /Filter /CCITTFaxDecode "
            f"/DecodeParms << /K -1 /Columns {page.width} /Rows {page.height} >>",
            page.text,
        ),
        _stream(
            f"/Type /XObject /Subtype /Image /Width {page.back_width} /Height {page.back_height} "
            f"/ColorSpace /{'DeviceGray' if page.grey else 'DeviceRGB'} /BitsPerComponent 8 /Filter /DCTDecode",
            page.back,
        )
        if page.back
        else b"null",
    ]


def _stream(entries: str, content: bytes) -> bytes:
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
