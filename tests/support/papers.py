"""Papers in tests: who is signed in, the typeset PDF, and what stands on its pages."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageChops

from core.domain.ids import PositionId
from core.domain.offices import Office, Person, Position
from desktop.services.agenda import AgendaService
from desktop.services.dispositions import DispositionService
from desktop.services.instructions import InstructionList
from desktop.services.papers.agenda_page import AgendaPageService
from desktop.services.papers.books import BookService
from desktop.services.papers.disposition_sheet import DispositionSheetService
from desktop.services.papers.forms import PAPER_SIZES
from desktop.services.papers.making import PaperService
from desktop.services.papers.paper import Paper
from desktop.services.papers.plain_text import BREAK
from desktop.services.papers.slips import SlipService
from desktop.services.papers.summary import SummaryService
from desktop.services.register import RegisterService
from desktop.services.sign_in import Session
from desktop.storage.unit_of_work import Store
from desktop.system.typesetter import Typesetter
from tests.factories import NOW, OFFICE, directory, person_record, position_record
from tests.support.desks import Desk, Names

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


def paper_service(store: Store, position: PositionId, *, practice: bool = False) -> PaperService:
    """What makes the papers of whoever holds a position, on the day of the factories."""
    who = session(position, practice=practice)
    register = RegisterService(store, who.actor, _now, Names())
    sheets = DispositionSheetService(store, who, _now, register=register, instructions=InstructionList.load())
    return PaperService(
        sheets,
        SlipService(who, _now, register=register),
        books=BookService(store, who, _now),
        summaries=SummaryService(store, who, _now, names=Names()),
        agendas=AgendaPageService(who, _now, agenda=AgendaService(store, who.actor, _now, _orders(store, position))),
        clock=_now,
    )


def _orders(store: Store, position: PositionId) -> DispositionService:
    return Desk(store, position).dispositions


def _now() -> datetime:
    return NOW


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
