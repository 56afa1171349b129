"""Sentences for what the rules of letters and of their record files refuse."""

from PySide6.QtCore import QCoreApplication

from core.domain.errors import RefusalCode


def letter_sentences() -> dict[str, str]:
    """The sentence of every refusal that concerns a letter, its fields, its record file or a difference of two."""
    translate = QCoreApplication.translate
    return {
        RefusalCode.EVENT_MISSING: translate("Messages", "Belum disimpan. Isi dahulu tanggal acara surat ini."),
        RefusalCode.TIME_MALFORMED: translate("Messages", "Belum disimpan. Tulis jam seperti 09.30."),
        RefusalCode.REPLY_NOT_AWAITED: translate(
            "Messages", "Tidak ada yang berubah. Surat ini tidak sedang menunggu balasan."
        ),
        RefusalCode.UNKNOWN_LETTER: translate(
            "Messages", "Tidak ada yang berubah. Surat ini tidak ada di komputer ini; sinkronkan lalu coba lagi."
        ),
        RefusalCode.UNKNOWN_RECORD_FILE: translate(
            "Messages", "Tidak ada yang berubah. Berkas ini tidak ditemukan; pilih berkas lain."
        ),
        RefusalCode.ALREADY_EXISTS: translate(
            "Messages", "Surat ini sudah tersimpan sebelumnya. Tidak ada yang hilang."
        ),
        RefusalCode.SUBJECT_MISSING: translate("Messages", "Isi perihal surat."),
        RefusalCode.SENDER_MISSING: translate("Messages", "Isi asal surat."),
        RefusalCode.LETTER_DATE_IN_FUTURE: translate("Messages", "Tanggal surat belum tiba; periksa tahunnya."),
        RefusalCode.RECEIVED_IN_FUTURE: translate("Messages", "Tanggal diterima belum tiba; periksa tahunnya."),
        RefusalCode.TEXT_TOO_LONG: translate("Messages", "Isian ini terlalu panjang; ringkaskan."),
        RefusalCode.TOO_MANY_SCANS: translate("Messages", "Satu surat memuat paling banyak 20 berkas pindaian."),
        RefusalCode.CLASSIFICATION_MALFORMED: translate(
            "Messages", "Tulis kode klasifikasi sebagai angka dengan titik, misalnya 000.1.5."
        ),
        RefusalCode.DATE_MALFORMED: translate(
            "Messages", "Tanggal ini tidak ada; tulis hari, bulan, dan tahun, misalnya 5 November 2026."
        ),
        RefusalCode.TITLE_MISSING: translate("Messages", "Isi judul berkas."),
        RefusalCode.FILE_CLOSED: translate(
            "Messages", "Tidak ada yang berubah. Berkas ini sudah ditutup; pilih berkas lain."
        ),
        RefusalCode.UNKNOWN_CONFLICT: translate(
            "Messages", "Tidak ada yang berubah. Perbedaan ini tidak ada lagi; sinkronkan lalu periksa suratnya."
        ),
        RefusalCode.CONFLICT_SETTLED: translate(
            "Messages",
            "Perbedaan ini sudah diputuskan lebih dahulu; putusan itu berlaku. Isian Anda tetap tercatat di sini.",
        ),
        RefusalCode.NOTHING_CHANGED: translate("Messages", "Belum ada isian yang diubah."),
    }
