"""Sentences for what the rules of numbers refuse."""

from PySide6.QtCore import QCoreApplication

from core.domain.errors import RefusalCode


def number_sentences() -> dict[str, str]:
    """The sentence of every refusal that concerns numbers and their books."""
    translate = QCoreApplication.translate
    return {
        RefusalCode.NUMBER_TAKEN: translate(
            "NumberMessages", "Surat tetap tersimpan. Nomor agenda ini sudah dipakai; surat memperoleh nomor lain."
        ),
        RefusalCode.NUMBER_OUT_OF_RANGE: translate("NumberMessages", "Nomor agenda harus antara 1 dan 999.999."),
        RefusalCode.TEMPLATE_MALFORMED: translate(
            "NumberMessages", "Pola nomor belum tersimpan. Periksa tanda kurung kurawal dan lebar angkanya."
        ),
        RefusalCode.TEMPLATE_UNKNOWN_PART: translate(
            "NumberMessages", "Pola nomor belum tersimpan. Bagian dalam kurung kurawal itu tidak dikenal."
        ),
        RefusalCode.TEMPLATE_REPEATED: translate(
            "NumberMessages", "Pola nomor belum tersimpan. Setiap bagian dipakai paling banyak satu kali."
        ),
        RefusalCode.TEMPLATE_WITHOUT_NUMBER: translate(
            "NumberMessages", "Pola nomor belum tersimpan. Tambahkan {urut} sebagai tempat nomor urut."
        ),
        RefusalCode.NUMBER_PART_MISSING: translate(
            "NumberMessages", "Nomor belum dibuat. Ada bagian pola nomor yang belum diisi."
        ),
        RefusalCode.NUMBER_PART_MALFORMED: translate(
            "NumberMessages", "Nomor belum dibuat. Ada bagian nomor yang tidak sesuai dengan polanya."
        ),
        RefusalCode.NUMBER_UNRECOGNISED: translate(
            "NumberMessages", "Tidak ada yang berubah. Nomor ini tidak sesuai dengan pola nomor bukunya."
        ),
        RefusalCode.NUMBER_AMBIGUOUS: translate(
            "NumberMessages", "Tidak ada yang berubah. Nomor ini dapat dibaca dengan lebih dari satu cara."
        ),
        RefusalCode.UNKNOWN_BOOK: translate(
            "NumberMessages", "Tidak ada yang berubah. Buku nomor ini bukan milik kantor Anda; pilih buku lain."
        ),
        RefusalCode.BOOK_CLOSED: translate(
            "NumberMessages", "Isian Anda tetap ada. Buku tahun itu sudah ditutup; pakai tahun yang masih terbuka."
        ),
        RefusalCode.BOOK_STILL_RUNNING: translate(
            "NumberMessages", "Tidak ada yang berubah. Buku baru dapat ditutup setelah tahunnya berakhir."
        ),
        RefusalCode.REASON_MISSING: translate("NumberMessages", "Tulis alasannya; alasan dicatat di buku agenda."),
        RefusalCode.LETTER_VOID: translate(
            "NumberMessages", "Tidak ada yang berubah. Surat ini sudah dibatalkan; barisnya tetap ada, tercoret."
        ),
        RefusalCode.LETTER_MERGED: translate(
            "NumberMessages", "Tidak ada yang berubah. Surat ini sudah digabung ke surat lain; bukalah surat itu."
        ),
        RefusalCode.MERGE_SECURITY: translate(
            "NumberMessages",
            "Tidak ada yang berubah. Surat rahasia yang tersegel, atau yang sifatnya berbeda, tidak dapat digabung.",
        ),
        RefusalCode.LETTER_DISPOSED: translate(
            "NumberMessages", "Tidak ada yang berubah. Surat yang sudah didisposisi tidak dapat dibatalkan."
        ),
        RefusalCode.SUFFIX_MALFORMED: translate(
            "NumberMessages", "Isian Anda tetap ada. Tulis sisipan sebagai huruf kecil, misalnya a, atau .1."
        ),
        RefusalCode.NUMBER_NOT_LEASED: translate(
            "NumberMessages", "Tidak ada yang berubah. Nomor itu bukan sisa jatah komputer ini di server."
        ),
    }
