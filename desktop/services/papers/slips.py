"""Tanda terima and kartu kendali: one letter on a slip, without the content of a secret one."""

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from desktop.services.clock import Clock
from desktop.services.letter_codes import code_of
from desktop.services.papers.books import letter_line
from desktop.services.papers.forms import Form
from desktop.services.papers.paper import Paper, frame, squares
from desktop.services.papers.plain_text import one_line, printable
from desktop.services.register import LetterView, RegisterService
from desktop.services.sign_in import Session


class SlipService:
    """Makes slips of letters that one person may see in the register."""

    def __init__(self, session: Session, clock: Clock, *, register: RegisterService) -> None:
        """Over the register of the person."""
        self._session = session
        self._clock = clock
        self._register = register

    def receipt(self, letter_id: LetterId) -> Paper:
        """Tanda terima: for whoever brought the letter."""
        return self._slip(Form.RECEIPT, "Tanda terima surat", "tanda-terima", letter_id)

    def card(self, letter_id: LetterId) -> Paper:
        """Kartu kendali in its three copies, 15 x 10 cm (ANRI's pola baru)."""
        return self._slip(Form.CONTROL_CARD, "Kartu kendali", "kartu-kendali", letter_id)

    def _slip(self, form: Form, title: str, name: str, letter_id: LetterId) -> Paper:
        view = self._register.letter(letter_id)
        if view is None:
            raise Refusal(RefusalCode.UNKNOWN_LETTER)
        letter = view.letter
        facts = frame(self._session, self._clock(), title=title)
        facts["code"] = squares(code_of(letter_id))
        facts["letter"] = {
            **letter_line(letter),
            "year": letter.agenda_year,
            "name": one_line(view.classification_name),
            "to": one_line(view.addressee_title),
            "summary": "" if letter.is_secret else printable(letter.summary),
            "registered": one_line(view.registered_by),
            "channel": int(letter.channel),
            "in_work": in_work(view),
        }
        return Paper(form=form, name=f"{name}-{view.agenda or 'menyusul'}", facts=facts, letter=letter_id)


def in_work(view: LetterView) -> str:
    """Who works on the letter: those whom it was given to last."""
    if not view.dispositions or view.subject is None:
        return ""
    last = view.dispositions[-1]
    return one_line(", ".join(last.titles[one.position] for one in last.disposition.recipients))
