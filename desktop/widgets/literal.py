"""Data in places where Qt reads signs as signs: `&` before the letter of a shortcut, `[*]` for a changed document.

A position may be called "Kasi P&K" and an office "Dinas [*] Sosial"; both are shown and spoken as they are written, and
neither takes a key of the keyboard for itself.
"""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton

from desktop.widgets.painting import one_line


class LiteralButton(QAbstractButton):
    """A button whose text is data: `&` is a letter of it."""

    def setText(self, text: str) -> None:
        """Show another text; it takes no shortcut."""
        before = self.text()
        super().setText(text)
        take_literally(self, before)


def take_literally(button: QAbstractButton, before: str) -> None:
    """Take back what Qt made of a sign in the text that was just set in place of `before`."""
    button.setShortcut(QKeySequence())
    if button.accessibleName() in ("", before):
        # Qt would leave the sign out of what is read aloud.
        button.setAccessibleName(button.text())


def window_title(text: str) -> str:
    """Data as the title of a window: one line, and every `[*]` stays."""
    return one_line(text).replace("[*]", "[*][*]")


def menu_text(text: str) -> str:
    """Data as the text of a menu, a tab or a button of Qt: one line, and every `&` stays."""
    return one_line(text).replace("&", "&&")
