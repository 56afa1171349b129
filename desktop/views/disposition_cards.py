"""The words on the cards of the disposition screen."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication, QObject

from core.domain.dispositions import RecipientState
from core.domain.letters import Urgency
from desktop.viewmodels.inbox_entries import InboxEntry
from desktop.viewmodels.row_list import RowList
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.widgets.dates import format_day_month, format_recent

State = tuple[str, str, str]
"""Text, name of a tone, name of a mark."""


class CardWords:
    """Words an entry as of a day."""

    def __init__(self, today: Callable[[], date]) -> None:
        """`today` is asked whenever a card is worded."""
        self._today = today

    def __call__(self, entry: InboxEntry) -> Wording:
        """The wording of one card."""
        translate = QCoreApplication.translate
        text, tone, mark = self._state(entry)
        sender = ", ".join(entry.to) if entry.disposition is not None and entry.own is None else entry.who
        subject = subject_of(entry)
        moment = format_recent(entry.when, self._today())
        unread = translate("DispositionCards", "baru, ") if entry.unread else ""
        sentence = translate("DispositionCards", "{unread}{sender}, {moment}, {subject}, {state}")
        return Wording(
            cells=(Cell(text=subject, tone=tone, mark=mark),),
            accessible=sentence.format(unread=unread, sender=sender, moment=moment, subject=subject, state=text),
            emphasis=entry.unread,
            sender=sender,
            moment=moment,
            state=text,
        )

    def _state(self, entry: InboxEntry) -> State:
        if entry.disposition is None:
            return _due(entry.due_on, self._today()) or _urgency(entry.urgency)
        still = [one for one in entry.disposition.recipients if one.state is not RecipientState.WITHDRAWN]
        everyone = len(still)
        if entry.own is None and not everyone:
            return QCoreApplication.translate("DispositionCards", "Ditarik"), "NEUTRAL", "RING"
        done = _done(entry, everyone)
        if done is not None:
            return done
        due = _due(entry.due_on, self._today())
        if due is not None:
            return due
        return _progress(entry.answered, everyone) if entry.own is None else _own(entry)


def disposition_cards(rows: RowList[InboxEntry], today: Callable[[], date], *, parent: QObject) -> PresentedRows:
    """The model of the cards."""
    return PresentedRows(rows, CardWords(today), parent=parent)


def subject_of(entry: InboxEntry) -> str:
    """The subject as it may be shown."""
    if not entry.arrived:
        return QCoreApplication.translate("DispositionCards", "Surat belum sampai di komputer ini")
    return entry.subject or QCoreApplication.translate("DispositionCards", "— Rahasia —")


def _due(due_on: date | None, today: date) -> State | None:
    if due_on is None or due_on > today:
        return None
    if due_on == today:
        return QCoreApplication.translate("DispositionCards", "Jatuh tempo hari ini"), "DANGER", "SQUARE"
    text = QCoreApplication.translate("DispositionCards", "Lewat tenggat {date}")
    return text.format(date=format_day_month(due_on)), "DANGER", "SQUARE"


def _done(entry: InboxEntry, everyone: int) -> State | None:
    if entry.own is RecipientState.ANSWERED:
        return QCoreApplication.translate("DispositionCards", "Sudah dilaporkan"), "SUCCESS", "SQUARE"
    if entry.own is RecipientState.WITHDRAWN:
        return QCoreApplication.translate("DispositionCards", "Ditarik"), "NEUTRAL", "RING"
    if entry.own is None and entry.answered == everyone:
        return QCoreApplication.translate("DispositionCards", "Selesai"), "SUCCESS", "SQUARE"
    return None


def _own(entry: InboxEntry) -> State:
    if entry.reminded:
        return QCoreApplication.translate("DispositionCards", "Anda diingatkan"), "WARNING", "SQUARE"
    if entry.own is RecipientState.UNREAD:
        return QCoreApplication.translate("DispositionCards", "Belum dibaca"), "WARNING", "RING"
    if entry.due_on is not None:
        text = QCoreApplication.translate("DispositionCards", "Tenggat {date}")
        return text.format(date=format_day_month(entry.due_on)), "INFO", "DOT"
    return QCoreApplication.translate("DispositionCards", "Menunggu laporan Anda"), "INFO", "DOT"


def _urgency(urgency: Urgency) -> State:
    translate = QCoreApplication.translate
    return {
        Urgency.NORMAL: (translate("DispositionCards", "Biasa"), "NEUTRAL", "RING"),
        Urgency.URGENT: (translate("DispositionCards", "Segera"), "WARNING", "RING"),
        Urgency.IMMEDIATE: (translate("DispositionCards", "Sangat segera"), "DANGER", "SQUARE"),
    }[urgency]


def _progress(answered: int, everyone: int) -> State:
    translate = QCoreApplication.translate
    if not answered:
        return translate("DispositionCards", "Menunggu laporan"), "WARNING", "RING"
    text = translate("DispositionCards", "{answered} dari {everyone} selesai")
    return text.format(answered=answered, everyone=everyone), "INFO", "DOT"
