"""Periksa data: one sentence, and the details for whoever helps."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.check_facts import CheckStep
from desktop.viewmodels.data_check import DataCheck
from desktop.views.check_words import check_details, check_sentence, log_sentence, step_sentence
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.disclosure import Disclosure
from desktop.widgets.labels import Label
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

WIDTH = 560


class DataCheckSheet(Sheet):
    """The check and its outcome.

    Signals: `closed()`.
    """

    closed = Signal()

    def __init__(self, theme: Theme, check: DataCheck, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", icon="shield-check", width=WIDTH, card=False, parent=parent)
        self.set_title(self.tr("Periksa data"))
        self._check = check
        self._step = Label(theme, wrap=True, role=TextRole.SECONDARY)
        self._verdict = Banner(theme, card=True)
        self._log = Banner(theme, tone=Tone.WARNING, card=True)
        self._details = Label(theme, wrap=True, selectable=True, role=TextRole.SECONDARY)
        self._unfolded = Disclosure(theme, self.tr("Rincian"), self._details)
        self.body.add(self._step, self._verdict, self._log, self._unfolded)
        self._again = Button(theme, self.tr("Periksa lagi"), icon="refresh")
        self._stop = Button(theme, self.tr("Hentikan"))
        close = Button(theme, self.tr("Tutup"), kind=ButtonKind.PRIMARY, key_hint=self.tr("Esc"))
        self.add_button(self._again, left=True)
        self.add_button(self._stop, left=True)
        self.add_button(close)
        close.clicked.connect(self.closed)
        self._again.clicked.connect(check.start)
        self._stop.clicked.connect(check.stop)
        check.changed.connect(self._on_changed)
        check.progressed.connect(self._on_progressed)
        check.failed.connect(self._on_failed)
        self._on_changed()

    def verdict(self) -> str:
        """The sentence that is shown; empty while the check is under way."""
        report = self._check.report
        return "" if report is None else check_sentence(report)

    @Slot()
    def _on_changed(self) -> None:
        report, running = self._check.report, self._check.running
        self._step.setVisible(running)
        self._step.setText(step_sentence(None))
        self._stop.setVisible(running)
        self._again.setVisible(not running)
        for part in (self._verdict, self._log, self._unfolded):
            part.hide()
        if report is None:
            return
        self._verdict.set_message(check_sentence(report), Tone.SUCCESS if report.whole else Tone.DANGER)
        self._verdict.show()
        told = log_sentence(report)
        self._log.set_message(told, Tone.INFO if report.log_restored else Tone.WARNING)
        self._log.setVisible(bool(told))
        self._details.setText(check_details(report))
        self._unfolded.show()

    @Slot(object)
    def _on_progressed(self, step: CheckStep) -> None:
        if self._check.running:
            self._step.setText(step_sentence(step))

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self._verdict.set_message(sentence_for(code), Tone.DANGER)
        self._verdict.show()


class DataCheckDialog(SheetDialog):
    """The sheet over its window. Closing it ends the check."""

    def __init__(self, theme: Theme, check: DataCheck, *, parent: QWidget | None = None) -> None:
        self._sheet = DataCheckSheet(theme, check)
        super().__init__(theme, self._sheet, parent=parent)
        self._check = check
        self._sheet.closed.connect(self.accept)
        self.finished.connect(self._on_finished)

    def begin(self) -> None:
        """Open the dialog and check."""
        self.open()
        self._check.start()

    @Slot()
    def _on_finished(self) -> None:
        self._check.stop()
