"""Every form by its name: who may print it, and what fills it."""

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from desktop.services.books import BookChoice
from desktop.services.clock import Clock, local_date
from desktop.services.papers.agenda_page import AgendaPageService
from desktop.services.papers.books import BookService, Days
from desktop.services.papers.disposition_sheet import DispositionSheetService
from desktop.services.papers.forms import LETTER_FORMS, Form, PaperWish
from desktop.services.papers.paper import Paper
from desktop.services.papers.slips import SlipService
from desktop.services.papers.summary import SummaryService


class PaperService:
    """Makes papers for one signed-in person."""

    def __init__(
        self,
        sheets: DispositionSheetService,
        slips: SlipService,
        *,
        books: BookService,
        summaries: SummaryService,
        agendas: AgendaPageService,
        clock: Clock,
    ) -> None:
        """Over the services of the forms."""
        self._sheets = sheets
        self._slips = slips
        self._books = books
        self._summaries = summaries
        self._agendas = agendas
        self._clock = clock

    def make(self, wish: PaperWish) -> Paper:
        """The paper, to be looked at; Refusal if it is not for this person."""
        if wish.form in LETTER_FORMS:
            if wish.letter is None:
                raise Refusal(RefusalCode.UNKNOWN_LETTER)
            return self._of_letter(wish.form, wish.letter)
        days = Days.of(wish, local_date(self._clock()))
        match wish.form:
            case Form.AGENDA_BOOK:
                return self._books.agenda(wish, days)
            case Form.AGENDA:
                return self._agendas.page(wish.position, days.since, days.until)
            case Form.DISPATCH_BOOK:
                return self._books.dispatch(days, wish.chosen)
            case Form.ROUTING_SLIP:
                return self._books.slips(days, wish.chosen)
            case _:
                return self._summaries.summary(days)

    def release(self, wish: PaperWish) -> Paper:
        """The paper as it leaves the PC; of a secret letter that is on record first."""
        paper = self.make(wish)
        if not paper.secret or paper.letter is None:
            return paper
        self._sheets.note_printed(paper.letter)
        return self.make(wish)

    def books(self) -> tuple[BookChoice, ...]:
        """The books that letters are numbered in."""
        return self._books.books()

    def _of_letter(self, form: Form, letter: LetterId) -> Paper:
        match form:
            case Form.RECEIPT:
                return self._slips.receipt(letter)
            case Form.CONTROL_CARD:
                return self._slips.card(letter)
            case _:
                return self._sheets.of_letter(letter)
