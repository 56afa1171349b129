"""What proves that a row is as this program wrote it: eight bytes of a hash beside it.

The cipher finds a changed byte of the file. A row that was changed through the cipher - by another tool that holds the
key, or by a fault of memory - is a valid row: only this tells it. It keeps out accidents and hands, not somebody who
knows how it is made; for that there is the comparison with the server.

Values at the end that are what the field is by default are left out, so that a field that comes later changes nothing.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from core.protocol.codec import encode

PROOF_BYTES = 8
# Of a row that was written before rows were proved.
UNPROVED = b""


def proof_of(name: str | int, values: Iterable[Any]) -> bytes:
    """The proof of a row of the table, or the kind, `name`."""
    told = [int(value.timestamp()) if isinstance(value, datetime) else value for value in values]
    return hashlib.blake2b(encode((name, told)), digest_size=PROOF_BYTES).digest()


def without_defaults(values: list[Any], defaults: Sequence[Any]) -> list[Any]:
    """The values, less those at the end that are as in `defaults` (`msgspec.NODEFAULT` where there is none)."""
    last = len(values)
    while last and defaults[last - 1] is not msgspec.NODEFAULT and values[last - 1] == defaults[last - 1]:
        last -= 1
    return values[:last]
