"""What the cells of a line of the register hold, worked out once for a line and then looked up for each painting."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import IntEnum

from PySide6.QtCore import Qt

from desktop.services.register import LetterRow, RowState
from desktop.viewmodels.letter_row_texts import mark_words, secrecy_words, state_words, subject_text
from desktop.viewmodels.row_roles import RowRole

CellValue = str | bool | bytes | None
Cells = tuple[Mapping[int, CellValue], ...]

_TEXT = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)


class LetterColumn(IntEnum):
    """The columns in their order."""

    SYNC = 0
    AGENDA = 1
    RECEIVED = 2
    SENDER = 3
    SUBJECT = 4
    STATUS = 5


def cells_of(row: LetterRow, date_text: Callable[[date], str]) -> Cells:
    """The values of each column by their roles; a role that a cell has nothing for is left out."""
    shared: dict[int, CellValue] = {RowRole.EMPHASIS: row.state is RowState.UNDISPOSED, RowRole.ROW_ID: bytes(row.id)}
    struck = row.state is RowState.VOID
    mark, state, secrecy = mark_words(row.mark), state_words(row.state), secrecy_words(row)
    # No tone: it would be that of the words.
    padlock: dict[int, CellValue] = {} if secrecy is None else {_TOOLTIP: secrecy.text, RowRole.ICON: secrecy.icon}
    return tuple(
        {**shared, RowRole.STRUCK: struck and column is not LetterColumn.STATUS, **own}
        for column, own in (
            (
                LetterColumn.SYNC,
                {_TEXT: "", _TOOLTIP: mark.text, RowRole.ICON: mark.icon, RowRole.TONE: mark.tone},
            ),
            (LetterColumn.AGENDA, {_TEXT: row.agenda or "—"}),
            (LetterColumn.RECEIVED, {_TEXT: date_text(row.received_on)}),
            (LetterColumn.SENDER, {_TEXT: row.sender}),
            (LetterColumn.SUBJECT, {_TEXT: subject_text(row.subject), **padlock}),
            (LetterColumn.STATUS, {_TEXT: state.text, RowRole.TONE: state.tone, RowRole.MARK: state.mark}),
        )
    )
