"""What lies on this PC alone, in words."""

from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.widgets.dates import format_date
from desktop.widgets.figures import format_count


def lone_text(*, acts: int, scans: int, since: date) -> str:
    """One sentence on what is at stake, and one on what to do."""
    translate = QCoreApplication.translate
    if acts and scans:
        what = translate("LoneWork", "{acts} pekerjaan dan {scans} pindaian sejak {day} hanya ada di komputer ini.")
    elif acts:
        what = translate("LoneWork", "{acts} pekerjaan sejak {day} hanya ada di komputer ini.")
    else:
        what = translate("LoneWork", "{scans} pindaian sejak {day} hanya ada di komputer ini.")
    what = what.format(acts=format_count(acts), scans=format_count(scans), day=format_date(since))
    return f"{what} {translate('LoneWork', 'Sambungkan ke jaringan, atau kirim lewat flash disk.')}"
