"""The words of the files in Pusat Sinkron: which scan, which way, how long it takes, how it stands."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.file_traffic import FileLine, FileState, FileTraffic
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.figures import format_count, format_size, format_span


def file_words(line: FileLine) -> Wording:
    """A line of the list: about which letter, which way, pages, size, how long, how it stands."""
    translate = QCoreApplication.translate
    item = line.item
    about = item.about or translate("FileTraffic", "Pindaian surat")
    way = translate("FileTraffic", "Dikirim") if item.up else translate("FileTraffic", "Diambil")
    pages = format_count(item.pages) if item.pages else "—"
    size, span = format_size(item.size), span_words(line.seconds)
    state, tone, mark = _state(line)
    told = [about, way.lower()]
    if item.pages:
        told.append(translate("FileTraffic", "{count} halaman").format(count=pages))
    told.append(size)
    if span:
        told.append(span)
    told.append(state)
    return Wording(
        cells=(
            Cell(text=about, tooltip=about),
            Cell(text=way),
            Cell(text=pages),
            Cell(text=size),
            Cell(text=span or "—"),
            Cell(text=state, tone=tone, mark=mark),
        ),
        accessible=", ".join(told),
    )


def span_words(seconds: float | None) -> str:
    """How long it takes, as people say it; the empty text while nobody knows."""
    if seconds is None:
        return ""
    about = QCoreApplication.translate("FileTraffic", "kira-kira {span}")
    return about.format(span=format_span(seconds).removeprefix("± "))


def traffic_sentence(traffic: FileTraffic) -> str:
    """What all files together are, and what it means that they are stopped."""
    translate = QCoreApplication.translate
    if traffic.facts.paused:
        return translate("FileTraffic", "Berkas pindaian dijeda. Surat dan disposisi tetap dikirim dan diterima.")
    if not traffic.lines.rowCount():
        return translate("FileTraffic", "Semua pindaian sudah sampai di tempatnya.")
    if not traffic.going:
        return translate("FileTraffic", "Tidak ada pindaian yang berjalan sekarang.")
    count = translate("FileTraffic", "{count} berkas berjalan").format(count=format_count(traffic.going))
    told = (count, format_size(traffic.bytes_left), span_words(traffic.seconds_left))
    return ", ".join(part for part in told if part)


def night_words(traffic: FileTraffic) -> str:
    """The choice of what comes at night, with its hours."""
    text = QCoreApplication.translate("FileTraffic", "Ambil pindaian lengkap pukul {begin}–{end}")
    facts = traffic.facts
    return text.format(begin=f"{facts.night_from:02}.00", end=f"{facts.night_until:02}.00")


def _state(line: FileLine) -> tuple[str, str, str]:
    """The words of a state, its tone and its mark."""
    translate = QCoreApplication.translate
    match line.state:
        case FileState.MOVING:
            text = translate("FileTraffic", "Berjalan {percent}%").format(percent=line.percent)
            return text, "SUCCESS", "DOT"
        case FileState.NIGHT:
            return translate("FileTraffic", "Menunggu malam"), "NEUTRAL", "RING"
        case FileState.STOPPED:
            return translate("FileTraffic", "Dijeda"), "WARNING", "TRIANGLE"
        case FileState.DAMAGED:
            return translate("FileTraffic", "Berkas rusak, diambil lagi"), "DANGER", "SQUARE"
        case FileState.DAMAGED_THERE:
            return translate("FileTraffic", "Berkas rusak di server"), "DANGER", "SQUARE"
        case FileState.WAITING:
            return translate("FileTraffic", "Menunggu giliran"), "INFO", "RING"
