"""Comparing what rows say, and not their revisions alone: for rows that came by somebody who may have changed them.

A hub hands out rows that the server has not signed. Both sides work out what a row adds to a sum (`digests`) from the
record as they would write it, so both must know the same fields: the shape says which. For the directory, on which it
hangs to whom secret letters are sealed, the server signs a digest of all rows.
"""

import hashlib
from collections.abc import Iterable
from functools import cache

import msgspec

from core.protocol.codec import decode_record, encode
from core.protocol.digests import SUM_BYTES, RowVersion
from core.protocol.records import KINDS


@cache
def record_shape() -> bytes:
    """Which fields the records have here: two programs with the same shape write the same record alike."""
    structs = [kind.struct for kind in KINDS]
    described = msgspec.json.encode(msgspec.json.schema_components(structs), order="sorted")
    return hashlib.sha256(described).digest()[:SUM_BYTES]


def content_version(kind: int, row_id: bytes, rev: int, payload: bytes) -> RowVersion:
    """A row as `digests` take it, with a number that stands for its revision and its content."""
    told = rev.to_bytes(8, "big", signed=True) + encode(decode_record(kind, payload))
    number = int.from_bytes(hashlib.blake2b(told, digest_size=SUM_BYTES).digest(), "big", signed=True)
    return kind, row_id, number


def rows_digest(rows: Iterable[tuple[int, bytes, int, bytes]]) -> bytes:
    """A digest of all rows of a stream - (kind, id, revision, encoded record) - in whatever order they are given."""
    digest = hashlib.sha256()
    for kind, row_id, rev, payload in sorted(rows):
        told = encode(decode_record(kind, payload))
        digest.update(kind.to_bytes(4, "big") + row_id + rev.to_bytes(8, "big", signed=True))
        digest.update(hashlib.sha256(told).digest())
    return digest.digest()
