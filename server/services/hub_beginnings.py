"""From which number on a hub's copy of a stream knows what left it.

Who begins to read a stream is not told what has left it before. A PC that has an older cursor, from the server itself
or from the hub of before, has to hear of just that: for it the copy is of no use, and the server is asked.
"""

from collections.abc import Mapping

from core.domain.ids import StreamId
from core.protocol.messages import Data
from server.storage.database import TenantStore
from server.storage.hub_items import ItemKind
from server.storage.streams import StreamRow

# Streams of one office: a few for each position and year.
_MOST = 100_000


def note_beginning(store: TenantStore, data: Data, *, begins: bool) -> None:
    """Before a frame is entered: note where its stream begins, if it `begins` in this answer or nothing is known."""
    if not data.cursor:
        return
    owner = _name(StreamId(data.stream))
    if begins:
        # What left before the end of the answer that begins is told by none.
        store.items.put(ItemKind.BEGUN, owner, _name(data.cursor))
    elif store.items.get(ItemKind.BEGUN, owner) is None:
        last = next((row.last for row in store.copy.streams() if row.id == data.stream), data.cursor)
        store.items.put(ItemKind.BEGUN, owner, _name(last))


def not_begun(store: TenantStore) -> frozenset[StreamId]:
    """The streams of the copy of which nothing is here."""
    return frozenset(row.id for row in store.copy.streams() if not row.last)


def beginnings(store: TenantStore) -> dict[StreamId, int]:
    """From which number on it is known what left each stream; of one without it nothing is known to its end."""
    listed = store.items.listed(ItemKind.BEGUN, limit=_MOST)
    return {StreamId(int.from_bytes(owner, "big")): int.from_bytes(body, "big") for _, owner, body in listed}


def leads_on(row: StreamRow, cursor: int, known: Mapping[StreamId, int]) -> bool:
    """Whether a PC at this cursor may go on by the copy, or begin with it."""
    return not cursor or cursor >= known.get(row.id, row.last)


def _name(number: int) -> bytes:
    return number.to_bytes(8, "big")
