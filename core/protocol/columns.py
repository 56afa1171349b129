"""One field of many records, said briefly.

A column is the list of its values, or a map of one entry that says how they are told: moments and days as
differences, lists as their lengths and then their items (field by field, where the items are records), ids as planes of
bytes. zstd finds much more in such columns (figures: docs/adr/0009). A column of a few values stays a plain list: the
shipped dictionary knows everyday messages as they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import accumulate
from operator import attrgetter, sub
from types import MappingProxyType
from typing import Any

from core.domain.ids import ROW_ID_BYTES

# Fewer values than this stay as they are.
MIN_VALUES = 8
MOMENTS, DAYS, RECORDS, LISTS, IDS = range(5)
_MICROSECOND = attrgetter("microsecond")


def pack_column(values: list[Any]) -> Any:
    """The column in as few bytes after compression as we know how to."""
    if len(values) < MIN_VALUES:
        return values
    types = set(map(type, values))
    filled = types - {type(None)}
    there = values if filled == types else [value for value in values if value is not None]
    if filled == {datetime} and not any(map(_MICROSECOND, there)):
        return {MOMENTS: _differences(values, map(int, map(datetime.timestamp, there)))}
    if filled == {date}:
        return {DAYS: _differences(values, map(date.toordinal, there))}
    if types == {bytes} and set(map(len, values)) == {ROW_ID_BYTES}:
        whole = b"".join(values)
        return {IDS: b"".join(whole[place::ROW_ID_BYTES] for place in range(ROW_ID_BYTES))}
    if types <= {list, tuple} and any(values):
        return _pack_lists(values)
    return values


def unpack_column(column: Any) -> list[Any]:
    """The values; ValueError, TypeError, KeyError or OverflowError where the column is none."""
    if type(column) is list:
        return column
    ((code, told),) = column.items()
    return _READERS[code](told)


def values_told(column: Any) -> int:
    """How many values a column tells, without unfolding it. Raises as `unpack_column` does."""
    if type(column) is list:
        return len(column)
    ((code, told),) = column.items()
    if code in (RECORDS, LISTS):
        return values_told(told[0])
    return len(told) // ROW_ID_BYTES if code == IDS else len(told)


def ids_told(column: Any) -> int:
    """How many ids the planes of bytes in a column unfold to: the one form in which one value tells many.

    Raises as `unpack_column` does.
    """
    if type(column) is not dict:
        return 0
    ((code, told),) = column.items()
    if code == IDS:
        return len(told) // ROW_ID_BYTES
    return sum(ids_told(one) for one in told) if code in (RECORDS, LISTS) else 0


def _pack_lists(values: Sequence[Sequence[Any]]) -> Any:
    items = [item for value in values for item in value]
    counts = pack_column(list(map(len, values)))
    alike = set(map(type, items)) <= {list, tuple} and len(set(map(len, items))) == 1
    if alike and items[0]:
        return {RECORDS: [counts, *(pack_column(list(field)) for field in zip(*items, strict=True))]}
    return {LISTS: [counts, pack_column(items)]}


def _differences(values: Sequence[Any], numbers: Iterable[int]) -> list[int | None]:
    """Each of the `numbers` as the difference from the one before, in the places of `values` that are there."""
    known = [0, *numbers]
    steps = map(sub, known[1:], known)
    if len(known) > len(values):
        return list(steps)
    return [None if value is None else next(steps) for value in values]


def _sums(told: Iterable[int | None]) -> Iterator[int | None]:
    total = 0
    for step in told:
        if step is None:
            yield None
        else:
            total += step
            yield total


def _moments(told: Any) -> list[Any]:
    return [None if number is None else datetime.fromtimestamp(number, UTC) for number in _sums(told)]


def _days(told: Any) -> list[Any]:
    # As text, which is what a day is on the wire.
    return [None if number is None else date.fromordinal(number).isoformat() for number in _sums(told)]


def _ids(told: Any) -> list[Any]:
    count, rest = divmod(len(told), ROW_ID_BYTES)
    if type(told) is not bytes or rest:
        raise ValueError("ids")
    return [told[place::count] for place in range(count)]


def _records(told: Any) -> list[Any]:
    counts, *fields = told
    return _parted(unpack_column(counts), list(zip(*(unpack_column(field) for field in fields), strict=True)))


def _lists(told: Any) -> list[Any]:
    counts, items = told
    return _parted(unpack_column(counts), unpack_column(items))


def _parted(counts: Sequence[int], items: Sequence[Any]) -> list[Any]:
    ends = list(accumulate(counts))
    if not ends or ends[-1] != len(items) or min(counts) < 0:
        raise ValueError("counts")
    return [items[end - count : end] for count, end in zip(counts, ends, strict=True)]


_READERS: MappingProxyType[int, Callable[[Any], list[Any]]] = MappingProxyType(
    {MOMENTS: _moments, DAYS: _days, RECORDS: _records, LISTS: _lists, IDS: _ids}
)
