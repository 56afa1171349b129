"""Removes files that the database knows no more, and what is or began to come in the clear: of letters sealed since.

A crash between the commit that forgets a file and its removal leaves the file here: so what is removed is found out
from what is left, and not remembered. A file is noted before its first byte arrives, so one that was there before the
notes were read, and is not among them, is nobody's.
"""

from core.domain.ids import TenantId
from core.protocol.letter_sealing import MAGIC_BYTES
from server.services.bundles import BundleService
from server.services.sealed_files import comes_in_clear, is_file_for_readers
from server.storage.blob_files import BlobFiles
from server.storage.database import Database, UnitOfWork


class Leavings:
    """Belongs to the thread that makes snapshots."""

    def __init__(self, database: Database, files: BlobFiles, *, bundles: BundleService) -> None:
        self._database = database
        self._files = files
        self._bundles = bundles

    def clear(self) -> int:
        """Remove what is known no more, of every tenant; how many files. StoreFault."""
        removed = 0
        for tenant in [row.id for row in self._database.read(lambda unit: unit.tenants.all())]:
            self._forget_begun(tenant)
            removed += self._bundles.forget_sealed(tenant)
            here = self._files.names(tenant)
            known = self._database.read(lambda unit, of=tenant: {one.hex() for one in unit.of(of).blobs.known()})  # type: ignore[misc]  # bound for the loop
            removed += sum(self._files.remove(tenant, name) for name in sorted(here - known))
        return removed

    def _forget_begun(self, tenant: TenantId) -> None:
        """What lies here of files in the clear that nobody may bring to their end any more."""
        begun = self._database.read(lambda unit: unit.of(tenant).blobs.begun())
        clear = [one for one in begun if comes_in_clear(self._files.read_partial(tenant, one, count=MAGIC_BYTES))]

        def work(unit: UnitOfWork) -> None:
            store = unit.of(tenant)
            for sha256 in clear:
                if is_file_for_readers(store, sha256):
                    store.blobs.forget(sha256)

        if clear:
            self._database.write(work)
