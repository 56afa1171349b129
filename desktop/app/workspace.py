"""Builds what one signed-in person works in, the register first, and the ways between the screens."""

import os
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from core.domain.ids import LetterId
from core.domain.permissions import Power, has_power
from desktop.app import on_demand
from desktop.app.agenda_start import AgendaStart
from desktop.app.data_checking import DataChecking
from desktop.app.find_start import FindStart
from desktop.app.key_reminding import KeyReminding
from desktop.app.late_parts import LateParts
from desktop.app.letter_dialogs import LetterDialogs
from desktop.app.letter_merging import LetterMerge
from desktop.app.letting_in import LettingIn
from desktop.app.paper_printing import PaperPrinting
from desktop.app.passport_printing import PassportPrinting
from desktop.app.register_memory import RegisterMemory
from desktop.app.session_services import Ground, SessionServices
from desktop.app.undoing import Undoing
from desktop.services.attachments import AttachmentService
from desktop.services.classification_names import CodeNames
from desktop.services.clock import local_date, system_clock
from desktop.services.code_history import CodeHistoryService
from desktop.services.drafts import DraftService
from desktop.services.history import HistoryService
from desktop.services.instructions import InstructionList
from desktop.services.joining import JoiningService
from desktop.services.letters import LetterService
from desktop.services.register import RegisterService
from desktop.services.scan_reading import ScanReading
from desktop.services.scan_tidying import ScanTidying
from desktop.services.senders import SenderService
from desktop.services.sign_in import Session
from desktop.services.sync_center import SyncCenterService
from desktop.services.twins import TwinService
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.letter_editor import EditorHelp, LetterEditor
from desktop.viewmodels.letter_hints import HintServices, LetterHints
from desktop.viewmodels.letter_history import LetterHistory
from desktop.viewmodels.letter_list import LetterList
from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.letter_twins import LetterTwins
from desktop.viewmodels.scan_intake import ScanIntake
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.viewmodels.scan_proposals import ScanProposals
from desktop.viewmodels.scan_tidier import ScanTidier
from desktop.viewmodels.status_bar import StatusBar
from desktop.views.late_screen import LateScreen
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow
from desktop.views.screen import Place, Screen
from desktop.views.workspace import ChairChoice, Workspace, WorkspaceParts
from desktop.widgets.dates import format_date
from desktop.widgets.theme import Theme

LATE_MS = 150


