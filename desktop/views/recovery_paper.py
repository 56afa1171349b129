"""The recovery sheet on paper: one page A4, the same from a printer and as a PDF.

Everything is laid out in millimetres; letters are in points. The QR code holds the words themselves: a scanner that
types fills the field, and nothing else has to be understood.
"""

import segno
from PySide6.QtCore import QMarginsF, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPen

from desktop.viewmodels.local_time import local
from desktop.viewmodels.recovery_printing import PaperSheet
from desktop.widgets.dates import format_date
from desktop.widgets.typography import UI_FAMILY

INK = QColor("#16202a")
SOFT = QColor("#5b6773")
LINE = QColor("#b9c2cb")
PRIMARY = QColor("#1d4c8f")
LEFT, WIDTH, TOP = 22.0, 166.0, 20.0
QR_SIDE = 46.0
WORD_ROWS = 7
MM_PER_INCH = 25.4


def lay_out(device: QPagedPaintDevice) -> None:
    """Give the device the page that `draw` fills."""
    device.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )


def draw(painter: QPainter, sheet: PaperSheet) -> None:
    """Fill the page of the painter, whose device says how fine it is."""
    _Paper(painter, sheet).draw()


class _Paper(QObject):
    """One page under the pen."""

    def __init__(self, painter: QPainter, sheet: PaperSheet) -> None:
        super().__init__()
        self._painter = painter
        self._sheet = sheet
        self._mm = painter.device().logicalDpiX() / MM_PER_INCH

    def draw(self) -> None:
        """From the top to the foot."""
        self._head()
        self._facts()
        self._code(LEFT + WIDTH - QR_SIDE, TOP + 33)
        self._words(TOP + 86)
        self._advice(TOP + 163)
        self._keeper(TOP + 224)

    def _head(self) -> None:
        self._painter.fillRect(self._rect(LEFT, TOP, 12, 1.4), PRIMARY)
        office = self._sheet.office or self.tr("Pesagi")
        self._text(office, LEFT, TOP + 4.5, points=10, colour=SOFT, bold=True)
        self._text(self.tr("Lembar Pemulihan"), LEFT, TOP + 11, points=24, bold=True)
        self._text(
            self.tr("Membuka data Pesagi di satu komputer bila kunci dan kata sandinya hilang."),
            *(LEFT, TOP + 23),
            points=10.5,
            colour=SOFT,
        )
        self._line(TOP + 30.5)

    def _facts(self) -> None:
        facts = (
            (self.tr("Nomor lembar"), f"{self._sheet.number[:3]} {self._sheet.number[3:]}"),
            (self.tr("Komputer"), self._sheet.device),
            (self.tr("Dibuat"), self._moment()),
        )
        for row, (name, value) in enumerate(facts):
            top = TOP + 36 + row * 14.5
            self._text(name, LEFT, top, points=9, colour=SOFT)
            self._text(value, LEFT, top + 4.6, points=13, bold=True, width=WIDTH - QR_SIDE - 8)

    def _code(self, left: float, top: float) -> None:
        matrix = segno.make(" ".join(self._sheet.words), error="m", micro=False).matrix
        side = QR_SIDE / len(matrix)
        for row, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:
                    # A hair over, so that no printer leaves white lines between the squares.
                    self._painter.fillRect(
                        self._rect(left + column * side, top + row * side, side * 1.02, side * 1.02),
                        Qt.GlobalColor.black,
                    )

    def _words(self, top: float) -> None:
        self._frame(LEFT, top, WIDTH, 69)
        for place, word in enumerate(self._sheet.words):
            column, row = divmod(place, WORD_ROWS)
            left, line = LEFT + 8 + column * (WIDTH / 2), top + 4.8 + row * 9
            self._text(f"{place + 1}", left, line + 1.1, points=10, colour=SOFT, width=8, right=True)
            self._text(word, left + 12, line, points=15, bold=True)

    def _advice(self, top: float) -> None:
        advice = (
            (
                self.tr("Kapan dipakai"),
                self.tr(
                    "Kata sandi terlupa dan server tidak terjangkau, atau Pesagi berkata bahwa kuncinya tidak "
                    "ditemukan."
                ),
            ),
            (
                self.tr("Cara memakai"),
                self.tr(
                    "Di halaman masuk pilih “Masuk dengan lembar pemulihan”, ketik keempat belas kata, atau pindai "
                    "kodenya dengan pemindai, lalu pilih kata sandi baru."
                ),
            ),
            (
                self.tr("Cara menyimpan"),
                self.tr(
                    "Dalam amplop tertutup di brankas atau lemari terkunci, jauh dari komputernya. Jangan difoto atau "
                    "dikirim. Siapa pun yang memegang lembar ini dan komputernya dapat membuka seluruh datanya."
                ),
            ),
            (
                self.tr("Bila hilang"),
                self.tr("Cetak lembar baru dari menu Berkas; sejak dikonfirmasi, lembar ini tidak berlaku lagi."),
            ),
        )
        for (name, text), line in zip(advice, (top, top + 13, top + 26, top + 43), strict=True):
            self._text(name, LEFT, line, points=10, bold=True, width=36)
            self._text(text, LEFT + 38, line, points=10, width=WIDTH - 38, height=14, wrap=True)

    def _keeper(self, top: float) -> None:
        self._line(top)
        third = WIDTH / 3
        for column, name in enumerate((self.tr("Disimpan oleh"), self.tr("Tempat"), self.tr("Tanggal dan paraf"))):
            left = LEFT + column * third
            self._text(name, left, top + 4, points=9, colour=SOFT)
            self._painter.setPen(QPen(LINE, 0.3 * self._mm))
            self._painter.drawLine(self._point(left, top + 20), self._point(left + third - 8, top + 20))

    def _text(
        self,
        text: str,
        left: float,
        top: float,
        *,
        points: float,
        colour: QColor = INK,
        bold: bool = False,
        width: float = WIDTH,
        height: float = 12,
        right: bool = False,
        wrap: bool = False,
    ) -> None:
        font = QFont(UI_FAMILY)
        font.setPointSizeF(points)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        self._painter.setFont(font)
        self._painter.setPen(colour)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignTop | (Qt.TextFlag.TextWordWrap if wrap else Qt.TextFlag.TextSingleLine)
        self._painter.drawText(self._rect(left, top, width, height), flags, text)

    def _line(self, top: float) -> None:
        self._painter.setPen(QPen(LINE, 0.3 * self._mm))
        self._painter.drawLine(self._point(LEFT, top), self._point(LEFT + WIDTH, top))

    def _frame(self, left: float, top: float, width: float, height: float) -> None:
        self._painter.setPen(QPen(LINE, 0.4 * self._mm))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRoundedRect(self._rect(left, top, width, height), 2 * self._mm, 2 * self._mm)

    def _rect(self, left: float, top: float, width: float, height: float) -> QRectF:
        return QRectF(left * self._mm, top * self._mm, width * self._mm, height * self._mm)

    def _point(self, left: float, top: float) -> QPointF:
        return QPointF(left * self._mm, top * self._mm)

    def _moment(self) -> str:
        made = local(self._sheet.made)
        return self.tr("{date}, pukul {hour:02d}.{minute:02d}").format(
            date=format_date(made.date()), hour=made.hour, minute=made.minute
        )
