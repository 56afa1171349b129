"""Erases from a hub what it may carry no more: letters that became secret, and what belonged to people who left.

The rows go with the frame, or the list of streams, that takes them away. Copies of their bytes remain: files, segments
that were made before, the write-ahead log. What of these is due is found out from what is left, so a stop in between is
made up for by the next time.
"""

from core.domain.ids import TenantId
from server.services.hub_uploads import left_here
from server.services.rewriting import Rewriting
from server.storage.blob_files import BlobFiles
from server.storage.database import Database, TenantStore
from server.storage.segment_files import SegmentFiles


class HubErasing:
    """Belongs to the thread of the hub that takes rows."""

    def __init__(self, database: Database, tenant: TenantId, *, files: BlobFiles, segments: SegmentFiles) -> None:
        self._database = database
        self._tenant = tenant
        self._files = files
        self._segments = segments
        self._rewriting = Rewriting(database)

    def finish(self) -> None:
        """Remove the files that no row here refers to, and the segments that a row has left."""
        # A file that a PC leaves is noted before its first byte comes: what begins to come from here on is let be.
        here = self._files.names(self._tenant)
        files, segments = self._database.write(lambda unit: _left(unit.of(self._tenant)))
        for name in sorted(here - {sha256.hex() for sha256 in files}):
            self._files.remove(self._tenant, name)
        self._segments.keep_only(self._tenant, segments)
        self._rewriting.do_due()
        self._database.truncate_log()


def _left(store: TenantStore) -> tuple[set[bytes], set[bytes]]:
    """The files and the segments that stay; those that do not are known no more."""
    stay: set[bytes] = set()
    for row in store.segments.all():
        if store.snapshot_rows.left_since((one.stream, one.cursor) for one in row.streams):
            store.segments.remove(row.sha256)
        else:
            stay.add(row.sha256)
    return store.copy.files() | left_here(store).keys(), stay
