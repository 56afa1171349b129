"""Sentences for what the rules say of people, positions and letters of order."""

from PySide6.QtCore import QCoreApplication

from core.domain.errors import RefusalCode


def people_sentences() -> dict[str, str]:
    """The sentence for each code."""
    translate = QCoreApplication.translate
    return {
        RefusalCode.UNKNOWN_DELEGATION: translate(
            "PeopleMessages", "Tidak ada yang berubah. Surat perintah ini belum ada di komputer ini; sinkronkan dahulu."
        ),
        RefusalCode.DELEGATION_OVER: translate(
            "PeopleMessages",
            "Tidak ada yang berubah. Surat perintah ini sudah berakhir; yang sudah dikerjakan tetap tersimpan.",
        ),
        RefusalCode.DELEGATION_DATES: translate(
            "PeopleMessages",
            "Isi tanggal mulai dan akhir; akhirnya paling cepat hari ini dan paling lama satu tahun sesudah mulai.",
        ),
        RefusalCode.ORDER_MISSING: translate("PeopleMessages", "Isi nomor surat perintah."),
        RefusalCode.SCOPE_MISSING: translate("PeopleMessages", "Pilih setidaknya satu kewenangan yang diserahkan."),
        RefusalCode.NOT_FOR_ONESELF: translate(
            "PeopleMessages",
            "Tidak ada yang berubah. Hak Anda sendiri hanya dapat diubah oleh orang lain yang berwenang.",
        ),
        RefusalCode.USERNAME_MALFORMED: translate(
            "PeopleMessages", "Tulis nama pengguna dengan huruf kecil, angka, dan titik, paling sedikit tiga tanda."
        ),
        RefusalCode.USERNAME_TAKEN: translate(
            "PeopleMessages", "Nama pengguna ini sudah dipakai orang lain; pilih nama lain."
        ),
        RefusalCode.UNKNOWN_UNIT: translate("PeopleMessages", "Pilih unit lain sebagai induk."),
        RefusalCode.UNKNOWN_DEVICE: translate(
            "PeopleMessages", "Tidak ada yang berubah. Server tidak mengenal komputer ini."
        ),
        RefusalCode.NAME_MISSING: translate("PeopleMessages", "Isi nama lengkap."),
        RefusalCode.HOLDS_POSITION: translate(
            "PeopleMessages", "Tidak ada yang berubah. Orang ini sudah memegang jabatan itu."
        ),
    }
