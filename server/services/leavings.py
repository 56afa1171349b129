"""Removes files that the database knows no more: scans in the clear of letters that were sealed since.

A crash between the commit that forgets a file and its removal leaves the file here: so what is removed is found out
from what is left, and not remembered. A file is noted before its first byte arrives, so one that was there before the
notes were read, and is not among them, is nobody's.
"""

from server.storage.blob_files import BlobFiles
from server.storage.database import Database


class Leavings:
    """Belongs to the thread that makes snapshots."""

    def __init__(self, database: Database, files: BlobFiles) -> None:
        self._database = database
        self._files = files

    def clear(self) -> int:
        """Remove what is known no more, of every tenant; how many files. StoreFault."""
        removed = 0
        for tenant in [row.id for row in self._database.read(lambda unit: unit.tenants.all())]:
            here = self._files.names(tenant)
            known = self._database.read(lambda unit, of=tenant: {one.hex() for one in unit.of(of).blobs.known()})  # type: ignore[misc]  # bound for the loop
            removed += sum(self._files.remove(tenant, name) for name in sorted(here - known))
        return removed
