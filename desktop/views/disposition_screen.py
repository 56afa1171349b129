"""Disposisi: what waits for my decision, what was given to me, what I gave others."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.answer_editor import AnswerEditor
from desktop.viewmodels.disposition_editor import DispositionEditor
from desktop.viewmodels.disposition_inbox import DispositionInbox, InboxTab
from desktop.viewmodels.follow_up import FollowUp
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.views.disposition_detail import DispositionDetail, Mode
from desktop.views.disposition_list import DispositionList
from desktop.views.follow_up_actions import FollowUpActions
from desktop.views.messages import sentence_for
from desktop.views.scan_pane import ScanPane
from desktop.views.screen import Screen, make_action
from desktop.views.share_action import ShareAction
from desktop.views.sheet_action import SheetAction
from desktop.views.shown_files import ShownFiles
from desktop.widgets.boxes import Column
from desktop.widgets.buttons import IconButton
from desktop.widgets.chips import FilterChip, FilterChipBar
from desktop.widgets.line_edits import SearchField
from desktop.widgets.page_header import PageHeader
from desktop.widgets.surfaces import Splitter
from desktop.widgets.theme import Theme

CARDS_WIDTH, DETAIL_WIDTH = 270, 438
# From here on the scan has more than its page needs, and titles of positions are told whole.
WIDE, WIDE_DETAIL_WIDTH = 1500, 690
SEARCH_WIDTH, NARROW_SEARCH_WIDTH = 250, 130
# Narrower than this there is no room for three columns; the scan then takes turns with the sheet.
THREE_COLUMNS = 1000


class DispositionScreen(Screen):
    """The page of dispositions.

    Keys: D begins the sheet, digits choose, Enter goes on, Ctrl+Enter commits; T passes a disposition on;
    Ctrl+P prints the sheet.
    """

    def __init__(
        self,
        theme: Theme,
        inbox: DispositionInbox,
        *,
        editor: DispositionEditor,
        answer: AnswerEditor,
        preview: ScanPreview,
        follow_up: FollowUp,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._inbox = inbox
        self._editor = editor
        self._answer = answer
        self._preview = preview
        self._asked = self._begins = False
        self._arranged: tuple[bool, bool, bool] | None = None
        self.title = self.tr("Disposisi")
        self._chips = FilterChipBar(theme)
        self._search = SearchField(theme, placeholder=self.tr("Cari"))
        self._scan_button = IconButton(theme, "scan", self.tr("Tampilkan pindaian (P)"))
        self._scan_button.setCheckable(True)
        self.cards = DispositionList(theme, inbox)
        self._scan = ScanPane(theme, preview)
        self.detail = DispositionDetail(theme, inbox, editor=editor, answer=answer)
        self._lay_out()
        self.sheets = SheetAction(inbox, self)
        self.share = ShareAction(self, lambda: inbox.letter, editor.text_of, name="disposition.share")
        self.share.told.connect(self.status_message)
        self._shown_files = ShownFiles(inbox, preview, scan_button=self._scan_button, parent=self)
        self.following = FollowUpActions(theme, inbox, follow_up, screen=self)
        self.detail.sent.offer(
            (
                (self.following.confirm, "check", self.tr("Benarkan")),
                (self.following.remind, "bell", self.tr("Ingatkan")),
                (self.following.withdraw, "arrow-back-up", self.tr("Tarik…")),
            )
        )
        self._actions = self._make_actions()
        self._connect()
        self._arrange()
        self._on_mode()

    def activate(self) -> None:
        """Read the lists anew and put the keyboard on the cards."""
        self._inbox.refresh()
        self._editor.load()
        self.cards.reword()
        self.detail.sheet.set_today(self._inbox.today)
        self.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_letter(self, letter_id: LetterId) -> None:
        """Go to a letter and begin: its sheet, or passing on the disposition of it that this person was given."""
        self._search.clear()
        self._asked = True
        self._inbox.show_letter(letter_id)

    def show_tab(self, key: str) -> None:
        """Go to one of the lists, by the value of its InboxTab; one that this person has not got is passed over."""
        tab = InboxTab(key)
        if tab in self._inbox.tabs:
            self._search.clear()
            self._show_tab(tab)

    def handle_undone(self, rows: Collection[tuple[int, bytes]]) -> None:
        """Go back to the sheet, or to the report, that was undone."""
        row_ids = {row_id for _, row_id in rows}
        sheet, reported = self._editor.restore(row_ids), self._answer.restore(row_ids)
        if sheet is not None:
            self.show_letter(sheet.letter_id)
        elif reported is not None:
            self._search.clear()
            self._inbox.show_letter(reported.letter_id)

    def handle_find(self) -> None:
        """Put the keyboard into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def actions_for_menu(self) -> list[QAction]:
        """Disposing, passing on, and the lists."""
        return [*self._actions.values(), *self.following.actions(), self.share.action]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show two or three columns."""
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        theme = self._theme
        names = {
            InboxTab.TO_DECIDE: self.tr("Perlu keputusan saya"),
            InboxTab.FOR_ME: self.tr("Untuk saya"),
            InboxTab.SENT: self.tr("Saya kirim"),
        }
        for tab in self._inbox.tabs:
            self._chips.add_choice(tab.value, names[tab], count=0)
        header = PageHeader(theme, self.title, line=True)
        header.add_beside(self._chips, stretch=1)
        header.add_action(self._scan_button)
        header.add_action(self._search)
        self._split = split = Splitter()
        for part in (self.cards, self._scan, self.detail):
            split.addWidget(part)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setStretchFactor(2, 0)
        self.column = Column(theme, gap=0, parent=self)
        self.column.add(header, split)
        self.column.setStretch(1, 1)

    def _make_actions(self) -> dict[str, QAction]:
        actions = {
            "commit": make_action(self, self.tr("&Disposisikan"), name="disposition.commit"),
            "begin": make_action(self, self.tr("Pilih &penerima"), shortcut="D", name="disposition.begin"),
            "suggest": make_action(self, self.tr("Pakai &usulan"), shortcut="U", name="disposition.suggest"),
            "forward": make_action(self, self.tr("&Teruskan disposisi"), shortcut="T", name="disposition.forward"),
            "print": self.sheets.action,
            "progress": make_action(
                self, self.tr("Laporkan ke&majuan"), shortcut="Ctrl+Shift+Return", name="disposition.progress"
            ),
            "scan": make_action(self, self.tr("Pi&ndaian"), shortcut="P", name="disposition.scan"),
        }
        # Both Enter keys: the one of the number block is the one beside the digits.
        actions["commit"].setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        for action in actions.values():
            # In a menu too, but its keys count only while this screen has the keyboard.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(action)
        return actions

    def _connect(self) -> None:
        self._actions["commit"].triggered.connect(self.detail.commit)
        self._actions["begin"].triggered.connect(self.detail.focus_work)
        self._actions["suggest"].triggered.connect(self._editor.take_suggestion)
        self._actions["suggest"].setEnabled(False)
        self._editor.suggestion_changed.connect(self._on_suggestion)
        self._actions["forward"].triggered.connect(self.detail.forward)
        self._actions["progress"].triggered.connect(self.detail.answer.send_progress)
        self._actions["scan"].triggered.connect(self._scan_button.click)
        self._scan_button.toggled.connect(self._arrange)
        self._chips.chosen.connect(self._on_chip)
        self._search.textChanged.connect(self._inbox.set_words)
        self._search.left.connect(self._focus_cards)
        self._search.returnPressed.connect(self._focus_cards)
        self.cards.opened.connect(self._on_opened)
        self.cards.tab_wanted.connect(self._show_tab)
        self.cards.all_wanted.connect(self._search.clear)
        self.detail.mode_changed.connect(self._on_mode)
        self.detail.done.connect(self._on_done)
        self.detail.files_wanted.connect(self._shown_files.show)
        self.following.act_done.connect(self.act_done)
        self.following.told.connect(self.status_message)
        self._inbox.changed.connect(self._on_changed)
        self._inbox.letter_changed.connect(self._on_letter)
        self._inbox.failed.connect(self._on_failed)
        self._inbox.found.connect(self._on_found)

    @Slot()
    def _on_suggestion(self) -> None:
        self._actions["suggest"].setEnabled(self._editor.suggestion is not None)

    @Slot(str)
    def _on_chip(self, key: str) -> None:
        self._inbox.show_tab(InboxTab(key))

    @Slot(object)
    def _show_tab(self, tab: InboxTab) -> None:
        self._chips.set_current(tab.value)
        self._inbox.show_tab(tab)
        self._focus_cards()

    @Slot(int)
    def _on_opened(self, _row: int) -> None:
        self.detail.focus_work()

    @Slot()
    def _focus_cards(self) -> None:
        self.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_changed(self) -> None:
        self._chips.set_current(self._inbox.tab.value)
        for tab, count in self._inbox.counts.items():
            if tab in self._inbox.tabs:
                self._chips.set_count(tab.value, count)
        self._arrange()
        self.badge_changed.emit(self._inbox.waiting)

    @Slot()
    def _on_letter(self) -> None:
        entry, letter = self._inbox.entry, self._inbox.letter
        if letter is not None and letter.scan_visible:
            self._preview.show_scans(letter.letter.scans, letter=letter.letter.id)
        elif letter is not None:
            self._preview.show_hidden()
        elif entry is None or not entry.arrived:
            self._preview.show_scans(())
        if letter is not None and self._begins:
            self._begin()

    @Slot(int)
    def _on_found(self, row: int) -> None:
        self._begins, self._asked = self._asked, False
        self.cards.select_row(row)
        if self._inbox.letter is not None and self._begins:
            self._begin()

    def _begin(self) -> None:
        self._begins = False
        if self.detail.may_forward:
            self.detail.forward()
        else:
            self.detail.focus_work()

    @Slot()
    def _on_mode(self) -> None:
        mode = self.detail.mode
        answers = mode is Mode.ANSWER
        works = mode in {Mode.DECIDE, Mode.FORWARD, Mode.ANSWER, Mode.PILE}
        self._actions["commit"].setText(self.tr("&Kirim laporan") if answers else self.tr("&Disposisikan"))
        self._actions["commit"].setEnabled(works)
        self._actions["begin"].setText(self.tr("&Tulis laporan") if answers else self.tr("Pilih &penerima"))
        self._actions["begin"].setEnabled(works)
        self._actions["forward"].setEnabled(self.detail.may_forward)
        self._actions["progress"].setEnabled(answers)

    @Slot(str)
    def _on_done(self, sentence: str) -> None:
        self._focus_cards()
        self.act_done.emit(sentence)

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self.status_message.emit(sentence_for(code))

    def _chips_width(self) -> int:
        """The width at which all chips stand in one line."""
        chips = self._chips.findChildren(FilterChip)
        return sum(chip.sizeHint().width() + self._theme.px(8) for chip in chips)

    @Slot()
    def _arrange(self) -> None:
        theme = self._theme
        narrow = self.width() < theme.px(THREE_COLUMNS)
        scan_only = narrow and self._scan_button.isChecked()
        self._actions["scan"].setEnabled(narrow)
        self._scan_button.setVisible(narrow)
        self._chips.setMinimumWidth(min(self._chips_width(), self.width() // 2))
        self._search.setFixedWidth(theme.px(NARROW_SEARCH_WIDTH if narrow else SEARCH_WIDTH))
        wide = self.width() >= theme.px(WIDE)
        if (narrow, scan_only, wide) == self._arranged:
            return
        self._arranged = (narrow, scan_only, wide)
        # Whatever has no room to win keeps its width; the scan, or without it the sheet, takes what is left.
        self._split.setStretchFactor(2, 1 if narrow else 0)
        self._scan.setVisible(not narrow or scan_only)
        self.detail.setVisible(not scan_only)
        cards, detail = theme.px(CARDS_WIDTH), theme.px(WIDE_DETAIL_WIDTH if wide else DETAIL_WIDTH)
        rest = max(1, self.width() - cards - (0 if narrow else detail))
        self._split.setSizes([cards, rest, rest if narrow else detail])
