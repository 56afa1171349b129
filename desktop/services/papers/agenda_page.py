"""Agenda kegiatan: the page that lies on the leader's desk the evening before."""

from datetime import date, timedelta
from typing import Any

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId
from desktop.services.agenda import AgendaItem, AgendaService
from desktop.services.clock import Clock
from desktop.services.papers.forms import Form
from desktop.services.papers.paper import Paper, frame
from desktop.services.papers.plain_text import one_line
from desktop.services.sign_in import Session

# A month; who asks for more has mistyped a day.
MOST_DAYS = 31


class AgendaPageService:
    """Makes the page for agendas that one person may look at."""

    def __init__(self, session: Session, clock: Clock, *, agenda: AgendaService) -> None:
        """Over the agendas of the person."""
        self._session = session
        self._clock = clock
        self._agenda = agenda

    def page(self, position: PositionId | None, since: date, until: date) -> Paper:
        """The days from one to the other; None: of the person's own position. Refusal if it is not for this person."""
        chairs = self._agenda.chairs()
        chair = next((one for one in chairs if position in {None, one.position}), None)
        if chair is None:
            raise Refusal(RefusalCode.NOT_ALLOWED)
        until = min(max(since, until), since + timedelta(days=MOST_DAYS - 1))
        items = self._agenda.between(chair.position, since, until)
        facts = frame(self._session, self._clock(), title=f"Agenda kegiatan {one_line(chair.title)}")
        facts["position"] = one_line(chair.title)
        facts["days"] = [
            {
                "day": day.isoformat(),
                "weekday": day.weekday(),
                "events": [_event(one) for one in items if one.time.day == day],
            }
            for day in (since + timedelta(days=place) for place in range((until - since).days + 1))
        ]
        return Paper(form=Form.AGENDA, name=f"agenda-kegiatan-{since.isoformat()}", facts=facts)


def _event(item: AgendaItem) -> dict[str, Any]:
    times = [one.replace(":", ".") for one in (item.time.start, item.time.end) if one]
    return {
        "times": " - ".join(times),
        "subject": None if item.subject is None else one_line(item.subject),
        "sender": one_line(item.sender),
        "place": one_line(item.place),
        "part": item.part.value,
        "people": one_line(", ".join(item.people)),
        "meets": bool(item.meets),
    }
