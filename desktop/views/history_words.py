"""The sentences of a letter's history: who did what, in plain words."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.facts import Event, HistoryLine
from desktop.viewmodels.local_time import local
from desktop.views.letter_words import channel_text
from desktop.views.sentence_end import ended_once
from desktop.views.sync_words import field_name, value_text
from desktop.widgets.dates import format_date, format_moment

# Fields whose values are words of the program: they stand without quotation marks.
LEVELS = ("security", "urgency")
# What these tell before is the name of a person or a position.
DECIDING = (Event.COMES, Event.DELEGATES, Event.STAYS_AWAY)
NAMING = (Event.HELD_ACCEPTED, Event.HELD_REJECTED, Event.ENTERED, Event.WITHDRAWN, *DECIDING)

# And what these tell after.
TITLED = (Event.DISPOSED, Event.ENTERED, Event.DELEGATES)


def history_sentence(line: HistoryLine) -> str:
    """What happened, as one sentence."""
    translate = QCoreApplication.translate
    values = {
        "who": _who(line),
        "field": field_name(line.field),
        "before": line.before if line.event in NAMING else _value(line.field, line.before),
        "after": line.after if line.event in TITLED else _value(line.field, line.after),
        "count": line.count,
    }
    if line.event is Event.REGISTERED:
        return _registered(line).format(**values)
    if line.event in (Event.ARRIVED, Event.MERGED, Event.MERGED_INTO):
        return ended_once(_joined(line))
    if line.event in (Event.CHANGED, Event.LOST, Event.SETTLED):
        return ended_once(_of_field(line).format(**values))
    if line.event is Event.ANSWERED and line.before:
        text = translate("History", "{who} mengubah laporannya: {before} menjadi {after}.")
        return ended_once(text.format(**values))
    if line.event is Event.WITHDRAWN and not line.after:
        return ended_once(translate("History", "{who} menarik disposisi dari {before}.").format(**values))
    dropped = translate("History", "{who} menutup tanpa balasan: {after}.")
    if not line.after:  # of a secret letter no reason is kept, nor is an older one told
        dropped = translate("History", "{who} menutup tanpa balasan.")
    sentence = {
        Event.ENTERED: translate("History", "{who} mencatatkan disposisi tulisan tangan {before} kepada {after}."),
        Event.WITHDRAWN: translate("History", "{who} menarik disposisi dari {before}: {after}."),
        Event.ATTACHED: translate("History", "{who} melampirkan {count} berkas pindaian."),
        Event.COMES: translate("History", "{who} mencatat: {before} hadir sendiri."),
        Event.DELEGATES: translate("History", "{who} mencatat: {before} diwakili {after}."),
        Event.STAYS_AWAY: translate("History", "{who} mencatat: {before} tidak hadir."),
        Event.REPLY_WANTED: translate("History", "{who} menetapkan balasan paling lambat {after}."),
        Event.REPLIED: translate("History", "{who} mencatat balasannya: {after}."),
        Event.REPLY_DROPPED: dropped,
        Event.FILED: translate("History", "{who} memasukkan surat ke berkas {after}."),
        Event.UNFILED: translate("History", "{who} mengeluarkan surat dari berkas {before}."),
        Event.DISPOSED: translate("History", "{who} mendisposisikan surat kepada {after}."),
        Event.READ: translate("History", "{who} membaca disposisinya."),
        Event.ANSWERED: translate("History", "{who} melaporkan: {after}."),
        Event.STRUCK: translate("History", "{who} membatalkan surat ini: {after}."),
        Event.OPENED: translate("History", "{who} membuka surat rahasia ini."),
        Event.PRINTED: translate("History", "{who} mencetak surat rahasia ini."),
        Event.HELD_ACCEPTED: translate("History", "{who} menerima pekerjaan {before} yang ditahan atas surat ini."),
        Event.HELD_REJECTED: translate(
            "History", "{who} menolak pekerjaan {before} yang ditahan atas surat ini: {after}."
        ),
    }[line.event]
    return ended_once(sentence.format(**values))


def history_note(line: HistoryLine, *, sends: bool) -> str:
    """What is to be known of the moment beside its time; empty if nothing. `sends` is False in practice."""
    translate = QCoreApplication.translate
    notes = []
    if line.pc_at is not None:
        text = translate("History", "Jam komputer saat itu menunjukkan {moment}.")
        notes.append(text.format(moment=format_moment(local(line.pc_at))))
    if line.received is not None:
        text = translate("History", "Diterima server {moment}.")
        notes.append(text.format(moment=format_moment(local(line.received))))
    if line.waiting and sends:
        notes.append(translate("History", "Belum sampai di server."))
    return " ".join(notes)


def _registered(line: HistoryLine) -> str:
    translate = QCoreApplication.translate
    if line.count:
        return translate("History", "{who} mencatat surat ini dengan {count} berkas pindaian.")
    return translate("History", "{who} mencatat surat ini.")


def _joined(line: HistoryLine) -> str:
    translate = QCoreApplication.translate
    who, number = _who(line), line.after or translate("History", "yang menyusul")
    if line.event is Event.MERGED_INTO:
        return translate("History", "{who} menggabungkan surat ini ke no. {number}.").format(who=who, number=number)
    came = "" if line.came is None else f"{format_date(line.came[0])}, {channel_text(line.came[1])}"
    text = translate("History", "{who} mencatat surat ini datang lagi: {came}, {count} berkas pindaian.")
    if line.event is Event.MERGED:
        text = translate(
            "History", "{who} menggabungkan agenda {number} ke surat ini: {came}, {count} berkas pindaian."
        )
    return text.format(who=who, number=number, came=came, count=line.count)


def _of_field(line: HistoryLine) -> str:
    translate = QCoreApplication.translate
    if line.sealed:
        return {
            Event.CHANGED: translate("History", "{who} mengubah {field}. Isinya hanya untuk penerima surat."),
            Event.LOST: translate("History", "{who} ingin mengubah {field}, tetapi didahului. Isinya rahasia."),
            Event.SETTLED: translate("History", "{who} memutuskan perbedaan {field}. Isinya rahasia."),
        }[line.event]
    return {
        Event.CHANGED: translate("History", "{who} mengubah {field}: {before} menjadi {after}."),
        Event.LOST: translate(
            "History", "{who} ingin mengubah {field} menjadi {after}, tetapi {before} sudah lebih dahulu."
        ),
        Event.SETTLED: translate("History", "{who} memutuskan perbedaan {field}: yang berlaku {after}."),
    }[line.event]


def _who(line: HistoryLine) -> str:
    if line.person and line.position:
        return QCoreApplication.translate("History", "{person} ({position})").format(
            person=line.person, position=line.position
        )
    return line.person or line.position or QCoreApplication.translate("History", "Seseorang")


def _value(field: str, text: str) -> str:
    """A value of a field, or words that somebody wrote: between quotation marks, but nothing has a word of its own."""
    if field in LEVELS or (field and not text):
        return value_text(field, text)
    return QCoreApplication.translate("History", "“{text}”").format(text=value_text(field, text) if field else text)
