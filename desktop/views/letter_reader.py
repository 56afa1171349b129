"""The reading pane: what the letter is, its scans, its dispositions, and what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QWidget

from core.domain.attachments import Attachment
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.letter_reply import LetterReply
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.scan_preview import PreviewState
from desktop.views.history_page import HistoryPage
from desktop.views.letter_reader_pages import SummaryPage, TrailPage
from desktop.views.letter_words import security_look, security_text, urgency_look, urgency_text
from desktop.views.reply_line import ReplyLine
from desktop.views.scan_pane import ScanPane
from desktop.widgets.badges import Pill
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.clamped_label import ClampedLabel
from desktop.widgets.dates import format_date
from desktop.widgets.detail_grid import DetailGrid
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.tab_strip import TabStrip
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

# Lower than this the event of a letter takes one line.
LOW = 520
PAGES = ("scan", "dispositions", "summary", "history")


class LetterReaderPane(Surface):
    """Shows what a LetterReader reads.

    Signals: `back_wanted()` when its button for going back is pressed; `low_changed(bool)` when the room for more
    than the scan has gone, or is there again.
    """

    back_wanted = Signal()
    low_changed = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        view_model: LetterReader,
        *,
        text_of: Callable[[int], str],
        reply: LetterReply,
        sends: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`text_of` gives the words of an instruction number; `sends` is False in practice."""
        super().__init__(theme, edges=Edge.LEFT, parent=parent)
        self._reader = view_model
        self.low = False
        self._head = _ReaderHead(theme, view_model, sends=sends)
        self._merged = Banner(theme)
        self._merged.hide()
        self._merged.action_triggered.connect(view_model.open_stands)
        self._tabs = TabStrip(theme)
        self._tabs.add_tab("scan", self.tr("Pindaian"))
        self._tabs.add_tab("dispositions", self.tr("Disposisi"))
        self._tabs.add_tab("summary", self.tr("Isi ringkas"))
        self._tabs.add_tab("history", self.tr("Riwayat"))
        self._tabs.changed.connect(self._on_tab)
        self.scan_pane = ScanPane(theme, view_model.preview)
        self._trail_page = TrailPage(theme, text_of)
        self._trail_page.trail.files_wanted.connect(self._on_files)
        self._summary_page = SummaryPage(theme)
        self._history_page = HistoryPage(theme, view_model.history, sends=sends)
        self._pages = QStackedWidget()
        for page in (self.scan_pane, self._trail_page, self._summary_page, self._history_page):
            self._pages.addWidget(page)
        self._actions = _ActionStrip(theme, view_model)
        self._actions.back.clicked.connect(self.back_wanted)
        letter = QWidget()
        column = Column(theme, gap=0, margins=(1, 0, 0, 0), parent=letter)
        self._event = Column(theme, gap=0)
        column.add(self._head, self._merged, self._event, ReplyLine(theme, reply))
        column.add(self._tabs, self._pages, self._actions)
        column.setStretch(5, 1)
        empty = EmptyState(theme, self.tr("Pilih surat di daftar untuk membacanya di sini."), icon="mail-opened")
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(empty)
        self._stack.addWidget(letter)
        view_model.changed.connect(self._on_changed)
        view_model.preview.changed.connect(self._on_pages)
        self._on_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the scan its room."""
        super().resizeEvent(event)
        low = self.height() < self._theme.px(LOW)
        if low != self.low:
            self.low = low
            self.low_changed.emit(low)

    def add_event(self, card: QWidget) -> None:
        """Have a place above the scan for the event of the letter, where Tab comes by before the scan."""
        self._event.addWidget(card)
        *_, before = _with_tab(self._merged)
        for behind in _with_tab(card):
            QWidget.setTabOrder(before, behind)
            before = behind

    def show_back(self, *, shown: bool) -> None:
        """Offer the way back to the list, where the letter has taken its place."""
        self._actions.show_back(shown=shown)

    @Slot()
    def _on_changed(self) -> None:
        view = self._reader.view
        self._stack.setCurrentIndex(0 if view is None else 1)
        if view is None:
            self._fill_page()
            return
        self._head.show_letter(view)
        self._merged.setVisible(view.letter.merged_into is not None)
        if view.letter.merged_into is not None:
            text = self.tr("Surat ini digabung ke no. {number}. Barisnya tetap ada, tercoret.")
            number = view.stands or self.tr("yang menyusul")
            self._merged.set_message(
                text.format(number=number), Tone.INFO, icon="arrow-merge", action=self.tr("Buka surat itu")
            )
        self._tabs.set_text("dispositions", self._disposition_title(len(view.dispositions)))
        self._actions.refresh()
        self._fill_page()
        self._on_pages()

    def _disposition_title(self, count: int) -> str:
        return self.tr("Disposisi ({count})").format(count=count) if count else self.tr("Disposisi")

    @Slot()
    def _on_pages(self) -> None:
        preview = self._reader.preview
        if preview.state is PreviewState.PAGE:
            text = self.tr("Pindaian ({page}/{pages})").format(page=preview.page, pages=preview.pages)
        elif preview.pages:
            text = self.tr("Pindaian ({pages})").format(pages=preview.pages)
        else:
            text = self.tr("Pindaian")
        self._tabs.set_text("scan", text)

    def show_tab(self, key: str) -> None:
        """Turn to `scan`, `dispositions`, `summary` or `history`."""
        self._tabs.set_current(key)
        self._on_tab(key)

    @Slot(object)
    def _on_files(self, files: tuple[Attachment, ...]) -> None:
        """Show files of an answer in the place of the scan, until another page is turned to."""
        view = self._reader.view
        if view is not None:
            self.show_tab("scan")
            self._reader.preview.show_scans(files, letter=view.letter.id)

    @Slot(str)
    def _on_tab(self, key: str) -> None:
        view = self._reader.view
        if key != "scan" and view is not None and view.scan_visible:
            self._reader.preview.show_scans(view.letter.scans, letter=view.letter.id)
        self._pages.setCurrentIndex(PAGES.index(key))
        self._fill_page()

    def _fill_page(self) -> None:
        # Only the page that is looked at is filled.
        view = self._reader.view
        self._history_page.show_letter(view if self._tabs.current() == "history" else None)
        if view is None:
            return
        if self._tabs.current() == "dispositions":
            self._trail_page.show_letter(view)
        elif self._tabs.current() == "summary":
            self._summary_page.show_letter(view)


def _with_tab(part: QWidget) -> list[QWidget]:
    """What Tab reaches in a part; the list of a choice is a window of its own."""
    inside = (one for one in part.findChildren(QWidget) if one.window() is part.window())
    return [one for one in inside if one.focusPolicy() & Qt.FocusPolicy.TabFocus]


class _ReaderHead(QWidget):
    """Pills, subject and the facts of the register line."""

    def __init__(self, theme: Theme, reader: LetterReader, *, sends: bool) -> None:
        super().__init__()
        self._reader = reader
        self._sends = sends
        self._urgency, self._security, self._mark = Pill(theme), Pill(theme), Pill(theme)
        pills = Row(theme, gap=8)
        # Made as a child: to show a widget that has no parent yet would show it as a window.
        self._reclassify = IconButton(
            theme, "shield-lock", self.tr("Ubah sifat surat"), framed=False, small=True, parent=self
        )
        self._reclassify.clicked.connect(reader.reclassify)
        pills.add(self._urgency, self._security, self._reclassify, None, self._mark)
        self._subject = ClampedLabel(theme, role=TextRole.ROW_TITLE)
        self._facts = DetailGrid(theme)
        self._facts.add_detail("sender", self.tr("Asal"))
        self._facts.add_detail("agenda", self.tr("Agenda"), strong=True, whole=True)
        self._facts.add_detail("letter_no", self.tr("Nomor"))
        self._facts.add_detail("letter_date", self.tr("Tgl surat"), whole=True)
        self._facts.add_detail("classification", self.tr("Klasifikasi"))
        self._facts.add_detail("received_on", self.tr("Diterima"), whole=True)
        column = Column(theme, gap=8, margins=(16, 12, 16, 8), parent=self)
        column.add(pills, self._subject, self._facts)

    def show_letter(self, view: LetterView) -> None:
        """Show another letter."""
        letter = view.letter
        tone, icon = urgency_look(letter.urgency)
        self._urgency.set_pill(urgency_text(letter.urgency), tone, icon=icon)
        tone, icon = security_look(letter.security)
        self._security.set_pill(security_text(letter.security), tone, icon=icon)
        self._reclassify.setVisible(self._reader.may_reclassify)
        mark = self._reader.mark()
        if not self._sends:
            self._mark.set_pill(self.tr("Tersimpan di sini"), Tone.SUCCESS, icon="device-floppy")
        elif mark is not None:
            self._mark.set_pill(mark.text, Tone[mark.tone] if mark.tone else Tone.SUCCESS, icon=mark.icon)
        self._subject.setText(subject_text(view.subject))
        agenda = f"{view.agenda}/{letter.agenda_year}" if view.agenda else self.tr("menyusul")
        code = f"{letter.classification} {view.classification_name}".strip()
        for key, value in (
            ("sender", letter.sender),
            ("agenda", agenda),
            ("letter_no", letter.letter_no or self.tr("tanpa nomor")),
            ("letter_date", format_date(letter.letter_date) if letter.letter_date else "—"),
            ("classification", code or "—"),
            ("received_on", format_date(letter.received_on)),
        ):
            self._facts.set_value(key, value)


class _ActionStrip(Surface):
    """What this person may do with the letter."""

    def __init__(self, theme: Theme, reader: LetterReader) -> None:
        super().__init__(theme, edges=Edge.TOP)
        self._reader = reader
        self._offers_back = False
        self.back = Button(theme, self.tr("Kembali"), kind=ButtonKind.QUIET, icon="arrow-left", key_hint="Esc")
        self._file = Button(theme, self.tr("Berkaskan"), icon="folder-plus", key_hint="Ctrl B")
        self._edit = Button(theme, self.tr("Ubah"), icon="pencil", key_hint="Ctrl E")
        self._dispose = Button(theme, self.tr("Disposisikan"), icon="arrow-ramp-right", key_hint="D")
        self._file.clicked.connect(reader.file)
        self._edit.clicked.connect(reader.edit)
        self._dispose.clicked.connect(reader.dispose)
        row = Row(theme, margins=(16, 12, 16, 10), parent=self)
        row.add(self.back, self._file, self._edit, None, self._dispose)
        self.back.hide()
        # Before a letter is here: with every button the pane would ask for more width than it ever needs.
        self.refresh()

    def show_back(self, *, shown: bool) -> None:
        """Offer the way back, or not."""
        self._offers_back = shown
        self.back.setVisible(shown)
        self.refresh()

    def refresh(self) -> None:
        """Offer only what may be done."""
        self._file.setVisible(self._reader.may_file)
        self._edit.setVisible(self._reader.may_amend)
        self._dispose.setVisible(self._reader.may_dispose)
        # For those who do not register letters this is the one action of the screen.
        leads = self._reader.may_dispose and not self._reader.may_amend
        self._dispose.set_kind(ButtonKind.PRIMARY if leads else ButtonKind.SECONDARY)
        offers = self._reader.may_file or self._reader.may_amend or self._reader.may_dispose
        self.setVisible(offers or self._offers_back)
