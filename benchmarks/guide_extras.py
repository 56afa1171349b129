"""Pictures of the user guide that need a hand more: letters that are marked, Pindaian, its trash, the tour, a sheet."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage, QPainter, QPixmap

from benchmarks.guide_seat import Seat, keep
from benchmarks.journey_pc import tap
from desktop.services.recovery_words import SECRET_BYTES, word_list, words_of
from desktop.viewmodels.recovery_printing import PaperSheet
from desktop.viewmodels.scan_arrivals import ScanArrivals
from desktop.views import recovery_paper
from desktop.views.marked_bar import MarkedBar
from desktop.views.trash_dialog import TrashDialog
from desktop.widgets.coach import CoachMarks

# A4 at 150 dots an inch.
PAPER = (1240, 1754)
PAPER_DOTS_PER_METRE = 5906


def shoot_marks(seat: Seat, target: Path) -> None:
    """Three letters that do not stand one under the other are marked."""
    seat.show("letters")
    seat.rest(lambda: seat.window.findChild(MarkedBar) is not None)
    for key in (Qt.Key.Key_Space, *(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space) * 2):
        tap(key)
    seat.rest()
    seat.shoot(target)


def shoot_scans(seat: Seat, files: Sequence[Path], inbox: Path, trash: Path) -> None:
    """What came from the scanner, and what was thrown away of it."""
    seat.show("scans")
    for file in files:
        seat.window.findChild(ScanArrivals).take([file])
        seat.rest()
    tap(Qt.Key.Key_X)
    seat.rest()
    seat.shoot(inbox)
    seat.window.findChild(QAction, "trash").trigger()
    seat.rest(lambda: seat.window.findChild(TrashDialog) is not None)
    dialog = seat.window.findChild(TrashDialog)
    seat.rest()
    seat.shoot(trash, dialog=dialog)
    dialog.close()


def shoot_tour(seat: Seat, target: Path) -> None:
    """The second mark of the tour."""
    seat.show("letters")
    seat.window.findChild(QAction, "tour").trigger()
    seat.rest(lambda: seat.window.findChild(CoachMarks) is not None)
    tap(Qt.Key.Key_Return)
    seat.rest()
    seat.shoot(target)
    tap(Qt.Key.Key_Escape)


def draw_sheet(target: Path, moment: datetime) -> None:
    """The sheet for the safe, with words that open nothing."""
    page = QImage(*PAPER, QImage.Format.Format_RGB32)
    page.setDotsPerMeterX(PAPER_DOTS_PER_METRE)
    page.setDotsPerMeterY(PAPER_DOTS_PER_METRE)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    words = words_of(bytes(range(SECRET_BYTES)), word_list())
    sheet = PaperSheet("482913", words, "Kantor Kecamatan Ulu Kenanga", "PC Tata Usaha", moment)
    recovery_paper.draw(painter, sheet)
    painter.end()
    keep(QPixmap.fromImage(page), target)
