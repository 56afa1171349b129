"""Ctrl+K: one field over everything - letters, dispositions, people, commands, kept searches."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.finder import Finder, Found
from desktop.views.find_lines import FindScope, command_lines, lines_of
from desktop.views.messages import sentence_for
from desktop.widgets.boxes import Column
from desktop.widgets.chips import FilterChipBar
from desktop.widgets.find_list import FindList
from desktop.widgets.focus_round import go_round
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.surfaces import Rule, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

WIDTH = 640
TOP = 64
MOST_HEIGHT = 440
SHADE = 90
MARGIN = 16


class FindField(LineEdit):
    """The field; the keys that move in the list below never leave it.

    Signals: `moved(int)`, `taken()` on Enter, `left()` on Escape, `kept()` on Ctrl+S, `dropped()` on Ctrl+Delete.
    """

    moved = Signal(int)
    taken = Signal()
    left = Signal()
    kept = Signal()
    dropped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, take, keep or leave."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Down:
                self.moved.emit(1)
            case Qt.Key.Key_Up:
                self.moved.emit(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.taken.emit()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_S if control:
                self.kept.emit()
            case Qt.Key.Key_Delete if control:
                self.dropped.emit()
            case _:
                super().keyPressEvent(event)


class FindPalette(QWidget):
    """Lies over the window until something is taken or Escape is pressed.

    Signals: `closed()`; `letter_chosen(bytes)` and `sheet_chosen(bytes)` with the id of a letter, the second for its
    dispositions; `list_wanted(str)` with words to list in the register.
    """

    closed = Signal()
    letter_chosen = Signal(bytes)
    sheet_chosen = Signal(bytes)
    list_wanted = Signal(str)

    def __init__(self, theme: Theme, finder: Finder, *, commands: Sequence[QAction], parent: QWidget) -> None:
        """`commands` are the actions of the menus, as they stand now."""
        super().__init__(parent)
        self._theme, self._finder, self._covered = theme, finder, parent
        self._commands = list(commands)
        self._before = parent.window().focusWidget()
        self._found = Found()
        self._card = Surface(theme, card=True, parent=self)
        self.field = FindField(
            theme, placeholder=self.tr("Cari surat, disposisi, orang, atau perintah"), icon="search", key_hint="Esc"
        )
        self.field.setAccessibleName(self.field.placeholderText())
        self._scopes = FilterChipBar(theme)
        for scope, text in (
            (FindScope.ALL, self.tr("Semua")),
            (FindScope.LETTERS, self.tr("Surat")),
            (FindScope.DISPOSITIONS, self.tr("Disposisi")),
            (FindScope.PEOPLE, self.tr("Orang")),
            (FindScope.COMMANDS, self.tr("Perintah")),
        ):
            self._scopes.add_choice(scope.value, text)
        self.list = FindList(theme)
        self._hint = Label(theme, role=TextRole.CAPTION, wrap=True)
        # A ground of its own within the round corners: while one types only the card is painted, not what it covers.
        ground = Surface(theme)
        Column(theme, gap=0, margins=(6, 6, 6, 5), parent=self._card).addWidget(ground)
        column = Column(theme, gap=8, margins=(6, 6, 6, 5), parent=ground)
        column.add(self.field, self._scopes, Rule(theme), self.list, self._hint)
        column.setStretch(3, 1)
        self.field.textChanged.connect(finder.look_for)
        self.field.moved.connect(self.list.move_mark)
        self.field.taken.connect(self._on_taken)
        self.field.left.connect(self.put_away)
        self.field.kept.connect(self._on_kept)
        self.field.dropped.connect(self._on_dropped)
        self.list.chosen.connect(self._take)
        self._scopes.chosen.connect(self.refresh)
        finder.found.connect(self._on_found)
        finder.failed.connect(self._on_failed)
        theme.changed.connect(self._fit)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.refresh()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        finder.look_for("")

    @Slot()
    def refresh(self) -> None:
        """Show what was found in the chosen scope, and the commands that fit."""
        typed = self.field.text().strip()
        scope = FindScope(self._scopes.current())
        lines = [*lines_of(self._found, scope), *command_lines(self._commands, typed, scope)]
        self.list.show_lines(lines)
        self.list.setVisible(bool(lines))
        self._hint.setText(self._hint_for(typed, nothing=not lines and self._found.typed == typed))
        self._fit()

    @Slot()
    def put_away(self) -> None:
        """Give the window back as it was."""
        self.vanish()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def vanish(self) -> None:
        """Go; the keyboard stays where it is now."""
        self._finder.look_for("")
        self._finder.found.disconnect(self._on_found)
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  # Qt's signature
        """Keep Tab within the card: what it covers waits."""
        return go_round(self, forward=forward)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it covers."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._covered.rect())
            self._fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shade what waits behind."""
        painter = QPainter(self)
        shade = QColor(self._theme.colour("text"))
        if shade.lightness() > SHADE:
            shade = QColor(Qt.GlobalColor.black)
        shade.setAlpha(SHADE)
        painter.fillRect(self.rect(), shade)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card puts it away."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.put_away()

    def _hint_for(self, typed: str, *, nothing: bool) -> str:
        if not typed:
            return self.tr("Penyaring: dari:bappeda  tahun:2023  nomor:118  sifat:rahasia  kepada:camat")
        if nothing:
            return self.tr("Tidak ada yang cocok. Coba kata lain, atau hapus kata penyaring.")
        return self.tr("Enter membuka · Ctrl+S menyimpan pencarian ini")

    @Slot()
    def _fit(self) -> None:
        theme = self._theme
        width = min(theme.px(WIDTH), self.width() - 2 * theme.px(MARGIN))
        top = min(theme.px(TOP), self.height() // 8)
        self.list.setFixedHeight(min(self.list.content_height(), theme.px(MOST_HEIGHT), self._room(top)))
        self._card.setFixedWidth(width)
        self._card.adjustSize()
        self._card.move((self.width() - width) // 2, top)

    def _room(self, top: int) -> int:
        return max(self._theme.px(MARGIN), self.height() - top - self._theme.px(150))

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        if found.typed == self.field.text().strip():
            self._found = found
            self.refresh()

    @Slot(str)
    def _on_failed(self, code: str) -> None:
        self._hint.setText(sentence_for(code))

    @Slot()
    def _on_taken(self) -> None:
        self._take(self.list.marked())

    @Slot()
    def _on_kept(self) -> None:
        self._finder.save(self.field.text())
        self._hint.setText(self.tr("Pencarian disimpan. Ia tampil di sini saat kotak ini kosong."))

    @Slot()
    def _on_dropped(self) -> None:
        kind, _, rest = self.list.marked().partition(" ")
        if kind == "saved":
            self._finder.drop(rest)

    @Slot(str)
    def _take(self, key: str) -> None:
        kind, _, rest = key.partition(" ")
        if kind in {"saved", "person"}:
            self.field.setText(rest)
            return
        if not kind:
            return
        action = self._commands[int(rest)] if kind == "command" else None
        self.vanish()
        if kind == "letter":
            self.letter_chosen.emit(bytes.fromhex(rest))
        elif kind == "sheet":
            self.sheet_chosen.emit(bytes.fromhex(rest))
        elif kind == "list":
            self.list_wanted.emit(rest)
        elif action is not None:
            action.trigger()
