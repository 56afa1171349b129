"""Sentences for why a file cannot be taken, read or shown."""

from PySide6.QtCore import QCoreApplication

from desktop.system.page_messages import PageTrouble


def file_sentences() -> dict[str, str]:
    """A sentence for each trouble with a scan or a workbook."""
    translate = QCoreApplication.translate
    return {
        PageTrouble.UNREADABLE: translate(
            "Messages", "Isian Anda tetap ada. Berkas itu rusak dan tidak dapat dibuka; pindai ulang."
        ),
        PageTrouble.ENCRYPTED: translate(
            "Messages", "Isian Anda tetap ada. PDF itu terkunci kata sandi; minta salinan tanpa kata sandi."
        ),
        PageTrouble.EMPTY: translate("Messages", "Isian Anda tetap ada. Berkas itu kosong (0 bita); pindai ulang."),
        PageTrouble.TOO_LARGE: translate(
            "Messages", "Isian Anda tetap ada. Berkas itu terlalu besar (batasnya 100 MB); perkecil lalu pilih lagi."
        ),
        PageTrouble.WRONG_TYPE: translate(
            "Messages", "Isian Anda tetap ada. Berkas itu bukan PDF, JPEG, PNG, atau HEIC; pilih berkas lain."
        ),
        PageTrouble.HEIC: translate(
            "Messages",
            "Isian Anda tetap ada. Foto HEIC ini tidak dapat dibuka; atur kamera ponsel ke JPEG (“Paling kompatibel”), "
            "lalu foto lagi.",
        ),
        PageTrouble.SHEET_UNREADABLE: translate(
            "Messages", "Tidak ada yang berubah. Berkas itu bukan buku kerja XLSX yang utuh; simpan ulang sebagai XLSX."
        ),
        PageTrouble.SHEET_LOCKED: translate(
            "Messages", "Tidak ada yang berubah. Berkas itu berkata sandi atau XLS lama; simpan ulang sebagai XLSX."
        ),
        PageTrouble.SHEET_MACROS: translate(
            "Messages", "Tidak ada yang berubah. Berkas itu berisi makro; simpan ulang sebagai XLSX tanpa makro."
        ),
        PageTrouble.SHEET_TOO_LARGE: translate(
            "Messages", "Tidak ada yang berubah. Buku kerja itu terlalu besar; bagi menjadi beberapa berkas per tahun."
        ),
        PageTrouble.TIMEOUT: translate(
            "Messages", "Berkas tetap tersimpan. Halaman ini terlalu lama disiapkan; coba lagi."
        ),
        PageTrouble.FAILED: translate(
            "Messages", "Berkas tetap tersimpan. Halaman ini tidak dapat ditampilkan; coba lagi."
        ),
    }
