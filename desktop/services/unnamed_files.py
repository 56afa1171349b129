"""Files that were taken in and that nothing has any more: no letter, no item of Pindaian, no draft, not the trash."""

from collections.abc import Callable, Collection

from desktop.storage.blobs import BlobFiles
from desktop.storage.residue import condemn_unless_needed, is_kept_here
from desktop.storage.unit_of_work import Store, UnitOfWork


def condemn_unnamed(uow: UnitOfWork, among: Collection[bytes]) -> None:
    """Note those of these files for removal that nothing names; in the transaction that forgot what named them."""
    for sha256 in sorted(among):
        if uow.blobs.get(sha256) is None:
            condemn_unless_needed(uow, sha256)


def discard_unnamed(store: Store, files: BlobFiles, among: Collection[bytes]) -> None:
    """Remove those of these files that nothing names, as far as they may go now; the rest goes at the next start."""
    _remove_unnamed(store, among, files.discard)


def delete_unnamed(store: Store, files: BlobFiles, among: Collection[bytes]) -> None:
    """As `discard_unnamed`, but also what this run took in: for whoever took it in and gives it to no letter."""
    _remove_unnamed(store, among, files.delete)


def _remove_unnamed(store: Store, among: Collection[bytes], remove: Callable[[bytes], object]) -> None:
    for sha256 in sorted(among):
        with store.begin() as uow:  # under the lock of the store, so that nobody refers to it anew
            # A letter's file that is not known here lies at the server: what is here is no copy of its own.
            if sha256 and uow.blobs.get(sha256) is None and not is_kept_here(uow, sha256):
                remove(sha256)
