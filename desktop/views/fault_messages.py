"""Sentences for the faults of the surroundings: disk, key, network, paper and scanner."""

from PySide6.QtCore import QCoreApplication

from desktop.system.faults import FaultOf


def fault_sentences() -> dict[str, str]:
    """A sentence for each fault of the surroundings."""
    translate = QCoreApplication.translate
    return {
        FaultOf.DISK_FULL: translate(
            "Messages",
            "Belum tersimpan karena ruang disk hampir habis; isian Anda tetap ada. Kosongkan ruang lalu coba lagi.",
        ),
        FaultOf.DISK_FAILED: translate(
            "Messages", "Belum tersimpan karena disk tidak dapat ditulis; isian Anda tetap ada. Hubungi admin."
        ),
        FaultOf.STORE_LOCKED: translate(
            "Messages", "Belum tersimpan karena data sedang dipakai; isian Anda tetap ada. Coba lagi sebentar lagi."
        ),
        FaultOf.STORE_NEWER: translate(
            "Messages", "Data tetap utuh tetapi dibuat oleh Pesagi yang lebih baru. Perbarui program ini dahulu."
        ),
        FaultOf.STORE_UNREADABLE: translate(
            "Messages", "Data tidak diubah tetapi tidak dapat dibuka dengan kunci komputer ini. Hubungi admin."
        ),
        FaultOf.STORE_DAMAGED: translate(
            "Messages", "Sebagian data di disk rusak. Jangan lanjutkan; hubungi admin untuk memulihkan cadangan."
        ),
        FaultOf.STORE_MISSING: translate(
            "Messages", "Data kantor tidak ditemukan di tempatnya. Tidak ada yang diubah; hubungi admin."
        ),
        FaultOf.KEYRING_MISSING: translate(
            "Messages", "Tidak ada yang berubah. Penyimpan kunci komputer ini tidak tersedia; hubungi admin."
        ),
        FaultOf.KEY_LOST: translate(
            "Messages",
            "Data tetap utuh, tetapi kuncinya tidak ditemukan. Masuk dengan lembar pemulihan, atau hubungi admin.",
        ),
        FaultOf.LOCKED: translate(
            "Messages", "Data tetap utuh dan terkunci. Kata sandi salah satu pengguna komputer ini membukanya."
        ),
        FaultOf.PROFILE_IN_USE: translate(
            "Messages", "Data tetap utuh. Pesagi sudah terbuka di komputer ini; pakai jendela yang sudah ada."
        ),
        FaultOf.FILE_MISSING: translate(
            "Messages", "Isian Anda tetap ada. Berkas itu tidak ditemukan; mungkin sudah dipindahkan."
        ),
        FaultOf.FILE_UNREADABLE: translate(
            "Messages", "Isian Anda tetap ada. Berkas itu tidak dapat dibaca; periksa izin atau salin ulang."
        ),
        FaultOf.FILE_DAMAGED: translate(
            "Messages", "Surat tetap tersimpan. Salinan pindaian di komputer ini rusak dan perlu diunduh lagi."
        ),
        FaultOf.NO_NETWORK: translate(
            "Messages", "Belum ada jaringan. Pekerjaan tersimpan di komputer ini dan dikirim otomatis nanti."
        ),
        FaultOf.PORTAL: translate(
            "Messages",
            "Pekerjaan tersimpan di komputer ini. Jaringan meminta masuk lebih dahulu; buka peramban dan masuk.",
        ),
        FaultOf.TIMED_OUT: translate(
            "Messages", "Pekerjaan tersimpan di komputer ini. Server lama menjawab; akan dicoba lagi otomatis."
        ),
        FaultOf.CERTIFICATE: translate(
            "Messages",
            "Pekerjaan tersimpan di komputer ini. Sertifikat server tidak dapat dipercaya; hubungi Diskominfo.",
        ),
        FaultOf.CERTIFICATE_DATE: translate(
            "Messages",
            "Pekerjaan tersimpan di komputer ini. Periksa tanggal komputer; bila sudah benar, hubungi Diskominfo.",
        ),
        FaultOf.WRONG_AUTHORITY: translate(
            "Messages",
            "Pekerjaan tersimpan di komputer ini. Yang menjawab bukan server kantor Anda; hubungi Diskominfo.",
        ),
        FaultOf.SERVER_FAILED: translate(
            "Messages", "Pekerjaan tersimpan di komputer ini. Server sedang bermasalah; akan dicoba lagi otomatis."
        ),
        FaultOf.SERVER_SAID_NO: translate(
            "Messages", "Pekerjaan tersimpan di komputer ini. Server tidak menerima permintaan ini; hubungi admin."
        ),
        FaultOf.NOT_ENROLLED: translate(
            "Messages", "Pekerjaan tersimpan di komputer ini. Komputer ini belum bergabung dengan kantor."
        ),
        FaultOf.ALREADY_JOINED: translate(
            "Messages",
            "Tidak ada yang berubah. Komputer ini sudah didaftarkan ke kantor; pilih Gabung dengan kantor.",
        ),
        FaultOf.PRACTICE_PROFILE: translate(
            "Messages", "Tidak ada yang berubah. Profil ini untuk latihan; bergabunglah dari profil lain."
        ),
        FaultOf.PAPER_FAILED: translate(
            "Messages", "Data Anda aman. Lembar ini tidak dapat disusun; coba lagi, atau kirim laporan ke admin."
        ),
        FaultOf.PAPER_TOO_LONG: translate(
            "Messages",
            "Data Anda aman. Lembar ini terlalu panjang untuk sekali cetak; pilih rentang yang lebih pendek.",
        ),
        FaultOf.NOBODY_MAY: translate(
            "Messages", "Tidak ada yang berubah. Tidak ada pengguna komputer ini yang berwenang melakukannya."
        ),
        FaultOf.NO_SCANNER: translate(
            "Messages",
            "Tidak ada yang berubah. Pemindai belum dikenal: pasang NAPS2 (Linux: sane-utils) atau pilih folder.",
        ),
        FaultOf.SCANNER_FAILED: translate(
            "Messages",
            "Tidak ada yang berubah. Pemindai tidak menjawab; periksa kabel, daya, dan kertasnya, lalu coba lagi.",
        ),
        FaultOf.PC_REVOKED: translate(
            "Messages",
            "Komputer ini sudah dicabut. Pekerjaan yang belum terkirim disegel untuk admin, data lain di sini dihapus; "
            "hubungi admin kantor.",
        ),
    }
