"""The agenda of a position, and deciding on invitations."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.domain.attendance import Attending, EventTime, Part
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.services.agenda import AgendaService, week_of
from desktop.services.history import Event, HistoryService
from desktop.services.undoing import UndoService
from desktop.storage.checking import chain_problems
from desktop.storage.outbox import OpState
from desktop.storage.undoing import sendable
from desktop.storage.unit_of_work import Store
from tests.agenda_factory import EVENT, decided
from tests.factories import (
    HEAD,
    LETTER_ID,
    NOW,
    OTHER_SECTION,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    letter,
)
from tests.support.desks import Desk
from tests.support.stores import every, put

DAY = date(2026, 3, 19)
OTHER = LetterId(b"\x01" * 16)


def agenda(store: Store, position: PositionId = HEAD) -> AgendaService:
    return AgendaService(store, actor(position), lambda: NOW, Desk(store, position).dispositions)


def invite(store: Store, letter_id: LetterId = LETTER_ID, **changes: Any) -> None:
    put(store, [letter(**{"id": letter_id, "involved": (HEAD,), **EVENT, **changes})])


def test_who_is_sent_gets_the_letter_and_the_event_in_one_step(store: Store) -> None:
    invite(store)

    agenda(store).delegate(LETTER_ID, (SECTION,), " Lapor hasilnya. ")

    (mine,) = Desk(store, SECTION).dispositions.for_me()
    assert (mine.disposition.instructions, mine.disposition.note) == ((2,), "Lapor hasilnya.")
    (event,) = agenda(store, SECTION).between(SECTION, *week_of(DAY))
    assert (event.part, event.people, event.time) == (Part.REPRESENTS, ("Camat",), EventTime(DAY, "09:00", "11:30"))
    (sent,) = agenda(store).between(HEAD, DAY, DAY)
    assert (sent.part, sent.people) == (Part.DELEGATED, ("Kasi Pemerintahan",))


def test_nothing_is_sent_where_it_is_no_invitation(store: Store) -> None:
    put(store, [letter(involved=(HEAD,))])

    with pytest.raises(Refusal, match=RefusalCode.EVENT_MISSING):
        agenda(store).delegate(LETTER_ID, (SECTION,))

    assert every(store, Disposition) == []


def test_who_keeps_the_agenda_of_a_leader_enters_what_he_said(store: Store) -> None:
    invite(store)
    keeper = agenda(store, SECRETARY)

    keeper.decide(LETTER_ID, Attending.COMES, leader=HEAD)

    assert [one.title for one in keeper.chairs()] == ["Sekretaris Kecamatan", "Camat"]
    (event,) = keeper.between(HEAD, DAY, DAY)
    assert event.part is Part.COMES
    history = HistoryService(store, actor(HEAD), lambda: NOW).of_letter(LETTER_ID)
    assert [(one.event, one.before) for one in history if one.event is Event.COMES] == [(Event.COMES, "Camat")]


def test_two_events_at_the_same_time_name_each_other(store: Store) -> None:
    invite(store)
    invite(store, OTHER, event_from="11:00", event_until="")
    invite(store, LetterId(b"\x02" * 16), event_from="13:30", event_until="")
    invite(store, LetterId(b"\x03" * 16), attendance=(decided(HEAD, how=Attending.ABSENT, at=NOW),))

    events = agenda(store).between(HEAD, DAY, DAY)

    meets = {one.letter: one.meets for one in events if one.meets}
    assert meets == {LETTER_ID: (OTHER,), OTHER: (LETTER_ID,)}
    view = agenda(store).of_letter(OTHER)
    assert view is not None
    assert [one.letter for one in view.meets(HEAD)] == [LETTER_ID]
    assert view.meets(SECTION) == ()


def test_a_letter_offers_the_decision_to_whom_it_concerns_and_who_keeps_his_agenda(store: Store) -> None:
    invite(store)
    views = {one: agenda(store, one).of_letter(LETTER_ID) for one in (HEAD, SECRETARY, REGISTRAR, OTHER_SECTION)}

    chairs = {one: [each.title for each in view.chairs] for one, view in views.items() if view is not None}

    assert chairs == {
        HEAD: ["Camat"],
        SECRETARY: ["Camat", "Sekretaris Kecamatan"],
        REGISTRAR: ["Camat", "Sekretaris Kecamatan"],
    }


def test_of_a_secret_letter_the_agenda_says_when_but_not_what(store: Store) -> None:
    invite(store, security=SecurityLevel.SECRET, event_place="", subject="tersegel-1:x")

    (event,) = agenda(store).between(HEAD, DAY, DAY)

    assert (event.subject, event.place, event.time.start) == (None, "", "09:00")
    assert [one.record.event_on for one in every(store, IncomingLetter)] == [DAY]


def undoing(store: Store, position: PositionId = HEAD) -> UndoService:
    return UndoService(store, actor(position), lambda: NOW)


def waiting(store: Store) -> tuple[int, int]:
    """How many acts wait, and how many of them may be sent now."""
    with store.read() as uow:
        return uow.outbox.count(OpState.WAITING), len(sendable(uow, 9, after=0))


def test_a_delegation_is_undone_as_one_step_before_it_is_sent(store: Store) -> None:
    store.let_undo(10_000)
    invite(store)
    before = every(store, IncomingLetter)
    agenda(store).delegate(LETTER_ID, (SECTION,))
    assert waiting(store) == (2, 0)

    offered, undone = undoing(store).offered(), undoing(store).undo()

    assert offered is not None
    assert (offered.act, undone.act, undone.stays) == ("letter.attend", "letter.attend", ())
    assert every(store, IncomingLetter) == before
    assert every(store, Disposition) == []
    assert waiting(store) == (0, 0)
    agenda(store).delegate(LETTER_ID, (SECTION,))
    with store.read() as uow:
        assert not chain_problems(uow.connection)


def test_of_a_delegation_on_which_somebody_built_neither_half_is_undone(store: Store) -> None:
    store.let_undo(10_000)
    invite(store)
    agenda(store).delegate(LETTER_ID, (SECTION,))
    (sheet,) = every(store, Disposition)
    Desk(store, SECTION).dispositions.read(sheet.record.id)

    with pytest.raises(Refusal, match=RefusalCode.UNDO_ENTANGLED):
        undoing(store).undo()

    assert [one.record.attendance[0].how for one in every(store, IncomingLetter)] == [Attending.DELEGATED]
    undoing(store).leave()
    assert waiting(store) == (3, 3)
