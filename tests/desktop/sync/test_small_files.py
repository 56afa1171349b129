"""Thumbnails over a line that drops in the middle of one: what came of it is not sent again."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.domain.ids import BlobHash
from core.protocol.small_files import SMALL_FILES_MAGIC, SmallFileReader, write_file
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.small_files import SmallFiles
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.support.stores import KEY

CONTENTS = [random.Random(7).randbytes(size) for size in (9_000, 12_000, 15_000)]
FILES = {BlobHash(hashlib.sha256(content).digest()): content for content in CONTENTS}
CUT_AFTER = 5_000


class DroppingLine:
    """Drops after so many bytes of each answer; `knows` beginnings or is the server of before."""

    def __init__(self, *, knows: bool) -> None:
        self._knows = knows
        self.sent = 0

    def small_files(self, hashes: Sequence[bytes], reader: SmallFileReader) -> Iterator[tuple[bytes, bytes]]:
        known = {hashes[0]: reader.start} if self._knows else {}
        answer = SMALL_FILES_MAGIC + b"".join(
            write_file(one, FILES[BlobHash(one)][known.get(one, 0) :]) for one in hashes
        )
        came = answer if len(answer) <= CUT_AFTER or (not self._knows and self.sent) else answer[:CUT_AFTER]
        self.sent += len(came)
        yield from reader.feed(came)
        if came != answer:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")


@pytest.mark.parametrize("knows", [True, False])
def test_a_file_in_which_the_line_drops_goes_on_where_it_was(store: Store, tmp_path: Path, *, knows: bool) -> None:
    files, line = BlobFiles(tmp_path / "berkas", KEY, reserve=0), DroppingLine(knows=knows)
    with store.begin() as uow:
        for sha256, content in FILES.items():
            uow.blobs.add(sha256, len(content), state=BlobState.WANTED, now_ms=1, reason=FileReason.THUMBNAIL)
    small, drops = SmallFiles(store, files), 0

    while True:
        try:
            small.bring(line, set())
        except EnvironmentFault:
            drops += 1
            continue
        break

    assert all(files.has(sha256) for sha256 in FILES)
    assert drops
    whole = sum(map(len, CONTENTS))
    assert line.sent <= (1.02 * whole if knows else whole + 2 * CUT_AFTER)
