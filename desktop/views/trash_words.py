"""What was thrown away, in words."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import Thrown, ThrownKind
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date, format_recent


class TrashWords:
    """Words one thing for the list."""

    def __init__(self, today: Callable[[], date]) -> None:
        """It is asked whenever a card is worded."""
        self._today = today

    def __call__(self, one: Thrown) -> Wording:
        """The wording of one card."""
        translate = QCoreApplication.translate
        kind = kind_text(one)
        moment = format_recent(local(one.at), self._today())
        who = translate("Trash", "Dibuang oleh {who}").format(who=one.who) if one.who else translate("Trash", "Dibuang")
        until = translate("Trash", "Hilang sendiri {day}").format(day=format_date(local(one.until).date()))
        title = name_text(one)
        return Wording(
            cells=(Cell(text=title),),
            accessible=f"{kind}, {title}, {who}, {moment}, {until}",
            sender=kind,
            moment=moment,
            state=f"{who} · {until}",
        )


def kind_text(one: Thrown) -> str:
    """What it is."""
    translate = QCoreApplication.translate
    if one.kind is ThrownKind.SCAN:
        return translate("Trash", "Pindaian · {count} halaman").format(count=one.pages)
    if one.pages:
        return translate("Trash", "Draf surat · {count} halaman pindaian").format(count=one.pages)
    return translate("Trash", "Draf surat")


def name_text(one: Thrown) -> str:
    """What a person knows it by; of a secret draft nothing but its sender was ever kept."""
    translate = QCoreApplication.translate
    if one.kind is ThrownKind.SCAN:
        return one.name
    subject = translate("Trash", "isi rahasia tidak disimpan") if one.secret else one.subject
    sender = one.name or translate("Trash", "Pengirim belum diisi")
    return f"{sender}: {subject}" if subject else sender
