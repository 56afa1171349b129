"""What makes a rename last: syncing folders, where the system can, and asking for free space."""

import os
import shutil
import sys
from pathlib import Path


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
