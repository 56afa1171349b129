"""Rows in a frame: records with revisions, kind by kind, each field a column.

Random ids are a quarter of the bytes that remain after compression, so a field that names a row of the same frame
tells its place there, as the difference from the place named before: a map with the one entry `REFERENCES`. Places
count through the blocks of the frame in their order.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from core.domain.ids import ROW_ID_BYTES, StreamId, small_row_id
from core.protocol.codec import WRONG_COLUMNS, CodecError, from_columns, to_columns
from core.protocol.columns import IDS, MIN_VALUES, ids_told, unpack_column, values_told
from core.protocol.messages import Block, Data
from core.protocol.records import KIND_BY_CODE, KIND_OF

REFERENCES = 16
# What a frame may hold at the most, so that a few bytes never unfold to a flood of rows.
MOST_BLOCKS = 256
MOST_ROWS = 4_096
MOST_IDS = 32_768
_MOST_REV = 2**63 - 1


class Row(msgspec.Struct, frozen=True):
    """A record with its revision."""

    record: Any
    rev: int


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows newest first, each beside the letter it belongs to, so that a part can name its letters by their place."""
    return sorted(rows, key=lambda row: (getattr(row.record, "letter_id", row.record.id), row.record.id), reverse=True)


def pack_rows(stream: StreamId, rows: Sequence[Row], *, cursor: int) -> Data:
    """Rows of one stream as a frame; `read_rows` is the inverse."""
    by_kind: dict[int, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(KIND_OF[type(row.record)].code, []).append(row)
    mixed = [row.record.id for kind in sorted(by_kind) for row in by_kind[kind]]
    places = {row_id: place for place, row_id in enumerate(mixed)}
    return Data(
        stream=stream, cursor=cursor, blocks=tuple(_block(kind, by_kind[kind], places) for kind in sorted(by_kind))
    )


def read_rows(blocks: Sequence[Block]) -> list[tuple[Block, list[Row]]]:
    """The blocks of a frame, each with its rows, but for kinds that only a newer program knows; CodecError."""
    try:
        _check_size(blocks)
        ids = [unpack_column(block.columns[0]) if block.columns else [] for block in blocks]
        names = [row_id for several in ids for row_id in several]
        columns = [[_named(column, names) for column in block.columns] for block in blocks]
    except WRONG_COLUMNS as err:
        raise CodecError(str(err)) from err
    return [
        (block, _rows(block, told)) for block, told in zip(blocks, columns, strict=True) if block.kind in KIND_BY_CODE
    ]


def _check_size(blocks: Sequence[Block]) -> None:
    """ValueError, and whatever else comes of columns that are none, before anything is unfolded."""
    if len(blocks) > MOST_BLOCKS:
        raise ValueError("blocks")
    if sum(ids_told(column) for block in blocks for column in block.columns) > MOST_IDS:
        raise ValueError("ids")
    rows = 0
    for block in blocks:
        counts = {values_told(column) for column in block.columns}
        if len(counts) > 1:
            raise ValueError("ragged")
        rows += sum(counts)
    if rows > MOST_ROWS:
        raise ValueError("rows")


def named_rows(blocks: Iterable[Block]) -> set[tuple[int, bytes]]:
    """The rows that blocks carry, by the column that comes first: the id, or the number that stands for it."""
    return {
        (block.kind, first if isinstance(first, bytes) else small_row_id(first))
        for block in blocks
        if block.columns
        for first in unpack_column(block.columns[0])
    }


def _block(kind: int, rows: Sequence[Row], places: dict[bytes, int]) -> Block:
    ids, *columns = to_columns([row.record for row in rows])
    revs = [row.rev - before for before, row in zip([0, *(row.rev for row in rows)], rows, strict=False)]
    return Block(kind=kind, columns=[ids, *(_referring(column, places) for column in columns)], revs=revs)


def _rows(block: Block, columns: list[Any]) -> list[Row]:
    records = from_columns(block.kind, columns)
    if len(records) != len(block.revs):
        message = "revisions do not fit"
        raise CodecError(message)
    rev, rows = 0, []
    for record, step in zip(records, block.revs, strict=True):
        rev += step
        if not 0 <= rev <= _MOST_REV:
            raise CodecError("revision")
        rows.append(Row(record, rev))
    return rows


def _referring(column: Any, places: dict[bytes, int]) -> Any:
    if type(column) is dict and IDS not in column:
        return column  # days, moments, lists: no ids
    values = unpack_column(column)
    if len(values) < MIN_VALUES or bytes not in set(map(type, values)):
        return column
    if not any(type(value) is bytes and len(value) == ROW_ID_BYTES for value in values):
        return column
    told: list[Any] = []
    before = 0
    for value in values:
        place = places.get(value) if type(value) is bytes else None
        if place is None:
            told.append(value)
        else:
            told.append(place - before)
            before = place
    return {REFERENCES: told}


def _named(column: Any, names: Sequence[bytes]) -> Any:
    if type(column) is not dict or REFERENCES not in column:
        return column
    values: list[Any] = []
    place = 0
    for told in column[REFERENCES]:
        if type(told) is int:
            place += told
            if not 0 <= place < len(names):
                raise ValueError("reference")
            name = names[place]
            if type(name) is not bytes or len(name) != ROW_ID_BYTES:
                raise ValueError("no id")
            values.append(name)
        else:
            values.append(told)
    return values
