"""Digests tell whether two sides hold the same rows, in any order, and where they differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.protocol.digests import (
    MOST_BUCKETS,
    RowVersion,
    bucket_count,
    bucket_of,
    bucket_sums,
    differing,
    stream_digest,
)

rows = st.lists(
    st.tuples(st.integers(1, 20), st.binary(min_size=16, max_size=16), st.integers(-1, 2**50)),
    unique_by=lambda row: row[:2],
    max_size=60,
)


@given(rows, st.randoms())
def test_the_order_of_rows_does_not_matter(mine: list[RowVersion], random: st.DataObject) -> None:
    theirs = list(mine)
    random.shuffle(theirs)  # type: ignore[attr-defined]  # a random.Random

    assert stream_digest(mine) == stream_digest(theirs)
    assert bucket_sums(mine, 16) == bucket_sums(theirs, 16)


@given(rows.filter(bool), st.data())
def test_every_single_difference_shows_in_the_digest_and_in_its_bucket_alone(
    mine: list[RowVersion], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(mine) - 1))
    kind, row_id, rev = mine[place]
    changed = data.draw(st.sampled_from([[], [(kind, row_id, rev + 1)], [(kind + 1, row_id, rev)]]))
    theirs = [*mine[:place], *changed, *mine[place + 1 :]]

    assert stream_digest(mine) != stream_digest(theirs)
    assert differing(bucket_sums(mine, 16), bucket_sums(theirs, 16)) == [bucket_of(row_id, 16)]


@given(st.integers(0, 10_000_000))
def test_buckets_are_a_bounded_power_of_two(count: int) -> None:
    buckets = bucket_count(count)

    assert buckets & (buckets - 1) == 0
    assert buckets == MOST_BUCKETS or buckets * 8 >= count
