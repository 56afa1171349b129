"""What is not as it should be with the data itself, in one sentence that says what to do."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.facts import Care, Trouble
from desktop.widgets.dates import format_date
from desktop.widgets.figures import format_count


def care_sentence(trouble: Trouble) -> str:
    """The sentence; empty where all is well."""
    translate = QCoreApplication.translate
    if trouble.care is Care.NONE or trouble.day is None:
        return ""
    sentence = {
        Care.DATA_BROKEN: translate(
            "SyncCenter",
            "Pemeriksaan {day} menemukan data yang tidak utuh di komputer ini. Jangan hapus apa pun; jalankan "
            "Bantuan - Periksa data sekali lagi dan hubungi Diskominfo.",
        ),
        Care.LOG_BROKEN: translate(
            "SyncCenter",
            "Sejak {day} catatan server tidak menyambung dengan yang pernah diterima komputer ini. Data Anda aman; "
            "beri tahu Diskominfo.",
        ),
        Care.HUB_WRONG: translate(
            "SyncCenter",
            "Pada {day} ditemukan {count} baris dari hub kantor yang lain dari server; semua sudah diganti dengan "
            "milik server. Data Anda aman; beri tahu Diskominfo agar hub diperiksa.",
        ),
        Care.FILES_BAD: translate(
            "SyncCenter",
            "Pemeriksaan {day}: {count} berkas pindaian hilang atau rusak; surat-suratnya utuh. Yang ada di server "
            "diambil lagi saat dibuka. Jangan hapus apa pun.",
        ),
    }[trouble.care]
    return sentence.format(day=format_date(trouble.day), count=format_count(trouble.count))
