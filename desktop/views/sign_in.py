"""Signing in: choose one's name, type the password."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from core.domain.ids import UserId
from desktop.viewmodels.sign_in import SignIn
from desktop.views.initials import initials_of
from desktop.views.messages import sentence_for
from desktop.widgets.badges import Pill
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import SecretEdit
from desktop.widgets.person_list import PersonEntry, PersonList
from desktop.widgets.sheet import Sheet, SheetPage
from desktop.widgets.theme import Theme, Tone


class SignInView(SheetPage):
    """The sign-in page; shows nothing of any letter.

    Signals: `code_wanted()` when somebody has a code from the administrator instead of a password, `recovery_wanted()`
    when the words of a recovery sheet; `switch_wanted()`, while the window is locked, when somebody else wants to work.
    """

    code_wanted = Signal()
    recovery_wanted = Signal()
    switch_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        view_model: SignIn,
        *,
        office: str,
        practice: bool,
        locked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._sign_in = view_model
        self._entries: list[PersonEntry] = []
        sheet = Sheet(theme, office, icon="building")
        super().__init__(theme, sheet, parent=parent)
        sheet.set_text(
            self.tr("Layar terkunci. Isian dan pekerjaan Anda tetap seperti adanya.")
            if locked
            else self.tr("Siapa yang bekerja di komputer ini?")
        )
        if practice:
            pill = Pill(theme, self.tr("LATIHAN"), tone=Tone.WARNING)
            row = Row(theme)
            row.add(pill, None)
            sheet.body.add(row)
        self._people = PersonList(theme, name=self.tr("Pengguna komputer ini"))
        self._people.chosen.connect(self._on_chosen)
        self._people.opened.connect(self._on_opened)
        self.password = SecretEdit(theme)
        self.password.returnPressed.connect(self._enter)
        self.password.textEdited.connect(self._on_typed)
        self._field = Field(theme, self.tr("Kata sandi"), self.password)
        self._enter_button = Button(
            theme, self.tr("Buka") if locked else self.tr("Masuk"), kind=ButtonKind.PRIMARY, key_hint="Enter"
        )
        self._enter_button.clicked.connect(self._enter)
        sheet.body.add(self._people, self._field)
        if locked:
            self.switch = Button(theme, self.tr("Ganti pengguna"), kind=ButtonKind.LINK)
            self.switch.clicked.connect(self.switch_wanted)
            sheet.add_button(self.switch, left=True)
        elif not practice:
            self.code = Button(theme, self.tr("Lupa kata sandi atau punya kode?"), kind=ButtonKind.LINK)
            self.code.clicked.connect(self.code_wanted)
            self.recovery = Button(theme, self.tr("Masuk dengan lembar pemulihan"), kind=ButtonKind.LINK)
            self.recovery.clicked.connect(self.recovery_wanted)
            ways = Column(theme, gap=4)
            for way in (self.code, self.recovery):
                ways.add(way)
                ways.setAlignment(way, Qt.AlignmentFlag.AlignLeft)
            sheet.add_ways(ways)
        sheet.add_button(self._enter_button)
        view_model.people_changed.connect(self._on_people)
        view_model.busy_changed.connect(self._on_busy)
        view_model.refused.connect(self._on_refused)
        view_model.held_off.connect(self._on_held_off)
        self._on_people()

    def showEvent(self, event: QShowEvent) -> None:
        """Read who may sign in, each time the page is shown; who types while the window is put away may go on."""
        super().showEvent(event)
        if not event.spontaneous():
            self.password.clear()
            self._sign_in.load()

    @Slot()
    def _on_people(self) -> None:
        people = self._sign_in.people
        entries = [PersonEntry(str(one.user), initials_of(one.name), one.name, one.title) for one in people]
        self._enter_button.setEnabled(bool(people))
        if entries and entries == self._entries:
            return  # the same list once more: neither the person nor the keyboard goes elsewhere
        self._entries = entries
        self._people.set_people(entries)
        self._people.focus_current()

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        self._field.setVisible(self._needs_password(key))
        self._field.set_error("")
        self.password.clear()

    @Slot(str)
    def _on_opened(self, key: str) -> None:
        if self._needs_password(key):
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._enter()

    def _needs_password(self, key: str) -> bool:
        return any(one.needs_password for one in self._sign_in.people if str(one.user) == key)

    @Slot()
    def _enter(self) -> None:
        key = self._people.current()
        if key:
            self._sign_in.sign_in(UserId(int(key)), self.password.text())

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._field.set_error("")

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._enter_button.setEnabled(not busy)

    @Slot(str)
    def _on_refused(self, code: str) -> None:
        self._say(sentence_for(code))

    @Slot(int)
    def _on_held_off(self, seconds: int) -> None:
        minutes, rest = divmod(seconds, 60)
        wait = self.tr("{minutes} menit {seconds} detik") if minutes else self.tr("{seconds} detik")
        text = self.tr("Terlalu banyak kata sandi keliru; data tetap aman. Coba lagi dalam {wait}.")
        self._say(text.format(wait=wait.format(minutes=minutes, seconds=rest)))

    def _say(self, sentence: str) -> None:
        self._field.show()
        self._field.set_error(sentence)
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
