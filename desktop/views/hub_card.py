"""The hub of the office: which one is used, and the choice of it."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.viewmodels.hub_choice import HubChoice, HubWay
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.dates import format_moment
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.scaled import Scaled
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

ADDRESS_WIDTH = 220
CHOICE_WIDTH = 190


class HubCard(Surface):
    """A sentence that says which hub is used; beside it the choice."""

    def __init__(self, theme: Theme, choice: HubChoice, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, card=True, parent=parent)
        self._choice = choice
        self._sentence = Label(theme, role=TextRole.SECONDARY, wrap=True)
        self._way = ComboBox(theme)
        self._way.setAccessibleName(self.tr("Hub kantor"))
        Scaled(theme, self._way, width=CHOICE_WIDTH)
        self._way.set_choices(
            [
                (HubWay.FOUND.value, self.tr("Cari sendiri")),
                (HubWay.TYPED.value, self.tr("Pakai alamat ini")),
                (HubWay.OFF.value, self.tr("Jangan pakai hub")),
            ]
        )
        self._address = LineEdit(theme, placeholder=self.tr("10.0.0.5:8471"))
        self._address.setAccessibleName(self.tr("Alamat hub kantor"))
        Scaled(theme, self._address, width=ADDRESS_WIDTH)
        self._save = Button(theme, self.tr("Pakai"))
        words = Column(theme, gap=2)
        words.add(Label(theme, self.tr("Hub kantor"), role=TextRole.CAPTION_STRONG), self._sentence)
        row = Row(theme, gap=12, margins=(14, 10, 14, 10), parent=self)
        row.add(
            IconLabel(theme, "building", colour=Tone.INFO.value, size=24), words, self._way, self._address, self._save
        )
        row.setStretch(1, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._way.activated.connect(self._on_way)
        self._save.clicked.connect(self._on_save)
        self._address.returnPressed.connect(self._on_save)
        choice.changed.connect(self._on_changed)
        self._show_address(shown=False)

    def sentence(self) -> str:
        """What the card says."""
        return self._sentence.text()

    @Slot()
    def _on_way(self) -> None:
        way = HubWay(self._way.current_key())
        self._show_address(shown=way is HubWay.TYPED)
        if way is HubWay.TYPED:
            self._address.setFocus()
        else:
            self._choice.choose(way)

    @Slot()
    def _on_save(self) -> None:
        if not self._choice.choose(HubWay.TYPED, self._address.text()):
            text = self.tr("Itu bukan alamat komputer. Contoh: 10.0.0.5:8471. Pengaturan belum diubah.")
            self._sentence.setText(text)
            self._address.setFocus()

    @Slot()
    def _on_changed(self) -> None:
        state = self._choice.state
        if state is None:
            return
        if not self._address.hasFocus():
            self._way.select(state.way.value)
            self._address.setText(state.typed)
            self._show_address(shown=state.way is HubWay.TYPED)
        self._sentence.setText(self._words())

    def _show_address(self, *, shown: bool) -> None:
        self._address.setVisible(shown)
        self._save.setVisible(shown)

    def _words(self) -> str:
        state = self._choice.state
        if state is None:
            return ""
        if state.way is HubWay.OFF:
            return self.tr("Tidak dipakai. Komputer ini langsung ke server.")
        if state.met is None:
            if state.way is HubWay.TYPED:
                return self.tr("Belum pernah terhubung di alamat ini. Sementara itu komputer ini langsung ke server.")
            return self.tr("Belum ada hub di jaringan kantor. Tanpa hub pun semuanya berjalan.")
        told = self.tr("{address}, terakhir dihubungi {moment}.").format(
            address=state.address.split("://")[-1], moment=format_moment(state.met)
        )
        line = self.tr("Hub tersambung ke server.") if state.online else self.tr("Hub belum tersambung ke server.")
        return f"{told} {line}"
