"""What can go wrong around the store: disk, lock, connection, version. Not rules, not bugs."""

from enum import StrEnum


class StoreTrouble(StrEnum):
    """What in the surroundings of the store failed."""

    UNAVAILABLE = "unavailable"
    NEWER = "newer"
    DAMAGED = "damaged"
    UNSAFE_LINE = "unsafe_line"


class StoreFault(Exception):
    """The store cannot serve now; `trouble` says why, `detail` helps support and holds no letter text."""

    def __init__(self, trouble: StoreTrouble, detail: str = "") -> None:
        super().__init__(f"{trouble.value}: {detail}" if detail else trouble.value)
        self.trouble = trouble


class StaleRead(Exception):
    """A record that a decision rested on was changed by somebody else meanwhile: decide again."""
