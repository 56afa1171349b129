"""Every form by its name: who may print it, and what fills it."""

from core.domain.errors import Refusal, RefusalCode
from desktop.services.papers.disposition_sheet import DispositionSheetService
from desktop.services.papers.forms import PaperWish
from desktop.services.papers.paper import Paper


class PaperService:
    """Makes papers for one signed-in person."""

    def __init__(self, sheets: DispositionSheetService) -> None:
        """Over the services of each form."""
        self._sheets = sheets

    def make(self, wish: PaperWish) -> Paper:
        """The paper, to be looked at; Refusal if it is not for this person."""
        if wish.letter is None:
            raise Refusal(RefusalCode.UNKNOWN_LETTER)
        return self._sheets.of_letter(wish.letter)

    def release(self, wish: PaperWish) -> Paper:
        """The paper as it leaves the PC; of a secret letter that is on record first."""
        paper = self.make(wish)
        if not paper.secret or paper.letter is None:
            return paper
        self._sheets.note_printed(paper.letter)
        return self.make(wish)
