"""The server's word for the directory, for hubs to carry with its rows."""

from collections.abc import Iterator

from core.domain.ids import TenantId
from core.domain.streams import DIRECTORY
from core.protocol.contents import record_shape, rows_digest
from core.protocol.hub import DirectoryWord, Signed
from server.services.statements import Signer
from server.storage.database import TenantStore
from server.storage.heads import TenantRow
from server.storage.streams import StreamRow

_PART = 500


class DirectoryWords:
    """Signs what all rows of the directory say; each of its states is worked out once."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._made: dict[TenantId, tuple[tuple[int, int], Signed]] = {}

    def of(self, store: TenantStore, tenant: TenantRow, streams: tuple[StreamRow, ...]) -> Signed | None:
        """The word for the directory as it stands now, if it is among the streams."""
        row = next((one for one in streams if one.key == DIRECTORY), None)
        if row is None:
            return None
        state = (tenant.feed_epoch, row.last)
        before = self._made.get(store.id)
        if before is not None and before[0] == state:
            return before[1]
        digest = rows_digest(_rows(store, row))
        word = DirectoryWord(
            tenant=store.id, feed_epoch=tenant.feed_epoch, cursor=row.last, shape=record_shape(), digest=digest
        )
        signed = self._signer.directory(word)
        self._made[store.id] = (state, signed)
        return signed


def _rows(store: TenantStore, row: StreamRow) -> Iterator[tuple[int, bytes, int, bytes]]:
    versions = store.streams.versions(row.id)
    for start in range(0, len(versions), _PART):
        some = [(kind, row_id) for kind, row_id, _ in versions[start : start + _PART]]
        for one in store.streams.some(row.id, some):
            yield one.kind, one.row_id, one.seq, one.payload
