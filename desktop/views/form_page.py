"""What the register asks of the letter form, which is loaded only when somebody opens it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget


class FormPage(QWidget):
    """A form that takes the place of the register.

    Signals: `left()` when the person goes back; `kept(str)` with a sentence about a draft that is remembered;
    `registered(object)` with what was saved.
    """

    left = Signal()
    kept = Signal(str)
    registered = Signal(object)

    def focus_first(self) -> None:
        """Put the keyboard on the first field."""
        raise NotImplementedError

    @Slot()
    def choose_files(self) -> None:
        """Choose scans."""
        raise NotImplementedError

    @Slot()
    def save(self) -> None:
        """Save."""
        raise NotImplementedError

    @Slot()
    def save_and_next(self) -> None:
        """Save and begin the next one."""
        raise NotImplementedError

    @Slot()
    def switch_batch(self) -> None:
        """Begin or end entering a pile of letters."""
        raise NotImplementedError

    @Slot()
    def copy_previous(self) -> None:
        """Take over from the letter before."""
        raise NotImplementedError

    @Slot()
    def take_proposals(self) -> None:
        """Fill empty fields with what was read of the scan."""
        raise NotImplementedError

    @Slot()
    def leave(self) -> None:
        """Go back; what was typed is kept."""
        raise NotImplementedError
