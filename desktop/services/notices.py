"""What one person should know now: letters and dispositions that came, days that come near, events, answers.

Nothing is kept of it: a notice is a fact of the store, and goes with it. Which ones were seen is the PC's own memory.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from core.domain.attendance import BUSY
from core.domain.dispositions import Recipient, RecipientState
from core.domain.ids import LetterId
from core.domain.letters import SecurityLevel, Urgency
from core.domain.notices import NoticeKind
from core.domain.offices import Actor
from core.domain.replying import Nearness, nearness
from desktop.services.agenda import AgendaItem, AgendaService
from desktop.services.clock import WIB, Clock, local_date
from desktop.services.dispositions import Assignment, DispositionService
from desktop.services.replies import ReplyService

# An answer is news for so many days.
ANSWER_DAYS = 3
MOST = 100


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to know. `key` tells it from others; `subject` is None where it may not be read without opening.

    `who`: whom it comes from. `day`: by when, or when.
    """

    key: str
    kind: NoticeKind
    letter: LetterId
    at: datetime
    subject: str | None
    security: SecurityLevel
    urgency: Urgency = Urgency.NORMAL
    who: str = ""
    day: date | None = None


class NoticeService:
    """Looks for one signed-in person."""

    def __init__(
        self,
        actor: Actor,
        clock: Clock,
        *,
        dispositions: DispositionService,
        agenda: AgendaService,
        replies: ReplyService,
    ) -> None:
        """Over the services of the person."""
        self._actor = actor
        self._clock = clock
        self._dispositions = dispositions
        self._agenda = agenda
        self._replies = replies

    @property
    def now(self) -> datetime:
        """The time at the office."""
        return self._clock().astimezone(WIB)

    def look(self) -> tuple[Notice, ...]:
        """All there is to know now, the newest first."""
        today = local_date(self._clock())
        found = [*self._to_decide(), *self._assigned(today), *self._answered(today), *self._replies_due()]
        found += self._events(today)
        found.sort(key=lambda one: (one.at, one.key), reverse=True)
        return tuple(found[:MOST])

    def _to_decide(self) -> Iterator[Notice]:
        if not self._dispositions.decides:
            return
        for letter in self._dispositions.to_decide():
            yield Notice(
                key=f"decide:{letter.id.hex()}",
                kind=NoticeKind.TO_DECIDE,
                letter=letter.id,
                at=letter.registered_at,
                subject=_open_subject(letter.subject, letter.security),
                security=letter.security,
                urgency=letter.urgency,
                who=letter.sender,
            )

    def _assigned(self, today: date) -> Iterator[Notice]:
        for one in self._dispositions.for_me():
            own = one.disposition.recipient(self._actor.position)
            if own is None:
                continue
            if own.state is RecipientState.UNREAD:
                yield _of(one, NoticeKind.ASSIGNED, "assigned", at=one.disposition.issued_at)
            if own.reminded_at is not None:
                yield _of(one, NoticeKind.REMINDED, f"reminded.{own.reminders}", at=own.reminded_at)
            due = one.disposition.due_on
            near = Nearness.FAR if due is None else nearness(due, today)
            if due is not None and near is not Nearness.FAR:
                over = near is Nearness.OVER
                kind = NoticeKind.OVERDUE if over else NoticeKind.DUE_SOON
                yield _of(one, kind, f"{kind.name.lower()}.{due}", at=_begins(due, over=over), day=due)

    def _answered(self, today: date) -> Iterator[Notice]:
        since = today - timedelta(days=ANSWER_DAYS)
        for one in self._dispositions.sent():
            for place, recipient in enumerate(one.disposition.recipients):
                answered = recipient.answered_at
                if answered is not None and local_date(answered) >= since and self._by_another(recipient):
                    key = f"answered.{recipient.position}.{int(answered.timestamp())}"
                    yield _of(one, NoticeKind.ANSWERED, key, at=answered, who=one.to_titles[place])

    def _by_another(self, recipient: Recipient) -> bool:
        return recipient.answered_by != self._actor.user

    def _replies_due(self) -> Iterator[Notice]:
        for row in self._replies.unanswered():
            if row.near is Nearness.FAR or self._actor.position not in row.concerns:
                continue
            over = row.near is Nearness.OVER
            kind = NoticeKind.REPLY_OVERDUE if over else NoticeKind.REPLY_SOON
            yield Notice(
                key=f"{kind.name.lower()}.{row.by}:{row.letter.hex()}",
                kind=kind,
                letter=row.letter,
                at=_begins(row.by, over=over),
                subject=row.subject,
                security=row.security,
                who=row.sender,
                day=row.by,
            )

    def _events(self, today: date) -> Iterator[Notice]:
        tomorrow = today + timedelta(days=1)
        for item in self._agenda.between(self._actor.position, today, tomorrow):
            if item.part in BUSY:
                yield _event(item, today)


def _of(one: Assignment, kind: NoticeKind, key: str, *, at: datetime, day: date | None = None, who: str = "") -> Notice:
    letter = one.letter
    security = one.disposition.security
    return Notice(
        key=f"{key}:{one.disposition.id.hex()}",
        kind=kind,
        letter=one.disposition.letter_id,
        at=at,
        subject=None if letter is None else _open_subject(letter.subject, security),
        security=security,
        urgency=Urgency.NORMAL if letter is None else letter.urgency,
        who=who or one.from_title,
        day=day,
    )


def _event(item: AgendaItem, today: date) -> Notice:
    day = item.time.day
    kind = NoticeKind.EVENT_TODAY if day == today else NoticeKind.EVENT_TOMORROW
    return Notice(
        key=f"{kind.name.lower()}.{day}.{item.time.start}:{item.letter.hex()}",
        kind=kind,
        letter=item.letter,
        at=_morning(today),
        subject=item.subject,
        security=item.security,
        who=item.sender,
        day=day,
    )


def _begins(due: date, *, over: bool) -> datetime:
    """When a day came near, or was over: in the morning of the office."""
    return _morning(due + timedelta(days=1) if over else due - timedelta(days=2))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(7, 0), tzinfo=WIB).astimezone(UTC)


def _open_subject(subject: str, security: SecurityLevel) -> str | None:
    """A list is no reading: what is secret is named only by its kind."""
    return subject if security < SecurityLevel.SECRET else None


__all__ = ["Notice", "NoticeKind", "NoticeService"]
