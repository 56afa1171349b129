"""Thumbnails in one request: as the scans they belong to, only to who may read the letter now."""

from __future__ import annotations

import hashlib
import os

import pytest

from core.domain.attachments import MAX_THUMBNAIL_BYTES, Attachment, MediaType
from core.domain.ids import BlobHash
from core.domain.letters import SecurityLevel
from core.protocol.faults import FaultCode
from core.protocol.small_files import SMALL_FILES_PATH, SmallFileReader, small_files_path
from tests.support.acts import register
from tests.support.device import HttpAnswer, Join, ScriptedDevice
from tests.support.server import OfficeInTest, RunningServer

SMALL, OTHER, LARGE = os.urandom(11_000), os.urandom(900), os.urandom(MAX_THUMBNAIL_BYTES + 1)


def name(content: bytes) -> BlobHash:
    return BlobHash(hashlib.sha256(content).digest())


def ask(device: ScriptedDevice, *hashes: bytes) -> HttpAnswer:
    return device.request("POST", SMALL_FILES_PATH, b"".join(hashes), token=device.token)


def got(device: ScriptedDevice, *hashes: bytes) -> list[bytes]:
    answer = ask(device, *hashes)
    assert answer.status == 200
    return [content for _, content in SmallFileReader().feed(answer.body)]


def attach(clerk: ScriptedDevice, office: OfficeInTest, thumbnail: bytes, **changes: object) -> None:
    """A letter with a scan that has this thumbnail, and the thumbnail itself; the scan has not come yet."""
    scan = Attachment(
        sha256=BlobHash(os.urandom(32)),
        size=90_000,
        media=MediaType.PDF,
        pages=2,
        thumbnail=name(thumbnail),
        thumbnail_size=min(len(thumbnail), MAX_THUMBNAIL_BYTES),
    )
    clerk.act(register(clerk.new_id(), scans=(scan,), **changes), position=office.positions["tu"])
    clerk.sync()
    assert clerk.upload(name(thumbnail), thumbnail, size=len(thumbnail)).status == 204


def test_thumbnails_come_in_one_answer_before_the_scans_are_there(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    attach(clerk, office, SMALL)
    attach(clerk, office, OTHER)

    assert got(head, name(OTHER), os.urandom(32), name(SMALL), name(OTHER)) == [OTHER, SMALL]


def test_of_the_first_only_what_did_not_come_yet_is_sent(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    attach(clerk, office, SMALL)
    attach(clerk, office, OTHER)

    path = small_files_path(4000)
    answer = head.request("POST", path, name(SMALL) + name(OTHER), token=head.token)

    assert list(SmallFileReader().feed(answer.body)) == [(name(SMALL), SMALL[4000:]), (name(OTHER), OTHER)]


def test_a_thumbnail_is_given_to_nobody_who_may_not_read_the_letter(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, staff = join("tu"), join("kesos")
    attach(clerk, office, SMALL)
    assert got(staff, name(SMALL)) == []

    attach(clerk, office, OTHER, addressee=office.positions["kesos"])
    assert got(staff, name(OTHER), name(SMALL)) == [OTHER]
    assert staff.download(name(OTHER)).body == OTHER
    server.admin.change_person(office.tenant, office.users["kesos"], positions=[])
    assert got(staff, name(OTHER)) == []


def test_of_a_secret_letter_no_thumbnail_is_given_even_to_its_author(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    attach(clerk, office, SMALL, security=SecurityLevel.SECRET)

    assert got(clerk, name(SMALL)) == []
    assert clerk.download(name(SMALL)).status == 404


def test_a_file_that_is_not_small_is_left_to_its_own_request(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    attach(clerk, office, LARGE)

    assert got(clerk, name(LARGE)) == []
    assert clerk.download(name(LARGE)).body == LARGE


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", FaultCode.MALFORMED),
        (bytes(33), FaultCode.MALFORMED),
        (bytes(32 * 101), FaultCode.TOO_LARGE),
    ],
)
def test_a_request_that_is_none_is_refused(join: Join, body: bytes, code: FaultCode) -> None:
    answer = ask(join("tu"), body)

    assert answer.fault is not None
    assert answer.fault.code == code


def test_nobody_is_answered_without_a_token(join: Join) -> None:
    device = join("tu")

    answer = device.request("POST", SMALL_FILES_PATH, name(SMALL))

    assert answer.fault is not None
    assert answer.fault.code == FaultCode.SIGNED_OUT
