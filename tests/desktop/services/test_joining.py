"""Arrivals of one letter, as the clerk joins them: saved when the method returns, undone as one step."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import msgspec
import pytest

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import Channel, IncomingLetter, LetterStatus
from core.domain.twins import TwinSign
from desktop.services.dispositions import Order
from desktop.services.history import Event, HistoryService
from desktop.services.joining import JoiningService, MergeChoices
from desktop.services.letters import Registered
from desktop.services.twins import TwinService
from desktop.services.undoing import UndoService
from desktop.storage.blob_table import BlobState
from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, REGISTRAR, SCAN, SECTION, actor
from tests.support.desks import Desk, entry, lease
from tests.support.stores import every

PHOTO = msgspec.structs.replace(SCAN, sha256=BlobHash(b"\1" * 32), pages=1)
PAPER = msgspec.structs.replace(SCAN, sha256=BlobHash(b"\2" * 32), pages=3)


class Joiner(Desk):
    def __init__(self, store: Store) -> None:
        super().__init__(store, REGISTRAR)
        self.store = store
        who = actor(REGISTRAR)
        self.joining = JoiningService(store, who, self.clock, os.urandom)
        self.choices = MergeChoices(self.register, TwinService(store, who, self.clock))
        self.history = HistoryService(store, who, self.clock)
        lease(store, 412, 440)

    def record(self, of: Registered | LetterId) -> IncomingLetter:
        wanted = of.letter_id if isinstance(of, Registered) else of
        found: IncomingLetter = next(one.record for one in every(self.store, IncomingLetter) if one.record.id == wanted)
        return found

    def events(self, of: Registered) -> list[Event]:
        return [line.event for line in self.history.of_letter(of.letter_id)]


@pytest.fixture
def clerk(store: Store) -> Joiner:
    return Joiner(store)


def test_what_came_by_whatsapp_by_mail_and_on_paper_is_one_line_of_the_book(clerk: Joiner) -> None:
    first = clerk.letters.register(entry(channel=Channel.WHATSAPP, scans=(PHOTO,)))
    clerk.joining.join(first.letter_id, entry(channel=Channel.EMAIL, received_on=date(2026, 3, 17), scans=(SCAN,)))
    told = clerk.joining.join(first.letter_id, entry(received_on=date(2026, 3, 19), scans=(PAPER, PHOTO)))

    assert (told.letter_id, told.agenda, told.joined) == (first.letter_id, "0412", True)
    assert clerk.letters.next_agenda() == "0413"
    view = clerk.register.letter(first.letter_id)
    assert view is not None
    assert [(one.channel, one.pages) for one in view.arrivals] == [
        (Channel.WHATSAPP, (1, 1)),
        (Channel.EMAIL, (2, 1 + SCAN.pages)),
        (Channel.PAPER, (2 + SCAN.pages, 4 + SCAN.pages)),
    ]
    assert [one.sha256 for one in view.letter.scans] == [PHOTO.sha256, SCAN.sha256, PAPER.sha256]
    with clerk.store.read() as uow:
        row = uow.blobs.get(PAPER.sha256)
    assert row is not None
    assert row.state is BlobState.TO_SEND
    assert clerk.events(first)[:2] == [Event.ARRIVED, Event.ARRIVED]
    (registered,) = (one for one in clerk.history.of_letter(first.letter_id) if one.event is Event.REGISTERED)
    assert registered.count == 1


def two(clerk: Joiner) -> tuple[Registered, Registered]:
    first = clerk.letters.register(entry(scans=(PHOTO,)))
    return first, clerk.letters.register(entry(scans=(PAPER,)))


def test_of_two_registered_letters_the_first_stands_whichever_is_looked_at(clerk: Joiner) -> None:
    first, later = two(clerk)
    (choice,) = clerk.choices.of(first.letter_id)
    assert (choice.letter_id, choice.sign) == (later.letter_id, TwinSign.NUMBER)

    merged = clerk.joining.merge(first.letter_id, later.letter_id)

    assert (merged.stands, merged.agenda, merged.struck) == (first.letter_id, "0412", "0413")
    struck = clerk.register.letter(later.letter_id)
    assert struck is not None
    assert (struck.stands, struck.may_merge, struck.letter.status) == ("0412/2026", False, LetterStatus.VOID)
    assert clerk.events(later)[0] is Event.MERGED_INTO
    assert Event.MERGED in clerk.events(first)
    assert clerk.choices.of(first.letter_id) == ()
    assert clerk.choices.of(first.letter_id, "0413") == ()


def test_the_dispositions_of_the_struck_line_are_shown_with_the_letter_that_stands(clerk: Joiner) -> None:
    first, later = two(clerk)
    order: dict[str, Any] = {"letter_id": later.letter_id, "recipients": (SECTION,), "instructions": (1,), "note": ""}
    Desk(clerk.store, HEAD).dispositions.issue(Order(**order))

    clerk.joining.merge(later.letter_id, first.letter_id)

    view = clerk.register.letter(first.letter_id)
    assert view is not None
    assert [one.disposition.letter_id for one in view.dispositions] == [later.letter_id]
    assert view.letter.status == LetterStatus.DISPOSED


def test_a_merge_is_undone_as_one_step(clerk: Joiner) -> None:
    clerk.store.let_undo(10_000)
    first, later = two(clerk)
    before = clerk.record(first), clerk.record(later)
    clerk.joining.merge(first.letter_id, later.letter_id)

    undone = UndoService(clerk.store, actor(REGISTRAR), clerk.clock).undo()

    assert undone.act == "letter.merge"
    assert (clerk.record(first), clerk.record(later)) == before


def test_an_arrival_of_a_letter_that_is_not_here_is_refused_and_the_draft_stays(clerk: Joiner) -> None:
    with pytest.raises(Refusal) as caught:
        clerk.joining.join(LetterId(bytes(16)), entry())

    assert caught.value.code is RefusalCode.UNKNOWN_LETTER
