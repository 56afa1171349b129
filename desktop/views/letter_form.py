"""The form of a letter: its scan on the left, its fields on the right, everything by keyboard."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QScrollArea, QWidget

from core.domain.ids import LetterId
from core.domain.numbering import format_agenda
from desktop.viewmodels.facts import Registered
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.views.batch_bar import BatchBar
from desktop.views.form_page import FormPage
from desktop.views.kept_note import KeptNote
from desktop.views.letter_fields import LetterFields
from desktop.views.messages import sentence_for
from desktop.views.proposal_bar import ProposalBar
from desktop.views.scan_intake_bar import ScanIntakeBar
from desktop.views.scan_pane import ScanPane
from desktop.views.twin_card import TwinCard
from desktop.widgets.badges import Pill
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.page_header import PageHeader
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone

FIELDS_WIDTH = 520


class LetterForm(FormPage):
    """Enters and corrects letters.

    Signals: `left()` when the form is put away; `kept(str)` with the sentence to show after something was saved;
    `registered(object)` with what a new letter became.
    """

    def __init__(self, theme: Theme, editor: LetterEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._editor = editor
        self.setAcceptDrops(True)
        self._header = self._make_header()
        self._banner = Banner(theme, tone=Tone.WARNING, closable=True)
        self._banner.hide()
        self.fields = LetterFields(theme, editor)
        self.scan_pane = ScanPane(theme, editor.intake.preview)
        self._say_empty(correcting=False)
        scans = QWidget()
        left = Column(theme, gap=0, parent=scans)
        self.twin_card = TwinCard(theme, editor.twins)
        left.add(self.twin_card, self.scan_pane, ScanIntakeBar(theme, editor.intake))
        left.setStretch(1, 1)
        panes = Row(theme, gap=0)
        panes.add(scans, self._make_right())
        panes.setStretch(0, 1)
        column = Column(theme, gap=0, parent=self)
        column.add(self._header, self._banner, panes)
        column.setStretch(2, 1)
        editor.busy_changed.connect(self._on_busy)
        editor.refused.connect(self._on_refused)
        editor.intake.refused.connect(self._on_scan_refused)
        editor.saved.connect(self._on_saved)
        editor.amended.connect(self._on_amended)
        editor.draft_replaced.connect(self._on_replaced)
        editor.keeper.kept.connect(self._on_kept)
        editor.keeper.failed.connect(self._on_not_kept)
        editor.hints.changed.connect(self._show_agenda)
        editor.twins.join_requested.connect(self._on_join)
        self.fields.number_chosen.connect(self._show_agenda)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._on_replaced()

    def focus_first(self) -> None:
        """Begin at the top."""
        self.fields.first().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def choose_files(self) -> None:
        """Let a person pick scan files."""
        if not self._editor.may_change("scans"):
            return
        caption = self.tr("Pilih berkas pindaian")
        kinds = self.tr("Pindaian (*.pdf *.jpg *.jpeg *.png *.heic *.heif)")
        names, _ = QFileDialog.getOpenFileNames(self, caption, "", kinds)
        if names:
            self._editor.intake.take([Path(name) for name in names])

    @Slot()
    def save(self) -> None:
        """Save and go back to the list; while a pile is entered, stay for the next one."""
        self._editor.save()

    @Slot()
    def save_and_next(self) -> None:
        """Save and begin the next letter."""
        self._editor.save(then_next=not self._editor.correcting)

    @Slot()
    def switch_batch(self) -> None:
        """Begin or end entering a pile."""
        if not self._editor.correcting:
            self.batch_bar.box.toggle()

    @Slot()
    def copy_previous(self) -> None:
        """Take over what the letters of one delivery have in common."""
        self._editor.copy_previous()

    @Slot()
    def take_proposals(self) -> None:
        """Fill empty fields with what was read of the scan, and what the letter says of its event."""
        self.fields.events.take()
        if self._proposals is not None:
            self._proposals.take()

    @Slot()
    def leave(self) -> None:
        """Go back to the list; what was filled in stays."""
        self._editor.leave()
        self.left.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that may be scans."""
        if self._editor.may_change("scans") and _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the dropped files; what is none is said beside the scan."""
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self._editor.intake.take(paths)

    def _make_header(self) -> PageHeader:
        theme = self._theme
        header = PageHeader(theme, self.tr("Surat masuk baru"), back=True, line=True)
        header.back_clicked.connect(self.leave)
        self._agenda = Pill(theme)
        header.add_beside(self._agenda)
        self._choose = Button(theme, self.tr("Pilih berkas pindaian"), icon="scan", key_hint="F9")
        self._copy = Button(theme, self.tr("Salin dari sebelumnya"), icon="copy", key_hint="Ctrl D")
        self._choose.clicked.connect(self.choose_files)
        self._copy.clicked.connect(self.copy_previous)
        header.add_action(self._choose)
        header.add_action(self._copy)
        return header

    def _make_right(self) -> QWidget:
        theme = self._theme
        right = Surface(theme, edges=Edge.LEFT)
        inner = Surface(theme)
        padded = Column(theme, gap=0, margins=(18, 12, 18, 16), parent=inner)
        self.batch_bar = BatchBar(theme, self._editor)
        padded.add(self.batch_bar, self.fields)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        foot = Surface(theme, edges=Edge.TOP)
        self._cancel = Button(theme, self.tr("Batal"), kind=ButtonKind.QUIET, key_hint="Esc")
        self._next = Button(theme, self.tr("Simpan && berikutnya"))
        self._save = Button(theme, self.tr("Simpan"), kind=ButtonKind.PRIMARY, key_hint="Ctrl ↵")
        self._cancel.clicked.connect(self.leave)
        self._next.clicked.connect(self.save_and_next)
        self._save.clicked.connect(self.save)
        self._kept = KeptNote(theme)
        row = Row(theme, margins=(18, 11, 18, 9), parent=foot)
        row.add(self._kept, self._cancel, self._next, self._save)
        row.setStretch(0, 1)
        column = Column(theme, gap=0, margins=(1, 0, 0, 0), parent=right)
        proposals = self._editor.proposals
        self._proposals = None if proposals is None else ProposalBar(theme, self._editor, proposals)
        if self._proposals is not None:
            self._proposals.taken.connect(self.fields.fill)
            column.add(self._proposals)
        column.add(scroll, foot)
        column.setStretchFactor(scroll, 1)
        self._right = right
        return right

    @Slot()
    def _on_replaced(self) -> None:
        correcting = self._editor.correcting
        self._header.set_title(self.tr("Ubah surat masuk") if correcting else self.tr("Surat masuk baru"))
        self._choose.setVisible(not correcting)
        self._copy.setVisible(not correcting)
        self._copy.setEnabled(self._editor.previous is not None)
        self._next.setVisible(not correcting)
        self.batch_bar.setVisible(not correcting)
        self._kept.say(self.tr("Pindaian tetap") if correcting else "")
        self._say_empty(correcting=correcting)
        self._banner.hide()
        self._show_agenda()

    def _say_empty(self, *, correcting: bool) -> None:
        """Say what can be done where no scan is shown: a letter that is in the book takes none any more."""
        drop = self.tr("Letakkan berkas pindaian di sini (PDF, JPEG, PNG, HEIC), atau tekan F9 untuk memilihnya.")
        self.scan_pane.set_empty_text(self.tr("Surat ini tidak mempunyai pindaian.") if correcting else drop)

    @Slot()
    def _show_agenda(self) -> None:
        number = self._editor.agenda
        if self._editor.correcting:
            text = self.tr("Agenda {number}") if number else self.tr("Nomor agenda menyusul")
        elif self._editor.draft.insert_after:
            number = format_agenda(self._editor.draft.insert_after)
            text = self.tr("Sisipan setelah {number}")
        else:
            text = self.tr("Agenda berikutnya {number}") if number else self.tr("Nomor agenda menyusul saat tersambung")
        self._agenda.set_pill(text.format(number=number), Tone.INFO)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        for button in (self._save, self._next, self._choose):
            button.setEnabled(not busy)
        if self._editor.intake.busy:
            self._banner.set_message(self.tr("Memeriksa berkas pindaian…"), Tone.INFO, icon="hourglass")
            self._banner.show()
        elif self._banner.text() == self.tr("Memeriksa berkas pindaian…"):
            self._banner.hide()

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        sentence = sentence_for(code)
        if not self.fields.show_error(field, sentence):
            self._banner.set_message(sentence, Tone.WARNING)
            self._banner.show()

    @Slot(str)
    def _on_scan_refused(self, code: str) -> None:
        self._on_refused(code, "")

    @Slot(bool)
    def _on_kept(self, whole: bool) -> None:  # noqa: FBT001 - the signature of the signal
        if not self._editor.correcting and self._editor.touched:
            self._kept.say(self.tr("Draf tersimpan") if whole else self.tr("Draf tersimpan tanpa isi rahasia"))

    @Slot(str)
    def _on_not_kept(self, code: str) -> None:
        self._kept.say("")
        self._on_refused(code, "")

    @Slot(object, bool)
    def _on_saved(self, registered: Registered, then_next: bool) -> None:  # noqa: FBT001 - the signature of the signal
        if registered.joined:
            agenda = registered.agenda or self.tr("menyusul")
            self.kept.emit(self.tr("Kedatangan dicatat pada surat agenda {number}.").format(number=agenda))
        elif registered.agenda:
            self.kept.emit(self.tr("Surat tersimpan. Nomor agenda {number}.").format(number=registered.agenda))
        else:
            self.kept.emit(self.tr("Surat tersimpan. Nomor agenda menyusul saat tersambung."))
        if then_next:
            self.focus_first()
        else:
            self.leave()
        self.registered.emit(registered)

    @Slot(object)
    def _on_join(self, letter_id: LetterId) -> None:
        self._editor.save(then_next=self._editor.in_batch, into=letter_id)

    @Slot(bool)
    def _on_amended(self, changed: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self.kept.emit(self.tr("Perubahan surat tersimpan.") if changed else self.tr("Tidak ada yang diubah."))
        self.leave()

    @Slot()
    def _restyle(self) -> None:
        self._right.setFixedWidth(self._theme.px(FIELDS_WIDTH))


def _dropped(event: QDropEvent) -> list[Path]:
    """The dropped files; what each of them really is, is found out by looking at its content."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
