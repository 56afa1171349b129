"""The port through which the program tells a person something while he looks elsewhere."""

from typing import Protocol


class Notifier(Protocol):
    """Shows notices of the desktop, and how many were not seen."""

    @property
    def works(self) -> bool:
        """Whether this desktop shows notices; where it does not, the program's own window does."""

    def show(self, title: str, text: str) -> None:
        """Tell something for a moment."""

    def set_unseen(self, count: int) -> None:
        """Say how many notices were not seen."""


class NoNotifier:
    """A desktop that shows none."""

    works = False

    def show(self, title: str, text: str) -> None:
        """Nothing."""

    def set_unseen(self, count: int) -> None:
        """Nothing."""
