"""The words of PCs, as their administrator sees them."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import Alarms, DeviceLine, Worry
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_moment

_GB = 1024


def device_words(line: DeviceLine) -> Wording:
    """A line of the list: name, people, last contact, version, what waits, how it is."""
    people, seen, waiting = people_text(line), moment_text(line.seen_at), waiting_text(line)
    short = waiting.partition(",")[0]
    state, tone, mark = device_state(line)
    version = line.state.version if line.state else "—"
    return Wording(
        cells=(
            Cell(text=name_text(line), tooltip=name_text(line)),
            Cell(text=people, tooltip=people),
            Cell(text=seen),
            Cell(text=version),
            Cell(text=short, tooltip=waiting),
            Cell(text=state, tone=tone, mark=mark),
        ),
        accessible=f"{name_text(line)}, {people}, {seen}, {version}, {waiting}, {state}",
    )


def name_text(line: DeviceLine) -> str:
    """The name of a PC, and that it is this one; or which office's hub it is."""
    if line.hub:
        return QCoreApplication.translate("Devices", "Hub {office}").format(office=", ".join(line.offices)).strip()
    if not line.here:
        return line.name
    return QCoreApplication.translate("Devices", "{name} (komputer ini)").format(name=line.name)


def people_text(line: DeviceLine) -> str:
    """Who may use a PC; a hub is nobody's."""
    if line.hub:
        return "—"
    return ", ".join(line.people) or QCoreApplication.translate("Devices", "tanpa pengguna")


def moment_text(moment: datetime | None) -> str:
    """When something was, by the clock on the wall."""
    return "—" if moment is None else format_moment(local(moment))


def waiting_text(line: DeviceLine) -> str:
    """What still waited at the PC when it told last."""
    translate = QCoreApplication.translate
    if line.state is None:
        return "—"
    parts = []
    if line.state.waiting:
        parts.append(translate("Devices", "{count} pekerjaan").format(count=line.state.waiting))
    if line.state.files:
        parts.append(translate("Devices", "{count} pindaian").format(count=line.state.files))
    return ", ".join(parts) or translate("Devices", "tidak ada")


def device_state(line: DeviceLine) -> tuple[str, str, str]:
    """Text, tone and mark of how a PC is: the worst of its worries."""
    translate = QCoreApplication.translate
    if not line.worries:
        return translate("Devices", "Baik"), "SUCCESS", "DOT"
    texts = {
        Worry.REVOKED: (translate("Devices", "Dicabut"), "NEUTRAL", "SQUARE"),
        Worry.SILENT: (translate("Devices", "Lama tanpa kabar"), "WARNING", "TRIANGLE"),
        Worry.WAITING: (translate("Devices", "Ada yang menunggu"), "WARNING", "TRIANGLE"),
        Worry.CLOCK: (translate("Devices", "Jam salah"), "WARNING", "TRIANGLE"),
        Worry.OLD: (translate("Devices", "Versi lama"), "WARNING", "TRIANGLE"),
        Worry.DISK: (translate("Devices", "Disk hampir penuh"), "DANGER", "SQUARE"),
        Worry.UNBACKED: (translate("Devices", "Belum tercadang"), "WARNING", "TRIANGLE"),
    }
    return texts[line.worries[0]]


def alarm_sentence(alarms: Alarms) -> str:
    """What needs looking after, in one calm sentence; empty if nothing does."""
    translate = QCoreApplication.translate
    words = {
        Worry.SILENT: translate("Devices", "{count} komputer lama tanpa kabar"),
        Worry.CLOCK: translate("Devices", "{count} jam komputer salah"),
        Worry.OLD: translate("Devices", "{count} komputer memakai versi lama"),
        Worry.DISK: translate("Devices", "{count} disk hampir penuh"),
        Worry.UNBACKED: translate("Devices", "{count} komputer belum tercadang"),
    }
    parts = [words[worry].format(count=count) for worry, count in alarms.worries]
    if alarms.sealed:
        parts.append(translate("Devices", "{count} pekerjaan tersegel belum dibuka").format(count=alarms.sealed))
    if alarms.held:
        parts.append(translate("Devices", "{count} pekerjaan menunggu putusan di Karantina").format(count=alarms.held))
    if not parts:
        return ""
    return translate("Devices", "Perlu dilihat: {all}.").format(all=", ".join(parts))


def run_sentence(alarms: Alarms) -> str:
    """What was run last at the server, by whom and when; empty if nothing was."""
    run = alarms.run
    if run is None:
        return ""
    text = QCoreApplication.translate("Devices", "Perintah terakhir di peladen: {what}, oleh {who}, {moment}.")
    return text.format(what=f"{run.verb} {run.about}".strip(), who=run.run_by, moment=moment_text(run.at))


def state_text(line: DeviceLine) -> str:
    """How a PC is, in full: of one that was shut out when, why, and what became of its work."""
    translate = QCoreApplication.translate
    if line.revoked_at is None:
        return device_state(line)[0]
    parts = [translate("Devices", "Dicabut {moment}").format(moment=moment_text(line.revoked_at))]
    if line.reason:
        parts.append(line.reason)
    if line.opened:
        parts.append(translate("Devices", "pekerjaannya sudah dibuka"))
    elif line.sealed:
        parts.append(translate("Devices", "pekerjaannya tersegel di server"))
    else:
        parts.append(translate("Devices", "belum terhubung lagi"))
    return "; ".join(parts)


def clock_text(line: DeviceLine) -> str:
    """How the PC's clock goes."""
    translate = QCoreApplication.translate
    if line.state is None:
        return "—"
    seconds = abs(line.state.skew_s)
    if seconds < 60:  # noqa: PLR2004  # a minute
        return translate("Devices", "tepat")
    minutes = seconds // 60
    if minutes >= 120:  # noqa: PLR2004  # two hours
        lead = translate("Devices", "{count} jam lebih cepat"), translate("Devices", "{count} jam lebih lambat")
        return (lead[0] if line.state.skew_s > 0 else lead[1]).format(count=minutes // 60)
    lead = translate("Devices", "{count} menit lebih cepat"), translate("Devices", "{count} menit lebih lambat")
    return (lead[0] if line.state.skew_s > 0 else lead[1]).format(count=minutes)


def disk_text(line: DeviceLine) -> str:
    """How much of the PC's disk is free."""
    if line.state is None or not line.state.free_mb:
        return "—"
    if line.state.free_mb < _GB:
        return QCoreApplication.translate("Devices", "{count} MB").format(count=line.state.free_mb)
    return QCoreApplication.translate("Devices", "{count} GB").format(count=line.state.free_mb // _GB)


def backup_text(line: DeviceLine) -> str:
    """Since when work of the PC is in no backup of the server."""
    translate = QCoreApplication.translate
    if line.state is None:
        return "—"
    hours = line.state.unbacked_h
    if hours < 0:
        return translate("Devices", "semua tercadang di server")
    if hours < 48:  # noqa: PLR2004  # two days
        return translate("Devices", "pekerjaan {count} jam terakhir belum").format(count=hours + 1)
    return translate("Devices", "pekerjaan {count} hari terakhir belum").format(count=hours // 24 + 1)
