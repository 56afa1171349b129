"""The words of people and positions, as their administrator sees them."""

from PySide6.QtCore import QCoreApplication

from core.domain.offices import Role
from desktop.viewmodels.letter_row_texts import mark_words
from desktop.viewmodels.screen_facts import PositionRow, UserRow
from desktop.views.presented_rows import Cell, Wording


def user_words(row: UserRow) -> Wording:
    """A line of the list: mark, name, user name, positions, whether the person is let in."""
    mark, titles, (state, tone, sign) = mark_words(row.mark), titles_text(row), user_state(row)
    return Wording(
        cells=(
            Cell(icon=mark.icon, tone=mark.tone, tooltip=mark.text),
            Cell(text=row.name, tooltip=row.name),
            Cell(text=row.username, tooltip=row.username),
            Cell(text=titles, tooltip=titles),
            Cell(text=state, tone=tone, mark=sign),
        ),
        accessible=f"{row.name}, {row.username}, {titles}, {state}, {mark.text}",
    )


def titles_text(row: UserRow) -> str:
    """The positions that a person holds; those of other offices are only counted."""
    here = [title for title in row.titles if title]
    elsewhere = len(row.titles) - len(here)
    if elsewhere:
        text = QCoreApplication.translate("Admin", "{count} di kantor lain")
        here.append(text.format(count=elsewhere))
    return ", ".join(here) or QCoreApplication.translate("Admin", "tanpa jabatan")


def user_state(row: UserRow) -> tuple[str, str, str]:
    """Text, tone and mark of whether somebody is let in."""
    if row.active:
        return QCoreApplication.translate("Admin", "Aktif"), "SUCCESS", "DOT"
    return QCoreApplication.translate("Admin", "Nonaktif"), "NEUTRAL", "SQUARE"


def position_words(row: PositionRow) -> Wording:
    """A line of the list: mark, title, what it is for, under whom, who holds it."""
    mark, role, holders = mark_words(row.mark), role_name(row.role), holders_text(row)
    return Wording(
        cells=(
            Cell(icon=mark.icon, tone=mark.tone, tooltip=mark.text),
            Cell(text=row.title, tooltip=row.title),
            Cell(text=role),
            Cell(text=row.superior or "—", tooltip=row.superior),
            Cell(text=holders, tooltip=holders),
        ),
        accessible=f"{row.title}, {role}, {row.superior}, {holders}, {mark.text}",
    )


def holders_text(row: PositionRow) -> str:
    """Who holds a position."""
    return ", ".join(row.holders) or QCoreApplication.translate("Admin", "lowong")


def role_name(role: Role) -> str:
    """What a position is for."""
    return dict(role_choices())[str(int(role))]


def role_choices() -> list[tuple[str, str]]:
    """Every role with its name, by number."""
    translate = QCoreApplication.translate
    return [
        (str(int(Role.REGISTRAR)), translate("Admin", "Petugas tata usaha")),
        (str(int(Role.SECRETARY)), translate("Admin", "Sekretaris")),
        (str(int(Role.HEAD)), translate("Admin", "Pimpinan")),
        (str(int(Role.STAFF)), translate("Admin", "Kasi, kasubbag, staf")),
        (str(int(Role.ARCHIVIST)), translate("Admin", "Arsiparis")),
        (str(int(Role.OFFICE_ADMIN)), translate("Admin", "Admin kantor")),
        (str(int(Role.REGION_ADMIN)), translate("Admin", "Admin Diskominfo")),
        (str(int(Role.INSPECTOR)), translate("Admin", "Pemeriksa")),
    ]
