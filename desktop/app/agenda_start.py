"""Builds what the invitations and the answers of one person are worked on with."""

import os
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.services.agenda import AgendaService
from desktop.services.clock import local_date, system_clock
from desktop.services.dispositions import DispositionService
from desktop.services.replies import ReplyService
from desktop.viewmodels.event_desk import EventDesk
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.letter_reply import LetterReply
from desktop.viewmodels.reply_desk import EXPECTED, ReplyDesk


class AgendaStart(QObject):
    """The event of the letter that is read, and the dialogs about its answer, made when they are first wanted.

    Signals: `done(str)` with what was done and may be undone.
    """

    done = Signal(str)

    def __init__(self, parts: SessionServices) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._expecting: Any = None
        self._ending: Any = None
        self.events = event_desk(parts)
        self._replies = reply_desk(parts)
        self._replies.done.connect(self._on_done)

    def follow(self, reader: LetterReader) -> LetterReply:
        """Show the event of whatever letter is read there, and ask about its answer."""
        self._reader = reader
        reader.changed.connect(self._on_letter)
        reply = LetterReply(reader, self._parts.session.actor, parent=self)
        reply.reply_requested.connect(self.ask_reply)
        reply.answer_requested.connect(self.end_reply)
        return reply

    @Slot(object)
    def ask_reply(self, view: LetterView) -> None:
        """Kapan balasnya: the day is asked for."""
        if self._expecting is None:
            self._expecting = on_demand.load(on_demand.EXPECT_REPLY_DIALOG)(
                self._parts.theme, self._replies, today=_today(), parent=self._parts.window
            )
        self._expecting.begin(view.letter.id, view.letter.reply_by)

    @Slot(object)
    def end_reply(self, letter_id: LetterId) -> None:
        """Catat balasan."""
        if self._ending is None:
            self._ending = on_demand.load(on_demand.END_REPLY_DIALOG)(
                self._parts.theme, self._replies, parent=self._parts.window
            )
        self._ending.begin(letter_id)

    @Slot()
    def _on_letter(self) -> None:
        view = self._reader.view
        has_event = view is not None and view.letter.event_on is not None
        self.events.show_letter(view.letter.id if view is not None and has_event else None)

    @Slot(str)
    def _on_done(self, what: str) -> None:
        sentence = self.tr("Tanggal balasan ditetapkan") if what == EXPECTED else self.tr("Balasan dicatat")
        self.done.emit(sentence)


def agenda_service(parts: SessionServices) -> AgendaService:
    """The agendas of the person who is signed in."""
    store, actor = parts.ground.opened.store, parts.session.actor
    return AgendaService(store, actor, system_clock, disposition_service(parts))


def disposition_service(parts: SessionServices) -> DispositionService:
    """The dispositions of the person."""
    return DispositionService(parts.ground.opened.store, parts.session.actor, system_clock, os.urandom)


def reply_service(parts: SessionServices) -> ReplyService:
    """The answers that the person waits for."""
    return ReplyService(parts.ground.opened.store, parts.session.actor, system_clock)


def event_desk(parts: SessionServices) -> EventDesk:
    """What decides on one event."""
    return EventDesk(agenda_service(parts), parts.ground.runner, parts.ground.feed, parent=parts.owner)


def reply_desk(parts: SessionServices) -> ReplyDesk:
    """What sets and ends the wait for one answer."""
    return ReplyDesk(reply_service(parts), parts.ground.runner, parent=parts.owner)


def _today() -> date:
    return local_date(system_clock())
