"""Which small pictures a letter keeps: none that is no small picture, and none at all of a secret letter."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.attachments import MAX_THUMBNAIL_BYTES, Attachment
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.registering import register_letter
from core.protocol.records import KIND_OF
from tests.factories import NOW, REGISTRAR, SCAN, actor, letter, register
from tests.support.records import MemoryRecords

NAMED = KIND_OF[IncomingLetter].attachments


def kept(scan: Attachment, security: SecurityLevel = SecurityLevel.OPEN) -> Attachment:
    act = register(scans=(scan,), security=security)
    context = Context(actor=actor(REGISTRAR), now=NOW, records=MemoryRecords(next_number=7))
    (made,) = register_letter(act, context).records
    assert isinstance(made, IncomingLetter)
    return made.scans[0]


@pytest.mark.parametrize("security", [SecurityLevel.OPEN, SecurityLevel.RESTRICTED])
def test_a_letter_keeps_the_thumbnail_of_its_scan(security: SecurityLevel) -> None:
    assert kept(SCAN, security) == SCAN


@pytest.mark.parametrize("security", [SecurityLevel.SECRET, SecurityLevel.TOP_SECRET])
def test_a_secret_letter_keeps_none_whatever_the_pc_sent(security: SecurityLevel) -> None:
    assert kept(SCAN, security) == msgspec.structs.replace(SCAN, thumbnail=b"", thumbnail_size=0)


@pytest.mark.parametrize(
    ("thumbnail", "size"),
    [(b"\x01" * 31, 9_000), (b"\x01" * 32, 0), (b"\x01" * 32, -1), (b"\x01" * 32, MAX_THUMBNAIL_BYTES + 1)],
)
def test_what_is_no_small_picture_is_not_kept(thumbnail: bytes, size: int) -> None:
    scan = msgspec.structs.replace(SCAN, thumbnail=BlobHash(thumbnail), thumbnail_size=size)

    assert kept(scan).thumbnail == b""


def test_access_to_a_thumbnail_hangs_on_the_letter_as_that_to_the_scan_does() -> None:
    assert NAMED(letter(scans=(SCAN,))) == (SCAN.sha256, SCAN.thumbnail)


def test_a_letter_that_became_secret_names_its_thumbnail_no_more() -> None:
    assert NAMED(letter(scans=(SCAN,), security=SecurityLevel.SECRET)) == (SCAN.sha256,)
