"""The status strip in words."""

from PySide6.QtCore import QObject, Slot

from desktop.viewmodels.facts import SyncOverview
from desktop.viewmodels.status_bar import StatusBar
from desktop.views.messages import sentence_for
from desktop.widgets.dates import format_day_month, format_time
from desktop.widgets.figures import format_count
from desktop.widgets.status_strip import Side, StatusStrip
from desktop.widgets.theme import Tone


class StatusView(QObject):
    """Keeps a StatusStrip saying what a StatusBar knows."""

    def __init__(self, strip: StatusStrip, status: StatusBar, *, parent: QObject) -> None:
        super().__init__(parent)
        self._strip = strip
        self._status = status
        status.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say everything anew."""
        status = self._status
        if status.failure:
            text = self.tr("Keadaan data tidak terbaca")
            tip = sentence_for(status.failure)
            self._strip.set_segment("saved", text, icon="alert-triangle", tone=Tone.WARNING, weight=9, tooltip=tip)
            return
        saved = self.tr("Tersimpan di komputer ini")
        self._strip.set_segment("saved", saved, icon="circle-check", tone=Tone.SUCCESS, weight=9)
        if status.overview is None:
            return
        if status.practice:
            text = self.tr("Latihan: tidak dikirim")
            self._strip.set_segment("line", text, icon="cloud-off", side=Side.RIGHT, weight=8)
            return
        self._show_waiting()
        self._show_success()
        self._show_line()

    def _show_waiting(self) -> None:
        overview = self._status.overview
        if overview is None:
            return
        text = self._waiting(overview)
        self._strip.set_segment("waiting", text, icon="cloud-upload", side=Side.RIGHT, weight=7)
        at_hub = self.tr("Di hub kantor {count}").format(count=format_count(overview.at_hub)) if overview.at_hub else ""
        tip = self.tr("Tersimpan juga di hub kantor, yang meneruskannya ke server.")
        self._strip.set_segment("hub", at_hub, icon="building", side=Side.RIGHT, weight=7, tooltip=tip)
        refused = self.tr("Perlu perhatian {count}").format(count=overview.refused) if overview.refused else ""
        self._strip.set_segment(
            "refused", refused, icon="cloud-exclamation", tone=Tone.WARNING, side=Side.RIGHT, weight=8
        )

    def _waiting(self, overview: SyncOverview) -> str:
        """Works and scans apart, as Pusat Sinkron and Beranda count them."""
        if overview.waiting and overview.files_waiting:
            text = self.tr("Menunggu kirim {count} · {files} pindaian")
        elif overview.waiting:
            text = self.tr("Menunggu kirim {count}")
        elif overview.files_waiting:
            text = self.tr("Menunggu kirim {files} pindaian")
        else:
            return ""
        return text.format(count=format_count(overview.waiting), files=format_count(overview.files_waiting))

    def _show_success(self) -> None:
        moment = self._status.last_success
        if self._status.phase:
            text, icon = self.tr("Sedang sinkron…"), "refresh"
        elif moment is None:
            text, icon = self.tr("Belum pernah sinkron"), "cloud"
        else:
            date, time = format_day_month(moment.date()), format_time(moment)
            text, icon = self.tr("Sinkron terakhir {date} {time}").format(date=date, time=time), "cloud-check"
        self._strip.set_segment("success", text, icon=icon, side=Side.RIGHT, weight=5)

    def _show_line(self) -> None:
        status = self._status
        since = status.offline_since
        if status.problem:
            text, icon, tone = self.tr("Sinkron tertahan"), "alert-triangle", Tone.WARNING
            tip = sentence_for(status.problem)
        elif status.offline and since is not None:
            text, icon, tone = self.tr("Luring sejak {time}").format(time=format_time(since)), "wifi-off", Tone.NEUTRAL
            tip = self.tr("Pekerjaan dapat diteruskan; semuanya dikirim saat tersambung.")
        elif status.offline:
            text, icon, tone, tip = self.tr("Luring"), "wifi-off", Tone.NEUTRAL, ""
        else:
            text, icon, tone, tip = "", "", Tone.NEUTRAL, ""
        self._strip.set_segment("line", text, icon=icon, tone=tone, side=Side.RIGHT, weight=6, tooltip=tip)
