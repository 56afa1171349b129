"""Builds the screens behind the first one: home, dispositions, archive, sync."""

import os

from desktop.app import on_demand
from desktop.app.agenda_parts import agenda_service, event_desk, reply_desk
from desktop.app.disposition_piles import DispositionPiles
from desktop.app.session_services import SessionServices
from desktop.services.administering import AdminService
from desktop.services.archives import RecordFileService
from desktop.services.clock import local_date, system_clock
from desktop.services.conflicts import ConflictService
from desktop.services.devices import DeviceService
from desktop.services.disposition_suggestions import DispositionSuggestions
from desktop.services.dispositions import DispositionService
from desktop.services.file_traffic import FileTrafficService
from desktop.services.following_up import FollowUpService
from desktop.services.handing_over import HandOverService
from desktop.services.held_acts import HeldActService
from desktop.services.history import HistoryService
from desktop.services.home import HomeService
from desktop.services.hub_choice import HubChoiceService
from desktop.services.instruction_choices import InstructionChoiceService
from desktop.services.joining import JoiningService, MergeChoices
from desktop.services.numbers import NumberService
from desktop.services.orders import OrderService
from desktop.services.passport import PassportService
from desktop.services.replies import ReplyService
from desktop.services.structuring import StructureService
from desktop.services.twins import TwinService
from desktop.services.verifying import VerifyService
from desktop.viewmodels.agenda_desk import AgendaDesk
from desktop.viewmodels.answer_editor import AnswerEditor
from desktop.viewmodels.conflict_list import ConflictList
from desktop.viewmodels.console_desk import ConsoleDesk, ConsoleServices
from desktop.viewmodels.data_check import DataCheck
from desktop.viewmodels.disposition_editor import DispositionEditor, EditorParts
from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.viewmodels.disposition_marks import DispositionMarks
from desktop.viewmodels.file_traffic import FileTraffic
from desktop.viewmodels.filing import Filing
from desktop.viewmodels.follow_up import FollowUp
from desktop.viewmodels.held_review import HeldReview
from desktop.viewmodels.home import Home
from desktop.viewmodels.hub_choice import HubChoice
from desktop.viewmodels.letter_merging import LetterMerging
from desktop.viewmodels.letter_passport import LetterPassport
from desktop.viewmodels.letter_reclassifying import LetterReclassifying
from desktop.viewmodels.letter_striking import LetterStriking
from desktop.viewmodels.number_check import NumberCheck
from desktop.viewmodels.people_desk import PeopleDesk, PeopleServices
from desktop.viewmodels.record_file_editor import RecordFileEditor
from desktop.viewmodels.record_file_list import RecordFileList
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.viewmodels.stick_exchange import StickExchange
from desktop.viewmodels.sync_center import SyncCenter
from desktop.views.agenda_screen import AgendaScreen
from desktop.views.archive_screen import ArchiveScreen
from desktop.views.data_check_dialog import DataCheckDialog
from desktop.views.disposition_marking import DispositionMarking
from desktop.views.disposition_screen import DispositionScreen
from desktop.views.filing_dialog import FilingDialog
from desktop.views.home_screen import HomeScreen
from desktop.views.merge_dialog import MergeDialog
from desktop.views.number_dialog import NumberDialog
from desktop.views.passport_printer import PassportPrinter
from desktop.views.people_screen import PeopleScreen
from desktop.views.pile_dialog import PileDialog
from desktop.views.reclassify_dialog import ReclassifyDialog
from desktop.views.strike_dialog import StrikeDialog
from desktop.views.sync_center import SyncCenterScreen


def home_screen(parts: SessionServices) -> HomeScreen:
    """Beranda."""
    ground = parts.ground
    devices = DeviceService(ground.opened.store, parts.session.actor, system_clock)
    service = HomeService(
        ground.opened.store,
        parts.session.actor,
        parts.register,
        parts.center,
        devices=devices,
        agenda=agenda_service(parts),
    )
    home = Home(service, ground.runner, ground.feed, parent=parts.owner)
    return HomeScreen(parts.theme, home)


