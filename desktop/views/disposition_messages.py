"""Sentences for what the rules of dispositions refuse."""

from PySide6.QtCore import QCoreApplication

from core.domain.errors import RefusalCode


def disposition_sentences() -> dict[str, str]:
    """The sentence of every refusal that concerns dispositions, their answers and the taking back of either."""
    translate = QCoreApplication.translate
    return {
        RefusalCode.SHEET_MISSING: translate(
            "Messages", "Belum dikirim. Lampirkan pindaian lembar yang ditulis pimpinan, lalu coba lagi."
        ),
        RefusalCode.INSTRUCTION_TAKEN: translate(
            "Messages",
            "Tidak ada yang berubah. Nomor instruksi itu sudah dipakai; sinkronkan lalu ulangi.",
        ),
        RefusalCode.UNDO_OVER: translate(
            "Messages", "Tidak ada yang berubah. Waktu untuk mengurungkan sudah lewat; tindakan itu sedang dikirim."
        ),
        RefusalCode.UNDO_ENTANGLED: translate(
            "Messages",
            "Tidak ada yang berubah. Sesudahnya ada tindakan lain pada surat itu; beri disposisi baru bila perlu.",
        ),
        RefusalCode.UNKNOWN_DISPOSITION: translate(
            "Messages", "Tidak ada yang berubah. Disposisi ini tidak ada di komputer ini; sinkronkan dahulu."
        ),
        RefusalCode.NO_RECIPIENT: translate("Messages", "Pilih setidaknya satu penerima disposisi."),
        RefusalCode.RECIPIENT_REPEATED: translate(
            "Messages", "Penerima tercantum lebih dari satu kali; hapus salah satu."
        ),
        RefusalCode.RECIPIENT_IS_SENDER: translate("Messages", "Disposisi tidak dapat ditujukan kepada diri sendiri."),
        RefusalCode.NO_INSTRUCTION: translate("Messages", "Pilih instruksi atau tulis catatan."),
        RefusalCode.DUE_BEFORE_TODAY: translate(
            "Messages", "Tenggat sudah lewat; pilih tanggal hari ini atau sesudahnya."
        ),
        RefusalCode.NOT_ADDRESSED_TO_YOU: translate(
            "Messages", "Tidak ada yang berubah. Disposisi ini tidak ditujukan kepada jabatan Anda."
        ),
        RefusalCode.ALREADY_ANSWERED: translate("Messages", "Jawaban Anda sudah tersimpan sebelumnya."),
        RefusalCode.RESULT_MISSING: translate("Messages", "Tulis hasil tindak lanjut."),
    }
