"""What the rows of lists say besides their text.

The numbers are those that lists ask for by default (`desktop.widgets.item_roles`, a test holds both equal):
this layer may not know the widgets, and they know nothing of letters.
"""

from enum import IntEnum

from PySide6.QtCore import Qt

_FIRST = int(Qt.ItemDataRole.UserRole) + 1


class RowRole(IntEnum):
    """The roles beyond Qt's own. Values are plain texts and flags."""

    EMPHASIS = _FIRST
    TONE = _FIRST + 1
    MARK = _FIRST + 2
    ICON = _FIRST + 3
    SENDER = _FIRST + 4
    MOMENT = _FIRST + 5
    STATE = _FIRST + 6
    ROW_ID = _FIRST + 7
    STRUCK = _FIRST + 8
    ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
