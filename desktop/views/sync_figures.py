"""The figures of Pusat Sinkron, as cards side by side."""

from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.viewmodels.sync_center import SyncCenter
from desktop.widgets.boxes import Column, Row
from desktop.widgets.dates import format_date, format_time
from desktop.widgets.figures import format_count, format_size, format_span
from desktop.widgets.labels import ElidedLabel, IconLabel, Label
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole


class FigureCard(Surface):
    """An icon with a name, a figure, a quiet remark."""

    def __init__(self, theme: Theme, name: str, *, icon: str, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(theme, card=True, parent=parent)
        self._name = name
        self._figure = Label(theme, role=TextRole.FIGURE, tabular=True)
        self._remark = ElidedLabel(theme, role=TextRole.CAPTION)
        head = Row(theme, gap=8)
        head.add(IconLabel(theme, icon, colour=tone.value), Label(theme, name, role=TextRole.CAPTION_STRONG), None)
        column = Column(theme, gap=2, margins=(14, 12, 14, 12), parent=self)
        column.add(head, self._figure, self._remark)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figure(self, figure: str, remark: str) -> None:
        """Show another figure."""
        self._figure.setText(figure)
        self._remark.setText(remark)
        self.setAccessibleName(f"{self._name}, {figure}, {remark}")

    def figure(self) -> str:
        """What the figure says."""
        return self._figure.text()

    def remark(self) -> str:
        """What the remark says."""
        return self._remark.text()


class SyncFigures(QWidget):
    """What waits, what was refused, when the last round succeeded."""

    def __init__(self, theme: Theme, center: SyncCenter, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._center = center
        self.waiting = FigureCard(theme, self.tr("Menunggu kirim"), icon="cloud-upload", tone=Tone.INFO)
        self.files = FigureCard(theme, self.tr("Pindaian menunggu"), icon="file-export", tone=Tone.INFO)
        self.refused = FigureCard(theme, self.tr("Perlu perhatian"), icon="cloud-exclamation", tone=Tone.WARNING)
        self.last = FigureCard(theme, self.tr("Sinkron terakhir"), icon="cloud-check", tone=Tone.SUCCESS)
        row = Row(theme, gap=12, parent=self)
        row.add(self.waiting, self.files, self.refused, self.last)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def refresh(self) -> None:
        """Show the figures as they are now."""
        overview = self._center.overview
        if overview is None:
            return
        self.waiting.show_figure(format_count(overview.waiting), self._estimate())
        remark = format_size(overview.bytes_waiting) if overview.files_waiting else self.tr("tidak ada")
        if overview.files_wanted:
            wanted = self.tr("{count} akan diunduh").format(count=format_count(overview.files_wanted))
            remark = f"{remark} · {wanted}"
        self.files.show_figure(format_count(overview.files_waiting), remark)
        seen = self.tr("perlu Anda lihat") if overview.refused else self.tr("tidak ada")
        self.refused.show_figure(format_count(overview.refused), seen)
        success = self._center.last_success
        if success is None:
            self.last.show_figure("—", self.tr("belum pernah"))
        else:
            day = self.tr("hari ini") if success.date() == self._center.today else format_date(success.date())
            self.last.show_figure(format_time(success), day)

    def _estimate(self) -> str:
        overview, seconds = self._center.overview, self._center.seconds_to_send
        if overview is None or not (overview.waiting or overview.files_waiting):
            return self.tr("tidak ada")
        if self._center.practice:
            return self.tr("tetap di komputer ini")
        size = format_size(self._center.bytes_waiting)
        if seconds is None:
            return self.tr("{size} seluruhnya").format(size=size)
        return self.tr("{size}, {span} saat tersambung").format(size=size, span=format_span(seconds))
