"""Rekap bulanan: how many letters came, of which kinds, to whom they went, and how long they took."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from core.domain.dispositions import Disposition, RecipientState
from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.permissions import Power, require
from desktop.services.clock import Clock, local_date
from desktop.services.papers.books import Days
from desktop.services.papers.forms import Form
from desktop.services.papers.paper import Paper, frame
from desktop.services.papers.plain_text import one_line
from desktop.services.sign_in import Session
from desktop.storage.letter_books import letters_between, orders_on
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf

MOST_LETTERS = 100_000
# What does not fit on the page is one line more.
MOST_NAMED = 12
CODE_LEVELS = 2


class SummaryService:
    """Counts for whoever may read the register; a secret letter is counted as every other."""

    def __init__(self, store: Store, session: Session, clock: Clock, *, names: Any) -> None:
        """Over the open store; `names` answers `.name_of(code)` with a name or the empty text."""
        self._store = store
        self._session = session
        self._clock = clock
        self._names = names

    def summary(self, days: Days) -> Paper:
        """The months that the days lie in, each whole."""
        actor = self._session.actor
        require(actor, Power.READ_REGISTER, actor.office)
        days = whole_months(days)
        with self._store.read() as uow:
            found = letters_between(uow.connection, actor.office, days, book=None, limit=MOST_LETTERS + 1)
            if len(found) > MOST_LETTERS:
                raise EnvironmentFault(FaultOf.PAPER_TOO_LONG, f"more than {MOST_LETTERS} letters")
            orders = orders_on(uow.connection, [one.id for one in found])
            positions = uow.directory.positions_of(actor.office)
        titles = {one.number: one_line(one.title) for one in positions}
        valid = [one for one in found if one.status != LetterStatus.VOID]
        facts = frame(self._session, self._clock(), title="Rekapitulasi surat masuk")
        facts |= {
            "since": days.since.isoformat(),
            "until": days.until.isoformat(),
            "letters": len(valid),
            "void": len(found) - len(valid),
            "stages": _stages(valid),
            "security": [sum(one.security == level for one in valid) for level in range(4)],
            "urgency": [sum(one.urgency == level for one in valid) for level in range(3)],
            "senders": _most(Counter(one_line(one.sender) for one in valid)),
            "codes": _most(Counter(self._code(one) for one in valid)),
            "recipients": _recipients(valid, orders, titles),
            "days": handling_days(valid, orders),
        }
        return Paper(form=Form.SUMMARY, name=f"rekap-surat-masuk-{days.since:%Y-%m}", facts=facts)

    def _code(self, letter: IncomingLetter) -> str:
        parts = letter.classification.split(".")[:CODE_LEVELS]
        code = ".".join(parts)
        return one_line(f"{code} {self._names.name_of(code)}") if code else ""


def whole_months(days: Days) -> Days:
    """From the first of the first month to the last of the last."""
    end = days.until
    following = date(end.year + end.month // 12, end.month % 12 + 1, 1)
    return Days(days.since.replace(day=1), date.fromordinal(following.toordinal() - 1))


def handling_days(letters: Iterable[IncomingLetter], orders: dict[LetterId, list[Disposition]]) -> dict[str, Any]:
    """Of the letters that are done: how many, and how many days from their receipt to the last answer.

    The mean is in tenths of a day; `median` and `most` in days.
    """
    took = []
    for letter in letters:
        answered = [
            one.answered_at
            for order in orders.get(letter.id, [])
            for one in order.recipients
            if one.state is RecipientState.ANSWERED and one.answered_at is not None
        ]
        if letter.status == LetterStatus.DONE and answered:
            took.append(_days_from(letter.received_on, max(answered)))
    if not took:
        return {"letters": 0, "mean_tenths": 0, "median": 0, "most": 0}
    took.sort()
    return {
        "letters": len(took),
        "mean_tenths": round(10 * sum(took) / len(took)),
        "median": took[len(took) // 2],
        "most": took[-1],
    }


def _days_from(received: date, moment: datetime) -> int:
    return max(0, (local_date(moment) - received).days)


def _stages(letters: list[IncomingLetter]) -> list[int]:
    stages = (LetterStatus.REGISTERED, LetterStatus.DISPOSED, LetterStatus.FOLLOWED_UP, LetterStatus.DONE)
    return [sum(one.status == stage for one in letters) for stage in stages]


def _most(counted: Counter[str]) -> dict[str, Any]:
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    rest = ranked[MOST_NAMED:]
    return {
        "named": [[name, count] for name, count in ranked[:MOST_NAMED]],
        "others": len(rest),
        "rest": sum(count for _, count in rest),
    }


def _recipients(
    letters: list[IncomingLetter], orders: dict[LetterId, list[Disposition]], titles: dict[PositionId, str]
) -> list[list[Any]]:
    """For each position: how many orders it was given, how many it has answered."""
    given: Counter[PositionId] = Counter()
    answered: Counter[PositionId] = Counter()
    for letter in letters:
        for order in orders.get(letter.id, []):
            for one in order.recipients:
                given[one.position] += 1
                answered[one.position] += one.state is RecipientState.ANSWERED
    ranked = sorted(given, key=lambda one: (-given[one], titles.get(one, "")))
    return [[titles.get(one, ""), given[one], answered[one]] for one in ranked]
