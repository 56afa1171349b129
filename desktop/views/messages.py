"""Sentences for codes: first whether anything was lost, then what to do.

The catalogue covers every refusal of the rules, every fault of the surroundings and of the server, and every reason
why a scan cannot be taken. A test holds that none is missing.
"""

from PySide6.QtCore import QCoreApplication

from core.domain.errors import RefusalCode
from core.protocol.faults import FaultCode
from desktop.system.faults import FaultOf
from desktop.system.page_messages import PageTrouble
from desktop.viewmodels.failures import SIGN_IN_REFUSED, UNEXPECTED
from desktop.views.bundle_messages import bundle_sentences
from desktop.views.entry_messages import entry_sentences
from desktop.views.number_messages import number_sentences
from desktop.views.people_messages import people_sentences


def sentence_for(code: str) -> str:
    """The sentence a person reads for a code; a code from a newer server gets a general one that names it."""
    groups = (
        _refusals,
        _faults,
        _server_faults,
        _scan_troubles,
        _own,
        entry_sentences,
        number_sentences,
        bundle_sentences,
        people_sentences,
    )
    for group in groups:
        sentence = group().get(code)
        if sentence is not None:
            return sentence
    general = QCoreApplication.translate(
        "Messages", "Pekerjaan Anda tetap tersimpan di komputer ini. Hubungi admin dan sebutkan kode {code}."
    )
    return general.format(code=code)


def _refusals() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        RefusalCode.UNKNOWN_HELD: translate(
            "Messages", "Tidak ada yang berubah. Pekerjaan ini tidak menunggu keputusan Anda; sinkronkan dahulu."
        ),
        RefusalCode.ALREADY_DECIDED: translate(
            "Messages", "Tidak ada yang berubah. Pekerjaan ini sudah diputuskan oleh atasan lain."
        ),
        RefusalCode.NOT_ALLOWED: translate(
            "Messages", "Tidak ada yang berubah. Jabatan Anda tidak berwenang melakukan ini."
        ),
        RefusalCode.SHEET_MISSING: translate(
            "Messages", "Belum dikirim. Lampirkan pindaian lembar yang ditulis pimpinan, lalu coba lagi."
        ),
        RefusalCode.FILE_NOT_SEALED: translate(
            "Messages", "Belum dikirim. Berkas pada surat rahasia harus tersegel; lepaskan berkasnya, lalu ulangi."
        ),
        RefusalCode.INSTRUCTION_TAKEN: translate(
            "Messages",
            "Tidak ada yang berubah. Nomor instruksi itu sudah dipakai; sinkronkan lalu ulangi.",
        ),
        RefusalCode.EVENT_MISSING: translate("Messages", "Belum disimpan. Isi dahulu tanggal acara surat ini."),
        RefusalCode.TIME_MALFORMED: translate("Messages", "Belum disimpan. Tulis jam seperti 09.30."),
        RefusalCode.PLACE_NOT_KEPT: translate(
            "Messages", "Belum disimpan. Tempat acara surat rahasia tidak dicatat; tempatnya terbaca di suratnya."
        ),
        RefusalCode.REPLY_NOT_AWAITED: translate(
            "Messages", "Tidak ada yang berubah. Surat ini tidak sedang menunggu balasan."
        ),
        RefusalCode.UNDO_OVER: translate(
            "Messages", "Tidak ada yang berubah. Waktu untuk mengurungkan sudah lewat; tindakan itu sedang dikirim."
        ),
        RefusalCode.UNDO_ENTANGLED: translate(
            "Messages",
            "Tidak ada yang berubah. Sesudahnya ada tindakan lain pada surat itu; beri disposisi baru bila perlu.",
        ),
        RefusalCode.WRONG_OFFICE: translate("Messages", "Tidak ada yang berubah. Surat ini milik kantor lain."),
        RefusalCode.UNKNOWN_LETTER: translate(
            "Messages", "Tidak ada yang berubah. Surat ini tidak ada di komputer ini; sinkronkan lalu coba lagi."
        ),
        RefusalCode.UNKNOWN_DISPOSITION: translate(
            "Messages", "Tidak ada yang berubah. Disposisi ini tidak ada di komputer ini; sinkronkan dahulu."
        ),
        RefusalCode.UNKNOWN_RECORD_FILE: translate(
            "Messages", "Tidak ada yang berubah. Berkas ini tidak ditemukan; pilih berkas lain."
        ),
        RefusalCode.UNKNOWN_POSITION: translate("Messages", "Jabatan ini sudah tidak ada; pilih jabatan lain."),
        RefusalCode.UNKNOWN_USER: translate("Messages", "Tidak ada yang berubah. Pengguna ini tidak dikenal."),
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
        RefusalCode.NUMBER_TAKEN: translate(
            "Messages", "Surat tetap tersimpan. Nomor agenda ini sudah dipakai; surat memperoleh nomor lain."
        ),
        RefusalCode.NUMBER_OUT_OF_RANGE: translate("Messages", "Nomor agenda harus antara 1 dan 999.999."),
        RefusalCode.UNKNOWN_CONFLICT: translate(
            "Messages", "Tidak ada yang berubah. Perbedaan ini tidak ada lagi; sinkronkan lalu periksa suratnya."
        ),
        RefusalCode.CONFLICT_SETTLED: translate(
            "Messages",
            "Perbedaan ini sudah diputuskan lebih dahulu; putusan itu berlaku. Isian Anda tetap tercatat di sini.",
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
            "Surat ini baru saja disegel atau dibuka segelnya oleh orang lain, jadi pindaian belum ditambahkan; "
            "lampirkan sekali lagi.",
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
        RefusalCode.NOTHING_CHANGED: translate("Messages", "Belum ada isian yang diubah."),
        RefusalCode.UNKNOWN_ACT: translate(
            "Messages", "Pekerjaan Anda tersimpan di komputer ini. Server belum mengenal jenis pekerjaan ini."
        ),
    }


