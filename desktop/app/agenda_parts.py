"""Makes the services and view-models of agenda and answers for one person; loaded when the window stands."""

import os

from desktop.app.session_services import SessionServices
from desktop.services.agenda import AgendaService
from desktop.services.clock import system_clock
from desktop.services.dispositions import DispositionService
from desktop.services.replies import ReplyService
from desktop.viewmodels.event_desk import EventDesk
from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.reply_desk import ReplyDesk
from desktop.views.letter_events import LetterEvents
from desktop.views.letters_screen import LettersScreen


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


def letter_events(parts: SessionServices, reader: LetterReader, screen: LettersScreen) -> LetterEvents:
    """The event of whatever letter is read on the screen of letters, and the decisions on it."""
    return LetterEvents(parts.theme, event_desk(parts), reader=reader, screen=screen)
