"""Files that were taken in and that nothing has any more: no letter, no item of Pindaian, no draft, not the trash."""

from collections.abc import Collection

from desktop.storage.blobs import BlobFiles
from desktop.storage.residue import condemn_unless_needed, remove_file
from desktop.storage.unit_of_work import Store, UnitOfWork


def condemn_unnamed(uow: UnitOfWork, among: Collection[bytes]) -> None:
    """Note those of these files for removal that nothing names; in the transaction that forgot what named them."""
    for sha256 in sorted(among):
        if uow.blobs.get(sha256) is None:
            condemn_unless_needed(uow, sha256)


def discard_unnamed(store: Store, files: BlobFiles, among: Collection[bytes]) -> None:
    """Remove what was noted of these files, as far as it may go now; the rest goes at the next start."""
    for sha256 in sorted(among):
        remove_file(store, files, sha256)
