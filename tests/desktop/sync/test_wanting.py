"""Which files come by themselves: scans of what is addressed here, thumbnails of the newest letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash, StreamId
from core.domain.letters import SecurityLevel
from core.domain.streams import inbox_of
from core.protocol.messages import StreamGrant
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.file_policy import NEWS_DAYS
from desktop.sync.wanting import want_files
from tests.factories import HEAD, LETTER_ID, SCAN, SECTION, TODAY, letter
from tests.support.stores import KEY, office_store, put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The store of the PC of the head."""
    opened = office_store(tmp_path / "pesagi.db", users=[HEAD])
    with opened.begin() as uow:
        uow.streams.grant([StreamGrant(stream=StreamId(1), key=inbox_of(HEAD), priority=1)])
    yield opened
    opened.close()


def wanted(store: Store, files: BlobFiles, *, news: bool, **changes: object) -> dict[BlobHash, FileReason]:
    put(store, [letter(**{"scans": (SCAN,), "received_on": TODAY, **changes})])
    with store.begin() as uow:
        want_files(uow, files, {LETTER_ID}, now_ms=5, today=TODAY, news=news)
        rows = [uow.blobs.get(sha256) for sha256 in (SCAN.sha256, SCAN.thumbnail)]
    assert all(row is None or (row.state, row.letter) == (BlobState.WANTED, LETTER_ID) for row in rows)
    return {row.sha256: row.reason for row in rows if row is not None}


BOTH = {SCAN.sha256: FileReason.ADDRESSED, SCAN.thumbnail: FileReason.THUMBNAIL}


@pytest.mark.parametrize("news", [True, False])
def test_a_letter_for_somebody_here_comes_with_both(store: Store, tmp_path: Path, news: bool) -> None:  # noqa: FBT001  # a parameter
    assert wanted(store, BlobFiles(tmp_path, KEY), news=news, involved=(HEAD,)) == BOTH


def test_a_new_letter_for_others_comes_with_its_thumbnail_only(store: Store, tmp_path: Path) -> None:
    files = BlobFiles(tmp_path, KEY)

    assert wanted(store, files, news=True, involved=(SECTION,)) == {SCAN.thumbnail: FileReason.THUMBNAIL}


def test_the_years_behind_bring_no_thumbnails_to_a_new_pc(store: Store, tmp_path: Path) -> None:
    assert wanted(store, BlobFiles(tmp_path, KEY), news=False, involved=(SECTION,)) == {}


def test_an_old_letter_brings_no_thumbnail(store: Store, tmp_path: Path) -> None:
    old = TODAY - timedelta(days=NEWS_DAYS + 1)
    files = BlobFiles(tmp_path, KEY)

    assert wanted(store, files, news=True, involved=(HEAD,), received_on=old) == {SCAN.sha256: FileReason.ADDRESSED}


def test_a_secret_letter_brings_no_thumbnail(store: Store, tmp_path: Path) -> None:
    found = wanted(store, BlobFiles(tmp_path, KEY), news=True, involved=(HEAD,), security=SecurityLevel.SECRET)

    assert found == {SCAN.sha256: FileReason.ADDRESSED}


def test_what_is_here_is_not_asked_for(store: Store, tmp_path: Path) -> None:
    files = BlobFiles(tmp_path, KEY, reserve=0)
    sha256, size = files.add_bytes(b"%PDF-1.7 here")
    here: Attachment = msgspec.structs.replace(SCAN, sha256=BlobHash(sha256), size=size)

    assert wanted(store, files, news=True, involved=(HEAD,), scans=(here,)) == {}
