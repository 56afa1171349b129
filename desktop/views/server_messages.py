"""Sentences for what the server says when it cannot serve."""

from PySide6.QtCore import QCoreApplication

from core.protocol.faults import FaultCode


def server_sentences() -> dict[str, str]:
    """A sentence for each fault of the server; one that nobody here can mend names its code for support."""
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
            "Messages",
            "Pilih kata sandi lain, paling sedikit 12 karakter; bila kantor memintanya, juga huruf besar, angka, dan "
            "tanda.",
        ),
        FaultCode.SEALED: translate(
            "Messages",
            "Pindaian tersimpan di komputer ini. Suratnya kini rahasia; pindaian disegel dahulu, lalu dikirim.",
        ),
        FaultCode.STALE: translate(
            "Messages", "Jam komputer ini sedang disamakan dengan jam server; data Anda aman, coba sekali lagi."
        ),
    }
    return {code.value: support.format(code=code.value) for code in FaultCode} | special
