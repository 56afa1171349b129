"""What the night brings: full scans of letters that this PC holds and nobody has opened yet, the newest first.

A few at a time are noted as wanted, and more when those are here: a PC that is switched off in between has promised
itself little, and what a person opens in the morning stands before it. How far the search came is kept in memory only;
what is here already is passed over quickly.
"""

from collections.abc import Callable

from core.domain.attachments import Attachment
from core.domain.ids import LetterId
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.letters import scans_before
from desktop.storage.meta import FileFacts
from desktop.storage.unit_of_work import Store

AT_ONCE = 20
# Letters looked through in one transaction.
PAGE = 200
_ABOVE_ALL = 2**62


class NightScans:
    """Finds the next scans for the night; `desktop.sync.file_visits.NightFetch`."""

    def __init__(self, store: Store, files: BlobFiles, wall_ms: Callable[[], int]) -> None:
        """Over the open store and its folder of files."""
        self._store = store
        self._files = files
        self._wall_ms = wall_ms

    def add(self, facts: FileFacts) -> bool:
        """Note the next scans as wanted, within what may be taken of the disk; whether there are any."""
        if facts.paused or facts.metered or not facts.night_fetch:
            return False
        room = self._files.room() - facts.night_leaves
        found: list[tuple[LetterId, Attachment]] = []
        below: int | None = _ABOVE_ALL
        while below is not None and len(found) < AT_ONCE:
            below = self._look(below, found)
        chosen = []
        for letter, scan in found[:AT_ONCE]:
            room -= scan.size
            if room < 0:
                break
            chosen.append((letter, scan))
        self._want(chosen)
        return bool(chosen)

    def _look(self, below: int, found: list[tuple[LetterId, Attachment]]) -> int | None:
        """Add what is missing of one page of letters; where the next page begins, or None behind the last."""
        with self._store.read() as uow:
            page = scans_before(uow.connection, below, PAGE)
            for _, letter, scans in page:
                found += [
                    (letter, scan)
                    for scan in scans
                    if not self._files.has(scan.sha256) and uow.blobs.get(scan.sha256) is None
                ]
        return page[-1][0] if len(page) == PAGE else None

    def _want(self, chosen: list[tuple[LetterId, Attachment]]) -> None:
        if not chosen:
            return
        now_ms = self._wall_ms()
        with self._store.begin() as uow:
            for place, (letter, scan) in enumerate(chosen):
                uow.blobs.add(
                    scan.sha256,
                    scan.size,
                    state=BlobState.WANTED,
                    # The newest letter is the newest wish.
                    now_ms=now_ms - place,
                    reason=FileReason.NIGHT,
                    letter=letter,
                )
