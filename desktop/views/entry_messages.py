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
        EntryCode.ADDRESS_MISSING: translate("EntryMessages", "Isi alamat server kantor Anda."),
        EntryCode.CODE_MISSING: translate("EntryMessages", "Isi kode sekali pakai dari admin kantor."),
        EntryCode.PASSWORD_SHORT: translate("EntryMessages", "Kata sandi paling sedikit 12 huruf atau angka."),
        EntryCode.PASSWORDS_DIFFER: translate("EntryMessages", "Kedua kata sandi tidak sama; ketik ulang yang kedua."),
    }
