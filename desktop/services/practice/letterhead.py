"""The practice letter as its sender set it: letterhead, head of the letter, text, place of the signature, annexes."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from desktop.services.practice.dates import written, written_with_weekday
from desktop.services.practice.names import NamePool, invented_nip
from desktop.services.practice.records import PracticeLetter
from desktop.services.practice.sheet import WIDTH_MM, FontBook, Sheet, printable
from desktop.services.practice.vocabulary import Vocabulary

LEFT: Final = 24.0
RIGHT: Final = WIDTH_MM - 20.0
TEXT: Final = 11.0
SIGNED_AT: Final = 118.0
SECRET: Final = 2
_URGENCY: Final = ("Biasa", "Segera", "Sangat Segera")
_HEAD_NAMES: Final = ("Nomor", "Sifat", "Lampiran", "Hal")
_COUNTS: Final = ("-", "1 (satu) lembar", "2 (dua) lembar")


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Where the sender signs and stamps: millimetres from the left and the top of the first page."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SetLetter:
    """The pages as they leave the printer, and where the first one is signed."""

    pages: tuple[Sheet, ...]
    signature: SignaturePlace


class LetterSetter:
    """Sets letters at one resolution."""

    def __init__(self, words: Vocabulary, fonts: FontBook, *, dpi: int) -> None:
        self._words = words
        self._dpi = dpi
        self._fonts = fonts
        self._people = NamePool(words.names, 0)

    def set(self, letter: PracticeLetter, chance: Random) -> SetLetter:
        """Set the letter with `letter.pages` pages: the letter itself and its annexes."""
        sheet = Sheet(self._fonts, self._dpi)
        self._letterhead(sheet, letter)
        self._head(sheet, letter)
        self._body(sheet, letter, chance)
        signature = self._signature(sheet, letter, chance)
        annexes = tuple(self._annex(letter, chance, number=number) for number in range(1, letter.pages))
        return SetLetter((sheet, *annexes), signature)

    def _letterhead(self, sheet: Sheet, letter: PracticeLetter) -> None:
        lines = [line for part in letter.origin.letterhead for line in part.split("\n")]
        if not lines:
            sheet.move(TEXT, lines=2)
            return
        width = RIGHT - LEFT
        sheet.centred(lines[0], points=13, bold=True, width=width)
        for line in lines[1:]:
            sheet.centred(line, points=15, bold=True, width=width)
        sheet.centred(letter.origin.address, points=9, width=width)
        sheet.y += 1.2
        sheet.rule(LEFT - 2, RIGHT + 2, thick=0.9)
        sheet.y += 1.4
        sheet.rule(LEFT - 2, RIGHT + 2, thick=0.25)
        sheet.y += 6

    def _head(self, sheet: Sheet, letter: PracticeLetter) -> None:
        top, at = sheet.y, 134.0
        dated = letter.letter_date or letter.received_on
        sheet.line(f"{letter.origin.place}, {written(dated)}", at, points=TEXT)
        sheet.move(TEXT)
        for line in ("Kepada", f"Yth. {self._words.office.addressee}", "di", f"      {self._words.office.place}"):
            sheet.line(line, at, points=TEXT)
        right_end, sheet.y = sheet.y, top
        secrecy = "Rahasia" if letter.security >= SECRET else _URGENCY[letter.urgency]
        annexes = _COUNTS[letter.pages - 1] if letter.pages <= len(_COUNTS) else f"{letter.pages - 1} lembar"
        values = (letter.letter_no or "-", secrecy, annexes, _topic(letter))
        for name, value in zip(_HEAD_NAMES, values, strict=True):
            sheet.write(name, LEFT, points=TEXT)
            sheet.write(":", LEFT + 20, points=TEXT)
            sheet.paragraph(value, LEFT + 23, right=at - 5, points=TEXT, bold=name == "Hal", justified=False)
        sheet.y = max(sheet.y, right_end) + 6

    def _body(self, sheet: Sheet, letter: PracticeLetter, chance: Random) -> None:
        wording = self._words.wording
        topic = _topic(letter)
        topic = topic.removeprefix("Undangan ")
        dated = letter.letter_date or letter.received_on
        before = written(dated - timedelta(days=9))
        if letter.event_on is not None:
            self._text(sheet, wording.invitation[0].format(topic=topic))
            self._event(sheet, letter, topic=topic, chance=chance)
            self._text(sheet, chance.choice(wording.middle))
            self._text(sheet, wording.closing[-1])
            return
        opening = chance.choice(wording.opening).format(topic=topic, before=before, year=dated.year)
        self._text(sheet, opening)
        if letter.summary:
            self._text(sheet, letter.summary)
        for number, point in enumerate(chance.sample(wording.points, chance.randrange(2, 5)), start=1):
            sheet.write(f"{number}.", LEFT + 12, points=TEXT)
            sheet.paragraph(point, LEFT + 18, right=RIGHT, points=TEXT)
        sheet.y += 2.5
        for text in chance.sample(wording.middle, 2):
            self._text(sheet, text)
        self._text(sheet, chance.choice(wording.closing[:-1]))

    def _event(self, sheet: Sheet, letter: PracticeLetter, *, topic: str, chance: Random) -> None:
        wording = self._words.wording
        day = letter.event_on or letter.received_on
        facts = (
            ("Hari/tanggal", written_with_weekday(day)),
            ("Pukul", f"{chance.choice(wording.hours)} WIB s.d. selesai"),
            ("Tempat", chance.choice(wording.places)),
            ("Acara", topic),
        )
        for name, value in facts:
            sheet.write(name, LEFT + 12, points=TEXT)
            sheet.write(":", LEFT + 38, points=TEXT)
            sheet.paragraph(value, LEFT + 41, right=RIGHT, points=TEXT, justified=False)
        sheet.y += 3

    def _text(self, sheet: Sheet, text: str) -> None:
        sheet.paragraph(text, LEFT, right=RIGHT, points=TEXT, indent=12)
        sheet.y += 2.5

    def _signature(self, sheet: Sheet, letter: PracticeLetter, chance: Random) -> SignaturePlace:
        sheet.y += 4
        for line in letter.origin.signer.split("\n"):
            title = line.upper() if letter.origin.letterhead else line
            sheet.line(f"{title},", SIGNED_AT, points=TEXT)
        place = SignaturePlace(SIGNED_AT, sheet.y)
        sheet.y += 24
        sheet.line(self._people.draw(chance), SIGNED_AT, points=TEXT, bold=True, underlined=True)
        if letter.origin.group in {"kabupaten", "pekon", "sekolah", "provinsi", "pusat", "vertikal"}:
            sheet.line(chance.choice(self._words.names.ranks), SIGNED_AT, points=TEXT)
            sheet.line(f"NIP {invented_nip(chance)}", SIGNED_AT, points=TEXT)
        if letter.origin.group == "kabupaten" and sheet.y < 260:  # noqa: PLR2004 - room for four more lines
            sheet.y += 4
            sheet.line("Tembusan:", LEFT, points=9)
            for number, copy in enumerate(self._words.wording.copies, start=1):
                sheet.line(f"{number}. {copy};", LEFT, points=9)
        return place

    def _annex(self, letter: PracticeLetter, chance: Random, *, number: int) -> Sheet:
        sheet = Sheet(self._fonts, self._dpi)
        for name, value in (("Lampiran", f"{number}"), ("Nomor", letter.letter_no or "-")):
            sheet.write(name, 118, points=9)
            sheet.paragraph(f": {value}", 134, right=RIGHT, points=9, justified=False)
        sheet.y += 6
        sheet.centred("DAFTAR PESERTA" if letter.event_on else "RINCIAN DATA", points=12, bold=True)
        sheet.y += 4
        columns = (LEFT, LEFT + 12, LEFT + 78, LEFT + 128, RIGHT)
        self._row(sheet, columns, ("No.", "Nama", "Pekon", "Keterangan"), bold=True)
        pekon = self._words.subjects.values["pekon"]
        for line in range(1, chance.randrange(14, 26)):
            cells = (str(line), self._people.draw(chance), chance.choice(pekon), "")
            self._row(sheet, columns, cells, bold=False)
        return sheet

    def _row(self, sheet: Sheet, columns: tuple[float, ...], cells: tuple[str, ...], *, bold: bool) -> None:
        top, height = sheet.y, 7.6
        sheet.y += 1.7
        for cell, x, right in zip(cells, columns, columns[1:], strict=False):
            sheet.write(cell, x + 2, points=10, bold=bold)
            sheet.box(x, right, top=top, bottom=top + height)
        sheet.y = top + height


def _topic(letter: PracticeLetter) -> str:
    """The subject, as far as the fonts can print it and the envelope lets it be read."""
    if not letter.subject:
        return "Rahasia"
    return letter.subject if printable(letter.subject) else "Undangan (naskah asli beraksara lain)"
