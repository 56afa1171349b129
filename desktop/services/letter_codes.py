"""The code by which a printed paper names its letter: a scanner that types it into the search opens the letter."""

import re

from core.domain.ids import ROW_ID_BYTES, LetterId

_PREFIX = "pesagi:surat:"
_CODE = re.compile(rf"{_PREFIX}([0-9a-f]{{{2 * ROW_ID_BYTES}}})\Z", re.ASCII | re.IGNORECASE)


def code_of(letter_id: LetterId) -> str:
    """What the QR code of a letter's paper says. It is no secret: it opens nothing but the search."""
    return f"{_PREFIX}{letter_id.hex()}"


def letter_of(typed: str) -> LetterId | None:
    """The letter that a scanned code names; None if the text is none."""
    found = _CODE.match(typed.strip())
    return None if found is None else LetterId(bytes.fromhex(found[1]))
