"""Several small files in one reply: read whole however the bytes arrive, refused where they are no such reply."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.attachments import MAX_THUMBNAIL_BYTES
from core.protocol.codec import CodecError
from core.protocol.frames import NotOurs
from core.protocol.small_files import (
    MAX_SMALL_FILES,
    SMALL_FILES_MAGIC,
    SmallFileReader,
    read_hashes,
    write_file,
)

FILES = [(os.urandom(32), os.urandom(size)) for size in (0, 1, 900, MAX_THUMBNAIL_BYTES)]
REPLY = SMALL_FILES_MAGIC + b"".join(write_file(sha256, content) for sha256, content in FILES)


def read(reply: bytes, step: int) -> list[tuple[bytes, bytes]]:
    reader = SmallFileReader()
    pieces = [reply[start : start + step] for start in range(0, len(reply), step)]
    return [one for piece in pieces for one in reader.feed(piece)]


@pytest.mark.parametrize("step", [1, 3, 1000, len(REPLY)])
def test_files_are_read_however_the_bytes_arrive(step: int) -> None:
    assert read(REPLY, step) == FILES


@pytest.mark.parametrize("cut", [2, 30, 5000])
def test_a_file_that_was_cut_is_not_given_out(cut: int) -> None:
    assert read(REPLY[:-cut], 700) == FILES[:-1]


@pytest.mark.parametrize("cut", [0, 5000, MAX_THUMBNAIL_BYTES, MAX_THUMBNAIL_BYTES + 30])
def test_what_came_of_the_file_that_was_cut_is_known(cut: int) -> None:
    reader = SmallFileReader()
    (sha256, content), came = FILES[-1], len(REPLY) - cut

    list(reader.feed(REPLY[:came]))

    begun = 0 < cut <= MAX_THUMBNAIL_BYTES
    assert reader.under_way == ((sha256, content[: len(content) - cut]) if begun else (b"", b""))


@given(st.binary(min_size=1, max_size=200))
def test_a_login_page_is_not_ours(body: bytes) -> None:
    if SMALL_FILES_MAGIC.startswith(body[:4]):
        return
    with pytest.raises(NotOurs):
        read(body, len(body))


@given(st.binary(max_size=400))
def test_whatever_comes_behind_the_magic_is_read_or_refused(body: bytes) -> None:
    try:
        for sha256, content in read(SMALL_FILES_MAGIC + body, 50):
            assert (len(sha256), len(content) <= MAX_THUMBNAIL_BYTES) == (32, True)
    except CodecError:
        return


def test_a_length_that_no_small_file_has_is_refused_before_its_bytes_come() -> None:
    head = FILES[0][0] + (MAX_THUMBNAIL_BYTES + 1).to_bytes(4, "big")

    with pytest.raises(CodecError):
        read(SMALL_FILES_MAGIC + head, 100)


def test_the_hashes_of_a_request_are_read_and_too_many_or_torn_ones_refused() -> None:
    names = tuple(sha256 for sha256, _ in FILES)

    assert read_hashes(b"".join(names)) == names
    for body in (b"", names[0][:-1], bytes(32) * (MAX_SMALL_FILES + 1)):
        with pytest.raises(CodecError):
            read_hashes(body)
