"""The pages before the work: who is it, a code from the administrator, and the lock over what somebody left."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import UserId
from desktop.app import on_demand
from desktop.services.sign_in import Session, SignInPerson
from desktop.viewmodels.sign_in import Door, SignIn
from desktop.views.main_window import MainWindow
from desktop.widgets.theme import Theme
from desktop.workers.runner import TaskRunner

# As their own modules have them, which are loaded with their pages.
Enter = Callable[[str, str], None]
Recover = Callable[[str, UserId, str], None]


class Entrance(QObject):
    """Shows these pages in the window.

    Signals: `came_in(object)` with the Session of whoever proved to be somebody; `asked_again()` when the page for a
    code is left, and who works here is to be asked anew; `switch_wanted()` when somebody else wants to work on a locked
    PC.
    """

    came_in = Signal(object)
    asked_again = Signal()
    switch_wanted = Signal()

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        runner: TaskRunner,
        *,
        enter: Enter,
        recover: Recover,
        parent: QObject | None = None,
    ) -> None:
        """`enter(code, password)` lets a person with a code in, `recover(words, user, password)` one with the sheet.

        Both are called on a background thread.
        """
        super().__init__(parent)
        self._window = window
        self._theme = theme
        self._runner = runner
        self._enter = enter
        self._recover = recover
        self._office = ""
        self._proving: ProvingDoor | None = None

    def ask(self, door: Door, *, office: str, practice: bool) -> None:
        """Ask who works here; whoever worked before has left."""
        self._office = office or self.tr("Pesagi")
        self._proving = ProvingDoor(door)
        model = SignIn(self._proving, self._runner, parent=self)
        model.signed_in.connect(self.came_in)
        view = on_demand.load(on_demand.SIGN_IN_VIEW)(self._theme, model, office=self._office, practice=practice)
        view.code_wanted.connect(self._on_code_wanted)
        view.recovery_wanted.connect(self._on_recovery_wanted)
        model.setParent(view)  # leaves with its page
        self._window.show_front(view)
        model.load()

    def lock(self, door: Door, *, office: str) -> None:
        """Hide the work of whoever is signed in until the door is opened; nothing of it is lost."""
        model = SignIn(door, self._runner, parent=self)
        model.signed_in.connect(self._on_unlocked)
        view = on_demand.load(on_demand.SIGN_IN_VIEW)(self._theme, model, office=office, practice=False, locked=True)
        view.switch_wanted.connect(self.switch_wanted)
        model.setParent(view)
        self._window.cover(view)
        model.load()

    def take_proof(self) -> tuple[UserId, str] | None:
        """Who signed in and how; forgotten with the answer."""
        return self._proving.take_proof() if self._proving else None

    @Slot()
    def _on_code_wanted(self) -> None:
        entry = on_demand.load(on_demand.CODE_ENTRY)(self._runner, self._enter, parent=self)
        self._let_in(entry, on_demand.load(on_demand.CODE_ENTRY_VIEW)(self._theme, entry, office=self._office))

    @Slot()
    def _on_recovery_wanted(self) -> None:
        people = self._proving.people() if self._proving is not None else ()
        entry = on_demand.load(on_demand.RECOVERY_ENTRY)(self._runner, self._recover, people, parent=self)
        self._let_in(entry, on_demand.load(on_demand.RECOVERY_ENTRY_VIEW)(self._theme, entry, office=self._office))

    def _let_in(self, entry: Any, page: Any) -> None:
        """Show the page by which somebody comes in who cannot sign in; afterwards the sign-in is asked again."""
        entry.setParent(page)
        entry.entered.connect(self.asked_again)
        page.left.connect(self.asked_again)
        self._window.show_front(page)
        page.focus_first()

    @Slot()
    def _on_unlocked(self) -> None:
        self._window.uncover()


class ProvingDoor:
    """A door that remembers the password just proved, until it was asked for once."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._proof: tuple[UserId, str] | None = None

    def people(self) -> tuple[SignInPerson, ...]:
        """As ever."""
        return self._door.people()

    def sign_in(self, user: UserId, password: str) -> Session:
        """As ever."""
        session = self._door.sign_in(user, password)
        self._proof = (user, password) if password else None
        return session

    def take_proof(self) -> tuple[UserId, str] | None:
        """Who signed in and how; forgotten with the answer."""
        proof, self._proof = self._proof, None
        return proof
