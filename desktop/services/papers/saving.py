"""A file for a person, in a folder that a person chose: whole or not there at all."""

import os
from contextlib import suppress
from pathlib import Path

from desktop.storage.blobs import disk_fault
from desktop.system.durability import OfficeDisk


def save_file(path: Path, data: bytes) -> None:
    """Write it in the place of what was there; EnvironmentFault if it cannot be, and what was there is untouched."""
    temporary = path.with_name(f"{path.name}.baru")
    try:
        with temporary.open("wb") as writer:
            writer.write(data)
            writer.flush()
            os.fsync(writer.fileno())
        OfficeDisk().put_in_place(temporary, path)
    except OSError as err:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise disk_fault(err) from err
