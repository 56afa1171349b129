"""The words of numbers without a valid letter: what became of them, and why."""

from PySide6.QtCore import QCoreApplication

from core.domain.numbering import format_agenda
from desktop.viewmodels.local_time import local
from desktop.viewmodels.number_check import GapRow
from desktop.viewmodels.screen_facts import FateCause, NumberState, Span
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date


def gap_words(row: GapRow) -> Wording:
    """A line of the gaps: numbers, what became of them, why, who and when."""
    span, why = row.span, reason_text(row.span)
    numbers, state = numbers_text(span), state_text(span.state)
    when = format_date(local(span.fate.at).date()) if span.fate is not None else ""
    who = " · ".join(part for part in (row.by, when) if part)
    tone = "WARNING" if span.state is NumberState.UNKNOWN else ""
    sentence = QCoreApplication.translate("Numbers", "Nomor {numbers}, {state}, {reason}, {who}")
    return Wording(
        cells=(
            Cell(text=numbers),
            Cell(text=state, tone=tone),
            Cell(text=why, tooltip=why),
            Cell(text=who, tooltip=who),
        ),
        accessible=sentence.format(numbers=numbers, state=state.lower(), reason=why, who=who or "—"),
    )


def numbers_text(span: Span) -> str:
    """`0012`, or `0012-0050`."""
    low, high = format_agenda(span.low), format_agenda(span.high)
    return low if span.low == span.high else f"{low}-{high}"


def state_text(state: NumberState) -> str:
    """What became of a number."""
    translate = QCoreApplication.translate
    return {
        NumberState.ISSUED: translate("Numbers", "Dipakai"),
        NumberState.STRUCK: translate("Numbers", "Surat dibatalkan"),
        NumberState.VOID: translate("Numbers", "Dibatalkan"),
        NumberState.RETURNED: translate("Numbers", "Dikembalikan"),
        NumberState.OPEN: translate("Numbers", "Belum dipakai"),
        NumberState.SKIPPED: translate("Numbers", "Dilewati"),
        NumberState.UNKNOWN: translate("Numbers", "Belum diketahui"),
    }[state]


def reason_text(span: Span) -> str:
    """Why no valid letter stands under a number."""
    translate = QCoreApplication.translate
    if span.fate is not None and span.fate.cause is FateCause.MERGED and span.fate.reason:
        return translate("Numbers", "Digabung ke no. {number}").format(number=span.fate.reason)
    if span.fate is not None:
        return span.fate.reason or _cause_text(span.fate.cause)
    if span.state is NumberState.OPEN:
        return translate("Numbers", "Jatah komputer ini")
    return translate("Numbers", "Belum sampai, atau jatah komputer lain")


def _cause_text(cause: FateCause) -> str:
    translate = QCoreApplication.translate
    return {
        FateCause.BY_HAND: translate("Numbers", "Oleh petugas"),
        FateCause.YEAR_END: translate("Numbers", "Sisa jatah saat buku ditutup"),
        FateCause.DEVICE_RETIRED: translate("Numbers", "Sisa jatah komputer yang tidak dipakai lagi"),
        FateCause.NEW_EPOCH: translate("Numbers", "Sisa jatah komputer yang dipulihkan atau disalin"),
        FateCause.REFUSED: translate("Numbers", "Suratnya ditolak"),
        FateCause.AUTHORITY_MOVED: translate("Numbers", "Pemberi nomor diganti"),
        FateCause.HELD: translate("Numbers", "Suratnya menunggu keputusan atasan"),
        FateCause.MERGED: translate("Numbers", "Digabung ke surat lain"),
        FateCause.SERVER_RESTORED: translate("Numbers", "Server dipulihkan dari cadangan"),
    }[cause]
