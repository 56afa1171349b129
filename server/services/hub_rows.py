"""Enters frames of the server into a hub's copy."""

from core.domain.ids import StreamId
from core.protocol.codec import CodecError, encode
from core.protocol.messages import Data
from core.protocol.records import KIND_BY_CODE, row_key
from core.protocol.rows import read_rows
from server.services.hub_beginnings import note_beginning
from server.storage.database import TenantStore
from server.storage.hub_copy import CopiedRow


def copied_rows(data: Data) -> list[CopiedRow]:
    """The rows of a frame; CodecError if there are some that only a newer program understands.

    A hub must not leave those out: PCs would believe that they have all up to its cursor.
    """
    if any(block.columns and block.kind not in KIND_BY_CODE for block in data.blocks):
        message = "rows of a newer program"
        raise CodecError(message)
    return [
        CopiedRow(
            kind=block.kind,
            row_id=row_key(row.record)[1],
            rev=row.rev,
            payload=encode(row.record),
            streams=tuple(KIND_BY_CODE[block.kind].streams(row.record)),
            files=tuple(KIND_BY_CODE[block.kind].attachments(row.record)),
        )
        for block, rows in read_rows(data.blocks)
        for row in rows
    ]


def enter(store: TenantStore, data: Data, *, begins: bool) -> None:
    """Enter one frame, with its cursor; CodecError.

    `begins` says that nothing of its stream was here when the server was asked.
    """
    gone = [(block.kind, row_id) for block in data.blocks for row_id in block.gone]
    rows = copied_rows(data)
    note_beginning(store, data, begins=begins)
    store.copy.take(StreamId(data.stream), data.cursor, rows=rows, gone=gone)
