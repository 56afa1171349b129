"""Help for each screen, in the program itself: what one does here, in a few plain sentences."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication


def help_page(key: str) -> tuple[str, ...]:
    """The sentences for a screen, by its key in the navigation; () for one that has no page."""
    page = PAGES.get(key)
    return () if page is None else page()


def _home() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Beranda menghitung apa yang menunggu Anda. Pilih satu angka untuk membuka daftarnya."),
        translate("Help", "Di bawahnya surat terbaru, dan surat yang diterima serta selesai setiap bulan."),
        translate("Help", "Baris paling bawah mengatakan apakah semua sudah tersimpan dan terkirim."),
    )


def _letters() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Buku agenda surat masuk. Panah memilih surat; isinya tampil di samping."),
        translate("Help", "Surat baru: letakkan pindaian, isi formulir, lalu simpan. Nomor agenda tampil besar."),
        translate("Help", "Surat yang datang lagi digabungkan ke surat yang sudah ada; nomornya tetap satu."),
        translate("Help", "Tab Riwayat menceritakan siapa berbuat apa dan kapan, juga tanpa jaringan."),
        translate("Help", "Surat tidak pernah dihapus; yang salah dicatat dicoret dengan alasan."),
    )


def _dispositions() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Perlu keputusan saya, Untuk saya, dan Saya kirim: tiga daftar pekerjaan Anda."),
        translate(
            "Help", "Pilih penerima dan instruksi dengan angkanya, lalu kirim. Selama sepuluh detik dapat diurungkan."
        ),
        translate("Help", "Penerima melaporkan hasil, dengan berkas bila perlu; rantainya tampil sebagai pohon."),
        translate("Help", "Spasi menandai; beberapa dikerjakan bersama: disposisikan, laporkan, teruskan, ingatkan."),
    )


def _agenda() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Undangan dan janji menurut harinya, dengan siapa yang hadir atau mewakili."),
        translate("Help", "Surat yang menunggu jawaban tampil bersama tanggal jawabannya."),
    )


def _archive() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Berkas kantor Anda menurut kode klasifikasi, dan surat di dalamnya."),
        translate("Help", "Buka berkas baru di sini; surat diberkaskan dari Surat Masuk, juga beberapa sekaligus."),
    )


def _sync() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Apa yang menunggu dikirim, apa yang ditolak server, dan apa yang berbeda."),
        translate("Help", "Semua sudah tersimpan di komputer ini; yang menunggu terkirim otomatis saat ada jaringan."),
        translate("Help", "Tanpa jaringan sama sekali, pakai flash disk; isinya tersegel."),
    )


def _scans() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Pindaian dari pemindai, dari folder yang diawasi, atau yang Anda letakkan di sini."),
        translate("Help", "Putar, pindahkan, pisahkan, dan gabungkan halamannya; semuanya dapat diurungkan."),
        translate("Help", "Enter membuka formulir surat dengan pindaian itu."),
        translate("Help", "Yang dibuang dapat dikembalikan dari Tempat sampah selama 30 hari."),
    )


def _people() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("Help", "Pengguna, jabatan, surat perintah Plt. dan Plh., serta serah terima jabatan."),
        translate("Help", "Komputer menunjukkan keadaan setiap PC kantor; yang hilang dicabut dari sini."),
        translate("Help", "Semua yang diatur di sini dicatat dalam log server."),
    )


PAGES: Mapping[str, Callable[[], tuple[str, ...]]] = MappingProxyType(
    {
        "home": _home,
        "letters": _letters,
        "dispositions": _dispositions,
        "agenda": _agenda,
        "archive": _archive,
        "sync": _sync,
        "scans": _scans,
        "people": _people,
    }
)
