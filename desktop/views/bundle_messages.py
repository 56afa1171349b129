"""Sentences for what can stand in the way of an exchange by stick, and for how it went."""

from PySide6.QtCore import QCoreApplication

from core.protocol.bundle import BundleTrouble
from desktop.widgets.figures import format_count, format_size


def bundle_sentences() -> dict[str, str]:
    """A sentence for each trouble of a bundle."""
    translate = QCoreApplication.translate
    return {
        BundleTrouble.NOT_OURS: translate(
            "Messages", "Tidak ada yang berubah. Berkas itu bukan kiriman Pesagi; pilih yang berakhiran .psgb."
        ),
        BundleTrouble.OTHER_VERSION: translate(
            "Messages", "Tidak ada yang berubah. Kiriman itu dari Pesagi versi lain; perbarui Pesagi dahulu."
        ),
        BundleTrouble.OTHER_TENANT: translate(
            "Messages", "Tidak ada yang berubah. Kiriman itu milik kabupaten lain; minta yang benar ke Diskominfo."
        ),
        BundleTrouble.OTHER_RECIPIENT: translate(
            "Messages", "Tidak ada yang berubah. Kiriman itu bukan untuk komputer ini; buka di komputer tujuannya."
        ),
        BundleTrouble.DAMAGED: translate(
            "Messages", "Tidak ada yang berubah. Kiriman itu rusak atau terpotong; minta disalin sekali lagi."
        ),
        BundleTrouble.FORGED: translate(
            "Messages", "Tidak ada yang berubah. Kiriman itu bukan dari server kantor Anda; hubungi Diskominfo."
        ),
        BundleTrouble.REVOKED: translate(
            "Messages", "Tidak ada yang berubah. Komputer pengirim kiriman itu sudah dicabut; hubungi Diskominfo."
        ),
        BundleTrouble.NO_KEYS: translate(
            "Messages", "Tidak ada yang berubah. Komputer ini perlu terhubung ke server satu kali lebih dahulu."
        ),
        BundleTrouble.NONE_FOUND: translate(
            "Messages", "Tidak ada yang berubah. Tidak ada kiriman untuk komputer ini di tempat itu."
        ),
        BundleTrouble.STOPPED: translate(
            "Messages", "Dihentikan. Pekerjaan Anda tetap tersimpan di komputer ini; ulangi kapan saja."
        ),
        BundleTrouble.STICK_FULL: translate(
            "Messages", "Flash disk penuh; pekerjaan tetap tersimpan di komputer ini. Kosongkan lalu coba lagi."
        ),
        BundleTrouble.STICK_READ_ONLY: translate(
            "Messages", "Flash disk tidak dapat ditulisi; pekerjaan tetap tersimpan di komputer ini. Buka kuncinya."
        ),
        BundleTrouble.STICK_FAILED: translate(
            "Messages", "Flash disk tercabut atau tidak terbaca; data di komputer ini aman. Pasang lalu ulangi."
        ),
        BundleTrouble.STICK_ALTERED: translate(
            "Messages", "Isi flash disk lain dari yang ditulis; data di komputer ini aman. Pakai flash disk lain."
        ),
    }


def written_sentence(*, ops: int, scans: int, size: int, left_out: int, more: bool) -> str:
    """What lies on the stick now, and that it may be pulled out."""
    translate = QCoreApplication.translate
    text = translate("Messages", "Aman dicabut. {ops} pekerjaan dan {scans} pindaian ({size}) ada di flash disk.")
    said = [text.format(ops=format_count(ops), scans=format_count(scans), size=format_size(size))]
    if left_out:
        damaged = translate("Messages", "{count} pindaian rusak di komputer ini dan tidak ikut; pindai ulang.")
        said.append(damaged.format(count=format_count(left_out)))
    if more:
        said.append(translate("Messages", "Masih ada yang menunggu; kirim sekali lagi setelah jawabannya datang."))
    return " ".join(said)


def taken_sentence(*, ops: int, refused: int, rows: int, scans: int) -> str:
    """What came with the stick."""
    translate = QCoreApplication.translate
    if not (ops or rows or scans):
        return translate("Messages", "Tidak ada yang baru; isi kiriman itu sudah ada di komputer ini.")
    text = translate(
        "Messages", "Diterima: jawaban atas {ops} pekerjaan, {rows} catatan, dan {scans} pindaian. Aman dicabut."
    )
    said = [text.format(ops=format_count(ops), rows=format_count(rows), scans=format_count(scans))]
    if refused:
        tray = translate("Messages", "{count} pekerjaan ditolak; lihat di Perlu perhatian.")
        said.append(tray.format(count=format_count(refused)))
    return " ".join(said)


def left_alone_sentence(name: str, code: str) -> str:
    """Why a file on the stick was not taken although others were."""
    # The whole sentence says that nothing changed, which is not so when other files were taken.
    reason = bundle_sentences().get(BundleTrouble(code), "").split(". ", 1)[-1]
    return f"{name}: {reason}"


def missing_sentence(count: int) -> str:
    """That parts of what was taken are not on this stick."""
    text = QCoreApplication.translate(
        "Messages", "{count} bagian kiriman tidak ada di flash disk ini; masukkan juga bila sudah disalin."
    )
    return text.format(count=format_count(count))
