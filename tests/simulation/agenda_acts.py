"""What people do with invitations, and with letters that want an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from core.domain.attendance import Attending
from core.domain.attending import AttendEvent
from core.domain.ids import LetterId, PositionId
from core.domain.permissions import Power
from core.domain.replying import EndReply, ExpectReply
from desktop.services.agenda import AgendaService
from desktop.storage.replica import Replica
from tests.simulation.doing import Doing

SINCE = 90_000


def _agenda(person: Any) -> AgendaService:
    return AgendaService(person.pc.store, person.actor, person.pc.clock.moment, person.sheets)


def set_event(person: Any) -> None:
    """Say when the event of a letter is, one field or another: others do the same."""
    chance = person.chance
    changes = {
        "event_on": chance.choice(("", (person.today + timedelta(days=chance.randrange(9))).isoformat())),
        "event_from": chance.choice(("08:00", "13:30", "", "pagi")),
        "event_place": chance.choice(("", f"Aula {person.canary()}")),
    }
    fields = chance.sample(sorted(changes), chance.choice((1, 2)))
    person.desk.amend(LetterId(person.some("letter")), {field: changes[field] for field in fields})


def _attend(person: Any) -> None:
    """Come, stay away, or send somebody, who is given the letter in the same step."""
    chance, letter = person.chance, LetterId(person.some("letter"))
    leader = person.colleague() if chance.random() < 0.2 else None
    if chance.random() < 0.5:
        _agenda(person).decide(letter, chance.choice((Attending.COMES, Attending.ABSENT)), leader=leader)
    elif chance.random() < 0.8:
        _agenda(person).delegate(letter, (person.colleague(),), f"Wakili {person.canary()}", leader=leader)
    else:
        _perform(person, AttendEvent(letter_id=letter, how=Attending.DELEGATED, delegates=(PositionId(1),)))


def _expect(person: Any) -> None:
    day = person.today + timedelta(days=person.chance.randrange(-3, 9))
    _perform(person, ExpectReply(letter_id=LetterId(person.some("letter")), by=day))


def _end(person: Any) -> None:
    answer, reason = person.chance.choice((("005/9/2026", ""), ("", f"Cukup {person.canary()}"), ("", "")))
    _perform(person, EndReply(letter_id=LetterId(person.some("letter")), answer_no=answer, reason=reason))


def _perform(person: Any, act: Any) -> None:
    with person.pc.store.begin() as uow:
        Replica(uow).perform(act, person.actor, person.pc.clock.moment())


AGENDA_DOINGS: Mapping[type[Any], Doing] = MappingProxyType(
    {
        AttendEvent: Doing(_attend, 5, Power.ANSWER, since=SINCE),
        ExpectReply: Doing(_expect, 3, Power.ANSWER, since=SINCE),
        EndReply: Doing(_end, 3, Power.ANSWER, since=SINCE),
    }
)
