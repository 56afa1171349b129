"""In which streams the rows here lie, as their records say themselves."""

from collections.abc import Collection, Iterable
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


def lying_in(uow: UnitOfWork, stream: StreamId, keys: Collection[RowKey]) -> set[RowKey]:
    """Those of the rows that lie in a stream by the server's version that is here."""
    if not keys:
        return set()
    view, key_of = ServerView(uow), {number: key for key, number in uow.streams.ids().items()}
    found = ((key, view.get(KIND_BY_CODE[key[0]].struct, key[1])) for key in keys)
    return {
        key for key, record in found if record is not None and key_of[stream] in KIND_OF[type(record)].streams(record)
    }
