"""What all screens of one signed-in person share."""

import msgspec
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.app.opening import OpenProfile
from desktop.services.attachments import AttachmentService
from desktop.services.classification import ClassificationCatalogue
from desktop.services.instructions import InstructionList
from desktop.services.letters import LetterService
from desktop.services.register import RegisterService
from desktop.services.scan_reading import FirstPages
from desktop.services.sign_in import Session
from desktop.services.sync_center import SyncCenterService
from desktop.system.page_renderer import PageRenderer
from desktop.system.typesetter import Typesetter
from desktop.viewmodels.status_bar import StatusBar
from desktop.widgets.theme import Theme
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner


class SyncRelay(QObject):
    """Stands between the screens and the scheduler, which is loaded after the window stands.

    Signals: `progress(str)`, `round_finished(str)` as of the scheduler; `wanted()` when a person asks for a sync;
    `active_changed(bool)` when a workspace comes to the front or leaves it; `running_changed(bool)` while a visit runs;
    `files_wanted()` when a person opened a scan that is not here, or let files go on; `file_progressed(object)` with a
    FileProgress while one is on its way, then None; `password_void()` when a password that opened this PC was reset
    elsewhere; `revoked()` when this PC was shut out, and has sealed what it had not sent.
    """

    progress = Signal(str)
    round_finished = Signal(str)
    wanted = Signal()
    active_changed = Signal(bool)
    running_changed = Signal(bool)
    files_wanted = Signal()
    file_progressed = Signal(object)
    password_void = Signal()
    revoked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.progress.connect(self._on_progress)

    @Slot()
    def ask(self) -> None:
        """A person wants to sync now."""
        self.wanted.emit()

    @Slot(str)
    def _on_progress(self, phase: str) -> None:
        self.running_changed.emit(phase == "running")


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What outlives a session: the open profile and what works on it.

    `guides`: people are led round the window at their first sign-in; what drives the window by itself does without.
    """

    opened: OpenProfile
    runner: TaskRunner
    feed: ChangeFeed
    pages: PageRenderer
    cleaner: PageRenderer
    reader: PageRenderer
    first_pages: FirstPages
    typesetter: Typesetter
    relay: SyncRelay
    catalogue: ClassificationCatalogue
    guides: bool = False


class SessionServices(msgspec.Struct, frozen=True, kw_only=True):
    """The services of one person, and who owns the view-models built over them."""

    ground: Ground
    session: Session
    theme: Theme
    window: QWidget
    owner: QObject
    letters: LetterService
    register: RegisterService
    attachments: AttachmentService
    center: SyncCenterService
    instructions: InstructionList
    status: StatusBar
