"""Notices in words: a line of the list, and what the desktop may show of them."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication

from core.domain.notices import NoticeKind, may_be_named
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import Notice
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets import literal
from desktop.widgets.dates import format_day_month, format_recent

LOOKS = {
    NoticeKind.TO_DECIDE: ("WARNING", "RING"),
    NoticeKind.ASSIGNED: ("INFO", "DOT"),
    NoticeKind.REMINDED: ("WARNING", "SQUARE"),
    NoticeKind.DUE_SOON: ("WARNING", "RING"),
    NoticeKind.OVERDUE: ("DANGER", "SQUARE"),
    NoticeKind.REPLY_SOON: ("WARNING", "RING"),
    NoticeKind.REPLY_OVERDUE: ("DANGER", "SQUARE"),
    NoticeKind.EVENT_TODAY: ("WARNING", "DOT"),
    NoticeKind.EVENT_TOMORROW: ("INFO", "DOT"),
    NoticeKind.ANSWERED: ("SUCCESS", "SQUARE"),
}


def notice_text(notice: Notice) -> str:
    """What it is about, without the letter."""
    translate = QCoreApplication.translate
    text = {
        NoticeKind.TO_DECIDE: translate("Notices", "Surat menunggu keputusan Anda"),
        NoticeKind.ASSIGNED: translate("Notices", "Disposisi baru"),
        NoticeKind.REMINDED: translate("Notices", "Anda diingatkan"),
        NoticeKind.DUE_SOON: translate("Notices", "Tenggat disposisi {day}"),
        NoticeKind.OVERDUE: translate("Notices", "Tenggat disposisi {day} sudah lewat"),
        NoticeKind.REPLY_SOON: translate("Notices", "Balasan paling lambat {day}"),
        NoticeKind.REPLY_OVERDUE: translate("Notices", "Batas balasan {day} sudah lewat"),
        NoticeKind.EVENT_TODAY: translate("Notices", "Acara hari ini"),
        NoticeKind.EVENT_TOMORROW: translate("Notices", "Acara besok"),
        NoticeKind.ANSWERED: translate("Notices", "Ada laporan atas disposisi Anda"),
    }[notice.kind]
    return text.format(day=format_day_month(notice.day) if notice.day else "")


def desktop_text(notices: Sequence[Notice]) -> tuple[str, str]:
    """Title and text of a notice of the desktop: several are told as one, and only what is open is named."""
    translate = QCoreApplication.translate
    if len(notices) > 1:
        title = translate("Notices", "{count} pemberitahuan baru").format(count=len(notices))
        kinds = dict.fromkeys(notice_text(one) for one in notices)
        return title, " · ".join(list(kinds)[:3])
    one = notices[0]
    if not may_be_named(one.security):
        return notice_text(one), translate("Notices", "Buka Pesagi untuk membacanya.")
    named = filter(None, (one.who, one.subject or ""))
    return notice_text(one), literal.notice_text(" · ".join(named))


class NoticeWords:
    """Words a notice for the list."""

    def __init__(self, today: Callable[[], date], is_new: Callable[[Notice], bool]) -> None:
        """Both are asked whenever a card is worded."""
        self._today = today
        self._is_new = is_new

    def __call__(self, notice: Notice) -> Wording:
        """The wording of one card."""
        tone, mark = LOOKS[notice.kind]
        subject, state, moment = (
            subject_text(notice.subject),
            notice_text(notice),
            format_recent(local(notice.at), self._today()),
        )
        return Wording(
            cells=(Cell(text=subject, tone=tone, mark=mark),),
            accessible=f"{state}, {notice.who}, {subject}, {moment}",
            emphasis=self._is_new(notice),
            sender=notice.who,
            moment=moment,
            state=state,
        )
