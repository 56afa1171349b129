"""Files: every byte that arrived is kept, only what is whole and right counts, only who may read it gets it."""

from __future__ import annotations

import hashlib
import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from core.protocol.faults import Fault, FaultCode, read_fault
from core.protocol.transfer import (
    COUNT_WIDTH,
    FAULT_MARK,
    LENGTH_HEADER,
    MAX_BLOB,
    OFFSET_HEADER,
    PERSIST_BYTES,
    Ahead,
    blob_path,
    read_count,
    write_length,
)
from server.services.blobs import BlobService
from server.storage.blob_files import BlobFiles
from tests.support.acts import register
from tests.support.device import HttpAnswer, Join, ScriptedDevice
from tests.support.logs import ExpectLog
from tests.support.server import ManualClock, OfficeInTest, RunningServer

SCAN = random.Random(7).randbytes(300_000)
NAME = hashlib.sha256(SCAN).digest()


def fault_of(answer: HttpAnswer) -> tuple[FaultCode, int]:
    assert answer.fault is not None
    return answer.fault.code, answer.fault.number


def offset_of(device: ScriptedDevice, sha256: bytes = NAME, size: int = len(SCAN)) -> int:
    return device.sync(offers=[(sha256, size)]).control.offsets[0][1]


def attach(clerk: ScriptedDevice, office: OfficeInTest, **changes: object) -> bytes:
    scan = Attachment(sha256=BlobHash(NAME), size=len(SCAN), media=MediaType.PDF, pages=2)
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, scans=(scan,), **changes), position=office.positions["tu"])
    clerk.sync()
    return letter_id


@contextmanager
def sending(device: ScriptedDevice, content: bytes, *, offset: int = 0) -> Iterator[socket.socket]:
    """Begin an upload that announces all of the file, send `content`, and cut the line at the end."""
    address = urlsplit(device.url)
    assert address.hostname is not None
    assert address.port is not None
    shown = device.access().shown("PATCH", blob_path(NAME))
    head = (
        f"PATCH {blob_path(NAME)} HTTP/1.1\r\nHost: x\r\nAuthorization: {shown}\r\n"
        f"{OFFSET_HEADER}: {offset}\r\n{LENGTH_HEADER}: {len(SCAN)}\r\n"
        f"Content-Length: {len(SCAN) - offset}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(head.encode() + content)
        yield line


def wait_for_offset(device: ScriptedDevice, offset: int) -> None:
    """Wait until the server has at least so many bytes."""
    deadline = time.monotonic() + 15
    while (found := offset_of(device)) < offset:
        assert time.monotonic() < deadline, f"the server has {found} bytes"
        time.sleep(0.01)


def test_a_scan_goes_up_and_comes_down_to_who_may_read_the_letter(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    attach(clerk, office)
    assert offset_of(clerk) == 0

    assert clerk.upload(NAME, SCAN, size=len(SCAN)).status == 204

    assert offset_of(clerk) == len(SCAN)
    answer = head.download(NAME)
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, SCAN, f'"{NAME.hex()}"')


def test_a_scan_that_no_stream_of_the_pc_refers_to_is_not_there_for_it(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, staff = join("tu"), join("kesos")
    clerk.upload(NAME, SCAN, size=len(SCAN))
    assert fault_of(clerk.download(NAME)) == (FaultCode.NOT_FOUND, 0)

    attach(clerk, office)
    assert clerk.download(NAME).status == 200
    assert fault_of(staff.download(NAME)) == (FaultCode.NOT_FOUND, 0)

    attach(clerk, office, addressee=office.positions["kesos"])
    assert staff.download(NAME).body == SCAN
    server.admin.change_person(office.tenant, office.users["kesos"], positions=[])
    assert fault_of(staff.download(NAME)) == (FaultCode.NOT_FOUND, 0)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=100000-", slice(100_000, 300_000)),
        ("bytes=299999-999999", slice(299_999, 300_000)),
        ("bytes=-10", slice(299_990, 300_000)),
        ("bytes=0-5,7-9", None),
        ("lines=1-2", None),
    ],
)
def test_a_range_is_given_as_asked(join: Join, office: OfficeInTest, asked: str, given: slice | None) -> None:
    clerk = join("tu")
    attach(clerk, office)
    clerk.upload(NAME, SCAN, size=len(SCAN))

    answer = clerk.download(NAME, Range=asked)

    if given is None:
        assert (answer.status, answer.body) == (200, SCAN)
        return
    assert (answer.status, answer.body) == (206, SCAN[given])
    assert answer.headers["content-range"] == f"bytes {given.start}-{given.stop - 1}/300000"


