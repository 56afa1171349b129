"""What a PC that was shut out could not hand on, in words."""

from PySide6.QtCore import QCoreApplication

from desktop.system.profile_wiping import LeftBehind
from desktop.widgets.figures import format_count


def left_text(left: LeftBehind) -> str:
    """One sentence that names what has to be done again elsewhere; nothing where nothing was left."""
    translate = QCoreApplication.translate
    counted = (
        (left.drafts, translate("Parting", "{count} surat yang belum selesai diisi")),
        (left.scans, translate("Parting", "{count} pindaian di Pindaian")),
        (left.refused, translate("Parting", "{count} pekerjaan yang tidak diterima")),
        (left.files, translate("Parting", "{count} berkas yang tidak dapat disegel")),
    )
    named = [words.format(count=format_count(count)) for count, words in counted if count]
    if not named:
        return ""
    said = translate("Parting", "Yang tidak ikut disegel: {what}; masukkan lagi dari kertasnya di komputer lain.")
    return said.format(what=", ".join(named))
