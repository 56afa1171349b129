"""Draws an invented letter as a scan would show it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from desktop.widgets.typography import LETTER_FAMILY, load_fonts

WIDTH, HEIGHT = 1240, 1860
BODY = (
    "Dalam rangka persiapan pelaksanaan Musyawarah Perencanaan Pembangunan Kecamatan Tahun 2027, dengan hormat "
    "kami mengundang Saudara untuk hadir pada rapat koordinasi yang akan dilaksanakan pada:"
)
CLOSING = (
    "Mengingat pentingnya acara dimaksud, diharapkan kehadiran Saudara tepat waktu dan membawa rekapitulasi usulan "
    "pekon. Demikian atas perhatian dan kehadirannya diucapkan terima kasih."
)


def letter_scan() -> QImage:
    load_fonts(LETTER_FAMILY)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.rotate(-0.15)

    def write(
        text: str, x: int, y: int, width: int, *, size: int = 28, bold: bool = False, centre: bool = False
    ) -> None:
        font = QFont(LETTER_FAMILY)
        font.setPixelSize(size)
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(QColor("#15181C"))
        flags = Qt.AlignmentFlag.AlignHCenter if centre else Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(x, y, width, 400), flags | Qt.TextFlag.TextWordWrap, text)

    write("PEMERINTAH KABUPATEN CONTOH RAYA", 100, 90, 1040, size=34, bold=True, centre=True)
    write("BADAN PERENCANAAN PEMBANGUNAN DAERAH", 100, 134, 1040, size=40, bold=True, centre=True)
    write("Jalan Raya Kota Liwa No. 1, Kode Pos 34800", 100, 190, 1040, size=26, centre=True)
    painter.setPen(QPen(QColor("#15181C"), 5))
    painter.drawLine(100, 240, 1140, 240)
    for line, (name, value) in enumerate(
        (("Nomor", "000.7.2.3/412/III.01/2026"), ("Sifat", "Biasa"), ("Lampiran", "1 (satu) berkas"))
    ):
        write(f"{name}", 100, 290 + 44 * line, 200)
        write(f": {value}", 220, 290 + 44 * line, 600)
    write("Hal", 100, 422, 200)
    write(": Undangan Rapat Koordinasi\n  Musrenbang Kecamatan", 220, 422, 700, bold=True)
    write("Liwa, 18 November 2026", 850, 290, 320)
    write("Kepada Yth.\nCamat se-Kabupaten\ndi Tempat", 850, 400, 320)
    write("            " + BODY, 100, 580, 1040)
    for line, text in enumerate(
        (
            "Hari/tanggal : Kamis, 26 November 2026",
            "Pukul : 09.00 WIB s.d. selesai",
            "Tempat : Aula Bappeda",
            "Acara : Penyusunan jadwal dan rancangan usulan prioritas",
        )
    ):
        write(text, 200, 740 + 44 * line, 900)
    write("            " + CLOSING, 100, 950, 1040)
    write("KEPALA BADAN,", 720, 1150, 400)
    write("NAMA PEJABAT, S.T., M.T.", 720, 1380, 400, bold=True)
    write("Pembina Utama Muda\nNIP 19700101 199503 1 001", 720, 1420, 420)
    painter.setPen(QPen(QColor("#6A63C4"), 4))
    painter.drawRoundedRect(730, 1230, 230, 120, 50, 50)
    painter.end()
    return image
