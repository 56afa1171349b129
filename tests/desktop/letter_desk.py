"""Everything the screen of incoming letters stands on, over any store: for tests and for pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.domain.offices import Actor
from desktop.services.agenda import AgendaService
from desktop.services.attachments import AttachmentService
from desktop.services.classification import ClassificationCatalogue
from desktop.services.clock import local_date
from desktop.services.code_history import CodeHistoryService
from desktop.services.dispositions import DispositionService
from desktop.services.drafts import DraftService
from desktop.services.history import HistoryService
from desktop.services.joining import JoiningService
from desktop.services.letters import LetterService
from desktop.services.register import RegisterService
from desktop.services.scan_tidying import ScanTidying
from desktop.services.senders import SenderService
from desktop.services.sync_center import SyncCenterService
from desktop.services.twins import TwinService
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.system.page_renderer import PageRenderer
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.event_desk import EventDesk
from desktop.viewmodels.letter_editor import EditorHelp, LetterEditor
from desktop.viewmodels.letter_hints import HintServices, LetterHints
from desktop.viewmodels.letter_history import LetterHistory
from desktop.viewmodels.letter_list import LetterList
from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.letter_reply import LetterReply
from desktop.viewmodels.letter_twins import LetterTwins
from desktop.viewmodels.scan_intake import ScanIntake
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.viewmodels.scan_tidier import ScanTidier
from desktop.viewmodels.status_bar import StatusBar
from desktop.widgets.dates import format_date
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner
from tests.desktop.sample_office import Names
from tests.support.stores import KEY


class Monitor(QObject):
    """Stands where the scheduler of the program stands."""

    progress = Signal(str)
    round_finished = Signal()


@dataclass
class LetterDesk:
    """The services and view-models of one signed-in person."""

    store: Store
    files: BlobFiles
    runner: TaskRunner
    pages: PageRenderer
    feed: ChangeFeed
    monitor: Monitor
    register: RegisterService
    service: LetterService
    attachments: AttachmentService
    letters: LetterList
    reader: LetterReader
    editor: LetterEditor
    events: EventDesk
    reply: LetterReply
    status: StatusBar

    def close(self) -> None:
        """End the background work and the page process."""
        self.runner.close()
        self.pages.close()
        self.store.close()


def make_desk(
    store: Store,
    folder: Path,
    *,
    actor: Actor,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    catalogue: ClassificationCatalogue,
    parent: QObject,
) -> LetterDesk:
    """The desk of `actor`; `parent` owns the Qt objects."""
    files = BlobFiles(folder, KEY, reserve=0)
    runner, pages = TaskRunner(parent), PageRenderer(timeout_s=20.0)
    feed, monitor = ChangeFeed(store.listen, parent), Monitor(parent)
    register = RegisterService(store, actor, clock, Names(catalogue))
    service = LetterService(store, actor, clock, random)
    attachments = AttachmentService(store, files, pages, clock, reader=actor)
    hints = LetterHints(
        HintServices(
            letters=service,
            register=register,
            senders=SenderService(store, actor),
            codes=CodeHistoryService(store, actor),
            catalogue=catalogue,
        ),
        runner,
        parent=parent,
    )
    intake = ScanIntake(
        attachments,
        runner,
        preview=ScanPreview(attachments, runner, parent=parent),
        tidier=ScanTidier(ScanTidying(store, files, pages), runner, parent=parent),
        parent=parent,
    )
    reading = ScanPreview(attachments, runner, parent=parent)
    reader = LetterReader(
        register,
        runner,
        preview=reading,
        history=LetterHistory(HistoryService(store, actor, clock), runner, feed=feed, parent=parent),
        feed=feed,
        actor=actor,
        parent=parent,
    )
    return LetterDesk(
        store=store,
        files=files,
        runner=runner,
        pages=pages,
        feed=feed,
        monitor=monitor,
        register=register,
        service=service,
        attachments=attachments,
        letters=LetterList(register, runner, feed=feed, date_text=format_date, parent=parent),
        events=EventDesk(
            AgendaService(store, actor, clock, DispositionService(store, actor, clock, random)),
            runner,
            feed,
            parent=parent,
        ),
        reader=reader,
        reply=LetterReply(reader, actor, parent=parent),
        editor=LetterEditor(
            service,
            register,
            runner=runner,
            help_with=EditorHelp(
                hints,
                intake,
                DraftKeeper(DraftService(store, actor), runner, parent=parent),
                LetterTwins(TwinService(store, actor, clock), runner, parent=parent),
                JoiningService(store, actor, clock, os.urandom),
            ),
            actor=actor,
            today=lambda: local_date(clock()),
            parent=parent,
        ),
        status=StatusBar(SyncCenterService(store), runner, feed=feed, monitor=monitor, parent=parent),
    )
