"""Small files of a profile in JSON that may be lost: whatever becomes of them, the program goes on as if anew."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from desktop.system.profile import write_whole

KeptT = TypeVar("KeptT")


def read_kept(path: Path, kind: type[KeptT]) -> KeptT:
    """What was kept there; an empty one of its `kind` where nothing was, or nothing that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, ValueError, msgspec.MsgspecError):  # ValueError: bytes that are no text
        return kind()


def keep(path: Path, value: Any) -> None:
    """Put it in the place of what was kept before; where the disk refuses, it is forgotten."""
    try:
        write_whole(path, msgspec.json.encode(value))
    except OSError:
        return
