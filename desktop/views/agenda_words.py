"""The words of the agenda's rows, and of the letters that want an answer."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication

from core.domain.attendance import Part
from desktop.viewmodels.facts import AgendaItem, AwaitedReply, Nearness
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.views.event_words import part_text, times_text
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date, format_weekday_month

LOOKS = {
    Part.NONE: ("NEUTRAL", "RING"),
    Part.OPEN: ("WARNING", "RING"),
    Part.COMES: ("SUCCESS", "SQUARE"),
    Part.REPRESENTS: ("SUCCESS", "DOT"),
    Part.DELEGATED: ("INFO", "DOT"),
    Part.ABSENT: ("NEUTRAL", "RING"),
}


def agenda_words(item: AgendaItem) -> Wording:
    """One event: its day and times, what and where, and who goes."""
    day = format_weekday_month(item.time.day)
    times, subject, state = times_text(item.time), subject_text(item.subject), state_text(item)
    tone, mark = LOOKS[item.part]
    if item.meets:
        tone, mark = "DANGER", "SQUARE"
    said = ", ".join(filter(None, (day, times, subject, item.place, item.sender, state)))
    return Wording(
        cells=(
            Cell(text=day),
            Cell(text=times),
            Cell(text=subject, tooltip=item.sender),
            Cell(text=item.place or "—", tooltip=item.place),
            Cell(text=state, tone=tone, mark=mark, tooltip=", ".join(item.people)),
        ),
        accessible=said,
        emphasis=item.part is Part.OPEN,
    )


def state_text(item: AgendaItem) -> str:
    """What an event is to its position, or that it has two at once."""
    if item.meets:
        return QCoreApplication.translate("Agenda", "Bertabrakan")
    if item.people:
        return QCoreApplication.translate("Agenda", "{state}: {names}").format(
            state=part_text(item.part), names=", ".join(item.people)
        )
    return part_text(item.part)


class ReplyWords:
    """Words a letter that wants an answer."""

    def __init__(self, today: Callable[[], date]) -> None:
        """`today` is asked whenever a row is worded."""
        self._today = today

    def __call__(self, row: AwaitedReply) -> Wording:
        """The wording of one row."""
        state, tone, mark = reply_state(row)
        subject = subject_text(row.subject)
        day = format_date(row.by)
        return Wording(
            cells=(
                Cell(text=day),
                Cell(text=row.sender, tooltip=row.sender),
                Cell(text=subject, tooltip=subject),
                Cell(text=row.letter_no or "—"),
                Cell(text=state, tone=tone, mark=mark),
            ),
            accessible=f"{day}, {row.sender}, {subject}, {state}",
            emphasis=row.near is Nearness.OVER,
        )


def reply_state(row: AwaitedReply) -> tuple[str, str, str]:
    """How near the day is, with tone and mark."""
    translate = QCoreApplication.translate
    if row.near is Nearness.OVER:
        return translate("Agenda", "Lewat {days} hari").format(days=-row.days), "DANGER", "SQUARE"
    if row.days == 0:
        return translate("Agenda", "Hari ini"), "DANGER", "SQUARE"
    text = translate("Agenda", "{days} hari lagi").format(days=row.days)
    return (text, "WARNING", "RING") if row.near is Nearness.SOON else (text, "INFO", "DOT")
