"""The screens of one person over the sample office, put together as the program does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage

from core.domain.ids import PositionId
from desktop.services.attachments import AttachmentService
from desktop.services.disposition_suggestions import DispositionSuggestions
from desktop.services.file_traffic import FileTrafficService
from desktop.services.following_up import FollowUpService
from desktop.services.instruction_choices import InstructionChoiceService
from desktop.services.instructions import InstructionList
from desktop.storage.blobs import BlobFiles
from desktop.system.page_renderer import PageImage, Source
from desktop.viewmodels.answer_editor import AnswerEditor
from desktop.viewmodels.conflict_list import ConflictList
from desktop.viewmodels.console_desk import ConsoleDesk, ConsoleServices
from desktop.viewmodels.disposition_editor import DispositionEditor, EditorParts
from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.viewmodels.file_traffic import FileTraffic
from desktop.viewmodels.filing import Filing
from desktop.viewmodels.follow_up import FollowUp
from desktop.viewmodels.held_review import HeldReview
from desktop.viewmodels.letter_reclassifying import LetterReclassifying
from desktop.viewmodels.letter_striking import LetterStriking
from desktop.viewmodels.number_check import NumberCheck
from desktop.viewmodels.people_desk import PeopleDesk, PeopleServices
from desktop.viewmodels.record_file_editor import RecordFileEditor
from desktop.viewmodels.record_file_list import RecordFileList
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.viewmodels.sync_center import SyncCenter
from desktop.views.archive_screen import ArchiveScreen
from desktop.views.disposition_screen import DispositionScreen
from desktop.views.filing_dialog import FilingDialog
from desktop.views.number_dialog import NumberDialog
from desktop.views.people_screen import PeopleScreen
from desktop.views.reclassify_dialog import ReclassifyDialog
from desktop.views.strike_dialog import StrikeDialog
from desktop.views.sync_center import SyncCenterScreen
from desktop.widgets.theme import Theme
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner
from tests.desktop.sample_office import TODAY, SampleOffice
from tests.desktop.widgets.sample_scan import letter_scan
from tests.support.stores import KEY


class DrawnPages:
    """Stands for the page process: every scan is the same invented letter."""

    def __init__(self) -> None:
        self._image = letter_scan().convertToFormat(QImage.Format.Format_RGB888)

    def inspect(self, source: Source) -> Any:
        raise NotImplementedError(source)

    def render(self, source: Source, *, page: int, width: int, rotate: int = 0) -> PageImage:
        del source, page, rotate
        # Rows of a QImage are padded to four bytes; a width divisible by four needs no padding.
        scaled = self._image.scaledToWidth(width // 4 * 4, Qt.TransformationMode.SmoothTransformation)
        image = scaled.convertToFormat(QImage.Format.Format_RGB888)
        return PageImage(width=image.width(), height=image.height(), rgb=bytes(image.constBits()))

    def thumbnail(self, source: Source) -> bytes:
        raise NotImplementedError(source)

    develop = thumbnail


class AllHere(BlobFiles):
    """Says of every file that it is here, and whole."""

    def has(self, sha256: bytes) -> bool:
        del sha256
        return True

    verify = has


class Screens:
    """View-models and screens of one position. Close `runner` at the end."""

    def __init__(self, theme: Theme, office: SampleOffice, position: PositionId, *, read_after_ms: int = 1000) -> None:
        self.owner = QObject()
        owner, actor = self.owner, office.actor(position)
        self.runner = TaskRunner(owner)
        feed = ChangeFeed(office.store.listen, owner)
        dispositions, register = office.dispositions(position), office.register(position)
        files, letters = office.record_files(position), office.letters(position)
        runner = self.runner
        self.inbox = DispositionInbox(
            dispositions, register, actor=actor, clock=office.clock, runner=runner, feed=feed, parent=owner
        )
        self.editor = DispositionEditor(
            dispositions,
            InstructionList.load(),
            role=actor.role,
            runner=runner,
            help_with=EditorParts(
                suggestions=DispositionSuggestions(office.store, actor),
                choices=InstructionChoiceService(office.store, actor, office.clock),
            ),
            parent=owner,
        )
        attachments = AttachmentService(office.store, AllHere(Path("tidak-ada"), KEY), DrawnPages(), office.clock)
        self.answer = AnswerEditor(
            dispositions,
            runner,
            position=position,
            read_after_ms=read_after_ms,
            attachments=attachments,
            parent=owner,
        )
        following = FollowUpService(office.store, actor, office.clock)
        self.follow_up = FollowUp(following, runner, position=position, parent=owner)
        self.preview = ScanPreview(attachments, runner, parent=owner)
        self.files = RecordFileList(
            files, register, letters=letters, actor=actor, runner=runner, feed=feed, parent=owner
        )
        self.file_editor = RecordFileEditor(files, office.catalogue, runner=runner, parent=owner)
        self.filing = Filing(files, register, letters=letters, runner=runner, parent=owner)
        self.check = NumberCheck(office.numbers(position), runner, parent=owner)
        self.striking = LetterStriking(office.numbers(position), runner, parent=owner)
        self.reclassifying = LetterReclassifying(letters, runner, actor, parent=owner)
        self.center = SyncCenter(office.sync_center(), office.clock, runner=runner, feed=feed, parent=owner)
        self.traffic = FileTraffic(
            FileTrafficService(office.store), office.clock, runner=runner, feed=feed, parent=owner
        )
        self.review = HeldReview(office.held_acts(position), runner, feed=feed, parent=owner)
        self.conflicts = ConflictList(office.conflicts(position), runner, feed, parent=owner)
        services = PeopleServices(
            orders=office.orders(position), admin=office.admin(position), duties=office.duties(position)
        )
        self.desk = PeopleDesk(
            services,
            runner,
            feed=feed,
            parent=owner,
        )
        self.console = ConsoleDesk(
            ConsoleServices(devices=office.devices(position), structure=office.structure(position)),
            runner,
            feed=feed,
            parent=owner,
        )
        self._theme = theme

    def disposition(self) -> DispositionScreen:
        return DispositionScreen(
            self._theme,
            self.inbox,
            editor=self.editor,
            answer=self.answer,
            preview=self.preview,
            follow_up=self.follow_up,
        )

    def archive(self) -> ArchiveScreen:
        return ArchiveScreen(self._theme, self.files, editor=self.file_editor)

    def sync_center(self) -> SyncCenterScreen:
        return SyncCenterScreen(self._theme, self.center, traffic=self.traffic, review=self.review)

    def people(self) -> PeopleScreen:
        return PeopleScreen(self._theme, self.desk, console=self.console, review=self.review, today=TODAY)

    def number_dialog(self) -> NumberDialog:
        return NumberDialog(self._theme, self.check)

    def strike_dialog(self) -> StrikeDialog:
        return StrikeDialog(self._theme, self.striking)

    def reclassify_dialog(self) -> ReclassifyDialog:
        return ReclassifyDialog(self._theme, self.reclassifying)

    def filing_dialog(self) -> FilingDialog:
        return FilingDialog(self._theme, self.filing, editor=self.file_editor)


ScreensAt = Callable[..., Screens]
"""Makes the screens of a position, with `read_after_ms` if need be."""
