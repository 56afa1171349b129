"""The words of one's own sessions."""

from PySide6.QtCore import QCoreApplication

from desktop.system.faults import FaultOf
from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import SessionLine
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_moment

_NO_LINE = frozenset({FaultOf.NO_NETWORK, FaultOf.TIMED_OUT, FaultOf.PORTAL, FaultOf.SERVER_FAILED})


def session_words(line: SessionLine) -> Wording:
    """A card: the PC, when it was last in touch, since when somebody is signed in there."""
    translate = QCoreApplication.translate
    where = translate("Sessions", "Komputer ini") if line.here else translate("Sessions", "Komputer lain")
    seen = translate("Sessions", "Kontak terakhir {moment}").format(moment=format_moment(local(line.seen_at)))
    state = translate("Sessions", "Masuk {moment}").format(moment=format_moment(local(line.began_at)))
    if line.leaving:
        state = translate("Sessions", "Dikeluarkan begitu server mendengarnya")
    return Wording(
        cells=(Cell(text=line.name),),
        accessible=f"{line.name}, {where}, {state}, {seen}",
        sender=where,
        moment=seen,
        state=state,
    )


def unlisted_sentence(code: str) -> str:
    """Why there is no list, and what can be done without it."""
    translate = QCoreApplication.translate
    if code in _NO_LINE:
        return translate(
            "Sessions",
            "Daftar ini ada di server, yang sekarang tidak terjangkau. "
            "Mengeluarkan semua komputer lain tetap dapat; berlaku begitu server mendengarnya.",
        )
    return sentence_for(code)
