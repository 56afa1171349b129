"""The words of units, offices and of who receives what."""

from PySide6.QtCore import QCoreApplication

from core.domain.books import YearBy
from desktop.viewmodels.letter_row_texts import mark_words
from desktop.viewmodels.screen_facts import AccessRow, BookRow, OfficeRow, UnitRow
from desktop.views.admin_words import role_name
from desktop.views.presented_rows import Cell, Wording


def unit_words(row: UnitRow) -> Wording:
    """A line of the list: mark, name, unit above, whether it is in use."""
    mark = mark_words(row.mark)
    state, tone, sign = use_state(active=row.active)
    return Wording(
        cells=(
            Cell(icon=mark.icon, tone=mark.tone, tooltip=mark.text),
            Cell(text=row.name, tooltip=row.name),
            Cell(text=row.above or "—", tooltip=row.above),
            Cell(text=state, tone=tone, mark=sign),
        ),
        accessible=f"{row.name}, {row.above}, {state}, {mark.text}",
    )


def book_words(row: BookRow) -> Wording:
    """A line of the list: mark, name, which day decides about the year, whether it is in use."""
    mark = mark_words(row.mark)
    state, tone, sign = use_state(active=row.active)
    year = year_text(row.year_by)
    return Wording(
        cells=(
            Cell(icon=mark.icon, tone=mark.tone, tooltip=mark.text),
            Cell(text=row.name, tooltip=row.name),
            Cell(text=year),
            Cell(text=state, tone=tone, mark=sign),
        ),
        accessible=f"{row.name}, {year}, {state}, {mark.text}",
    )


def year_text(year_by: YearBy) -> str:
    """The day that decides into which year a letter is counted."""
    if year_by is YearBy.ENTERED:
        return QCoreApplication.translate("Structure", "Tanggal dicatat")
    return QCoreApplication.translate("Structure", "Tanggal diterima")


def use_state(*, active: bool) -> tuple[str, str, str]:
    """Text, tone and mark of whether a unit or a book is in use."""
    if active:
        return QCoreApplication.translate("Structure", "Dipakai"), "SUCCESS", "DOT"
    return QCoreApplication.translate("Structure", "Tidak dipakai lagi"), "NEUTRAL", "SQUARE"


def office_words(row: OfficeRow) -> Wording:
    """A line of the list: mark, name, short name, code, positions, people."""
    mark = mark_words(row.mark)
    return Wording(
        cells=(
            Cell(icon=mark.icon, tone=mark.tone, tooltip=mark.text),
            Cell(text=row.name, tooltip=row.name),
            Cell(text=row.short_name, tooltip=row.short_name),
            Cell(text=row.code or "—"),
            Cell(text=str(row.positions)),
            Cell(text=str(row.people)),
        ),
        accessible=f"{row.name}, {row.short_name}, {row.code}, {row.positions}, {row.people}, {mark.text}",
    )


def access_words(row: AccessRow) -> Wording:
    """A line of the list: position, task, inbox, open and restricted register, secret register."""
    inbox = count_text(row, row.inbox)
    plain, secret = count_text(row, row.plain), count_text(row, row.secret)
    return Wording(
        cells=(
            Cell(text=row.title, tooltip=row.title),
            Cell(text=role_name(row.role)),
            Cell(text=inbox),
            Cell(text=plain),
            Cell(text=secret),
        ),
        accessible=f"{row.title}, {role_name(row.role)}, {inbox}, {plain}, {secret}",
    )


def count_text(row: AccessRow, count: int | None) -> str:
    """How many records the position receives; whether at all, as long as the server has not counted."""
    translate = QCoreApplication.translate
    if count is None:
        return translate("Structure", "tidak")
    return str(count) if row.counted_at else translate("Structure", "ya")


def why_text(row: AccessRow) -> str:
    """Why the position sees letters, or why not."""
    translate = QCoreApplication.translate
    parts = [translate("Structure", "Melihat surat yang ditujukan atau didisposisikan kepadanya.")]
    if row.plain is None:
        parts.append(translate("Structure", "Tidak melihat buku agenda: tugasnya tidak membacanya."))
    elif row.secret is None:
        parts.append(translate("Structure", "Melihat buku agenda, kecuali surat rahasia."))
    else:
        parts.append(translate("Structure", "Melihat buku agenda dan baris surat rahasia; isinya hanya bagi penerima."))
    return " ".join(parts)
