"""The course of the program: first start or sign-in, a workspace, the next person, the end."""

import platform
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from core.domain.ids import UserId
from desktop.app import on_demand
from desktop.app.locked_door import LockedDoor
from desktop.app.opening import OpenProfile, locksmith_of, open_profile
from desktop.app.session_services import Ground, SyncRelay
from desktop.app.version import VERSION
from desktop.app.workspace import Desk
from desktop.services.classification_names import LateCatalogue
from desktop.services.clock import local_date, system_clock
from desktop.services.sign_in import Session, SignInPerson, SignInService
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_renderer import PageRenderer
from desktop.viewmodels.first_start import FirstStart, Progress
from desktop.viewmodels.sign_in import Door, SignIn
from desktop.views.main_window import MainWindow
from desktop.widgets.theme import Theme
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner

SYNC_AFTER_MS = 400
UPKEEP_AFTER_MS = 3000


class Program(QObject):
    """Leads from page to page.

    Signals: `workspace_shown()` when somebody has signed in and the workspace stands.
    """

    workspace_shown = Signal()

    def __init__(self, application: QApplication, theme: Theme, folder: Path, *, sign_in_as: str = "") -> None:
        """`sign_in_as` names a person of a practice profile who is let in without asking."""
        super().__init__(application)
        self._application = application
        self._theme = theme
        self._folder = folder
        self._sign_in_as = sign_in_as
        self._opened: OpenProfile | None = None
        self._ground: Ground | None = None
        self._desk: Desk | None = None
        self._sync: Any = None
        self._proving: ProvingSignIn | None = None
        self._locked: LockedDoor | None = None
        self._office_name = ""
        self._runner = TaskRunner(self)
        self.window = MainWindow(theme, version=VERSION)
        self.window.switch_wanted.connect(self.show_sign_in)
        self.window.sync_wanted.connect(self._on_sync_wanted)
        self.window.closed.connect(self.close)
        application.applicationStateChanged.connect(self._on_state)

    @property
    def runner(self) -> TaskRunner:
        """The lanes, for those who wait until nothing is under way."""
        return self._runner

    @property
    def desk(self) -> Desk | None:
        """The workspace of the signed-in person."""
        return self._desk

    @property
    def opened(self) -> OpenProfile | None:
        """The open profile."""
        return self._opened

    @Slot()
    def begin(self) -> None:
        """Show the first page."""
        try:
            locksmith = locksmith_of(self._folder) if self._opened is None else None
            if locksmith is not None:
                door = self._locked = LockedDoor(self._folder, locksmith)
                self._ask_who(door, office=door.office, practice=False)
                return
            if not self._is_joined():
                self._show_first_start()
                return
            self._open_ground()
        except EnvironmentFault as err:
            self._show_trouble(err)
            return
        self.show_sign_in()

    @Slot()
    def show_sign_in(self) -> None:
        """Ask who works here; whoever worked before has left."""
        if self._ground is None:
            return
        self._leave_desk()
        opened = self._ground.opened
        service = SignInService(opened.store, None if opened.facts.practice else opened.locksmith, key=opened.key)
        if self._sign_in_as:
            session = self._session_without_asking(service)
            self._sign_in_as = ""
            if session is not None:
                self._on_signed_in(session)
                return
        with opened.store.read() as uow:
            identity = uow.meta.identity()
            office = uow.directory.office(identity.office) if identity else None
        self._ask_who(service, office=office.name if office else "", practice=opened.facts.practice)

    def _ask_who(self, door: Door, *, office: str, practice: bool) -> None:
        self._proving = ProvingSignIn(door)
        model = SignIn(self._proving, self._runner, parent=self)
        model.signed_in.connect(self._on_signed_in)
        view = on_demand.load(on_demand.SIGN_IN_VIEW)(
            self._theme, model, office=office or self.tr("Pesagi"), practice=practice
        )
        view.code_wanted.connect(self._on_code_wanted)
        self._office_name = office
        model.setParent(view)  # leaves with its page
        self.window.show_front(view)
        model.load()

    @Slot()
    def close(self) -> None:
        """End the background work, then let go of the profile."""
        if self._sync is not None:
            self._sync.stop()
        if self._ground is not None:
            self._ground.pages.close()
        self._runner.close()
        self._take_locked()  # somebody may have come in while the window closed
        if self._opened is not None:
            self._opened.close()
        self._sync = self._ground = self._opened = None

    def _is_joined(self) -> bool:
        if self._opened is None:
            facts_there = (self._folder / "profile.json").exists()
            if not facts_there:
                return False
            self._opened = open_profile(self._folder)
        with self._opened.store.read() as uow:
            identity = uow.meta.identity()
        # Without an office the first visit was cut: nobody could sign in yet, so joining goes on at the first page.
        if identity is not None and (identity.office or on_demand.load(on_demand.SETTLE_JOIN)(self._opened)):
            return True
        self._opened.close()  # a set-up that was interrupted begins again
        self._opened = None
        return False

    def _open_ground(self) -> None:
        opened = self._opened
        if opened is None:
            return
        self._ground = Ground(
            opened=opened,
            runner=self._runner,
            feed=ChangeFeed(opened.store.listen, self),
            pages=PageRenderer(),
            relay=SyncRelay(self),
            catalogue=LateCatalogue(),
        )
        QTimer.singleShot(UPKEEP_AFTER_MS, self, self._start_upkeep)

    def _show_first_start(self) -> None:
        model = FirstStart(self._runner, start_practice=self._start_practice, join=self._join, parent=self)
        model.ready.connect(self._on_ready)
        self.window.show_front(on_demand.load(on_demand.FIRST_START_VIEW)(self._theme, model))

    def _start_practice(self, progress: Progress) -> None:
        opened = open_profile(self._folder, create=True, practice=True)
        try:
            with opened.store.read() as uow:
                if uow.meta.identity() is not None:
                    raise EnvironmentFault(FaultOf.ALREADY_JOINED)
            on_demand.load(on_demand.SEED_PRACTICE)(opened.store, opened.files, today=today(), progress=progress)
        finally:
            opened.close()

    def _join(self, address: str, code: str, password: str) -> None:
        opened = open_profile(self._folder, create=True)
        try:
            on_demand.load(on_demand.JOIN_OFFICE)(
                opened,
                on_demand.load(on_demand.SHIPPED_WIRE)(),
                address=address,
                code=code,
                password=password,
                device_name=platform.node() or "PC",
            )
        finally:
            opened.close()

    def _session_without_asking(self, service: SignInService) -> Session | None:
        ground = self._ground
        if ground is None or not ground.opened.facts.practice:
            return None
        with ground.opened.store.read() as uow:
            people = [uow.directory.person(user) for user in uow.accounts.users()]
        wanted = next((one for one in people if one is not None and one.username == self._sign_in_as), None)
        return service.sign_in(wanted.number, "") if wanted is not None else None

    def _leave_desk(self) -> None:
        if self._ground is not None:
            self._ground.relay.active_changed.emit(False)  # a signal
        if self._desk is not None:
            self._desk.deleteLater()
            self._desk = None

    def _show_trouble(self, fault: EnvironmentFault) -> None:
        page = on_demand.load(on_demand.TROUBLE_PAGE)(self._theme, fault.code.value)
        page.retry_wanted.connect(self.begin, Qt.ConnectionType.QueuedConnection)
        page.quit_wanted.connect(self.window.close)
        self.window.show_front(page)

    @Slot(bool)
    def _on_ready(self, _practice: bool) -> None:  # noqa: FBT001  # a slot
        self.begin()

    @Slot()
    def _on_code_wanted(self) -> None:
        """Ask for a code from the administrator; whoever came in with it signs in afterwards."""
        entry = on_demand.load(on_demand.CODE_ENTRY)(self._runner, self._enter_with_code, parent=self)
        page = on_demand.load(on_demand.CODE_ENTRY_VIEW)(
            self._theme, entry, office=self._office_name or self.tr("Pesagi")
        )
        entry.setParent(page)
        entry.entered.connect(self._ask_again)
        page.left.connect(self._ask_again)
        self.window.show_front(page)
        page.focus_first()

    @Slot()
    def _ask_again(self) -> None:
        if self._ground is None:
            self.begin()
        else:
            self.show_sign_in()

    def _enter_with_code(self, code: str, password: str) -> None:
        wire, name = on_demand.load(on_demand.SHIPPED_WIRE)(), platform.node() or "PC"
        opened = self._opened
        if opened is None:
            on_demand.load(on_demand.COME_BACK)(self._folder, wire, code=code, password=password, device_name=name)
            return
        with opened.store.read() as uow:
            identity = uow.meta.identity()
        address = identity.server if identity else ""
        on_demand.load(on_demand.JOIN_OFFICE)(
            opened, wire, address=address, code=code, password=password, device_name=name
        )

    def _take_locked(self) -> None:
        if self._locked is not None:
            self._opened = self._locked.take_opened() or self._opened
            self._locked = None

    @Slot(object)
    def _on_signed_in(self, session: Session) -> None:
        if self._locked is not None:
            self._take_locked()
            self._open_ground()
        if self._ground is None:
            return
        self._desk = Desk(self._ground, session, self._theme, self.window)
        QTimer.singleShot(SYNC_AFTER_MS, self, self._start_sync)
        self.workspace_shown.emit()

    @Slot()
    def _start_sync(self) -> None:
        """Begin to sync once the window stands; the password just proved opens a new session if one is needed."""
        ground = self._ground
        if ground is None or self._desk is None or ground.opened.facts.practice:
            return
        if self._sync is None:
            self._sync = on_demand.load(on_demand.START_SYNC)(ground, self)
        else:
            ground.relay.active_changed.emit(True)  # a signal
        proof = self._proving.take_proof() if self._proving else None
        if proof is not None:
            self._sync.renew_if_asked(*proof)

    @Slot()
    def _start_upkeep(self) -> None:
        if self._ground is not None:
            on_demand.load(on_demand.START_UPKEEP)(self._ground, self)

    @Slot()
    def _on_sync_wanted(self) -> None:
        if self._ground is not None:
            self._ground.relay.ask()

    @Slot(Qt.ApplicationState)
    def _on_state(self, state: Qt.ApplicationState) -> None:
        if self._ground is not None and self._desk is not None:
            self._ground.relay.active_changed.emit(state == Qt.ApplicationState.ApplicationActive)


class ProvingSignIn:
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


def today() -> date:
    """The calendar day here."""
    return local_date(system_clock())
