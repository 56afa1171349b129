"""What a signature proves, in one line beside what it is over."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.facts import SignatureView, Standing
from desktop.viewmodels.local_time import local
from desktop.widgets.dates import format_moment
from desktop.widgets.theme import Tone


def signature_text(view: SignatureView) -> str:
    """The line; empty where nobody was to sign: in practice, and before the person had a key."""
    translate = QCoreApplication.translate
    moment = format_moment(local(view.at)) if view.at is not None else ""
    named = ", ".join(part for part in (view.name, moment) if part)
    match view.standing:
        case Standing.VALID:
            return translate("Signatures", "Tanda tangan: sah, {named}").format(named=named)
        case Standing.UNKNOWN:
            return translate("Signatures", "Tanda tangan: belum dapat diperiksa, kuncinya belum datang")
        case Standing.ENDED:
            return translate("Signatures", "Tanda tangan: dibuat dengan kunci yang sudah diganti, {named}").format(
                named=named
            )
        case Standing.WRONG:
            return translate("Signatures", "Tanda tangan: tidak cocok dengan isinya")
        case Standing.RECAST:
            return translate("Signatures", "Tanda tangan: dibuat sebelum isinya disegel atau dibuka segelnya")
        case Standing.NONE:
            return translate("Signatures", "Tanpa tanda tangan") if view.missing else ""


def signature_tone(view: SignatureView) -> Tone | None:
    """The colour of the line; None for that of all small print."""
    return Tone.DANGER if view.standing is Standing.WRONG else None
