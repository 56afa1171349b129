"""What a store needs done from time to time, in steps so short that nobody waits for them."""

from desktop.services.clock import Clock, system_clock
from desktop.services.trash import empty_old
from desktop.storage.blobs import BlobFiles
from desktop.storage.residue import finish_erasing
from desktop.storage.search_index import merge_some
from desktop.storage.unit_of_work import Store


class UpkeepService:
    """Does it over one open profile."""

    def __init__(self, store: Store, files: BlobFiles, clock: Clock = system_clock) -> None:
        """Over the open store and its files."""
        self._clock = clock
        self._store = store
        self._files = files

    def clear_files(self) -> int:
        """Remove what a crash left of files that were being taken in; how many there were.

        And finish what it left to be erased: of letters that this PC may no longer hold.
        """
        gone = self._files.clear_incoming()
        finish_erasing(self._store, self._files, _go_on)
        return gone

    def seal_file(self) -> bool:
        """Seal one file that an older program left in the clear; False when none is left."""
        return self._files.seal_one()

    def empty_trash(self) -> int:
        """Forget what was thrown away more than 30 days ago; how many things there were."""
        return empty_old(self._store, self._files, self._clock())

    def step(self) -> bool:
        """Tidy the search index a little, in one short transaction; False when nothing is left to do."""
        with self._store.begin() as uow:
            return merge_some(uow.connection)


def _go_on() -> bool:
    return False
