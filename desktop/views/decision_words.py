"""Decisions on an event, and what meets it, in words."""

from PySide6.QtCore import QCoreApplication

from core.domain.attendance import Attending
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.screen_facts import AgendaItem, Decided
from desktop.views.event_words import times_text


def decision_text(one: Decided) -> str:
    """What one position decided."""
    translate = QCoreApplication.translate
    if one.how == Attending.DELEGATED:
        text = translate("Events", "{title}: diwakilkan kepada {names}")
        return text.format(title=one.title, names=", ".join(one.delegates))
    sentence = {
        Attending.COMES: translate("Events", "{title}: hadir sendiri"),
        Attending.ABSENT: translate("Events", "{title}: tidak hadir"),
    }[one.how]
    return sentence.format(title=one.title)


def clash_text(other: AgendaItem) -> str:
    """That there is something else at that time."""
    text = QCoreApplication.translate("Events", "Bertabrakan dengan {subject} ({when}).")
    when = ", ".join(filter(None, (times_text(other.time), other.place)))
    return text.format(subject=subject_text(other.subject), when=when)
