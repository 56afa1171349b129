"""Digests: whether two sides hold the same rows of a stream, and if not, where they differ.

A stream's digest is the number of its rows and the sum, modulo 2^64, of a hash of each row's key and revision: it
does not depend on the order and costs a few bytes. Where it differs, the rows are parted into buckets by their ids
and each bucket is summed alone, so that only the buckets that differ have to be sent again.
"""

import hashlib
from collections.abc import Iterable

RowVersion = tuple[int, bytes, int]

SUM_BYTES = 8
ROWS_A_BUCKET = 8
FEWEST_BUCKETS = 16
MOST_BUCKETS = 4096
_MODULUS = 1 << (8 * SUM_BYTES)
_ID_TAIL = 4


def row_sum(kind: int, row_id: bytes, rev: int) -> int:
    """What one row adds to a sum."""
    named = kind.to_bytes(4, "big") + row_id + rev.to_bytes(8, "big", signed=True)
    return int.from_bytes(hashlib.blake2b(named, digest_size=SUM_BYTES).digest(), "big")


def stream_digest(rows: Iterable[RowVersion]) -> tuple[int, bytes]:
    """(number of rows, sum over them) of (kind, row id, revision)."""
    count = total = 0
    for kind, row_id, rev in rows:
        count += 1
        total += row_sum(kind, row_id, rev)
    return count, (total % _MODULUS).to_bytes(SUM_BYTES, "big")


def bucket_count(rows: int) -> int:
    """Into how many buckets a stream of `rows` rows is parted: a power of two, about eight rows in each."""
    count = FEWEST_BUCKETS
    while count < MOST_BUCKETS and count * ROWS_A_BUCKET < rows:
        count *= 2
    return count


def bucket_of(row_id: bytes, buckets: int) -> int:
    """The bucket of a row. The tail of an id is random; its head is a time, alike for many rows."""
    return int.from_bytes(row_id[-_ID_TAIL:], "big") % buckets


def bucket_sums(rows: Iterable[RowVersion], buckets: int) -> bytes:
    """The sum of each bucket, eight bytes each, in the order of the buckets."""
    totals = [0] * buckets
    for kind, row_id, rev in rows:
        totals[bucket_of(row_id, buckets)] += row_sum(kind, row_id, rev)
    return b"".join((total % _MODULUS).to_bytes(SUM_BYTES, "big") for total in totals)


def differing(mine: bytes, theirs: bytes) -> list[int]:
    """The buckets whose sums differ; both sides have the same number of them."""
    return [
        place // SUM_BYTES
        for place in range(0, len(mine), SUM_BYTES)
        if mine[place : place + SUM_BYTES] != theirs[place : place + SUM_BYTES]
    ]
