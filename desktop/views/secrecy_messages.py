"""Sentences for what the rules of secrecy and of signatures refuse."""

from PySide6.QtCore import QCoreApplication

from core.domain.errors import RefusalCode


def secrecy_sentences() -> dict[str, str]:
    """The sentence of every refusal that concerns levels of security, seals and signatures."""
    translate = QCoreApplication.translate
    return {
        RefusalCode.FILE_NOT_SEALED: translate(
            "Messages", "Belum dikirim. Berkas pada surat rahasia harus tersegel; lepaskan berkasnya, lalu ulangi."
        ),
        RefusalCode.PLACE_NOT_KEPT: translate(
            "Messages", "Belum disimpan. Tempat acara surat rahasia tidak dicatat; tempatnya terbaca di suratnya."
        ),
        RefusalCode.SECURITY_CHANGED: translate(
            "Messages",
            "Tidak ada yang berubah. Sifat surat ini baru saja diubah orang lain; periksa, lalu turunkan bila perlu.",
        ),
        RefusalCode.SECURITY_WAITS: translate(
            "Messages",
            "Tidak ada yang berubah. Sifat dapat diturunkan sesudah perubahan sebelumnya sampai di server.",
        ),
        RefusalCode.SIGNATURE_MISSING: translate(
            "Messages",
            "Belum tersimpan; isian Anda tetap ada. Kunci tanda tangan Anda belum ada di sini: "
            "sambungkan, lalu masuk lagi.",
        ),
        RefusalCode.SIGNATURE_WRONG: translate(
            "Messages",
            "Pekerjaan ini tidak berlaku: tanda tangannya tidak cocok dengan isinya. Isinya tetap tercatat di sini; "
            "hubungi admin.",
        ),
        RefusalCode.TEXT_NOT_SEALED: translate(
            "Messages",
            "Tidak ada yang berubah. Isi surat rahasia hanya diterima tersegel; perbarui Pesagi atau masuk lagi.",
        ),
        RefusalCode.SEAL_MALFORMED: translate(
            "Messages",
            "Tidak ada yang berubah. Segel surat rahasia ini tidak utuh; perbarui Pesagi atau hubungi admin.",
        ),
        RefusalCode.SEALED_FOR_OTHERS: translate(
            "Messages",
            "Belum tersimpan; isian Anda tetap ada. Surat ini tersegel untuk orang lain: "
            "minta pimpinan membukakan akses.",
        ),
        RefusalCode.SEALED_STAYS: translate(
            "Messages",
            "Tidak ada yang berubah. Surat yang tersegel tetap rahasia; salinan terbukanya dicatat sebagai surat baru.",
        ),
        RefusalCode.SEAL_CHANGED: translate(
            "Messages",
            "Surat ini baru saja disegel atau dibuka segelnya oleh orang lain, jadi yang Anda tulis belum masuk; "
            "lakukan sekali lagi.",
        ),
        RefusalCode.SEAL_OUTDATED: translate(
            "Messages", "Surat ini belum tersegel karena baru saja diubah orang lain; periksa, lalu segel sekali lagi."
        ),
        RefusalCode.SCAN_MISSING: translate(
            "Messages",
            "Tidak ada yang berubah. Pindaian surat ini belum ada di PC ini; buka suratnya sampai pindaian tampil, "
            "lalu coba lagi.",
        ),
        RefusalCode.NO_READER: translate(
            "Messages",
            "Belum tersimpan; isian Anda tetap ada. Pimpinan dan penerima surat rahasia ini belum mempunyai kunci.",
        ),
    }
