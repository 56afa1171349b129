"""Data in places where Qt reads signs as signs: `&` before the letter of a shortcut, `[*]` for a changed document.

A position may be called "Kasi P&K" and an office "Dinas [*] Sosial"; both are shown and spoken as they are written, and
neither takes a key of the keyboard for itself.
"""

import unicodedata

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton

from desktop.widgets.painting import one_line

# Controls, formats (among them those that turn the direction of writing), lone surrogates, private signs.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
# What desktops of Linux read as markup in the text of a notice: <b>, <a href>, <img src>.
_NO_TAGS = str.maketrans({"<": "\u2039", ">": "\u203a"})


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


def outside_text(text: str) -> str:
    """Data for another program: one line, without what cannot be seen or turns the direction of writing."""
    return "".join(sign for sign in one_line(text) if unicodedata.category(sign) not in _UNSEEN)


def notice_text(text: str) -> str:
    """Data for a notice of the desktop, which on Linux may take markup: no tag begins in it, nothing is fetched."""
    return outside_text(text).translate(_NO_TAGS)


def menu_text(text: str) -> str:
    """Data as the text of a menu, a tab or a button of Qt: one line, and every `&` stays."""
    return one_line(text).replace("&", "&&")
