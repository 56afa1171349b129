"""Sentences for what a form finds wrong by itself, before any rule is asked."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.entry_codes import EntryCode


def entry_sentences() -> dict[str, str]:
    """The sentence of every code of an entry."""
    translate = QCoreApplication.translate
    return {
        EntryCode.DATE_NOT_UNDERSTOOD: translate("EntryMessages", "Tulis tanggal seperti 18/11/2026 atau 18 Nov 2026."),
        EntryCode.NUMBER_NOT_UNDERSTOOD: translate(
            "EntryMessages", "Tulis nomor agendanya dengan angka saja, misalnya 125; kosongkan bila bukan sisipan."
        ),
        EntryCode.TWIN_FOUND: translate(
            "EntryMessages",
            "Belum disimpan: surat ini tampaknya sudah dicatat, lihat kartu di atas pindaian. "
            "Simpan sekali lagi bila ini surat lain.",
        ),
        EntryCode.FORM_IN_USE: translate(
            "EntryMessages",
            "Draf ini tetap di sini: formulir surat baru masih berisi. Simpan atau kosongkan dulu, lalu kembalikan.",
        ),
        EntryCode.ADDRESS_MISSING: translate("EntryMessages", "Isi alamat server kantor Anda."),
        EntryCode.CODE_MISSING: translate("EntryMessages", "Isi kode sekali pakai dari admin kantor."),
        EntryCode.PASSWORD_SHORT: translate("EntryMessages", "Kata sandi paling sedikit 12 huruf atau angka."),
        EntryCode.WORDS_MISSING: translate("EntryMessages", "Ketik keempat belas kata dari lembar pemulihan."),
        EntryCode.WORD_UNKNOWN: translate("EntryMessages", "Ada kata yang tidak dikenal; cocokkan dengan lembar."),
        EntryCode.WORDS_MISTYPED: translate(
            "EntryMessages", "Ada kata yang salah ketik atau tertukar; data tetap aman. Cocokkan lagi dengan lembar."
        ),
        EntryCode.OTHER_SHEET: translate(
            "EntryMessages",
            "Kata-kata ini benar, tetapi dari lembar komputer lain atau lembar yang sudah diganti. "
            "Cocokkan nomor dan nama komputernya.",
        ),
        EntryCode.SHEET_UNREAD: translate(
            "EntryMessages", "Kata ini tidak sama dengan yang tercetak. Periksa nomor katanya, atau cetak ulang."
        ),
        EntryCode.PERSON_MISSING: translate("EntryMessages", "Pilih siapa yang akan masuk."),
        EntryCode.PASSWORD_GUESSED: translate(
            "EntryMessages", "Kata sandi itu termasuk yang pertama ditebak orang; pakai kata-kata lain."
        ),
        EntryCode.PASSWORD_PLAIN: translate(
            "EntryMessages", "Kantor Anda meminta huruf besar, huruf kecil, angka, dan tanda baca dalam kata sandi."
        ),
        EntryCode.PASSWORD_SAME: translate("EntryMessages", "Kata sandi baru sama dengan yang lama."),
        EntryCode.OLD_PASSWORD_MISSING: translate("EntryMessages", "Isi kata sandi yang sekarang."),
        EntryCode.PASSWORDS_DIFFER: translate("EntryMessages", "Kedua kata sandi tidak sama; ketik ulang yang kedua."),
    }
