"""A letter, its latest disposition and its days as a text for a messenger: only of what is open."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from core.domain.attendance import EventTime
from core.domain.notices import may_be_copied
from desktop.viewmodels.facts import LetterView
from desktop.views.event_words import event_text
from desktop.widgets.dates import format_date
from desktop.widgets.literal import outside_text


def share_text(view: LetterView, text_of: Callable[[int], str]) -> str:
    """The text; empty where the letter is terbatas or stricter, and nothing of it may be copied."""
    letter = view.letter
    if not may_be_copied(letter.security) or view.subject is None:
        return ""
    translate = QCoreApplication.translate
    agenda = f"{view.agenda}/{letter.agenda_year}" if view.agenda else translate("Share", "menyusul")
    lines = [
        f"*{_bare(view.subject)}*",
        translate("Share", "Dari: {sender}").format(sender=_bare(letter.sender)),
        translate("Share", "Nomor: {number}, agenda {agenda}").format(
            number=outside_text(letter.letter_no) or "-", agenda=agenda
        ),
    ]
    if letter.event_on is not None:
        time = EventTime(letter.event_on, letter.event_from, letter.event_until)
        event = event_text(time, _bare(letter.event_place))
        lines.append(translate("Share", "Acara: {event}").format(event=event))
    if view.dispositions:
        last = view.dispositions[-1]
        names = ", ".join(_bare(last.titles.get(one.position, "")) for one in last.disposition.recipients)
        orders = [_bare(text_of(number)) for number in last.disposition.instructions]
        lines.append(
            translate("Share", "Disposisi {giver} kepada {names}").format(giver=_bare(last.from_title), names=names)
        )
        lines += _orders(orders, last.disposition.note)
        if last.disposition.due_on is not None:
            lines.append(translate("Share", "Tenggat: {day}").format(day=format_date(last.disposition.due_on)))
    if letter.reply_by is not None:
        lines.append(translate("Share", "Balasan paling lambat: {day}").format(day=format_date(letter.reply_by)))
    lines.append(translate("Share", "Selengkapnya di Pesagi."))
    return "\n".join(lines)


def _orders(orders: Sequence[str], note: str) -> list[str]:
    text = " · ".join(filter(None, (*orders, _bare(note))))
    return [text] if text else []


def _bare(text: str) -> str:
    """In one line, without the signs that a messenger makes bold or slanted by, and those that nobody sees."""
    return outside_text(text.replace("*", "").replace("_", " ").replace("~", "").replace("`", ""))
