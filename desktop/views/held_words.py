"""The words of what waits for a superior's decision."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import HeldItem, WhyHeld
from desktop.views.act_words import act_name
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_moment


def held_words(item: HeldItem) -> Wording:
    """A line of the list: what, about what, when, who."""
    what, about, who = what_text(item), item.about or "—", who_text(item)
    when = format_moment(local(item.made_at))
    return Wording(
        cells=(
            Cell(text=what, tone="WARNING", mark="RING"),
            Cell(text=about, tooltip=about),
            Cell(text=when),
            Cell(text=who, tooltip=who),
        ),
        accessible=f"{what}, {about}, {when}, {who}",
    )


def what_text(item: HeldItem) -> str:
    """What was done: one act, or those that belong together."""
    return ", ".join(dict.fromkeys(act_name(act) for act in item.acts)) or act_name("")


def who_text(item: HeldItem) -> str:
    """The author, and the position in which it was done."""
    return " · ".join(part for part in (item.author, item.position) if part) or "—"


def held_sentence(item: HeldItem) -> str:
    """Why it is held, and what was taken for it."""
    translate = QCoreApplication.translate
    sentence = {
        WhyHeld.POSITION_TAKEN: translate(
            "HeldActs",
            "Dikerjakan {who} pada {made}. Saat sampai di server ({received}) jabatan itu sudah bukan miliknya, "
            "dan komputernya belum tahu. Belum ada yang berubah.",
        ),
        WhyHeld.SHUT_OUT: translate(
            "HeldActs",
            "Dikerjakan {who} pada {made}. Saat sampai di server ({received}) akunnya sudah dinonaktifkan, "
            "dan komputernya belum tahu. Belum ada yang berubah.",
        ),
        WhyHeld.ACTING_ENDED: translate(
            "HeldActs",
            "Dikerjakan {who} pada {made} berdasarkan surat perintah. Saat sampai di server ({received}) surat "
            "perintah itu sudah diakhiri, dan komputernya belum tahu. Belum ada yang berubah.",
        ),
        WhyHeld.DEVICE_REVOKED: translate(
            "HeldActs",
            "Dikerjakan {who} pada {made} di komputer yang kemudian dicabut. Komputer itu menyegelnya untuk admin, "
            "yang membukanya ({received}). Belum ada yang berubah.",
        ),
    }[item.why]
    made, received = format_moment(local(item.made_at)), format_moment(local(item.received_at))
    parts = [sentence.format(who=who_text(item), made=made, received=received)]
    if item.numbers:
        text = translate("HeldActs", "Nomor agenda yang sudah dipakainya: {numbers}.")
        parts.append(text.format(numbers=", ".join(item.numbers)))
    if item.scans:
        parts.append(translate("HeldActs", "Pindaian: {count} berkas.").format(count=item.scans))
    return " ".join(parts)
