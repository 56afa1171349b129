"""The passport of a letter on paper: A4, as many pages as its life takes, the same from a printer and as a PDF.

Laid out in millimetres; letters are in points. All of it is drawn as plain text, so that nothing in a letter can be
taken for markup. Of a secret letter every page says across its middle who printed it, and when.
"""

from PySide6.QtCore import QMarginsF, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPen

from desktop.viewmodels.facts import HistoryLine
from desktop.viewmodels.local_time import local
from desktop.viewmodels.screen_facts import Passport, SignedLine
from desktop.views.history_words import history_note, history_sentence
from desktop.views.letter_words import security_text, urgency_text
from desktop.views.signature_words import signature_text
from desktop.widgets.dates import format_date, format_moment
from desktop.widgets.figures import format_count
from desktop.widgets.typography import UI_FAMILY

INK = QColor("#16202a")
SOFT = QColor("#5b6773")
LINE = QColor("#b9c2cb")
PRIMARY = QColor("#1d4c8f")
MARK = QColor(190, 40, 40, 38)
LEFT, WIDTH, TOP, BOTTOM = 20.0, 170.0, 16.0, 278.0
NAMES, TIMES = 34.0, 34.0
ROW_GAP = 1.6
MM_PER_INCH = 25.4
_HASH_SHOWN = 16


def lay_out(device: QPagedPaintDevice) -> None:
    """Give the device the pages that `draw` fills."""
    device.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )


def draw(painter: QPainter, device: QPagedPaintDevice, passport: Passport) -> int:
    """Fill the pages of the device under the painter; how many."""
    return _Paper(painter, device, passport).draw()