def disposition_screen(parts: SessionServices) -> DispositionScreen:
    """Disposisi."""
    ground, owner, actor = parts.ground, parts.owner, parts.session.actor
    opened = ground.opened
    service = DispositionService(opened.store, actor, system_clock, os.urandom, files=opened.files)
    inbox = DispositionInbox(
        service,
        parts.register,
        actor=actor,
        clock=system_clock,
        runner=ground.runner,
        feed=ground.feed,
        parent=owner,
    )
    editor = DispositionEditor(
        service,
        parts.instructions,
        role=actor.role,
        runner=ground.runner,
        help_with=EditorParts(
            suggestions=DispositionSuggestions(ground.opened.store, actor),
            choices=InstructionChoiceService(ground.opened.store, actor, system_clock),
            attachments=parts.attachments,
        ),
        parent=owner,
    )
    editor.load()
    answer = AnswerEditor(service, ground.runner, position=actor.position, attachments=parts.attachments, parent=owner)
    following = FollowUpService(ground.opened.store, actor, system_clock)
    follow_up = FollowUp(following, ground.runner, position=actor.position, parent=owner)
    preview = ScanPreview(parts.attachments, ground.runner, parent=owner)
    parts.status.came_round.connect(preview.refresh)
    preview.requested.connect(ground.relay.files_wanted)
    screen = DispositionScreen(parts.theme, inbox, editor=editor, answer=answer, preview=preview, follow_up=follow_up)
    marks = DispositionMarks(service, following, ground.runner, inbox=inbox, actor=actor, parent=owner)
    DispositionPiles(parts, DispositionMarking(parts.theme, screen, marks, inbox=inbox))
    inbox.refresh()
    return screen


def pile_dialog(parts: SessionServices) -> PileDialog:
    """Disposisi yang sama."""
    opened, actor = parts.ground.opened, parts.session.actor
    service = DispositionService(opened.store, actor, system_clock, os.urandom, files=opened.files)
    choices = InstructionChoiceService(opened.store, actor, system_clock)
    editor = DispositionEditor(
        service,
        parts.instructions,
        role=actor.role,
        runner=parts.ground.runner,
        help_with=EditorParts(choices=choices),
        parent=parts.owner,
    )
    return PileDialog(parts.theme, editor, today=local_date(system_clock()), parent=parts.window)


def archive_screen(parts: SessionServices) -> ArchiveScreen:
    """Arsip."""
    ground, owner = parts.ground, parts.owner
    service = _record_files(parts)
    editor = RecordFileEditor(service, ground.catalogue, runner=ground.runner, parent=owner)
    listed = RecordFileList(
        service,
        parts.register,
        letters=parts.letters,
        actor=parts.session.actor,
        runner=ground.runner,
        feed=ground.feed,
        parent=owner,
    )
    return ArchiveScreen(parts.theme, listed, editor=editor)


def agenda_screen(parts: SessionServices) -> AgendaScreen:
    """Agenda."""
    replies = ReplyService(parts.ground.opened.store, parts.session.actor, system_clock)
    ground = parts.ground
    desk = AgendaDesk(agenda_service(parts), replies, ground.runner, feed=ground.feed, parent=parts.owner)
    desk.refresh()
    return AgendaScreen(parts.theme, desk, events=event_desk(parts), replies=reply_desk(parts))


def sync_screen(parts: SessionServices) -> SyncCenterScreen:
    """Pusat Sinkron."""
    ground = parts.ground
    center = SyncCenter(parts.center, system_clock, runner=ground.runner, feed=ground.feed, parent=parts.owner)
    center.sync_requested.connect(ground.relay.ask)
    service = FileTrafficService(ground.opened.store)
    traffic = FileTraffic(service, system_clock, runner=ground.runner, feed=ground.feed, parent=parts.owner)
    traffic.order_changed.connect(ground.relay.files_wanted)
    ground.relay.file_progressed.connect(traffic.set_progress)
    ground.relay.running_changed.connect(center.set_running)
    deciding = HeldActService(ground.opened.store, parts.session.actor, system_clock)
    review = HeldReview(deciding, ground.runner, feed=ground.feed, parent=parts.owner)
    review.refresh()
    exchange, hub = None, None
    if not parts.session.practice:
        exchange = StickExchange(
            lambda: on_demand.load(on_demand.STICK_POST)(ground.opened), ground.runner, parts.owner
        )
        choice = HubChoiceService(ground.opened.store, ground.opened.profile.folder)
        hub = HubChoice(choice, ground.runner, parts.owner)
        hub.chosen.connect(ground.relay.ask)
        ground.relay.round_finished.connect(hub.refresh)
    correcting = ConflictService(ground.opened.store, parts.session.actor, system_clock)
    conflicts = ConflictList(correcting, ground.runner, ground.feed, parent=parts.owner)
    conflicts.refresh()
    return SyncCenterScreen(
        parts.theme, center, traffic=traffic, exchange=exchange, review=review, hub=hub, conflicts=conflicts
    )


