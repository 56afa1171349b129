"""What a person is told: what came, what comes near, what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from core.domain.dispositions import Recipient, RecipientState
from core.domain.ids import PositionId
from core.domain.letters import LetterStatus, SecurityLevel, Urgency
from core.domain.notices import NoticeKind
from desktop.services.agenda import AgendaService
from desktop.services.notices import Notice, NoticeService
from desktop.services.replies import ReplyService
from desktop.storage.unit_of_work import Store
from tests.agenda_factory import EVENT
from tests.factories import HEAD, NOW, SECRETARY, SECTION, TODAY, actor, disposition, letter
from tests.support.desks import Desk
from tests.support.stores import put


def look(store: Store, position: PositionId) -> tuple[Notice, ...]:
    desk = Desk(store, position)
    who = actor(position)
    agenda = AgendaService(store, who, desk.clock, desk.dispositions)
    replies = ReplyService(store, who, desk.clock)
    return NoticeService(who, desk.clock, dispositions=desk.dispositions, agenda=agenda, replies=replies).look()


def kinds(notices: Iterable[Notice]) -> set[NoticeKind]:
    return {one.kind for one in notices}


def order(store: Store, due_on: date | None, *, state: Recipient, level: SecurityLevel = SecurityLevel.OPEN) -> None:
    about = {"security": level, "urgency": Urgency.IMMEDIATE, "status": LetterStatus.DISPOSED}
    put(store, [letter(involved=(HEAD, SECTION), **about)])
    put(store, [disposition(recipients=(state,), due_on=due_on, security=level)])


def test_a_disposition_is_told_until_it_is_read_and_again_two_days_before_it_is_due(store: Store) -> None:
    order(store, TODAY + timedelta(days=2), state=Recipient(position=SECTION))
    (fresh, due) = sorted(look(store, SECTION), key=lambda one: one.kind)
    assert (fresh.kind, due.kind, due.day) == (NoticeKind.ASSIGNED, NoticeKind.DUE_SOON, TODAY + timedelta(days=2))
    assert fresh.urgency == Urgency.IMMEDIATE

    order(store, TODAY + timedelta(days=3), state=Recipient(position=SECTION, state=RecipientState.READ, read_at=NOW))
    assert look(store, SECTION) == ()

    order(store, TODAY - timedelta(days=1), state=Recipient(position=SECTION, state=RecipientState.READ, read_at=NOW))
    assert kinds(look(store, SECTION)) == {NoticeKind.OVERDUE}


def test_who_gave_it_is_told_of_the_answer(store: Store) -> None:
    done = Recipient(
        position=SECTION,
        state=RecipientState.ANSWERED,
        answered_at=NOW,
        answered_by=actor(SECTION).user,
        result="Beres",
    )
    order(store, None, state=done)

    assert kinds(look(store, HEAD)) == {NoticeKind.ANSWERED}


def test_events_and_answers_that_come_near_are_told_to_whom_they_concern(store: Store) -> None:
    event = {**EVENT, "event_on": TODAY + timedelta(days=1)}
    waiting = {"reply_by": TODAY - timedelta(days=1), "reply_asked": SECRETARY}
    put(store, [letter(involved=(HEAD,), due_on=None, **event, **waiting)])

    assert kinds(look(store, HEAD)) == {NoticeKind.TO_DECIDE, NoticeKind.EVENT_TOMORROW, NoticeKind.REPLY_OVERDUE}
    assert kinds(look(store, SECRETARY)) == {NoticeKind.REPLY_OVERDUE}
    assert look(store, SECTION) == ()


def test_of_a_secret_letter_no_notice_says_the_subject(store: Store) -> None:
    order(store, None, state=Recipient(position=SECTION), level=SecurityLevel.SECRET)

    (told,) = look(store, SECTION)

    assert (told.subject, told.security) == (None, SecurityLevel.SECRET)
