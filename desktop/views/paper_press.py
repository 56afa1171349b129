"""Puts the pages of a paper on a printer of the system, one picture a page."""

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from desktop.system.page_renderer import PageImage

RGB_BYTES = 3


class PrinterPress:
    """A printer as `PaperDesk.print_on` needs it. Qt lets a printer be painted on outside the window's thread."""

    def __init__(self, printer: QPrinter) -> None:
        """Over a printer that a person chose."""
        self._printer = printer
        self._painter = QPainter()
        self._first = True

    def begin(self, width_mm: float, height_mm: float) -> bool:
        """Give the printer its paper."""
        lay_out(self._printer, width_mm, height_mm)
        return self._painter.begin(self._printer)

    def page(self, image: PageImage) -> None:
        """Fill the whole sheet; what a printer cannot reach lies in the margins of the form."""
        if not self._first:
            self._printer.newPage()
        self._first = False
        line = RGB_BYTES * image.width
        picture = QImage(image.rgb, image.width, image.height, line, QImage.Format.Format_RGB888)
        sheet = QRectF(self._printer.paperRect(QPrinter.Unit.DevicePixel))
        # Forms are black on white; without colour a page is a third as large and sent in a third of the time.
        self._painter.drawImage(sheet, picture.convertToFormat(QImage.Format.Format_Grayscale8))

    def end(self) -> bool:
        """Hand the job over."""
        return self._painter.end() and self._printer.printerState() != QPrinter.PrinterState.Error


def lay_out(printer: QPrinter, width_mm: float, height_mm: float) -> None:
    """Give the printer paper of that size, to its edges."""
    sides = sorted((width_mm, height_mm))
    lying = width_mm > height_mm
    size = QPageSize(QSizeF(*sides), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    way = QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(size, way, QMarginsF(0, 0, 0, 0)))
