"""One program a profile: an exclusive lock on a file, which the operating system drops when the process dies."""

import sys
from pathlib import Path
from typing import BinaryIO

from desktop.system.faults import EnvironmentFault, FaultOf

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProfileLock:
    """Held while a program works in a profile."""

    def __init__(self, folder: Path) -> None:
        """Take the lock; PROFILE_IN_USE if another program holds it."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / ".terpakai").open("ab+")
        except OSError as err:
            raise EnvironmentFault(FaultOf.DISK_FAILED, type(err).__name__) from err
        try:
            _lock(self._file)
        except OSError as err:
            self._file.close()
            raise EnvironmentFault(FaultOf.PROFILE_IN_USE) from err

    def release(self) -> None:
        """Give the profile back."""
        self._file.close()
