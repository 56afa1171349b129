"""Pindaian: its screen, and the way of a scan into the form of a letter and out of the inbox."""

from PySide6.QtCore import QObject, Slot

from core.domain.attachments import Attachment
from core.domain.letters import IncomingLetter
from core.domain.permissions import Power, has_power
from desktop.app.session_services import SessionServices
from desktop.app.trash import TrashStart
from desktop.services.clock import system_clock
from desktop.services.scan_inbox import ScanInboxService
from desktop.services.scan_sources import ScanSources
from desktop.services.scan_texts import ScanTextService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.viewmodels.scan_arrivals import ScanArrivals
from desktop.viewmodels.scan_attaching import Attached, ScanAttaching
from desktop.viewmodels.scan_inbox import ScanInbox
from desktop.viewmodels.scan_pictures import ScanPictures
from desktop.viewmodels.scan_text_queue import ScanTextQueue
from desktop.views.attach_dialog import AttachDialog
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow
from desktop.views.scan_screen import ScanScreen
from desktop.workers.change_feed import Changes

# A round commits many times a second.
NEWS_MS = 500


class ScanDesk(QObject):
    """Builds the screen; lends what is chosen there to the form, whose letter takes it out of the inbox."""

    def __init__(
        self, parts: SessionServices, window: MainWindow, letters: LettersScreen, editor: LetterEditor
    ) -> None:
        super().__init__(parts.owner)
        self._window, self._letters, self._editor = window, letters, editor
        opened, runner = parts.ground.opened, parts.ground.runner
        service = ScanInboxService(opened.store, opened.files, parts.ground.pages, system_clock)
        self._inbox = ScanInbox(service, runner, user=parts.session.actor.user, parent=self)
        arrivals = ScanArrivals(service, ScanSources(service, opened.profile.folder), runner, parent=self)
        pictures = ScanPictures(service, runner, parent=self)
        texts = ScanTextService(opened.store, opened.files, parts.ground.reader, opened.profile.folder)
        queue = ScanTextQueue(texts, runner, parent=self)
        self.screen = ScanScreen(
            parts.theme,
            self._inbox,
            arrivals=arrivals,
            pictures=pictures,
            queue=queue,
            may_attach=has_power(parts.session.actor, Power.AMEND_LETTER),
        )
        attaching = ScanAttaching(service, parts.letters, register=parts.register, runner=runner, parent=self)
        self._attach = AttachDialog(parts.theme, attaching, parent=window)
        self._attach.attached.connect(self._on_attached)
        self.screen.attach_wanted.connect(self._attach.attach)
        self.screen.letter_wanted.connect(self._on_letter)
        editor.saved.connect(self._on_saved)
        self._news = Coalescer(NEWS_MS, parent=self)
        self._news.due.connect(self._inbox.refresh)
        parts.ground.feed.changed.connect(self._on_changes)
        self._trash = TrashStart(parts, window, letters, editor)
        self._trash.desk.scan_back.connect(self._inbox.refresh)
        self.screen.trash_wanted.connect(self._trash.show)
        self._inbox.start()
        arrivals.start()

    @Slot(object, int)
    def _on_letter(self, scan: Attachment, number: int) -> None:
        """Open the form with it; a letter that was begun there is still there, and gets it."""
        self._window.show_place("letters")
        self._editor.leave()
        self._letters.open_new()
        self._editor.intake.lend(scan, number)

    @Slot(object)
    def _on_attached(self, done: Attached) -> None:
        self._inbox.forget_changes()
        agenda = done.letter.agenda or self.tr("menyusul")
        text = self.tr("{count} halaman dilampirkan ke surat agenda {agenda}")
        self.screen.status_message.emit(text.format(count=done.pages, agenda=agenda))

    @Slot(object)
    def _on_changes(self, changes: Changes) -> None:
        """What the server refused comes back with the letter that it was for."""
        if changes.touches(IncomingLetter):
            self._news.ask()

    @Slot()
    def _on_saved(self) -> None:
        self._inbox.forget_changes()


def scan_screen(parts: SessionServices, window: MainWindow, letters: LettersScreen, editor: LetterEditor) -> ScanScreen:
    """Pindaian."""
    return ScanDesk(parts, window, letters, editor).screen
