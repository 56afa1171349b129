"""The words of letters of order."""

from PySide6.QtCore import QCoreApplication

from core.domain.offices import Scope
from desktop.viewmodels.letter_row_texts import mark_words
from desktop.viewmodels.screen_facts import OrderRow, OrderState
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date


def order_words(row: OrderRow) -> Wording:
    """A line of the list: mark, title, who acts, for whom, the days, where it stands."""
    mark, (state, tone, sign) = mark_words(row.mark), order_state(row.state)
    days, replaced = days_text(row), replaced_text(row)
    return Wording(
        cells=(
            Cell(icon=mark.icon, tone=mark.tone, tooltip=mark.text),
            Cell(text=row.title, tooltip=row.title),
            Cell(text=row.acting, tooltip=row.acting),
            Cell(text=replaced, tooltip=replaced),
            Cell(text=days, tooltip=days),
            Cell(text=state, tone=tone, mark=sign),
        ),
        accessible=f"{row.title}, {row.acting}, {replaced}, {days}, {state}, {mark.text}",
    )


def order_state(state: OrderState) -> tuple[str, str, str]:
    """Text, tone and mark of where an order stands."""
    translate = QCoreApplication.translate
    return {
        OrderState.COMING: (translate("Orders", "Belum mulai"), "INFO", "RING"),
        OrderState.HOLDS: (translate("Orders", "Berlaku"), "SUCCESS", "DOT"),
        OrderState.OVER: (translate("Orders", "Berakhir"), "NEUTRAL", "SQUARE"),
        OrderState.CUT: (translate("Orders", "Diakhiri"), "NEUTRAL", "SQUARE"),
    }[state]


def days_text(row: OrderRow) -> str:
    """From which day to which."""
    text = QCoreApplication.translate("Orders", "{first} – {last}")
    return text.format(first=format_date(row.first_day), last=format_date(row.last_day))


def replaced_text(row: OrderRow) -> str:
    """Who is replaced."""
    return row.replaced or QCoreApplication.translate("Orders", "jabatan lowong")


def scope_text(scopes: tuple[Scope, ...]) -> str:
    """What is handed over."""
    names = dict(scope_choices())
    return ", ".join(names[str(int(scope))] for scope in scopes)


def scope_choices() -> list[tuple[str, str]]:
    """What can be handed over, by number."""
    translate = QCoreApplication.translate
    return [
        (str(int(Scope.DISPOSE)), translate("Orders", "Disposisi dan putusan")),
        (str(int(Scope.NUMBER)), translate("Orders", "Pencatatan dan nomor")),
    ]
