"""Kirim and Terima lewat flash disk: for an office without a line."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from core.protocol.bundle import SUFFIX
from desktop.viewmodels.stick_exchange import StickExchange, StickState
from desktop.views.bundle_messages import left_alone_sentence, missing_sentence, taken_sentence, written_sentence
from desktop.views.messages import sentence_for
from desktop.views.screen import make_action
from desktop.widgets.announcing import announce
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

TONES = {
    StickState.WRITTEN: ("circle-check", Tone.SUCCESS),
    StickState.TAKEN: ("circle-check", Tone.SUCCESS),
    StickState.FAILED: ("alert-triangle", Tone.WARNING),
}


class StickCard(Surface):
    """A sentence that says how it stands, and the two ways. The actions stand in the menu as well.

    Signal: `told(str)` when something ended, for those who do not see the card.
    """

    told = Signal(str)

    def __init__(self, theme: Theme, exchange: StickExchange, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, card=True, parent=parent)
        self._exchange = exchange
        self._said = ""
        self._icon = IconLabel(theme, "usb", size=24)
        self._sentence = Label(theme, role=TextRole.SECONDARY, wrap=True)
        self._send_button = Button(theme, self.tr("Kirim lewat flash disk"), icon="upload")
        self._receive_button = Button(theme, self.tr("Terima dari flash disk"), icon="download")
        self._stop_button = Button(theme, self.tr("Hentikan"), kind=ButtonKind.QUIET, parent=self)
        words = Column(theme, gap=2)
        words.add(Label(theme, self.tr("Tanpa jaringan"), role=TextRole.CAPTION_STRONG), self._sentence)
        row = Row(theme, gap=12, margins=(14, 10, 14, 10), parent=self)
        row.add(self._icon, words, self._stop_button, self._send_button, self._receive_button)
        row.setStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._send = make_action(
            self, self.tr("&Kirim lewat flash disk…"), shortcut="Ctrl+Shift+K", name="stick.send", everywhere=True
        )
        self._receive = make_action(
            self, self.tr("&Terima dari flash disk…"), shortcut="Ctrl+Shift+T", name="stick.receive", everywhere=True
        )
        self._receive_files = make_action(
            self, self.tr("Terima dari &berkas…"), name="stick.receive_files", everywhere=True
        )
        self._send.triggered.connect(self.choose_and_send)
        self._receive.triggered.connect(self.choose_and_receive)
        self._receive_files.triggered.connect(self.choose_files)
        self._send_button.clicked.connect(self.choose_and_send)
        self._receive_button.clicked.connect(self.choose_and_receive)
        self._stop_button.clicked.connect(exchange.stop)
        exchange.changed.connect(self._on_changed)
        self._on_changed()

    def actions_for_menu(self) -> list[QAction]:
        """Both ways, and the way from single files."""
        return [self._send, self._receive, self._receive_files]

    def sentence(self) -> str:
        """How it stands."""
        return self._sentence.text()

    @Slot()
    def choose_and_send(self) -> None:
        """Ask for the stick and write to it."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Pilih flash disk untuk kiriman"))
        if folder:
            self._exchange.write(Path(folder))

    @Slot()
    def choose_and_receive(self) -> None:
        """Ask for the stick and take what is on it."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Pilih flash disk dari Diskominfo"))
        if folder:
            self._exchange.take([Path(folder)])

    @Slot()
    def choose_files(self) -> None:
        """Ask for single files and take them."""
        kinds = self.tr("Kiriman Pesagi (*{suffix})").format(suffix=SUFFIX)
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Pilih kiriman dari Diskominfo"), "", kinds)
        if names:
            self._exchange.take([Path(name) for name in names])

    @Slot()
    def _on_changed(self) -> None:
        busy, state = self._exchange.busy, self._exchange.state
        for part in (self._send, self._receive, self._receive_files, self._send_button, self._receive_button):
            part.setEnabled(not busy)
        self._stop_button.setVisible(busy)
        icon, tone = TONES.get(state, ("usb", Tone.INFO))
        self._icon.set_icon(icon, colour=tone.value)
        sentence = self._words()
        self._sentence.setText(sentence)
        if not busy and state is not StickState.IDLE and sentence != self._said:
            announce(self, sentence)
            self.told.emit(sentence)
        self._said = sentence

    def _words(self) -> str:
        exchange = self._exchange
        if exchange.state is StickState.WRITING:
            text = self.tr("Menulis dan memeriksa kembali, {percent}%. Jangan cabut flash disk.")
            return text.format(percent=exchange.percent)
        if exchange.state is StickState.TAKING:
            text = self.tr("Memeriksa dan memasukkan, {percent}%. Jangan cabut flash disk.")
            return text.format(percent=exchange.percent)
        if exchange.state is StickState.FAILED:
            return sentence_for(exchange.failure)
        if exchange.written is not None:
            told = exchange.written
            return written_sentence(
                ops=told.ops, scans=told.scans, size=told.bytes, left_out=told.left_out, more=told.more
            )
        if exchange.taken is not None:
            came = exchange.taken
            said = [taken_sentence(ops=came.ops, refused=came.refused, rows=came.rows, scans=came.scans)]
            said += [left_alone_sentence(name, code) for name, code in came.troubles]
            said += [missing_sentence(came.missing)] if came.missing else []
            return " ".join(said)
        return self.tr("Kantor tanpa internet bertukar data dengan server lewat flash disk yang diantar ke Diskominfo.")
