"""Files that nobody reads without the store's key, and files of older programs that become such."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.storage.blobs import BlobFiles
from desktop.storage.sealed_file import CHUNK, HEADER, OVERHEAD, sealed_size
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.support.files import content_of
from tests.support.stores import KEY

SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 77)
SCAN = os.urandom(3 * CHUNK + 77)
HASH = hashlib.sha256(SCAN).digest()
SEALED_CHUNK = CHUNK + OVERHEAD


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


def restarted(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


def plain(tmp_path: Path, content: bytes = SCAN, *, sha256: bytes = HASH, folder: str = "") -> Path:
    """A file as an older program kept it."""
    path = tmp_path / "berkas" / (folder or sha256.hex()[:2]) / sha256.hex()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def seal_all(files: BlobFiles) -> None:
    while files.seal_one():
        pass


def after(first: Callable[[], None], then: Callable[..., object]) -> Callable[..., object]:
    def both(*args: object, **settings: object) -> object:
        first()
        return then(*args, **settings)

    return both


def on_disk(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "berkas").rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_read_again_whole_and_from_any_place(files: BlobFiles, size: int) -> None:
    content = os.urandom(size)
    sha256, _ = files.add_bytes(content)

    assert content_of(files, sha256) == content
    assert files.path(sha256).stat().st_size == sealed_size(size)
    with files.content(sha256) as reader:
        for place in (0, 1, CHUNK - 1, CHUNK, size - 1, size, size + 5):
            reader.seek(max(0, place))
            assert reader.read(10) == content[max(0, place) :][:10]


def test_neither_content_nor_hash_stands_on_the_disk_and_the_same_scan_looks_different_twice(tmp_path: Path) -> None:
    seen = []
    for name in ("satu", "dua"):
        files = BlobFiles(tmp_path / name, KEY, reserve=0)
        sha256, _ = files.add_bytes(b"rahasia " * 10_000)
        path = files.path(sha256)
        seen.append(path.read_bytes())
        assert b"rahasia" not in seen[-1]
        assert sha256.hex()[:8] not in str(path.relative_to(tmp_path))
    assert seen[0] != seen[1]


def test_another_key_finds_no_file_and_opens_none(files: BlobFiles, tmp_path: Path) -> None:
    files.add_bytes(SCAN)
    other = BlobFiles(tmp_path / "berkas", bytes(32), reserve=0)
    assert not other.has(HASH)

    place = other.path(HASH)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(files.path(HASH).read_bytes())

    assert not other.verify(HASH)


def test_what_was_cut_off_moved_put_under_another_name_or_changed_is_damage(files: BlobFiles) -> None:
    files.add_bytes(SCAN)
    other, _ = files.add_bytes(os.urandom(len(SCAN)))
    path = files.path(HASH)
    whole = path.read_bytes()
    first, second = whole[HEADER:][:SEALED_CHUNK], whole[HEADER + SEALED_CHUNK :][:SEALED_CHUNK]
    rest = whole[HEADER + 2 * SEALED_CHUNK :]

    for spoilt in (
        whole[: HEADER + 2 * SEALED_CHUNK],  # at the end of a chunk
        whole[:-1],
        whole[:HEADER],
        b"",
        whole[:HEADER] + second + first + rest,
        whole[:HEADER] + first + first + rest,
        files.path(other).read_bytes(),
        whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
        whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:],
    ):
        path.write_bytes(spoilt)
        assert not files.verify(HASH)
        with pytest.raises(EnvironmentFault) as fault:
            content_of(files, HASH)
        assert fault.value.code is FaultOf.FILE_DAMAGED
    path.write_bytes(whole)
    assert files.verify(HASH)


@pytest.mark.parametrize("step", [1000, CHUNK, CHUNK + 1])
def test_a_file_comes_in_pieces_over_many_starts(tmp_path: Path, step: int) -> None:
    files = restarted(tmp_path)
    for start in range(0, len(SCAN), 3 * step):
        files = restarted(tmp_path)
        assert files.grown(HASH) == start
        with files.grow(HASH) as grown:
            for place in range(start, min(start + 3 * step, len(SCAN)), step):
                grown.write(SCAN[place : place + step][: start + 3 * step - place])
                grown.flush()
    assert SCAN[:100] not in files.partial(HASH).read_bytes()

    files.finish(HASH)

    assert content_of(files, HASH) == SCAN


def test_a_power_cut_costs_what_it_tore_and_nothing_before_it(files: BlobFiles, tmp_path: Path) -> None:
    with files.grow(HASH) as grown:
        grown.write(SCAN[: 2 * CHUNK + 500])
    path = files.partial(HASH)
    whole = path.read_bytes()
    torn = {
        whole[:-1]: 2 * CHUNK,
        whole[: HEADER + 2 * SEALED_CHUNK + 3]: 2 * CHUNK,
        whole[: HEADER + SEALED_CHUNK]: CHUNK,
        whole[:10]: 0,
        bytes(len(whole)): 0,
        # An old end in the middle, and what came behind it.
        whole[: HEADER + SEALED_CHUNK] + bytes(SEALED_CHUNK) + whole[HEADER + 2 * SEALED_CHUNK :]: CHUNK,
    }
    for left, kept in torn.items():
        path.write_bytes(left)
        again = restarted(tmp_path)
        assert again.grown(HASH) == kept
        with again.grow(HASH) as grown:
            grown.write(SCAN[kept:])
        again.finish(HASH)
        assert content_of(again, HASH) == SCAN
        again.delete(HASH)


def test_a_crash_between_the_end_of_a_file_and_its_place_costs_one_chunk(files: BlobFiles, tmp_path: Path) -> None:
    with files.grow(HASH) as grown:
        grown.write(SCAN)
        grown.end(HASH)

    assert restarted(tmp_path).grown(HASH) == 3 * CHUNK


def test_files_of_an_older_program_are_read_as_they_are_until_they_are_sealed(files: BlobFiles, tmp_path: Path) -> None:
    old = plain(tmp_path)
    assert (files.has(HASH), files.verify(HASH), content_of(files, HASH) == SCAN) == (True, True, True)

    seal_all(files)

    assert not old.exists()
    assert on_disk(tmp_path) == [files.path(HASH)]
    assert content_of(files, HASH) == SCAN
    assert not files.seal_one()


def test_what_an_older_program_had_fetched_so_far_goes_on(files: BlobFiles, tmp_path: Path) -> None:
    old = plain(tmp_path, SCAN[: CHUNK + 5], folder="partial")

    assert files.grown(HASH) == CHUNK + 5
    assert not old.exists()
    with files.grow(HASH) as grown:
        grown.write(SCAN[CHUNK + 5 :])
    files.finish(HASH)
    assert files.verify(HASH)


def test_damaged_files_stay_what_they_are_and_no_name_of_a_plain_one_is_left(files: BlobFiles, tmp_path: Path) -> None:
    plain(tmp_path, SCAN[:-1])
    plain(tmp_path, b"torn", sha256=bytes(32), folder="rusak")
    plain(tmp_path, SCAN[:7], sha256=bytes(range(32)), folder="partial")
    plain(tmp_path).with_name(f"{HASH.hex()}.00112233aabb").write_bytes(SCAN[:50])
    plain(tmp_path, SCAN[:-1])

    seal_all(files)

    assert not [path for path in on_disk(tmp_path) if len(path.name) > 40]
    assert (files.has(HASH), files.verify(HASH)) == (True, False)
    assert content_of(files, HASH) == SCAN[:-1]
    assert files.grown(bytes(range(32))) == 7


def test_sealing_goes_on_wherever_it_was_cut(files: BlobFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before each of its steps on the disk, at the first file and at the second."""
    second = hashlib.sha256(b"lain").digest()
    for cut_at in range(1, 12):
        plain(tmp_path)
        plain(tmp_path, b"lain", sha256=second)
        fuse = [cut_at]

        def burn(*_args: object, fuse: list[int] = fuse) -> None:
            fuse[0] -= 1
            if not fuse[0]:
                raise KeyboardInterrupt

        with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
            patched.setattr("desktop.storage.plain_files.os.fsync", burn)
            patched.setattr(Path, "replace", after(burn, Path.replace))
            patched.setattr(Path, "unlink", after(burn, Path.unlink))
            seal_all(files)
        again = restarted(tmp_path)
        assert (again.verify(HASH), again.verify(second)) == (True, True)
        again.clear_incoming()
        seal_all(again)
        assert content_of(again, HASH) == SCAN
        assert sorted(on_disk(tmp_path)) == sorted([again.path(HASH), again.path(second)])
        files = again


def test_a_file_that_is_erased_while_it_is_sealed_does_not_come_back(
    files: BlobFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(tmp_path)

    def erased_meanwhile(_handle: int) -> None:
        assert restarted(tmp_path).discard(HASH)

    with monkeypatch.context() as patched:
        patched.setattr("desktop.storage.plain_files.os.fsync", erased_meanwhile)
        seal_all(files)

    assert on_disk(tmp_path) == []


def test_a_plain_file_that_a_reader_holds_open_is_sealed_and_goes_later(
    files: BlobFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where an open file cannot be removed."""
    old = plain(tmp_path)
    unlink = Path.unlink

    def held(path: Path, *, missing_ok: bool = False) -> None:
        if path == old:
            raise PermissionError
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held)
        seal_all(files)
    assert old.exists()
    assert files.path(HASH) != old

    seal_all(restarted(tmp_path))

    assert on_disk(tmp_path) == [files.path(HASH)]
