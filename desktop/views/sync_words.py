"""The words of Pusat Sinkron: acts, rounds, differences, and the sentence about the line."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from core.domain.acting import FieldConflict
from core.domain.errors import RefusalCode
from core.domain.letters import SecurityLevel, Urgency
from desktop.viewmodels.facts import LineState, OpState, QueueItem, SyncOverview
from desktop.viewmodels.local_time import local
from desktop.viewmodels.sync_center import Round, SyncCenter
from desktop.views.act_words import act_name
from desktop.views.event_words import CLOCKS, clock_text
from desktop.views.letter_words import security_text, urgency_text
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import Cell, Wording
from desktop.views.sentence_end import MARKS, ended_once
from desktop.widgets.dates import format_date, format_moment
from desktop.widgets.figures import format_count, format_size
from desktop.widgets.theme import Tone

OK = "ok"
# The fields of a letter that hold a day; what stands in others may look like one and is none.
DATES = ("letter_date", "due_on", "event_on", "reply_by")
_TRAY_TONES: Mapping[OpState, str] = MappingProxyType(
    {
        OpState.REFUSED: "DANGER",
        OpState.HELD: "INFO",
        OpState.HELD_ACCEPTED: "SUCCESS",
        OpState.HELD_REJECTED: "DANGER",
    }
)
_TRAY_MARKS: Mapping[OpState, str] = MappingProxyType({OpState.HELD: "RING"})


def queue_words(item: QueueItem, *, practice: bool) -> Wording:
    """A line of the queue: what, about what, when, how large, how it stands."""
    translate = QCoreApplication.translate
    what, about = act_name(item.act), item.about or "—"
    when, size = format_moment(local(item.made_at)), format_size(item.size)
    waits, stays = translate("SyncCenter", "Menunggu kirim"), translate("SyncCenter", "Tetap di sini")
    at_hub = translate("SyncCenter", "Di hub kantor")
    state = stays if practice else at_hub if item.at_hub else waits
    mark = "DOT" if practice or item.at_hub else "RING"
    return Wording(
        cells=(
            Cell(text=what),
            Cell(text=about, tooltip=about),
            Cell(text=when),
            Cell(text=size),
            Cell(text=state, tone="NEUTRAL" if practice else "INFO", mark=mark),
        ),
        accessible=f"{what}, {about}, {when}, {size}, {state}",
    )


def tray_words(item: QueueItem) -> Wording:
    """A line of the tray: what, about what, when, why."""
    what, about, why = act_name(item.act), item.about or "—", reason(item)
    when = format_moment(local(item.made_at))
    return Wording(
        cells=(
            Cell(text=what, tone=_TRAY_TONES.get(item.state, "WARNING"), mark=_TRAY_MARKS.get(item.state, "SQUARE")),
            Cell(text=about, tooltip=about),
            Cell(text=when),
            Cell(text=why),
        ),
        accessible=f"{what}, {about}, {when}, {why}",
    )


def log_words(one: Round) -> Wording:
    """A line of the log: when, how it ended, bytes out and in, acts, rows, seconds."""
    translate = QCoreApplication.translate
    when = format_moment(one.started)
    fine = one.outcome == OK
    result = translate("SyncCenter", "Berhasil") if fine else short_trouble(one.outcome)
    seconds = f"{one.seconds:.1f}".replace(".", ",")
    sentence = translate(
        "SyncCenter", "{when}, {result}, dikirim {up}, diterima {down}, {ops} pekerjaan, {rows} baris, {seconds} detik"
    )
    up, down = format_size(one.bytes_up), format_size(one.bytes_down)
    ops, rows = format_count(one.ops), format_count(one.rows)
    return Wording(
        cells=(
            Cell(text=when),
            Cell(text=result, tone="SUCCESS" if fine else "WARNING", mark="SQUARE" if fine else "TRIANGLE"),
            Cell(text=up),
            Cell(text=down),
            Cell(text=ops),
            Cell(text=rows),
            Cell(text=seconds),
        ),
        accessible=sentence.format(when=when, result=result, up=up, down=down, ops=ops, rows=rows, seconds=seconds),
    )


def short_trouble(code: str) -> str:
    """A failed round in two or three words; the whole sentence stands above the lists."""
    translate = QCoreApplication.translate
    words = {
        "no_network": translate("SyncCenter", "Tidak ada jaringan"),
        "timed_out": translate("SyncCenter", "Server lama menjawab"),
        "portal": translate("SyncCenter", "Jaringan minta masuk"),
        "signed_out": translate("SyncCenter", "Perlu masuk kembali"),
        "certificate": translate("SyncCenter", "Sertifikat ditolak"),
        "certificate_date": translate("SyncCenter", "Tanggal tidak cocok"),
        "wrong_authority": translate("SyncCenter", "Bukan server kantor"),
        "server_failed": translate("SyncCenter", "Server bermasalah"),
        "busy": translate("SyncCenter", "Server sibuk"),
        "too_old": translate("SyncCenter", "Pesagi perlu diperbarui"),
    }
    return words.get(code, translate("SyncCenter", "Terhenti ({code})").format(code=code))


def reason(item: QueueItem) -> str:
    """Why the server did not take an act, what became of one that was held, or which values lost; where scans are."""
    why = _reason(item)
    if not item.scans_back:
        return why
    back = QCoreApplication.translate("SyncCenter", "Pindaiannya ada lagi di menu Pindaian.")
    return f"{why if why.endswith(MARKS) else f'{why}.'} {back}"


def _reason(item: QueueItem) -> str:
    if item.state in (OpState.HELD, OpState.HELD_ACCEPTED, OpState.HELD_REJECTED):
        return _held_reason(item)
    if item.state is OpState.CONFLICT:
        head = QCoreApplication.translate("SyncCenter", "Orang lain lebih dahulu mengubah isian yang sama.")
        if item.withheld:
            return " ".join((head, _withheld(), *(_own_value(one) for one in item.conflicts)))
        return " ".join((head, *(_difference(one) for one in item.conflicts)))
    if (item.act, item.code) == ("number.void", RefusalCode.NUMBER_TAKEN):
        return QCoreApplication.translate(
            "SyncCenter", "Nomor ini tidak dibatalkan: surat yang dicatat di komputer lain memakainya."
        )
    return sentence_for(item.code)


def _held_reason(item: QueueItem) -> str:
    translate = QCoreApplication.translate
    by = item.decided_by or translate("SyncCenter", "atasan")
    if item.state is OpState.HELD:
        return translate(
            "SyncCenter",
            "Ditahan untuk diperiksa atasan: wewenang Anda berubah sebelum pekerjaan ini sampai. "
            "Tidak ada yang hilang.",
        )
    if item.state is OpState.HELD_ACCEPTED:
        return translate("SyncCenter", "Diterima {by} dan dilaksanakan atas namanya.").format(by=by)
    text = translate("SyncCenter", "Tidak diterima {by}: {reason}")
    return text.format(by=by, reason=item.reason)


def line_sentence(center: SyncCenter) -> tuple[str, Tone]:
    """How things stand with the server, and how serious that is."""
    translate = QCoreApplication.translate
    overview = center.overview
    if overview is None:
        return translate("SyncCenter", "Membaca keadaan sinkron…"), Tone.INFO
    if center.running:
        return translate("SyncCenter", "Sedang sinkron. Anda dapat terus bekerja."), Tone.INFO
    if overview.line is LineState.CURRENT:
        return _current(overview)
    return {
        LineState.PRACTICE: (
            translate(
                "SyncCenter",
                "Ini kantor latihan. Semua tersimpan di komputer ini dan data latihan tidak pernah dikirim.",
            ),
            Tone.INFO,
        ),
        LineState.NEVER: (
            translate(
                "SyncCenter",
                "Pekerjaan tersimpan di komputer ini dan dikirim otomatis saat server pertama kali terhubung.",
            ),
            Tone.INFO,
        ),
        LineState.OFFLINE: (_offline(center), Tone.INFO),
        LineState.SIGN_IN_AGAIN: (sentence_for("signed_out"), Tone.WARNING),
        LineState.PROBLEM: (sentence_for(overview.problem), Tone.WARNING),
    }[overview.line]


def _current(overview: SyncOverview) -> tuple[str, Tone]:
    translate = QCoreApplication.translate
    if overview.waiting and overview.at_hub == overview.waiting:
        return translate(
            "SyncCenter", "Pekerjaan tersimpan di komputer ini dan di hub kantor, yang meneruskannya ke server."
        ), Tone.INFO
    if overview.waiting or overview.files_waiting:
        return translate(
            "SyncCenter", "Pekerjaan tersimpan di komputer ini dan sedang menunggu giliran kirim."
        ), Tone.INFO
    return translate("SyncCenter", "Semua pekerjaan di komputer ini sudah sampai di server."), Tone.SUCCESS


def _offline(center: SyncCenter) -> str:
    translate = QCoreApplication.translate
    if center.overview is not None and center.overview.problem == "portal":
        return sentence_for("portal")
    if center.overview is not None and center.overview.at_hub:
        text = translate(
            "SyncCenter",
            "Server belum terjangkau. {count} pekerjaan sudah di hub kantor, semuanya juga tersimpan di komputer ini.",
        )
        return text.format(count=format_count(center.overview.at_hub))
    since = center.offline_since
    if since is None:
        return translate(
            "SyncCenter", "Luring. Pekerjaan tersimpan di komputer ini dan dikirim otomatis saat tersambung."
        )
    text = translate(
        "SyncCenter",
        "Luring sejak {moment}. Pekerjaan tersimpan di komputer ini dan dikirim otomatis saat tersambung.",
    )
    return text.format(moment=format_moment(since))


def _difference(one: FieldConflict) -> str:
    text = QCoreApplication.translate("SyncCenter", "{field}: yang berlaku “{stands}”, isian Anda “{wanted}”.")
    values = {"field": field_name(one.field), "stands": value_text(one.field, one.stands)}
    values["wanted"] = value_text(one.field, one.wanted)
    return ended_once(text.format(**values))


def _withheld() -> str:
    return QCoreApplication.translate(
        "SyncCenter", "Yang berlaku tidak ditampilkan lagi: wewenang Anda atas surat ini sudah berakhir."
    )


def _own_value(one: FieldConflict) -> str:
    text = QCoreApplication.translate("SyncCenter", "{field}: isian Anda “{wanted}”.")
    return ended_once(text.format(field=field_name(one.field), wanted=value_text(one.field, one.wanted)))


def field_name(field: str) -> str:
    """What a field of a letter is called."""
    translate = QCoreApplication.translate
    names = {
        "letter_no": translate("SyncCenter", "Nomor surat"),
        "letter_date": translate("SyncCenter", "Tanggal surat"),
        "sender": translate("SyncCenter", "Asal"),
        "subject": translate("SyncCenter", "Perihal"),
        "classification": translate("SyncCenter", "Klasifikasi"),
        "due_on": translate("SyncCenter", "Tenggat"),
        "summary": translate("SyncCenter", "Isi ringkas"),
        "security": translate("SyncCenter", "Sifat"),
        "urgency": translate("SyncCenter", "Derajat"),
        "addressee": translate("SyncCenter", "Diteruskan kepada"),
        "event_on": translate("SyncCenter", "Tanggal acara"),
        "event_from": translate("SyncCenter", "Jam mulai acara"),
        "event_until": translate("SyncCenter", "Jam selesai acara"),
        "event_place": translate("SyncCenter", "Tempat acara"),
    }
    return names.get(field, field)


def value_text(field: str, text: str) -> str:
    """A value of a field as people read it: nothing has a word, a level its name, a day its month, a time its dot."""
    if not text:
        return QCoreApplication.translate("SyncCenter", "kosong")
    if field in DATES:
        return _day_text(text)
    return clock_text(text) if field in CLOCKS else _level_text(field, text)


def _day_text(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text))
    except ValueError:
        return text


def _level_text(field: str, text: str) -> str:
    if field == "urgency" and text in (str(int(one)) for one in Urgency):
        return urgency_text(Urgency(int(text)))
    if field == "security" and text in (str(int(one)) for one in SecurityLevel):
        return security_text(SecurityLevel(int(text)))
    return text
