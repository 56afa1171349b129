"""The words of what lies open in positions, and of hand-overs."""

from PySide6.QtCore import QCoreApplication

from core.domain.numbering import format_agenda
from core.domain.offices import OpenItems
from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import DutyRow, HandedRow, OpenLetter
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date, format_moment
from desktop.widgets.figures import format_count
from desktop.widgets.painting import one_line

UNSEEN = "—"
# Two lines of the pane.
MOST_OF_SUBJECT = 48


def duty_words(row: DutyRow) -> Wording:
    """A line of the list: title, holder, and four counts."""
    holder = row.holder or QCoreApplication.translate("Duties", "lowong")
    counts = [UNSEEN] * 4 if row.items is None else [format_count(one) for one in _counts(row.items)]
    return Wording(
        cells=(
            Cell(text=row.title, tooltip=row.title),
            Cell(text=holder, tooltip=holder),
            *(Cell(text=one) for one in counts),
        ),
        accessible=f"{row.title}, {holder}, {items_text(row.items)}",
    )


def items_text(items: OpenItems | None) -> str:
    """What lies open, as one sentence."""
    if items is None:
        return QCoreApplication.translate("Duties", "Isinya tidak terlihat oleh Anda.")
    if not any(_counts(items)):
        return QCoreApplication.translate("Duties", "Tidak ada yang terbuka.")
    text = QCoreApplication.translate(
        "Duties",
        "{decide} menunggu putusan, {answer} menunggu laporan, {hand} surat belum selesai, {sealed} surat rahasia.",
    )
    decide, answer, hand, sealed = (format_count(one) for one in _counts(items))
    return text.format(decide=decide, answer=answer, hand=hand, sealed=sealed)


def open_text(row: DutyRow) -> str:
    """The letters that lie open, each with number, due day and subject; a dash where there are none or none is seen."""
    if not row.open:
        return UNSEEN
    lines = [_letter_line(one) for one in row.open]
    left = 0 if row.items is None else row.items.in_hand - len(row.open)
    if left > 0:
        lines.append(QCoreApplication.translate("Duties", "dan {count} surat lagi").format(count=format_count(left)))
    return "\n\n".join(lines)


def _letter_line(one: OpenLetter) -> str:
    subject = QCoreApplication.translate("Duties", "Surat rahasia") if one.secret else one_line(one.subject)
    if len(subject) > MOST_OF_SUBJECT:
        subject = f"{subject[:MOST_OF_SUBJECT].rstrip()}…"
    number = format_agenda(one.agenda_no, one.suffix) if one.agenda_no else UNSEEN
    if one.due_on is None:
        return f"{number}\n{subject}"
    due = QCoreApplication.translate("Duties", "tenggat {day}").format(day=format_date(one.due_on))
    return f"{number} · {due}\n{subject}"


def handed_text(row: HandedRow | None) -> str:
    """One hand-over, as one sentence; a dash where there was none."""
    if row is None:
        return UNSEEN
    text = QCoreApplication.translate("Duties", "{moment}, dari {leaving} kepada {successor}, dicatat {by}. {items}")
    return text.format(
        moment=format_moment(local(row.at)),
        leaving=row.leaving or QCoreApplication.translate("Duties", "jabatan lowong"),
        successor=row.successor,
        by=row.by,
        items=items_text(row.items),
    )


def told_text(row: HandedRow) -> str:
    """What who left and who followed are told when they sign in."""
    text = QCoreApplication.translate("Duties", "Jabatan {title} diserahkan {leaving} kepada {successor}. {items}")
    return text.format(
        title=row.title,
        leaving=row.leaving or QCoreApplication.translate("Duties", "(lowong)"),
        successor=row.successor,
        items=items_text(row.items),
    )


def _counts(items: OpenItems) -> tuple[int, int, int, int]:
    return items.to_decide, items.to_answer, items.in_hand, items.to_reseal