def test_a_range_outside_or_on_another_condition(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    attach(clerk, office)
    clerk.upload(NAME, SCAN, size=len(SCAN))

    assert clerk.download(NAME, Range="bytes=300000-").status == 416
    assert clerk.download(NAME, Range="bytes=-0").status == 416
    assert clerk.download(NAME, Range="bytes=9-", If_Range=f'"{NAME.hex()}"').status == 206
    assert clerk.download(NAME, Range="bytes=9-", If_Range='"other"').status == 200


def test_an_upload_that_is_cut_keeps_what_arrived_and_goes_on_from_there(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    attach(clerk, office)

    with sending(clerk, SCAN[:150_000]):
        wait_for_offset(clerk, 2 * PERSIST_BYTES)
    told = fault_of(clerk.upload(NAME, b"x", offset=7, size=len(SCAN)))

    assert told[0] == FaultCode.WRONG_OFFSET
    assert 2 * PERSIST_BYTES <= told[1] <= 150_000
    assert fault_of(clerk.download(NAME)) == (FaultCode.NOT_FOUND, 0)
    assert clerk.upload(NAME, SCAN[told[1] :], offset=told[1]).status == 204
    assert clerk.download(NAME).body == SCAN


def test_an_upload_that_ends_too_early_is_told_where_to_go_on(join: Join) -> None:
    clerk = join("tu")

    early = clerk.upload(NAME, SCAN[:1000], size=len(SCAN))

    assert fault_of(early) == (FaultCode.WRONG_OFFSET, 1000)
    assert clerk.upload(NAME, SCAN[1000:], offset=1000).status == 204


def test_what_is_not_what_its_name_says_is_dropped(join: Join, server: RunningServer) -> None:
    clerk = join("tu")
    bad = b"\x00" + SCAN[1:]

    assert fault_of(clerk.upload(NAME, bad, size=len(SCAN))) == (FaultCode.WRONG_HASH, 0)

    assert offset_of(clerk) == 0
    assert clerk.upload(NAME, SCAN, size=len(SCAN)).status == 204
    folder = server.config.data / "blobs"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [NAME.hex()]


def test_a_file_that_is_there_already_is_not_taken_again(join: Join) -> None:
    clerk, head = join("tu"), join("camat")
    clerk.upload(NAME, SCAN, size=len(SCAN))

    assert offset_of(head) == len(SCAN)
    assert fault_of(head.upload(NAME, SCAN, size=len(SCAN))) == (FaultCode.WRONG_OFFSET, len(SCAN))
    assert head.upload(NAME, b"", offset=len(SCAN)).status == 204


def test_sizes_that_make_no_sense_are_turned_away(join: Join) -> None:
    clerk = join("tu")

    assert fault_of(clerk.upload(NAME, b"x")) == (FaultCode.MALFORMED, 0)
    assert fault_of(clerk.upload(NAME, b"", size=0)) == (FaultCode.MALFORMED, 0)
    assert fault_of(clerk.upload(NAME, b"x", size=MAX_BLOB + 1)) == (FaultCode.TOO_LARGE, 0)
    assert fault_of(clerk.upload(NAME, b"xyz", size=2)) == (FaultCode.TOO_LARGE, 0)
    assert fault_of(clerk.upload(b"short", b"x", size=1)) == (FaultCode.NOT_FOUND, 0)
    assert clerk.request("PATCH", blob_path(NAME), b"x", token=clerk.token).status == 400
    assert clerk.request("PATCH", blob_path(NAME), b"x").status == 401
    assert clerk.request("GET", blob_path(NAME), b"").status == 401
    assert clerk.sync(offers=[(b"short", 5), (NAME, 0)]).control.offsets == ()


def test_of_two_uploads_of_one_file_the_newer_goes_on(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    join("tu")
    blobs = BlobService(server.handle.database, BlobFiles(server.config.data / "blobs"), clock)
    older = blobs.begin(office.tenant, NAME, offset=0, size=len(SCAN))
    blobs.append(older, SCAN[:PERSIST_BYTES])

    newer = blobs.begin(office.tenant, NAME, offset=PERSIST_BYTES, size=None)

    with pytest.raises(Exception, match=f"wrong_offset {PERSIST_BYTES}"):
        blobs.append(older, SCAN[PERSIST_BYTES : 2 * PERSIST_BYTES])
    blobs.end(older)
    blobs.append(newer, SCAN[PERSIST_BYTES:])
    blobs.finish(newer)
    blobs.end(newer)
    assert blobs.offsets(office.tenant, [(NAME, len(SCAN))]) == ((NAME, len(SCAN)),)


def test_a_piece_that_does_not_go_on_with_a_file_disturbs_nobody_who_does(
    server: RunningServer, office: OfficeInTest, clock: ManualClock
) -> None:
    blobs = BlobService(server.handle.database, BlobFiles(server.config.data / "blobs"), clock)
    author = blobs.begin(office.tenant, NAME, offset=0, size=len(SCAN))
    blobs.append(author, SCAN[:PERSIST_BYTES])

    def bring(start: int, data: bytes) -> int:
        return blobs.take_piece(office.tenant, NAME, size=len(SCAN), start=start, data=data)

    assert bring(0, SCAN[: 2 * PERSIST_BYTES]) == PERSIST_BYTES
    assert bring(PERSIST_BYTES, b"") == PERSIST_BYTES
    blobs.append(author, SCAN[PERSIST_BYTES : 2 * PERSIST_BYTES])
    blobs.end(author)
    assert bring(2 * PERSIST_BYTES, SCAN[2 * PERSIST_BYTES :]) == len(SCAN)
    assert blobs.offsets(office.tenant, [(NAME, len(SCAN))]) == ((NAME, len(SCAN)),)


def counted(
    device: ScriptedDevice, content: bytes, *, size: int = len(SCAN), ahead: Ahead | None = None
) -> tuple[int, list[int], bytes]:
    """(status, counts, what follows them) of an upload that the server counts aloud."""
    headers = {LENGTH_HEADER: write_length(size, ahead)}
    answer = device.request("POST", blob_path(NAME), content, token=device.token, headers=headers)
    if answer.status != 200:
        return answer.status, [], answer.body
    body, counts = answer.body, []
    while body and (count := read_count(body[:COUNT_WIDTH])) is not None:
        counts.append(count)
        body = body[COUNT_WIDTH:]
    return answer.status, counts, body


def test_a_counted_upload_says_where_to_begin_and_how_far_it_is(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    attach(clerk, office)
    clerk.upload(NAME, SCAN[:1000], size=len(SCAN))

    status, counts, rest = counted(clerk, SCAN[1000:])

    assert (status, counts[0], counts[-1], rest) == (200, 1000, len(SCAN), b"")
    assert counts == sorted(set(counts))
    assert clerk.download(NAME).body == SCAN
    assert counted(clerk, b"") == (200, [len(SCAN)], b"")


def test_a_counted_upload_that_is_wrong_ends_with_the_fault(join: Join) -> None:
    clerk = join("tu")

    def fault_after_counts(content: bytes, size: int = len(SCAN)) -> Fault | None:
        status, _, rest = counted(clerk, content, size=size)
        assert status == 200
        assert rest.startswith(FAULT_MARK)
        return read_fault(rest[COUNT_WIDTH:])

    assert fault_after_counts(b"\x00" + SCAN[1:]) == Fault(code=FaultCode.WRONG_HASH)
    assert offset_of(clerk) == 0
    assert fault_after_counts(SCAN[:500]) == Fault(code=FaultCode.WRONG_OFFSET, number=500)
    assert fault_after_counts(SCAN[500:] + b"more") == Fault(code=FaultCode.TOO_LARGE)
    assert counted(clerk, SCAN, size=MAX_BLOB + 1)[0] == 413
    assert clerk.request("POST", blob_path(NAME), b"x", token=clerk.token).status == 400
    assert clerk.request("POST", blob_path(NAME), b"x", headers={LENGTH_HEADER: "1"}).status == 401


def test_an_older_request_is_ended_by_a_newer_one_and_loses_nothing(join: Join, office: OfficeInTest) -> None:
    """The line of the first died without a word: nothing tells the server but the second request."""
    clerk = join("tu")
    attach(clerk, office)
    with sending(clerk, SCAN[:200_000]) as older:
        wait_for_offset(clerk, 2 * PERSIST_BYTES)
        time.sleep(0.2)  # the rest of what was sent lies in memory by now
        _, counts, _ = counted(clerk, b"")
        reply = older.recv(4096)

    assert counts[0] == 200_000
    assert b" 409 " in reply.partition(b"\r\n")[0]


def test_a_server_that_went_down_between_two_steps_goes_on_with_what_is_on_the_disk(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    attach(clerk, office)
    files = BlobFiles(server.config.data / "blobs")
    blobs = BlobService(server.handle.database, files, clock)

    # More on the disk than was noted: the piece was written, and the power went before it was noted.
    upload = blobs.begin(office.tenant, NAME, offset=0, size=len(SCAN))
    blobs.append(upload, SCAN[:1000])
    files.append(office.tenant, NAME, offset=1000, data=b"half a piece")
    blobs.end(upload)
    assert offset_of(clerk) == 1000

    # Everything noted, but neither verified nor named.
    upload = blobs.begin(office.tenant, NAME, offset=1000, size=None)
    blobs.append(upload, SCAN[1000:])
    blobs.end(upload)
    assert offset_of(clerk) == len(SCAN)
    assert clerk.download(NAME).body == SCAN


def test_a_file_with_its_name_whose_completion_was_not_noted_counts(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    attach(clerk, office)
    files = BlobFiles(server.config.data / "blobs")
    blobs = BlobService(server.handle.database, files, clock)
    upload = blobs.begin(office.tenant, NAME, offset=0, size=len(SCAN))
    blobs.append(upload, SCAN)
    assert files.keep(office.tenant, NAME)
    blobs.end(upload)

    assert offset_of(clerk) == len(SCAN)
    assert clerk.download(NAME).body == SCAN


def test_a_file_that_vanished_from_the_disk_is_asked_for_again(
    server: RunningServer, join: Join, office: OfficeInTest, expect_log: ExpectLog
) -> None:
    clerk = join("tu")
    attach(clerk, office)
    clerk.upload(NAME, SCAN, size=len(SCAN))
    stored: Path = next((server.config.data / "blobs").rglob(NAME.hex()))
    stored.unlink()
    expect_log("server.services.blobs", containing="missing on the disk")

    assert offset_of(clerk) == 0
    assert fault_of(clerk.download(NAME)) == (FaultCode.NOT_FOUND, 0)
    assert clerk.upload(NAME, SCAN, size=len(SCAN)).status == 204
    assert clerk.download(NAME).body == SCAN
