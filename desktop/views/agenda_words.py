"""The words of the agenda's rows, and of the letters that want an answer."""

from PySide6.QtCore import QCoreApplication

from core.domain.attendance import Part
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.screen_facts import AgendaItem, AwaitedReply, Nearness
from desktop.views.event_words import part_look, part_text, times_text
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date, format_weekday_month

MARKS = {
    Part.NONE: "RING",
    Part.OPEN: "RING",
    Part.COMES: "SQUARE",
    Part.REPRESENTS: "DOT",
    Part.DELEGATED: "DOT",
    Part.ABSENT: "RING",
}


def agenda_words(item: AgendaItem) -> Wording:
    """One event: its day and times, what and where, and who goes."""
    day = format_weekday_month(item.time.day)
    times, subject, state = times_text(item.time), subject_text(item.subject), _state_text(item)
    tone, mark = part_look(item.part)[0].name, MARKS[item.part]
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


def _state_text(item: AgendaItem) -> str:
    """What an event is to its position, or that it has two at once."""
    if item.meets:
        return QCoreApplication.translate("Agenda", "Bertabrakan")
    if item.people:
        return QCoreApplication.translate("Agenda", "{state}: {names}").format(
            state=part_text(item.part), names=", ".join(item.people)
        )
    return part_text(item.part)


def reply_words(row: AwaitedReply) -> Wording:
    """A letter that wants an answer: by when, from whom, about what, and how near that is."""
    state, tone, mark = _reply_state(row)
    subject, day = subject_text(row.subject), format_date(row.by)
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


def _reply_state(row: AwaitedReply) -> tuple[str, str, str]:
    """How near the day is, with tone and mark."""
    translate = QCoreApplication.translate
    if row.near is Nearness.OVER:
        return translate("Agenda", "Lewat {days} hari").format(days=-row.days), "DANGER", "SQUARE"
    if row.days == 0:
        return translate("Agenda", "Hari ini"), "DANGER", "SQUARE"
    text = translate("Agenda", "{days} hari lagi").format(days=row.days)
    return (text, "WARNING", "RING") if row.near is Nearness.SOON else (text, "INFO", "DOT")
