"""The course of the program: first start or sign-in, a workspace, the next person, the end."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId, UserId
from desktop.app import on_demand
from desktop.app.entrance import Entrance
from desktop.app.idle_watch import IdleWatch
from desktop.app.locked_door import LockedDoor, OwnDoor
from desktop.app.opening import OpenProfile, locksmith_of, open_profile
from desktop.app.parting import Parting
from desktop.app.session_services import Ground, SyncRelay
from desktop.app.setting_up import SetUp
from desktop.app.version import VERSION
from desktop.app.workspace import Desk
from desktop.services.classification_names import LateCatalogue
from desktop.services.locksmith import SignInRefused
from desktop.services.scan_reading import FirstPages
from desktop.services.sign_in import Session, SignInService
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_renderer import READING_WORKER, PageRenderer
from desktop.system.settings import read_settings
from desktop.system.typesetter import Typesetter
from desktop.viewmodels.first_start import FirstStart
from desktop.views.main_window import MainWindow
from desktop.views.messages import sentence_for
from desktop.widgets.theme import Theme
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner

SYNC_AFTER_MS = 400
UPKEEP_AFTER_MS = 3000
CLEAN_SECONDS = 30.0
READ_SECONDS = 120.0
MINUTE_MS = 60_000


class Program(QObject):
    """Leads from page to page.

    Signals: `workspace_shown()` when somebody has signed in and the workspace stands.
    """

    workspace_shown = Signal()

    def __init__(
        self, application: QApplication, theme: Theme, folder: Path, *, sign_in_as: str = "", guides: bool = False
    ) -> None:
        """`sign_in_as` names a person of a practice profile who is let in without asking; `guides` as in `Ground`."""
        super().__init__(application)
        self._application = application
        self._theme = theme
        self._folder = folder
        self._set_up = SetUp(folder)
        self._sign_in_as = sign_in_as
        self._guides = guides
        self._opened: OpenProfile | None = None
        self._ground: Ground | None = None
        self._desk: Desk | None = None
        self._sync: Any = None
        self._locked: LockedDoor | None = None
        self._runner = TaskRunner(self)
        self._parting = Parting(folder, self)
        self.window = MainWindow(theme, version=VERSION)
        self.window.lock_wanted.connect(self.lock)
        self.window.switch_wanted.connect(self.show_sign_in)
        # Queued: the menu that asks for it is taken away with the workspace.
        self.window.chair_wanted.connect(self.take_chair, Qt.ConnectionType.QueuedConnection)
        self.window.sync_wanted.connect(self._on_sync_wanted)
        self.window.closed.connect(self.close)
        application.applicationStateChanged.connect(self._on_state)
        self._entrance = Entrance(
            self.window, theme, self._runner, enter=self._enter_with_code, recover=self._recover, parent=self
        )
        self._entrance.came_in.connect(self._on_signed_in)
        self._entrance.asked_again.connect(self._ask_again)
        self._entrance.switch_wanted.connect(self.show_sign_in)
        self._idle = IdleWatch(application, read_settings(folder).lock_minutes * MINUTE_MS, parent=self)
        self._idle.idle.connect(self.lock)

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
            self._parting.begin_if_due()
            locksmith = locksmith_of(self._folder) if self._opened is None else None
            if locksmith is not None:
                door = self._locked = LockedDoor(self._folder, locksmith)
                self._entrance.ask(door, office=door.office, practice=False)
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
        self._entrance.ask(service, office=office.name if office else "", practice=opened.facts.practice)

    @Slot(int)
    def take_chair(self, position: int) -> None:
        """Let whoever is signed in go on in another of the own positions; one that was taken away changes nothing."""
        ground, desk = self._ground, self._desk
        if ground is None or desk is None or self.window.covered:
            return
        opened, session = ground.opened, desk.parts.session
        service = SignInService(opened.store, None if opened.facts.practice else opened.locksmith, key=opened.key)
        try:
            chosen = service.take_chair(session.person.number, PositionId(position))
        except (Refusal, SignInRefused) as err:
            code = err.code.value if isinstance(err, Refusal) else RefusalCode.DELEGATION_OVER.value
            desk.workspace.show_trouble(sentence_for(code))
            return
        self._leave_desk()
        self._on_signed_in(chosen)

    @Slot()
    def lock(self) -> None:
        """Hide the work of whoever is signed in until the password is given; nothing of it is lost."""
        ground, desk = self._ground, self._desk
        if ground is None or desk is None or ground.opened.facts.practice or self.window.covered:
            return
        opened, session = ground.opened, desk.parts.session
        service = SignInService(opened.store, opened.locksmith, key=opened.key)
        _forget_copied(self._application)
        self._entrance.lock(OwnDoor(service, session.person.number), office=session.office.name)

    @Slot()
    def close(self) -> None:
        """End the background work, then let go of the profile."""
        self._parting.close()
        if self._sync is not None:
            self._sync.stop()
        if self._ground is not None:
            self._ground.pages.close()
            self._ground.cleaner.close()
            self._ground.reader.close()
            self._ground.typesetter.close()
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
            # A process of its own: a page that is being cleaned must not keep a page that is wanted waiting.
            cleaner=PageRenderer(timeout_s=CLEAN_SECONDS),
            reader=PageRenderer(timeout_s=READ_SECONDS, worker=READING_WORKER),
            first_pages=FirstPages(),
            typesetter=Typesetter(),
            relay=SyncRelay(self),
            catalogue=LateCatalogue(),
            guides=self._guides,
        )
        # Shut out: what is left to do of the profile is done as at a start. Queued, since it comes of a round.
        for step in (self._leave_desk, self.close, self.begin):
            self._ground.relay.revoked.connect(step, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(UPKEEP_AFTER_MS, self, self._start_upkeep)

    def _show_first_start(self) -> None:
        model = FirstStart(self._runner, start_practice=self._set_up.practise, join=self._set_up.join, parent=self)
        model.ready.connect(self._on_ready)
        self.window.show_front(on_demand.load(on_demand.FIRST_START_VIEW)(self._theme, model))

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
            self._ground.opened.store.forget_rings()
            self._ground.typesetter.rest()
        if self._desk is not None:
            self._desk.undoing.leave()
            self._desk.deleteLater()
            self._desk = None
            _forget_copied(self._application)

    def _show_trouble(self, fault: EnvironmentFault) -> None:
        revoked = fault.code is FaultOf.PC_REVOKED
        left = on_demand.load(on_demand.LEFT_BY_FAREWELL)(self._folder) if revoked else None
        page = on_demand.load(on_demand.TROUBLE_PAGE)(self._theme, fault.code.value, left=left)
        page.retry_wanted.connect(self.begin, Qt.ConnectionType.QueuedConnection)
        page.quit_wanted.connect(self.window.close)
        self.window.show_front(page)

    @Slot(bool)
    def _on_ready(self, _practice: bool) -> None:  # noqa: FBT001  # a slot
        self.begin()

    @Slot()
    def _ask_again(self) -> None:
        if self._ground is None:
            self.begin()
        else:
            self.show_sign_in()

    def _enter_with_code(self, code: str, password: str) -> None:
        self._set_up.add(self._opened, code, password)

    def _recover(self, words: str, user: UserId, password: str) -> None:
        self._set_up.recover(self._opened, words, user, password)

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
        proof = self._entrance.take_proof()
        if proof is not None:
            self._sync.renew_if_asked(*proof)

    @Slot()
    def _start_upkeep(self) -> None:
        if self._ground is not None:
            on_demand.load(on_demand.START_UPKEEP)(self._ground, self)
            on_demand.load(on_demand.START_SCAN_TEXTS)(self._ground, self._application, self)

    @Slot()
    def _on_sync_wanted(self) -> None:
        if self._ground is not None:
            self._ground.relay.ask()

    @Slot(Qt.ApplicationState)
    def _on_state(self, state: Qt.ApplicationState) -> None:
        if self._ground is not None and self._desk is not None:
            self._ground.relay.active_changed.emit(state == Qt.ApplicationState.ApplicationActive)


def _forget_copied(application: QApplication) -> None:
    """What was copied here goes with whoever copied it."""
    clipboard = application.clipboard()
    if clipboard.ownsClipboard():
        clipboard.clear()