def people_screen(parts: SessionServices) -> PeopleScreen:
    """Pengelolaan."""
    ground = parts.ground
    orders = OrderService(ground.opened.store, parts.session.actor, system_clock, os.urandom)
    admin = AdminService(ground.opened.store, parts.session.actor, system_clock, os.urandom)
    duties = HandOverService(ground.opened.store, parts.session.actor, system_clock)
    desk = PeopleDesk(
        PeopleServices(orders=orders, admin=admin, duties=duties), ground.runner, feed=ground.feed, parent=parts.owner
    )
    devices = DeviceService(ground.opened.store, parts.session.actor, system_clock)
    structure = StructureService(ground.opened.store, parts.session.actor, system_clock, os.urandom, admin=admin)
    services = ConsoleServices(devices=devices, structure=structure)
    console = ConsoleDesk(services, ground.runner, feed=ground.feed, parent=parts.owner)
    deciding = HeldActService(ground.opened.store, parts.session.actor, system_clock)
    review = HeldReview(deciding, ground.runner, feed=ground.feed, parent=parts.owner)
    if admin.administers:
        review.refresh()
    ground.relay.round_finished.connect(console.refresh_if_seen)
    return PeopleScreen(parts.theme, desk, console=console, review=review, today=local_date(system_clock()))


def filing_dialog(parts: SessionServices) -> FilingDialog:
    """Berkaskan."""
    service = _record_files(parts)
    runner = parts.ground.runner
    filing = Filing(service, parts.register, letters=parts.letters, runner=runner, parent=parts.owner)
    editor = RecordFileEditor(service, parts.ground.catalogue, runner=runner, parent=parts.owner)
    return FilingDialog(parts.theme, filing, editor=editor, parent=parts.window)


def number_dialog(parts: SessionServices) -> NumberDialog:
    """Periksa nomor."""
    check = NumberCheck(_numbers(parts), parts.ground.runner, parent=parts.owner)
    return NumberDialog(parts.theme, check, parent=parts.window)


def data_check_dialog(parts: SessionServices) -> DataCheckDialog:
    """Periksa data."""
    opened = parts.ground.opened
    check = DataCheck(VerifyService(opened.store, opened.files, system_clock), parts.ground.runner, parent=parts.owner)
    return DataCheckDialog(parts.theme, check, parent=parts.window)


def strike_dialog(parts: SessionServices) -> StrikeDialog:
    """Batalkan surat."""
    striking = LetterStriking(_numbers(parts), parts.ground.runner, parent=parts.owner)
    return StrikeDialog(parts.theme, striking, parent=parts.window)


def merge_dialog(parts: SessionServices) -> MergeDialog:
    """Gabungkan surat."""
    store, actor = parts.ground.opened.store, parts.session.actor
    service = JoiningService(store, actor, system_clock, os.urandom)
    choices = MergeChoices(parts.register, TwinService(store, actor, system_clock))
    merging = LetterMerging(service, choices, parts.ground.runner, parent=parts.owner)
    return MergeDialog(parts.theme, merging, parent=parts.window)


def reclassify_dialog(parts: SessionServices) -> ReclassifyDialog:
    """Ubah sifat surat."""
    runner, actor = parts.ground.runner, parts.session.actor
    reclassifying = LetterReclassifying(parts.letters, runner, actor, parent=parts.owner)
    return ReclassifyDialog(parts.theme, reclassifying, parent=parts.window)


def _numbers(parts: SessionServices) -> NumberService:
    return NumberService(parts.ground.opened.store, parts.session.actor, system_clock, os.urandom)


def passport_printer(parts: SessionServices) -> PassportPrinter:
    """Cetak paspor surat."""
    store, session = parts.ground.opened.store, parts.session
    history = HistoryService(store, session.actor, system_clock)
    service = PassportService(store, session, system_clock, register=parts.register, history=history)
    making = LetterPassport(service, parts.ground.runner, parent=parts.owner)
    return PassportPrinter(making, parts.window)


def _record_files(parts: SessionServices) -> RecordFileService:
    return RecordFileService(parts.ground.opened.store, parts.session.actor, system_clock, os.urandom)
