"""In which streams the rows here lie, as their records say themselves."""

from collections.abc import Iterable
from typing import Any

from core.domain.ids import StreamId
from core.protocol.records import KIND_BY_CODE, KIND_OF, row_key
from desktop.storage.outbox import RowKey
from desktop.storage.server_view import ServerView
from desktop.storage.unit_of_work import UnitOfWork


def join_streams(uow: UnitOfWork, keys: Iterable[RowKey]) -> None:
    """As `join_records`, by the server's version that is here."""
    view = ServerView(uow)
    found = (view.get(KIND_BY_CODE[kind].struct, row_id) for kind, row_id in keys)
    join_records(uow, (record for record in found if record is not None))


def join_records(uow: UnitOfWork, records: Iterable[Any], *, also: StreamId | None = None) -> None:
    """A record says itself in which streams it lies: the server sends it once in a reply, whatever their number."""
    known = uow.streams.ids()
    members: dict[StreamId, list[RowKey]] = {}
    for record in records:
        key = row_key(record)
        for stream in KIND_OF[type(record)].streams(record):
            if stream in known:
                members.setdefault(known[stream], []).append(key)
        if also is not None:
            members.setdefault(also, []).append(key)
    for number, keys in members.items():
        uow.streams.join(number, keys)
