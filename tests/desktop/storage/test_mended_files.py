"""A server is put back, and an own act that goes again makes a letter what it was before another's scan came to it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter
from core.protocol.messages import OpResult
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.healing import Healing
from desktop.storage.residue import finish_erasing
from desktop.storage.unit_of_work import Store
from tests.desktop.storage.replica_steps import accepted, amend, arrive, perform, settle, shown
from tests.factories import SCAN, letter
from tests.support.stores import KEY

SUBJECT = "Perihal baru"


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def scan(store: Store, files: BlobFiles, tmp_path: Path) -> Attachment:
    """The scan of a colleague: here, at the server, and named no more by the letter as it stands here."""
    sha256, size = BlobFiles(tmp_path / "berkas", KEY, reserve=0).add_bytes(b"%PDF-1.7")
    found = msgspec.structs.replace(SCAN, sha256=BlobHash(sha256), size=size, thumbnail=BlobHash(b""))
    arrive(store, letter(scans=()), 5)
    perform(store, amend(SUBJECT))
    settle(store, accepted(1, 101))
    arrive(store, letter(subject="Perihal lain", scans=(found,)), 110)
    with store.begin() as uow:
        uow.blobs.add(sha256, size, state=BlobState.BOTH, now_ms=1)
        Healing(uow).server_was_put_back(())
        uow.blobs.set_state(sha256, BlobState.BOTH)  # it has the file, or was sent it again
    settle(store, OpResult(seq=1, first_rev=0, same=False))  # a copy of this PC had sent the act
    assert shown(store, IncomingLetter).record.scans == ()
    finish_erasing(store, files, lambda: False)
    return found


def compared(store: Store, files: BlobFiles) -> None:
    """Both sides are compared, and a backup of the server holds the act."""
    with store.begin() as uow:
        uow.meta.write(msgspec.structs.replace(uow.meta.sync(), compare=False))
        uow.outbox.prune(1_000)
    finish_erasing(store, files, lambda: False)


def test_the_scan_goes_if_the_server_does_not_name_it_either(store: Store, files: BlobFiles, scan: Attachment) -> None:
    arrive(store, letter(subject=SUBJECT, scans=()), 650)

    compared(store, files)

    assert not files.has(scan.sha256)
    with store.read() as uow:
        assert uow.blobs.get(scan.sha256) is None


def test_the_scan_stays_if_the_comparison_brings_a_letter_that_names_it(
    store: Store, files: BlobFiles, scan: Attachment
) -> None:
    arrive(store, letter(subject=SUBJECT, scans=(scan,)), 650)

    compared(store, files)

    assert files.verify(scan.sha256)
    with store.read() as uow:
        kept = uow.blobs.get(scan.sha256)
    assert kept is not None
    assert kept.state is BlobState.BOTH
