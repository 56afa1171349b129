"""What makes a rename last: syncing folders, where the system can, and asking for free space."""

import errno
import os
import shutil
import sys
from pathlib import Path
from typing import BinaryIO


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder durable. NTFS journals its renames and opens no folders: Windows needs none."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def free_bytes(folder: Path) -> int:
    """The bytes free where `folder` lies."""
    return shutil.disk_usage(folder).free


def forget_cached(file: BinaryIO) -> None:
    """Let the system forget the bytes of a synced file, so that reading it again asks the disk; where it can."""
    if sys.platform == "linux":
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class OfficeDisk:
    """The disk as bundles need it (`core.protocol.bundle_files.Disk`)."""

    def sync_folder(self, folder: Path) -> None:
        """Bring the names in a folder to the disk; a file system without that (FAT under FUSE) is let be."""
        try:
            sync_folder(folder)
        except OSError as err:
            if err.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise

    def forget(self, file: BinaryIO) -> None:
        """Let the system forget the bytes of a file."""
        forget_cached(file)
