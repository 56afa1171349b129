"""Surat Masuk: the register with its reading pane, and the form in its place while a letter is entered."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.facts import Registered
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.viewmodels.letter_list import LetterList
from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.letter_reply import LetterReply
from desktop.views.agenda_notice import AgendaNotice
from desktop.views.form_page import FormPage
from desktop.views.letter_actions import LetterActions
from desktop.views.letter_list import RegisterHead, RegisterTable
from desktop.views.letter_reader import LetterReaderPane
from desktop.views.register_panes import RegisterPanes
from desktop.views.screen import Screen
from desktop.views.share_action import ShareAction
from desktop.widgets.boxes import Column
from desktop.widgets.theme import Theme


class LettersScreen(Screen):
    """The screen of incoming letters.

    Signals besides those of Screen: `dispose_requested(object)`, and `strike_requested(object)` with a
    LetterId; `file_requested(object)` with a LetterId;
    `reclassify_requested(object)` with a LetterView; `numbers_requested()`; `covered(bool)` when the form takes the
    place of the list and the letter, and when it gives it back.
    """

    dispose_requested = Signal(object)
    file_requested = Signal(object)
    strike_requested = Signal(object)
    reclassify_requested = Signal(object)
    numbers_requested = Signal()
    covered = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        letters: LetterList,
        *,
        reader: LetterReader,
        editor: LetterEditor,
        reply: LetterReply,
        text_of: Callable[[int], str],
        make_form: Callable[[], FormPage],
        sends: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`text_of` gives the words of an instruction number, `make_form` the form; `sends` is False in practice."""
        super().__init__(parent)
        self.title = self.tr("Surat Masuk")
        self._letters = letters
        self._reader = reader
        self._editor = editor
        self._make_form = make_form
        self._form: FormPage | None = None
        self._opening = False
        self.head = RegisterHead(theme, letters, may_register=editor.may_register, sends=sends)
        self.register = RegisterTable(theme, letters, may_register=editor.may_register)
        self.reading = LetterReaderPane(theme, reader, text_of=text_of, reply=reply, sends=sends)
        self._panes = RegisterPanes(theme, self.head, self.register, self.reading)
        self.notice = AgendaNotice(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._panes)
        whole = Column(theme, gap=0, parent=self)
        whole.add(self.notice, self._stack)
        whole.setStretch(1, 1)
        self.acts = LetterActions(
            self, reader=reader, reply=reply, twins=editor.twins, may_register=editor.may_register
        )
        self._decisions: list[QAction] = []
        self.share = ShareAction(self, lambda: reader.view, text_of, name="letter_share")
        self._wire()
        theme.changed.connect(self._fit)

    def activate(self) -> None:
        """Refresh, and put the focus where the work is."""
        self._letters.start()
        if self._form is not None and self._stack.currentWidget() is self._form:
            self._form.focus_first()
        else:
            self.register.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def handle_find(self) -> None:
        """Go to the search field."""
        if self._form is None or self._stack.currentWidget() is not self._form:
            self._show_list()
            self.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.head.search.selectAll()

    def actions_for_menu(self) -> list[QAction]:
        """What stands in the menu Surat."""
        return [*self.acts.listed, *self._decisions, self.share.action]

    def add_decisions(self, actions: list[QAction]) -> None:
        """Offer more about the letter that is read; the next time that the menu is filled it has them."""
        self._decisions += actions

    def show_letter(self, letter_id: LetterId) -> None:
        """Open a letter that another screen speaks of."""
        self._leave_form()
        self._letters.select_letter(letter_id)
        self._on_opened()

    @Slot()
    def prepare(self) -> None:
        """Make the form that will be needed, at a moment when nobody waits for anything."""
        if self._form is None and self._editor.may_register:
            self._made_form()

    @Slot()
    def open_new(self) -> None:
        """Open the form for a new letter."""
        if self._editor.may_register:
            self._editor.start_new()
            self._show_form()

    @Slot(object)
    def open_correction(self, letter_id: LetterId) -> None:
        """Open the form for a registered letter."""
        self._opening = True
        self._editor.start_correcting(letter_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape, where nothing inside had a use for it."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_escape()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out whether list and letter fit beside each other."""
        super().resizeEvent(event)
        self._fit()

    def _wire(self) -> None:
        letters, reader = self._letters, self._reader
        self.head.new_wanted.connect(self.open_new)
        self.head.search.left.connect(self._focus_table)
        self.head.search.returnPressed.connect(self._focus_table)
        self.register.new_wanted.connect(self.open_new)
        self.register.all_wanted.connect(self.head.show_all)
        self.register.opened.connect(self._on_opened)
        self.reading.back_wanted.connect(self._show_list)
        letters.selected.connect(reader.show_letter)
        letters.counts_changed.connect(self._on_counts)
        self.acts.new.triggered.connect(self.open_new)
        self.acts.empty.triggered.connect(self._editor.discard)
        self.acts.leave.triggered.connect(self._on_escape)
        self._editor.draft_replaced.connect(self._on_draft)
        self._editor.keeper.thrown.connect(self._on_thrown)
        reader.dispose_requested.connect(self.dispose_requested)
        reader.file_requested.connect(self.file_requested)
        reader.strike_requested.connect(self.strike_requested)
        reader.reclassify_requested.connect(self.reclassify_requested)
        self.acts.numbers.triggered.connect(self.numbers_requested)
        reader.edit_requested.connect(self.open_correction)
        self.share.told.connect(self.status_message)

    def _show_form(self) -> None:
        form = self._made_form()
        self._stack.setCurrentWidget(form)
        self.seen_wanted.emit()  # Ctrl+N is also pressed on Beranda
        form.focus_first()
        self.title = self.tr("Ubah surat masuk") if self._editor.correcting else self.tr("Surat masuk baru")
        self.title_changed.emit(self.title)
        self.acts.show_form(shown=True)
        self.covered.emit(True)

    def _made_form(self) -> FormPage:
        form = self._form
        if form is None:
            # Not with the register, which opens faster without it.
            form = self._form = self._make_form()
            form.left.connect(self._on_form_left)
            form.kept.connect(self.status_message)
            form.registered.connect(self._on_registered)
            self.acts.serve_form(form)
            self._stack.addWidget(form)
        return form

    @Slot()
    def _on_draft(self) -> None:
        if self._opening and self._editor.correcting:
            self._opening = False
            self._show_form()

    @Slot()
    def _on_thrown(self) -> None:
        self.status_message.emit(self.tr("Formulir dikosongkan. Isinya ada 30 hari di Tempat sampah (menu Berkas)."))

    @Slot()
    def _on_form_left(self) -> None:
        self._stack.setCurrentIndex(0)
        self.title = self.tr("Surat Masuk")
        self.title_changed.emit(self.title)
        self.acts.show_form(shown=False)
        self.covered.emit(False)
        self._focus_table()

    @Slot(object)
    def _on_registered(self, registered: Registered) -> None:
        self.notice.show_number("" if registered.joined else registered.agenda)
        self._letters.select_letter(registered.letter_id)

    def _leave_form(self) -> None:
        if self._form is not None and self._stack.currentWidget() is self._form:
            self._form.leave()

    @Slot()
    def _on_escape(self) -> None:
        if self._stack.currentIndex() > 0:
            self._leave_form()
        else:
            self._show_list()

    @Slot()
    def _focus_table(self) -> None:
        self.register.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_opened(self) -> None:
        self._panes.show_letter()
        self.reading.scan_pane.page_view.image_view().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_list(self) -> None:
        self._panes.show_list()
        self._focus_table()

    @Slot()
    def _on_counts(self) -> None:
        self.badge_changed.emit(self._letters.count_of("undisposed") or 0)

    @Slot()
    def _fit(self) -> None:
        self._panes.fit(self.width())
