"""What makes a rename last: syncing folders, where the system can, and asking for free space."""

import errno
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

# Windows: access denied; used by another process.
_HELD_BY_ANOTHER = (5, 32)
_HELD_S = (0.01, 0.02, 0.05, 0.1, 0.3)


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder durable. NTFS journals its renames and opens no folders: Windows needs none."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(begun: Path, place: Path, *, pause: Callable[[float], object] = time.sleep) -> None:
    """Give a synced file its name, over what had it before, so that the name lasts; OSError.

    On Windows a virus scanner or an indexer often holds for a moment what was just written: that is waited for, half a
    second at most.
    """
    for wait in _HELD_S:
        try:
            begun.replace(place)
            break
        except PermissionError as err:
            if getattr(err, "winerror", 0) not in _HELD_BY_ANOTHER:
                raise
            pause(wait)
    else:
        begun.replace(place)
    sync_folder(place.parent)


def free_bytes(folder: Path) -> int:
    """The bytes free where `folder` lies."""
    return shutil.disk_usage(folder).free


def forget_cached(file: BinaryIO) -> None:
    """Let the system forget the bytes of a synced file, so that reading it again asks the disk; where it can."""
    if sys.platform == "linux":
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class OfficeDisk:
    """The disk as bundles need it (`core.protocol.bundle_files.Disk`)."""

    def put_in_place(self, begun: Path, place: Path) -> None:
        """Give a file its name; a file system without synced folders (FAT under FUSE) is let be."""
        try:
            put_in_place(begun, place)
        except OSError as err:
            if err.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise

    def forget(self, file: BinaryIO) -> None:
        """Let the system forget the bytes of a file."""
        forget_cached(file)
