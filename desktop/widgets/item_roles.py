"""What a list asks its model for besides the text; a model that uses other numbers hands its own ItemRoles over.

Values are plain texts and flags, so that models need nothing of Qt's pictures:

* `tone`: name of a Tone member (`"WARNING"`), colours text and mark;
* `mark`: name of a Mark member (`"RING"`), the shape before a state;
* `icon`: file name of an icon without the suffix (`"cloud-check"`);
* `emphasis`: True for an unread row;
* `struck`: True for a row that is crossed out;
* `accessible`: the whole row as one sentence for screen readers, the same for every column.
"""

import msgspec
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.widgets.painting import Mark
from desktop.widgets.theme import Tone

FIRST_OWN_ROLE = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


class ItemRoles(msgspec.Struct, frozen=True, kw_only=True):
    """The role numbers a list uses."""

    emphasis: int = FIRST_OWN_ROLE
    tone: int = FIRST_OWN_ROLE + 1
    mark: int = FIRST_OWN_ROLE + 2
    icon: int = FIRST_OWN_ROLE + 3
    sender: int = FIRST_OWN_ROLE + 4
    moment: int = FIRST_OWN_ROLE + 5
    state: int = FIRST_OWN_ROLE + 6
    struck: int = FIRST_OWN_ROLE + 8
    accessible: int = int(Qt.ItemDataRole.AccessibleTextRole)


DEFAULT_ROLES = ItemRoles()


def text_at(index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> str:
    """Give the text a model has under `role`, or an empty one."""
    value = index.data(role)
    return "" if value is None else str(value)


def header_text(model: QAbstractItemModel | None, column: int) -> str:
    """Give the name of a column, or an empty one; a list whose model is gone has no names."""
    if model is None:
        return ""
    return str(model.headerData(column, Qt.Orientation.Horizontal) or "")


def tone_at(index: Index, role: int) -> Tone | None:
    """Give the tone a model names, or None if it names none; raises KeyError for a name that does not exist."""
    name = text_at(index, role)
    return Tone[name] if name else None


def mark_at(index: Index, role: int) -> Mark | None:
    """Give the mark a model names, or None if it names none; raises KeyError for a name that does not exist."""
    name = text_at(index, role)
    return Mark[name] if name else None
