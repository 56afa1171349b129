"""A file that was sent from here stays, whatever right ends, until a backup of the server is known to hold it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.healing import Healing
from desktop.storage.residue import finish_erasing
from desktop.storage.unit_of_work import Store
from desktop.sync.wanting import note_offset
from tests.desktop.storage.replica_steps import (
    INBOX,
    REGISTER,
    accepted,
    amend,
    arrive,
    finish,
    grant_streams,
    leave,
    perform,
    settle,
)
from tests.factories import SCAN, letter
from tests.support.stores import KEY, every

BACKED_UP = 51


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def scan(store: Store, tmp_path: Path) -> Attachment:
    """The scan of a letter: the backup of the server holds the act, and the file came to the server after it."""
    sha256, size = BlobFiles(tmp_path / "berkas", KEY, reserve=0).add_bytes(b"%PDF-1.7")
    found = msgspec.structs.replace(SCAN, sha256=BlobHash(sha256), size=size, thumbnail=BlobHash(b""))
    grant_streams(store)
    arrive(store, letter(scans=(found,)), 5)
    perform(store, amend("Perihal baru"))
    settle(store, accepted(1, BACKED_UP))
    with store.begin() as uow:
        uow.blobs.add(sha256, size, state=BlobState.TO_SEND, now_ms=1)
        note_offset(uow, found.sha256, size)
    told_safe(store, BACKED_UP)
    return found


def told_safe(store: Store, durable: int) -> None:
    with store.begin() as uow:
        uow.blobs.call_safe(uow.outbox.prune(durable))


def right_ends(store: Store, files: BlobFiles) -> None:
    leave(store, REGISTER, INBOX)
    finish(store)
    finish_erasing(store, files, lambda: False)
    assert every(store, IncomingLetter) == []


def test_it_outlives_the_right_to_its_letter_and_is_offered_to_a_server_that_was_put_back(
    store: Store, files: BlobFiles, scan: Attachment
) -> None:
    right_ends(store, files)

    assert files.verify(scan.sha256)
    with store.begin() as uow:
        Healing(uow).server_was_put_back(())
        assert [one.sha256 for one in uow.blobs.in_state(BlobState.TO_SEND, 9)] == [scan.sha256]


def test_it_goes_with_the_right_once_a_backup_holds_what_was_done_after_it_was_sent(
    store: Store, files: BlobFiles, scan: Attachment
) -> None:
    perform(store, amend("Perihal lain"))
    settle(store, accepted(2, BACKED_UP + 20))
    right_ends(store, files)
    assert files.has(scan.sha256)

    told_safe(store, BACKED_UP + 20)
    finish_erasing(store, files, lambda: False)

    assert not files.has(scan.sha256)
    with store.read() as uow:
        assert uow.blobs.get(scan.sha256) is None


class PowerCut(Exception):
    """Nothing after it happens, and what was not committed has not happened."""


class FailingDisk(BlobFiles):
    """The files of a PC whose power fails when one has been removed."""

    def discard(self, sha256: bytes) -> bool:
        super().discard(sha256)
        raise PowerCut


def test_where_the_power_fails_as_it_goes_nothing_says_that_it_is_still_here(
    store: Store, files: BlobFiles, scan: Attachment, tmp_path: Path
) -> None:
    perform(store, amend("Perihal lain"))
    settle(store, accepted(2, BACKED_UP + 20))
    right_ends(store, files)
    with store.begin() as uow:  # only what is told of a file that is not owed any more goes with the transaction
        uow.outbox.prune(BACKED_UP + 20)
        uow.blobs.forget(scan.sha256)
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.BOTH, now_ms=1)

    with pytest.raises(PowerCut):
        finish_erasing(store, FailingDisk(tmp_path / "berkas", KEY, reserve=0), lambda: False)

    assert not files.has(scan.sha256)
    with store.read() as uow:
        assert uow.blobs.get(scan.sha256) is None, "who gets the right again would never ask for it"


def test_the_file_of_a_colleague_goes_with_the_right_also_where_it_was_offered_to_a_server_that_was_put_back(
    store: Store, files: BlobFiles, scan: Attachment
) -> None:
    with store.begin() as uow:
        uow.blobs.forget(scan.sha256)
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.BOTH, now_ms=2)  # it was fetched here
        uow.blobs.offer_again()
        note_offset(uow, scan.sha256, scan.size)

    right_ends(store, files)

    assert not files.has(scan.sha256)


def test_a_pc_that_ends_lets_it_go_with_its_work(store: Store, scan: Attachment) -> None:
    with store.read() as uow:
        assert uow.blobs.may_be_lost() == (scan.sha256,)


def test_a_file_that_an_act_names_anew_is_offered_anew(store: Store, scan: Attachment) -> None:
    """The server forgets the scan in the clear of a letter that is sealed, and needs it when that is opened again."""
    with store.begin() as uow:
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.TO_SEND, now_ms=2)

    with store.read() as uow:
        row = uow.blobs.get(scan.sha256)
    assert row is not None
    assert (row.state, row.have) == (BlobState.TO_SEND, 0)