class _Paper(QObject):
    """Pages under the pen, from the top down."""

    def __init__(self, painter: QPainter, device: QPagedPaintDevice, passport: Passport) -> None:
        super().__init__()
        self._painter = painter
        self._device = device
        self._passport = passport
        self._mm = device.logicalDpiX() / MM_PER_INCH
        self._top = TOP
        self._page = 1

    def draw(self) -> int:
        self._begin_page()
        self._head()
        self._facts()
        self._section(self.tr("Perjalanan surat"))
        for line in self._passport.history:
            self._row(format_moment(local(line.at)), self._told(line))
        self._section(self.tr("Tanda tangan orang"))
        for one in self._passport.signed:
            self._row(format_moment(local(one.at)), self._signed(one))
        if not self._passport.signed:
            self._row("", self.tr("Belum ada disposisi atau laporan pada surat ini."))
        self._section(self.tr("Bukti"))
        for name, value in self._proofs():
            self._row(name, value)
        return self._page

    def _head(self) -> None:
        view = self._passport.view
        self._painter.fillRect(self._rect(LEFT, self._top, 12, 1.2), PRIMARY)
        self._top += 3.5
        self._write(self._passport.office, points=9, colour=SOFT, bold=True)
        number = self.tr("nomor agenda menyusul")
        if view.agenda:
            number = self.tr("agenda {agenda} tahun {year}").format(agenda=view.agenda, year=view.letter.agenda_year)
        self._write(self.tr("Paspor Surat - {number}").format(number=number), points=17, bold=True)
        self._top += 2

    def _facts(self) -> None:
        view, letter = self._passport.view, self._passport.view.letter
        dated = format_date(letter.letter_date) if letter.letter_date else self.tr("tanpa tanggal")
        kinds = f"{security_text(letter.security)}, {urgency_text(letter.urgency)}"
        code = f"{letter.classification} {view.classification_name}".strip()
        facts = [
            (self.tr("Nomor surat"), f"{letter.letter_no or '-'}, {dated}"),
            (self.tr("Asal surat"), letter.sender),
            (self.tr("Perihal"), view.subject or "-"),
            (self.tr("Diterima"), format_date(letter.received_on)),
            (self.tr("Sifat, derajat"), kinds),
            (self.tr("Klasifikasi"), code or "-"),
            (self.tr("Diteruskan kepada"), view.addressee_title or "-"),
        ]
        facts += [
            (
                self.tr("Pindaian {place}").format(place=place),
                self.tr("{pages} halaman, {size} bita, SHA-256 {sha256}").format(
                    pages=scan.pages, size=format_count(scan.size), sha256=scan.sha256.hex()[:_HASH_SHOWN]
                ),
            )
            for place, scan in enumerate(letter.scans, start=1)
        ]
        for name, value in facts:
            self._row(name, value)

    def _proofs(self) -> tuple[tuple[str, str], ...]:
        chains, view = self._passport.chains, self._passport.view
        rev = self.tr("revisi {rev} di server").format(rev=view.rev) if view.rev else self.tr("belum sampai di server")
        head = self.tr("belum ada")
        if chains.head:
            head = self.tr("{head} sampai catatan {seq}").format(head=chains.head, seq=format_count(chains.head_seq))
        return (
            (self.tr("Surat"), f"{view.letter.id.hex()}, {rev}"),
            (self.tr("Kepala harian"), head),
            (
                self.tr("Rantai PC ini"),
                self.tr("pekerjaan {seq}, {head}").format(seq=format_count(chains.own_seq), head=chains.own_head),
            ),
        )

    def _told(self, line: HistoryLine) -> str:
        return " ".join(part for part in (history_sentence(line), history_note(line, sends=True)) if part)

    def _signed(self, one: SignedLine) -> str:
        words = self.tr("Laporan {who}.") if one.is_answer else self.tr("Disposisi {who}.")
        proof = signature_text(one.signature) or self.tr("Tanpa tanda tangan")
        return f"{words.format(who=one.who)} {proof}."

    def _begin_page(self) -> None:
        self._top = TOP
        if self._passport.secret:
            self._mark()
        passport = self._passport
        foot = self.tr("Dicetak {person} ({position}), {moment} WIB. Halaman {page}.").format(
            person=passport.person,
            position=passport.position,
            moment=format_moment(local(passport.printed_at)),
            page=self._page,
        )
        if passport.secret:
            foot = f"{security_text(passport.view.letter.security).upper()}. {foot}"
        self._text(foot, self._rect(LEFT, BOTTOM + 5, WIDTH, 6), points=8, colour=SOFT)
        self._rule(BOTTOM + 3)

    def _mark(self) -> None:
        passport = self._passport
        text = self.tr("{level} - {person} - {moment}").format(
            level=security_text(passport.view.letter.security).upper(),
            person=passport.person,
            moment=format_moment(local(passport.printed_at)),
        )
        painter = self._painter
        painter.save()
        painter.translate(self._point(105, 148))
        painter.rotate(-54)
        self._text(
            text, self._rect(-140, -10, 280, 20), points=26, colour=MARK, bold=True, side=Qt.AlignmentFlag.AlignHCenter
        )
        painter.restore()

    def _section(self, title: str) -> None:
        self._need(16)
        self._top += 3
        self._rule(self._top)
        self._top += 2.5
        self._write(title, points=11, bold=True)
        self._top += 0.5

    def _row(self, name: str, value: str) -> None:
        """A name or a time, and beside it what there is to say, over as many lines as it takes."""
        height = self._height(value, width=WIDTH - NAMES, points=9.5)
        self._need(min(height, BOTTOM - TOP))
        self._text(name, self._rect(LEFT, self._top, NAMES - 2, 5), points=8.5, colour=SOFT)
        self._text(value, self._rect(LEFT + NAMES, self._top, WIDTH - NAMES, height + 1), points=9.5)
        self._top += height + ROW_GAP

    def _need(self, height: float) -> None:
        if self._top + height > BOTTOM:
            self._device.newPage()
            self._page += 1
            self._begin_page()

    def _write(self, text: str, *, points: float, colour: QColor = INK, bold: bool = False) -> None:
        height = self._height(text, width=WIDTH, points=points, bold=bold)
        self._text(text, self._rect(LEFT, self._top, WIDTH, height + 1), points=points, colour=colour, bold=bold)
        self._top += height + 0.8

    def _height(self, text: str, *, width: float, points: float, bold: bool = False) -> float:
        metrics, within = QFontMetricsF(_font(points, bold=bold), self._device), self._rect(0, 0, width, 10_000)
        return metrics.boundingRect(within, self._wrapping(metrics, text, within), text).height() / self._mm

    @staticmethod
    def _wrapping(metrics: QFontMetricsF, text: str, within: QRectF) -> int:
        """Between words; within them only where one is wider than the line."""
        whole = all(metrics.horizontalAdvance(word) <= within.width() for word in text.split())
        return int(Qt.TextFlag.TextWordWrap if whole else Qt.TextFlag.TextWrapAnywhere)

    def _text(
        self,
        text: str,
        within: QRectF,
        *,
        points: float,
        colour: QColor = INK,
        bold: bool = False,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        font = _font(points, bold=bold)
        self._painter.setFont(font)
        self._painter.setPen(colour)
        lines = self._wrapping(QFontMetricsF(font, self._device), text, within)
        self._painter.drawText(within, int(side | Qt.AlignmentFlag.AlignTop) | lines, text)

    def _rule(self, top: float) -> None:
        self._painter.setPen(QPen(LINE, 0.3 * self._mm))
        self._painter.drawLine(self._point(LEFT, top), self._point(LEFT + WIDTH, top))

    def _rect(self, left: float, top: float, width: float, height: float) -> QRectF:
        return QRectF(left * self._mm, top * self._mm, width * self._mm, height * self._mm)

    def _point(self, left: float, top: float) -> QPointF:
        return QPointF(left * self._mm, top * self._mm)


def _font(points: float, *, bold: bool) -> QFont:
    font = QFont(UI_FAMILY)
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    # A bracket before a capital would be another glyph, of which a PDF does not say what it stands for.
    font.setFeature(QFont.Tag("calt"), 0)
    return font
