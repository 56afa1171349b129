"""What a transfer asks while it runs: whether it may go on, how fast, and who wants to know how far it is."""

from typing import Protocol


class Flow(Protocol):
    """The wishes of whoever set a transfer going; asked for each piece."""

    def stretch(self, left: int) -> int:
        """How many of the `left` bytes may be asked for at once: all of them, unless something holds them back."""

    def wait_for(self, count: int) -> float:
        """Seconds until `count` bytes may go; 0: now, and they are counted as gone."""

    def moved(self, have: int) -> None:
        """Hear that `have` bytes of the file are on the other side."""

    def measured(self, rate: float) -> None:
        """Hear what the line carries when nothing holds a file back, in bytes a second."""

    def stopped(self) -> bool:
        """Whether to leave off now; what is there already stays."""


class FreeFlow:
    """Nothing is held back and nobody looks on."""

    def stretch(self, left: int) -> int:
        """All."""
        return left

    def wait_for(self, count: int) -> float:
        """At once."""
        del count
        return 0.0

    def moved(self, have: int) -> None:
        """Nobody asked."""

    def measured(self, rate: float) -> None:
        """Nobody asked."""

    def stopped(self) -> bool:
        """Never."""
        return False


class Traffic:
    """Bytes of bodies that went and came, and requests made."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.up = 0
        self.down = 0
        self.requests = 0
