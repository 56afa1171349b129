"""Perbedaan: one line for each value that lost, and under it both values in full with the three ways to decide."""

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from core.domain.attendance import clock_of
from core.domain.letters import Urgency
from desktop.viewmodels.conflict_list import ConflictList
from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import ConflictRow, Voice
from desktop.views.event_words import CLOCKS
from desktop.views.letter_words import urgency_text
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.views.sync_words import DATES, field_name, value_text
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.dates import format_moment, parse_date
from desktop.widgets.detail_grid import DetailGrid
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.record_table import RecordTable
from desktop.widgets.scaled import Scaled
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme

COLUMNS = (
    Column(ColumnKind.STATUS, 152),
    Column(ColumnKind.TEXT, 200),
    Column(ColumnKind.TEXT, 140),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.TEXT, 200),
)

# The key of the choice that leaves a field empty: the empty text chooses nothing.
NOTHING = "0"
CHOICE_WIDTH = 240


class ConflictPane(Surface):
    """The list and the decision. Enter on a line leads to the buttons.

    Signals: `told(str)` with a sentence for the person.
    """

    told = Signal(str)

    def __init__(self, theme: Theme, conflicts: ConflictList, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._conflicts = conflicts
        self._row: ConflictRow | None = None
        headers = (self.tr("Isian"), self.tr("Surat"), self.tr("Semula"), self.tr("Berlaku"), self.tr("Tersisih"))
        self._table = RecordTable(theme, COLUMNS, name=self.tr("Perbedaan"))
        self._table.setModel(PresentedRows(conflicts.lines, conflict_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        empty = EmptyState(theme, self.tr("Tidak ada perbedaan yang perlu diputuskan."), icon="circle-check")
        self._table.overlay.set_placeholder(empty)
        self._details = DetailGrid(theme, columns=1)
        for key, name in (
            ("base", self.tr("Semula")),
            ("stands", self.tr("Berlaku")),
            ("wanted", self.tr("Tersisih")),
        ):
            self._details.add_detail(key, name, wide=True)
        self._note = Label(theme, wrap=True)
        self._keep = Button(theme, self.tr("Pertahankan"), icon="check")
        self._take = Button(theme, self.tr("Pakai punya saya"))
        self._change = Button(theme, self.tr("Ubah…"), icon="pencil", kind=ButtonKind.QUIET)
        self._value = LineEdit(theme)
        self._value.setAccessibleName(self.tr("Nilai lain"))
        self._choice = ComboBox(theme)
        self._choice.setAccessibleName(self.tr("Nilai lain"))
        Scaled(theme, self._choice, width=CHOICE_WIDTH)
        # As in the field beside it; where the list hangs open, Enter chooses in it.
        chosen = QShortcut(QKeySequence(Qt.Key.Key_Return), self._choice)
        chosen.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._save = Button(theme, self.tr("Simpan"), key_hint=self.tr("↵"))
        self._foot = Surface(theme, edges=Edge.TOP)
        self._lay_out(theme)
        self.setFocusProxy(self._table)
        self._table.current_row_changed.connect(self._on_row)
        self._table.opened.connect(self._on_opened)
        self._keep.clicked.connect(self._on_keep)
        self._take.clicked.connect(self._on_take)
        self._change.clicked.connect(self._on_change)
        self._save.clicked.connect(self._on_save)
        self._value.returnPressed.connect(self._on_save)
        chosen.activated.connect(self._on_save)
        conflicts.changed.connect(self._on_row)
        conflicts.settled.connect(self._on_settled)
        conflicts.failed.connect(self._on_failed)
        self._on_row()

    def _lay_out(self, theme: Theme) -> None:
        buttons = Row(theme)
        buttons.add(self._keep, self._take, self._change, self._value, self._choice, self._save, None)
        inner = Stack(theme, gap=8, margins=(16, 10, 16, 10), parent=self._foot)
        inner.add(self._details, self._note, buttons)
        column = Stack(theme, gap=0, parent=self)
        column.add(self._table, self._foot)
        column.setStretch(0, 1)

    @Slot()
    def _on_row(self) -> None:
        if self._table.current_row() < 0:
            self._table.select_row(0)
        before, row = self._row, self._conflicts.lines.row(self._table.current_row())
        self._row = row
        self._foot.setVisible(row is not None)
        if row is None or row == before:
            return
        self._edit(open_=False)
        self._details.setVisible(not row.sealed)
        self._details.set_value("base", self.tr("tidak diketahui") if row.base is None else _shown(row, row.base))
        winner = self.tr("diubah lagi sesudah itu") if row.winner is None else _told(row.winner)
        self._details.set_value("stands", _with(_shown(row, row.stands), winner))
        self._details.set_value("wanted", _with(_shown(row, row.wanted), _told(row.loser)))
        self._note.setVisible(row.sealed)
        self._note.setText(self.tr("Surat rahasia: hanya yang berhak membacanya dapat memutuskan."))
        self._take.setText(self.tr("Pakai punya saya") if row.loser.mine else self.tr("Pakai yang tersisih"))
        for button in (self._keep, self._take, self._change):
            button.setEnabled(not row.sealed)

    def _edit(self, *, open_: bool) -> None:
        chosen = self._row is not None and bool(_choices(self._row))
        self._value.setVisible(open_ and not chosen)
        self._choice.setVisible(open_ and chosen)
        self._save.setVisible(open_)
        self._change.setVisible(not open_)

    @Slot()
    def _on_opened(self) -> None:
        self._keep.setFocus()

    @Slot()
    def _on_keep(self) -> None:
        if self._row is not None:
            self._conflicts.keep(self._row)

    @Slot()
    def _on_take(self) -> None:
        if self._row is not None:
            self._conflicts.take(self._row)

    @Slot()
    def _on_change(self) -> None:
        if self._row is not None:
            self._edit(open_=True)
            self._offer(self._row)

    def _offer(self, row: ConflictRow) -> None:
        choices = _choices(row)
        if choices:
            self._choice.set_choices(choices)
            self._choice.select(row.stands or NOTHING)
            self._choice.setFocus()
        else:
            self._value.setText(_to_type(row))
            self._value.setFocus()
            self._value.selectAll()

    @Slot()
    def _on_save(self) -> None:
        row = self._row
        if row is None:
            return
        if _choices(row):
            chosen = self._choice.current_key()
            self._conflicts.change(row, "" if chosen == NOTHING else chosen)
        else:
            self._conflicts.change(row, _typed(row, self._value.text()))

    @Slot()
    def _on_settled(self) -> None:
        self.told.emit(self.tr("Perbedaan sudah diputuskan; putusan Anda tersimpan di komputer ini."))
        self._table.setFocus()

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self.told.emit(sentence_for(code))


def conflict_words(row: ConflictRow) -> Wording:
    """A line of the list: which field of which letter, and the three values."""
    hidden = QCoreApplication.translate("ConflictPane", "Rahasia")
    unknown = "—"
    base = hidden if row.sealed else unknown if row.base is None else _shown(row, row.base)
    stands, wanted = (hidden, hidden) if row.sealed else (_shown(row, row.stands), _shown(row, row.wanted))
    letter = _with(row.agenda, row.about)
    texts = (field_name(row.field), letter, base, stands, wanted)
    cells = tuple(Cell(text=text, tooltip=text) for text in texts[1:])
    return Wording(cells=(Cell(text=texts[0], tone="INFO", mark="RING"), *cells), accessible=", ".join(texts))


def _shown(row: ConflictRow, text: str) -> str:
    return dict(row.choices).get(text) or value_text(row.field, text)


def _choices(row: ConflictRow) -> list[tuple[str, str]]:
    """What can be chosen instead of typed: a derajat, or a position of the office or none."""
    if row.field == "urgency":
        return [(str(int(one)), urgency_text(one)) for one in Urgency]
    if row.field == "addressee":
        return [(NOTHING, QCoreApplication.translate("ConflictPane", "Belum ditentukan")), *row.choices]
    return []


def _to_type(row: ConflictRow) -> str:
    return value_text(row.field, row.stands) if row.field in (*DATES, *CLOCKS) and row.stands else row.stands


def _typed(row: ConflictRow, text: str) -> str:
    """What was typed as the value of the field; what is no date or no time stays as it is, and is refused."""
    if row.field in CLOCKS:
        read = clock_of(text)
        return text if read is None else read
    if row.field not in DATES or row.loser.at is None:
        return text
    day = parse_date(text, local(row.loser.at).date())
    return text if day is None else day.isoformat()


def _told(voice: Voice) -> str:
    translate = QCoreApplication.translate
    who = translate("ConflictPane", "Anda") if voice.mine else voice.person
    moment = format_moment(local(voice.at)) if voice.at is not None else ""
    return ", ".join(part for part in (who, voice.position, moment) if part)


def _with(first: str, second: str) -> str:
    return " · ".join(part for part in (first, second) if part)
