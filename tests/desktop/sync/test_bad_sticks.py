"""A stick that is full, locked, pulled out or lies: nothing is lost, nothing is called safe that is not."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from core.protocol.bundle import BundleFault, BundleTrouble
from tests.support.sticks import KIB, StickDesk, control, digest, laden, waits_for


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The system lets no file grow further, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def test_a_stick_that_fills_up_keeps_the_parts_that_are_whole(desk: StickDesk, stick: Path) -> None:
    laden(desk, 4)

    with files_no_larger_than(150 * KIB):
        desk.write(stick, part_bytes=130 * KIB)
        with pytest.raises(BundleFault) as caught:
            desk.write(stick)

    assert caught.value.code is BundleTrouble.STICK_FULL
    assert not list(stick.glob("*.tmp"))
    assert len(list(stick.glob("*.psgb"))) == 4


def test_a_stick_without_room_is_told_before_anything_is_written(
    desk: StickDesk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laden(desk, 1)
    usage = shutil.disk_usage(stick)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=120 * KIB))

    with pytest.raises(BundleFault) as caught:
        desk.write(stick)

    assert caught.value.code is BundleTrouble.STICK_FULL
    assert list(stick.iterdir()) == []


def test_a_stick_that_is_pulled_out_while_it_is_written(desk: StickDesk, stick: Path) -> None:
    laden(desk, 3)
    before = digest(desk)

    def pull(done: int, whole: int) -> None:
        if done * 4 > whole:
            shutil.rmtree(stick, ignore_errors=True)

    with pytest.raises(BundleFault) as caught:
        desk.write(stick, progress=pull)

    assert caught.value.code is BundleTrouble.STICK_FAILED
    assert digest(desk) == before


def test_a_stick_that_is_pulled_out_while_it_is_read_can_be_read_again(desk: StickDesk, stick: Path) -> None:
    scans = [os.urandom(40 * KIB) for _ in range(4)]
    waits_for(desk, *scans)
    parts = desk.answer(stick, control(), scans=scans, part_bytes=90 * KIB)
    whole = parts[1].read_bytes()
    told: list[tuple[int, int]] = []

    def pull(done: int, parts_in_all: int) -> None:
        told.append((done, parts_in_all))
        if len(told) == 3:  # both were verified; the first is being taken
            parts[1].write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BundleFault) as caught:
        desk.take([stick], progress=pull)
    assert caught.value.code is BundleTrouble.STICK_FAILED
    parts[1].write_bytes(whole)

    assert desk.take([stick]).troubles == ()
    assert all(desk.files.verify(hashlib.sha256(scan).digest()) for scan in scans)


def test_a_stick_that_does_not_keep_what_was_written_is_not_called_safe(desk: StickDesk, stick: Path) -> None:
    laden(desk, 1, each=3000 * KIB)

    def spoil(done: int, whole: int) -> None:
        for path in stick.glob("*.psgb") if done * 2 > whole else ():
            with path.open("r+b") as file:
                file.seek(-5, os.SEEK_END)
                file.write(b"rusak")

    with pytest.raises(BundleFault) as caught:
        desk.write(stick, progress=spoil)

    assert caught.value.code is BundleTrouble.STICK_ALTERED


def test_a_stick_that_may_not_be_written(desk: StickDesk, tmp_path: Path) -> None:
    locked = tmp_path / "terkunci"
    locked.mkdir(mode=0o555)
    user = os.geteuid()
    if user == 0:  # nothing is locked to root
        os.seteuid(65534)
    try:
        with pytest.raises(BundleFault) as caught:
            desk.write(locked)
    finally:
        os.seteuid(user)

    assert caught.value.code is BundleTrouble.STICK_READ_ONLY


def test_a_stop_leaves_nothing_half(desk: StickDesk, stick: Path) -> None:
    laden(desk, 3)
    told: list[int] = []

    with pytest.raises(BundleFault) as caught:
        desk.write(stick, progress=lambda done, _whole: told.append(done), stopped=lambda: len(told) > 2)

    assert caught.value.code is BundleTrouble.STOPPED
    assert list(stick.iterdir()) == []


def test_a_pc_that_never_met_the_server_says_so(desk: StickDesk, stick: Path) -> None:
    with desk.store.begin() as uow:
        uow.meta.write(msgspec.structs.replace(desk.identity, server_seal=b""))

    with pytest.raises(BundleFault) as caught:
        desk.write(stick)

    assert caught.value.code is BundleTrouble.NO_KEYS
