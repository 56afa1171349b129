"""What a person did, in words."""

from PySide6.QtCore import QCoreApplication


def act_name(act: str) -> str:
    """What a person did, for a name of the act registry."""
    translate = QCoreApplication.translate
    names = {
        "letter.register": translate("SyncCenter", "Mencatat surat"),
        "letter.amend": translate("SyncCenter", "Memperbaiki surat"),
        "letter.reclassify": translate("SyncCenter", "Mengubah sifat surat"),
        "letter.seal": translate("SyncCenter", "Menyegel surat"),
        "letter.unseal": translate("SyncCenter", "Membuka segel surat"),
        "letter.reseal": translate("SyncCenter", "Membukakan akses surat rahasia"),
        "letter.read": translate("SyncCenter", "Membuka surat rahasia"),
        "letter.attach": translate("SyncCenter", "Melampirkan pindaian ke surat"),
        "letter.attend": translate("SyncCenter", "Memutuskan kehadiran"),
        "letter.expect_reply": translate("SyncCenter", "Menetapkan tanggal balasan"),
        "letter.end_reply": translate("SyncCenter", "Mencatat balasan surat"),
        "letter.file": translate("SyncCenter", "Memberkaskan surat"),
        "record_file.open": translate("SyncCenter", "Membuka berkas"),
        "disposition.issue": translate("SyncCenter", "Mendisposisikan surat"),
        "disposition.read": translate("SyncCenter", "Membaca disposisi"),
        "disposition.answer": translate("SyncCenter", "Melaporkan hasil"),
        "disposition.withdraw": translate("SyncCenter", "Menarik disposisi"),
        "disposition.remind": translate("SyncCenter", "Mengingatkan penerima disposisi"),
        "disposition.confirm": translate("SyncCenter", "Membenarkan disposisi yang dicatatkan"),
        "instructions.set": translate("SyncCenter", "Mengubah daftar instruksi"),
        "conflict.resolve": translate("SyncCenter", "Memutuskan perbedaan"),
        "letter.join": translate("SyncCenter", "Menggabungkan kedatangan surat"),
        "letter.merge": translate("SyncCenter", "Menggabungkan dua surat"),
        "letter.void": translate("SyncCenter", "Membatalkan surat"),
        "number.void": translate("SyncCenter", "Membatalkan nomor"),
        "number.return": translate("SyncCenter", "Mengembalikan nomor"),
        "book_year.close": translate("SyncCenter", "Menutup buku tahun lalu"),
        "held_act.accept": translate("SyncCenter", "Menerima pekerjaan yang ditahan"),
        "held_act.reject": translate("SyncCenter", "Menolak pekerjaan yang ditahan"),
        "delegation.open": translate("SyncCenter", "Mencatat surat perintah"),
        "delegation.end": translate("SyncCenter", "Mengakhiri surat perintah"),
        "position.open": translate("SyncCenter", "Menambah jabatan"),
        "position.hand_over": translate("SyncCenter", "Menyerahkan jabatan"),
        "user.add": translate("SyncCenter", "Menambah pengguna"),
        "user.rename": translate("SyncCenter", "Mengubah nama pengguna"),
        "book.set": translate("SyncCenter", "Mengatur buku nomor"),
        "server.run": translate("SyncCenter", "Menjalankan perintah di peladen"),
        "user.move": translate("SyncCenter", "Memindahkan pengguna"),
        "user.suspend": translate("SyncCenter", "Menonaktifkan atau mengaktifkan pengguna"),
        "code.issue": translate("SyncCenter", "Memberi kode sekali pakai"),
        "sessions.end": translate("SyncCenter", "Mengeluarkan dari komputer lain"),
        "device.revoke": translate("SyncCenter", "Mencabut komputer"),
        "unit.set": translate("SyncCenter", "Mengubah unit"),
        "office.add": translate("SyncCenter", "Menambah kantor"),
        "password_rule.set": translate("SyncCenter", "Mengatur kata sandi"),
        "device.open": translate("SyncCenter", "Membuka pekerjaan yang disegel"),
    }
    return names.get(act, translate("SyncCenter", "Pekerjaan lain"))
