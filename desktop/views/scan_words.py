"""The words of Pindaian."""

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from desktop.system.scan_item import Origin, ScanItem
from desktop.viewmodels.local_time import local
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date, format_time
from desktop.widgets.figures import format_count, format_size


def item_words(item: ScanItem) -> Wording:
    """A line of the list: name, pages, size, when it came and from where."""
    translate = QCoreApplication.translate
    count = format_count(len(item.pages))
    pages = translate("Pindaian", "{count} halaman").format(count=count)
    size = format_size(sum({page.sha256: page.size for page in item.pages}.values()))
    moment = local(datetime.fromtimestamp(item.added_ms / 1000, UTC))
    came = f"{format_date(moment.date())} {format_time(moment)}"
    source = {
        Origin.FILE: translate("Pindaian", "Berkas"),
        Origin.FOLDER: translate("Pindaian", "Folder"),
        Origin.SCANNER: translate("Pindaian", "Pemindai"),
    }[item.origin]
    name = item.name or translate("Pindaian", "Pindaian")
    return Wording(
        cells=(
            Cell(text=name, tooltip=name),
            Cell(text=count),
            Cell(text=size),
            Cell(text=came),
        ),
        accessible=f"{name}, {pages}, {size}, {source}, {came}",
    )
