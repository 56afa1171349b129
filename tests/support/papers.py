"""Papers in tests: who is signed in, the typeset PDF, and what stands on its pages."""

from __future__ import annotations

from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageChops

from core.domain.ids import PositionId
from core.domain.offices import Office, Person, Position
from desktop.services.papers.forms import PAPER_SIZES
from desktop.services.papers.paper import Paper
from desktop.services.papers.plain_text import BREAK
from desktop.services.sign_in import Session
from desktop.system.typesetter import Typesetter
from tests.factories import OFFICE, directory, person_record, position_record

POINTS_PER_MM = 72 / 25.4
DPI = 60


class Page(NamedTuple):
    """One page: its words in one line, its picture, and its size in millimetres."""

    text: str
    picture: Image.Image
    width: float
    height: float

    def ink_margins(self) -> tuple[float, float, float, float]:
        """Millimetres of white paper to the left, above, to the right and below everything that is printed."""
        white = Image.new("L", self.picture.size, 255)
        box = ImageChops.difference(self.picture, white).getbbox()
        assert box is not None, "an empty page"
        left, top, right, bottom = box
        mm = self.width / self.picture.width
        return (left * mm, top * mm, self.width - right * mm, self.height - bottom * mm)


def session(position: PositionId, *, practice: bool = False) -> Session:
    """Whoever holds a position, signed in."""
    office = next(one for one in directory() if isinstance(one, Office) and one.number == OFFICE)
    person, place = person_record(position), position_record(position)
    assert isinstance(person, Person)
    assert isinstance(place, Position)
    return Session(person=person, position=place, office=office, practice=practice)


def typeset(typesetter: Typesetter, paper: Paper, size: str = "a4") -> bytes:
    """The PDF of a paper in one of the sizes."""
    return typesetter.typeset(paper.form, paper.filled(PAPER_SIZES[size]))


def pages_of(pdf: bytes) -> list[Page]:
    """The pages of a PDF; places to break in words are left out of the text."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text_page = page.get_textpage()
            text = text_page.get_text_range().replace(BREAK, "").replace("\ufffe", "")
            picture = page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
            width, height = page.get_size()
            found.append(Page(" ".join(text.split()), picture, width / POINTS_PER_MM, height / POINTS_PER_MM))
            text_page.close()
            page.close()
    return found