class Desk(QObject):
    """One person's workspace; destroyed with everything in it when the person leaves."""

    def __init__(self, ground: Ground, session: Session, theme: Theme, window: MainWindow) -> None:
        """Build the register and show it; the other screens follow a moment later."""
        super().__init__(window)
        self._window = window
        self._building = False
        self.parts = self._make_parts(ground, session, theme)
        self._letters = self._letters_screen()
        load, parts = on_demand.load, self.parts
        self._home = LateScreen(self.tr("Beranda"), self._make_home)
        self._dispositions = LateScreen(self.tr("Disposisi"), self._papers.disposition_screen)
        self._agenda = LateScreen(self.tr("Agenda"), self._make_agenda)
        self._archive = LateScreen(self.tr("Arsip"), self._make_archive)
        self._people = LateScreen(self.tr("Pengelolaan"), lambda: load(on_demand.PEOPLE_SCREEN)(parts))
        self._scans = LateScreen(
            self.tr("Pindaian"), lambda: load(on_demand.SCAN_SCREEN)(parts, window, self._letters, self._editor)
        )
        self._sync = LateScreen(self.tr("Pusat Sinkron"), lambda: load(on_demand.SYNC_SCREEN)(parts))
        self._checking = DataChecking(self.parts, window)
        self.workspace = self._show()
        self.undoing = Undoing(self.parts, window, self.workspace)
        self._merge.merged.connect(self.workspace.act_done)
        self._letting_in.told.connect(self.workspace.show_message)
        self._passports.told.connect(self.workspace.show_message)
        self._dialogs.done.connect(self.workspace.act_done)
        self._agenda_start.done.connect(self.workspace.act_done)
        self._dialogs.told.connect(self.workspace.show_message)
        self._papers.told.connect(self.workspace.show_message)
        self._papers.imported.connect(self.workspace.act_done)
        self._late = LateParts(self.parts, window, self.workspace, letters=self._letters)
        window.letter_wanted.connect(self._on_letter)
        window.trash_wanted.connect(self._on_trash)
        self._finding = FindStart(self.parts, window, self._letters)
        ground.relay.password_void.connect(self._on_password_void)
        self._reminding = KeyReminding(self.parts, window, self.workspace)
        self._reminding.remind()

    @property
    def register_filled(self) -> bool:
        """Whether the first rows of the register are here."""
        table = self._listed.table
        return table.rowCount() > 0 and table.letter_at(0) is not None

    def _make_parts(self, ground: Ground, session: Session, theme: Theme) -> SessionServices:
        store, actor = ground.opened.store, session.actor
        center = SyncCenterService(store)
        return SessionServices(
            ground=ground,
            session=session,
            theme=theme,
            window=self._window,
            owner=self,
            letters=LetterService(store, actor, system_clock, os.urandom, files=ground.opened.files),
            register=RegisterService(store, actor, system_clock, CodeNames(ground.catalogue)),
            attachments=AttachmentService(store, ground.opened.files, ground.pages, system_clock, reader=actor),
            center=center,
            instructions=InstructionList.load(),
            status=StatusBar(center, ground.runner, feed=ground.feed, monitor=ground.relay, parent=self),
        )

    def _letters_screen(self) -> LettersScreen:
        parts = self.parts
        ground, actor = parts.ground, parts.session.actor
        self._listed = LetterList(parts.register, ground.runner, feed=ground.feed, date_text=format_date, parent=self)
        memory = RegisterMemory(parts, self._listed)
        # The store reads while the screen is being built.
        self._listed.start()
        self._listed.listed.connect(self._on_listed)
        self._listed.failed.connect(self._on_listed)
        hints = LetterHints(
            HintServices(
                letters=parts.letters,
                register=parts.register,
                senders=SenderService(ground.opened.store, actor),
                codes=CodeHistoryService(ground.opened.store, actor),
                catalogue=ground.catalogue,
            ),
            ground.runner,
            parent=self,
        )
        preview = ScanPreview(parts.attachments, ground.runner, parent=self)
        intake = ScanIntake(
            parts.attachments,
            ground.runner,
            preview=ScanPreview(parts.attachments, ground.runner, parent=self),
            tidier=ScanTidier(
                ScanTidying(ground.opened.store, ground.opened.files, ground.cleaner), ground.runner, parent=self
            ),
            parent=self,
        )
        store = ground.opened.store
        keeper = DraftKeeper(DraftService(store, actor), ground.runner, parent=self)
        twins = LetterTwins(TwinService(store, actor, system_clock), ground.runner, parent=self)
        twins.open_requested.connect(self._on_letter)
        joining = JoiningService(store, actor, system_clock, os.urandom)
        reading = ScanReading(ground.opened.files, ground.reader, ground.first_pages)
        proposals = ScanProposals(reading, ground.runner, parent=self)
        editor = self._editor = LetterEditor(
            parts.letters,
            parts.register,
            runner=ground.runner,
            help_with=EditorHelp(hints, intake, keeper, twins, joining, proposals),
            actor=actor,
            today=lambda: local_date(system_clock()),
            parent=self,
        )
        reader = LetterReader(
            parts.register,
            ground.runner,
            preview=preview,
            history=LetterHistory(
                HistoryService(ground.opened.store, actor, system_clock), ground.runner, feed=ground.feed, parent=self
            ),
            feed=ground.feed,
            actor=actor,
            parent=self,
        )
        self._agenda_start = AgendaStart(parts, reader)
        screen = LettersScreen(
            parts.theme,
            self._listed,
            reader=reader,
            editor=editor,
            reply=self._agenda_start.reply,
            text_of=parts.instructions.text_of,
            make_form=lambda: on_demand.load(on_demand.LETTER_FORM)(parts.theme, editor),
            sends=not parts.session.practice,
        )
        self._dialogs = LetterDialogs(parts)
        memory.serve(screen)
        self._letting_in = LettingIn(parts, reader)
        self._merge = LetterMerge(parts, reader)
        self._merge.opened.connect(self._on_letter)
        self._passports = PassportPrinting(parts, reader)
        self._papers = PaperPrinting(parts, self._listed)
        screen.acts.export.triggered.connect(self._papers.export_list)
        screen.acts.take_in.triggered.connect(self._papers.import_book)
        reader.sheet_requested.connect(self._papers.print_sheet)
        screen.acts.books.triggered.connect(self._papers.print_books)
        screen.dispose_requested.connect(self._on_dispose)
        screen.file_requested.connect(self._dialogs.file)
        screen.strike_requested.connect(self._dialogs.strike)
        screen.reclassify_requested.connect(self._dialogs.reclassify)
        screen.numbers_requested.connect(self._dialogs.check_numbers)
        parts.status.came_round.connect(preview.refresh)
        preview.requested.connect(ground.relay.files_wanted)
        return screen

    def _show(self) -> Workspace:
        session = self.parts.session
        parts = WorkspaceParts(
            office=session.office.name,
            office_short=session.office.short_name,
            region=session.office.region,
            person=session.person.name,
            position=session.title,
            practice=session.practice,
            places=self._places(),
            status=self.parts.status,
            chairs=tuple(
                ChairChoice(
                    position=one.position.number,
                    title=one.title,
                    current=one.position.number == session.position.number,
                )
                for one in session.chairs
            ),
            first="letters",
        )
        workspace = self._window.show_workspace(parts)
        self.parts.status.load()
        return workspace

    def _places(self) -> tuple[Place, ...]:
        places = [
            Place(key="home", icon="home", screen=self._home),
            Place(key="letters", icon="inbox", screen=self._letters),
            Place(key="dispositions", icon="arrow-ramp-right", screen=self._dispositions, urgent=True),
            Place(key="agenda", icon="calendar-event", screen=self._agenda, urgent=True),
            Place(key="archive", icon="archive", screen=self._archive),
            Place(key="sync", icon="refresh", screen=self._sync),
        ]
        if has_power(self.parts.session.actor, Power.REGISTER_LETTER):
            places.append(Place(key="scans", icon="scan", screen=self._scans))
        if has_power(self.parts.session.actor, Power.DELEGATE):
            places.append(Place(key="people", icon="users", screen=self._people))
        return tuple(places)

    @Slot()
    def _on_listed(self) -> None:
        # Not by the clock: on a slow PC the screens behind the register would be built before its rows are seen.
        if not self._building:
            self._building = True
            QTimer.singleShot(LATE_MS, self, self._build_late)

    @Slot()
    def _build_late(self) -> None:
        """Build one screen after the other, so that the window answers in between."""
        load = on_demand.load
        for screen in (one.screen for one in self._places()):
            if not isinstance(screen, LateScreen):
                continue
            if not screen.stands:
                screen.build()
                QTimer.singleShot(0, self, self._build_late)
                return
        self._agenda_start.show_events(self._letters)
        ways = (self._dialogs, self._agenda_start, self._papers)
        self._marking = load(on_demand.MARKING)(self.parts, self._letters, self._listed, ways=ways)
        self._marking.done.connect(self.workspace.act_done)
        self._tables = load(on_demand.TABLE_MEMORY)(self.parts, self._window, self.workspace)
        self._window.refill_menus()
        self._late.begin()

    def _make_home(self) -> Screen:
        made: Any = on_demand.load(on_demand.HOME_SCREEN)(self.parts)
        made.letter_requested.connect(self._on_letter)
        made.place_wanted.connect(self._on_place)
        screen: Screen = made
        return screen

    def _make_agenda(self) -> Screen:
        made: Any = on_demand.load(on_demand.AGENDA_SCREEN)(self.parts)
        made.letter_requested.connect(self._on_letter)
        made.print_wanted.connect(self._papers.print_agenda)
        screen: Screen = made
        return screen

    def _make_archive(self) -> Screen:
        made: Any = on_demand.load(on_demand.ARCHIVE_SCREEN)(self.parts)
        made.letter_requested.connect(self._on_letter)
        screen: Screen = made
        return screen

    @Slot(object)
    def _on_dispose(self, letter_id: LetterId) -> None:
        self._window.show_place("dispositions")
        screen: Any = self._dispositions.real
        screen.show_letter(letter_id)

    @Slot()
    def _on_password_void(self) -> None:
        self.workspace.show_message(
            self.tr(
                "Kata sandi Anda sudah diatur ulang. Data tetap aman; minta kode dari admin untuk masuk berikutnya."
            )
        )

    @Slot()
    def _on_trash(self) -> None:
        scans: Any = self._scans.real
        scans.trash_wanted.emit()

    @Slot(str, str)
    def _on_place(self, key: str, listed: str) -> None:
        """Go to a list that another screen counts."""
        self._window.show_place(key)
        if key == "letters":
            self._letters.head.show_only(listed)
        elif key == "dispositions":
            screen: Any = self._dispositions.real
            screen.show_tab(listed)
        elif key == "agenda":
            agenda: Any = self._agenda.real
            agenda.show_tab(listed)

    @Slot(bytes)
    def _on_letter(self, letter_id: bytes) -> None:
        self._window.show_place("letters")
        self._letters.show_letter(LetterId(letter_id))