def _faults() -> dict[str, str]:
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
    }


def _server_faults() -> dict[str, str]:
    translate = QCoreApplication.translate
    support = translate(
        "Messages", "Pekerjaan tersimpan di komputer ini. Pengiriman berhenti; hubungi admin dan sebutkan {code}."
    )
    later = translate(
        "Messages", "Pekerjaan tersimpan di komputer ini. Server sedang sibuk; akan dicoba lagi otomatis."
    )
    special: dict[str, str] = {
        FaultCode.SIGNED_OUT: translate(
            "Messages", "Pekerjaan tersimpan di komputer ini. Masuk kembali agar pengiriman dapat dilanjutkan."
        ),
        FaultCode.DEVICE_REVOKED: translate(
            "Messages", "Server tidak lagi menerima komputer ini. Jangan lanjutkan; hubungi admin kantor."
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
        FaultCode.TOO_LARGE: translate(
            "Messages", "Surat tersimpan di komputer ini. Berkasnya terlalu besar untuk dikirim; perkecil pindaian."
        ),
        FaultCode.TOO_OLD: translate(
            "Messages", "Pekerjaan tersimpan di komputer ini. Perbarui Pesagi agar pengiriman dapat dilanjutkan."
        ),
        FaultCode.TOO_MANY: translate(
            "Messages",
            "Pekerjaan tersimpan di komputer ini. Kiriman hari ini sudah sangat banyak; dilanjutkan otomatis nanti.",
        ),
        FaultCode.BUSY: later,
        FaultCode.CODE_UNKNOWN: translate(
            "Messages", "Isian Anda tetap ada. Kode itu tidak dikenal; periksa penulisannya."
        ),
        FaultCode.CODE_EXPIRED: translate(
            "Messages", "Isian Anda tetap ada. Kode itu sudah kedaluwarsa; minta kode baru."
        ),
        FaultCode.CODE_USED: translate("Messages", "Isian Anda tetap ada. Kode itu sudah dipakai; minta kode baru."),
        FaultCode.WRONG_PASSWORD: translate("Messages", "Kata sandi tidak cocok; coba lagi."),
        FaultCode.WEAK_PASSWORD: translate(
            "Messages", "Kata sandi itu mudah ditebak; pakai paling sedikit 12 huruf atau angka yang lain."
        ),
        FaultCode.STALE: translate(
            "Messages", "Jam komputer ini sedang disamakan dengan jam server; data Anda aman, coba sekali lagi."
        ),
    }
    return {code.value: support.format(code=code.value) for code in FaultCode} | special


def _scan_troubles() -> dict[str, str]:
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
            "Messages", "Isian Anda tetap ada. Berkas itu bukan PDF, JPEG, atau PNG; pilih berkas lain."
        ),
        PageTrouble.HEIC: translate(
            "Messages",
            "Isian Anda tetap ada. Foto HEIC belum dapat dibuka; atur kamera ponsel ke JPEG (“Paling kompatibel”), "
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


def _own() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        SIGN_IN_REFUSED: translate("Messages", "Kata sandi tidak cocok; coba lagi."),
        UNEXPECTED: translate(
            "Messages",
            "Isian Anda tetap ada, tetapi program mengalami gangguan. Coba lagi; bila berulang, hubungi admin.",
        ),
    }
