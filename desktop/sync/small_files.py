"""Thumbnails on the line: many in one request, before any scan and beside the one under way."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Protocol

from core.protocol.faults import FaultCode
from core.protocol.small_files import MAX_SMALL_FILES, SmallFileReader
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.server_fault import ServerFault


class SmallFileClient(Protocol):
    """What fetches small files."""

    def small_files(self, hashes: Sequence[bytes], reader: SmallFileReader) -> Iterator[tuple[bytes, bytes]]:
        """Those of the files that are there, as (hash, content); whoever asks looks whether they are right.

        The first may come without the bytes that `reader` says are here; it knows what a cut leaves of one.
        """


class SmallFiles:
    """Brings the thumbnails that are wanted."""

    def __init__(self, store: Store, files: BlobFiles) -> None:
        """Over the open store and its folder of files."""
        self._store = store
        self._files = files
        # The file in the middle of which the line dropped, and what had come of it.
        self._begun = (b"", b"")

    def bring(self, client: SmallFileClient, passed: set[bytes]) -> int:
        """Fetch what is wanted, but for `passed`, to which is added what was asked for; how many came.

        Raises what stopped it; what came by then is here.
        """
        came = 0
        while wanted := self._wanted(passed):
            passed.update(wanted)
            try:
                came += self._fetch(client, wanted)
            except ServerFault as fault:
                if fault.code != FaultCode.NOT_FOUND:
                    raise
                return came  # a server that knows no such request
        return came

    def _wanted(self, passed: set[bytes]) -> Sequence[bytes]:
        with self._store.read() as uow:
            rows = uow.blobs.thumbnails(MAX_SMALL_FILES + len(passed))
        return [row.sha256 for row in rows if row.sha256 not in passed][:MAX_SMALL_FILES]

    def _fetch(self, client: SmallFileClient, wanted: Sequence[bytes]) -> int:
        came: list[bytes] = []
        begun, start = self._begun
        if begun in wanted:
            wanted = sorted(wanted, key=lambda one: one != begun)
        else:
            start = b""
        reader = SmallFileReader(start=len(start))
        try:
            for sha256, rest in client.small_files(wanted, reader):
                content = _whole(sha256, rest, start if sha256 == begun else b"")
                if sha256 in wanted and content:
                    self._files.receive(sha256, len(content), (content,))
                    came.append(sha256)
        finally:
            cut, rest = reader.under_way
            self._begun = (cut, (start if cut == begun else b"") + rest)
            with self._store.begin() as uow:
                for sha256 in came:
                    uow.blobs.set_state(sha256, BlobState.BOTH)
        return len(came)


def _whole(sha256: bytes, rest: bytes, start: bytes) -> bytes:
    """The content of a file, of which `start` was here; empty if it is not what its name says."""
    # A server that does not know of beginnings sends all of it.
    return next((one for one in (start + rest, rest) if hashlib.sha256(one).digest() == sha256), b"")
