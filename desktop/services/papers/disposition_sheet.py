"""Lembar disposisi: a letter and everything that was ordered on it, for one sheet of paper."""

from typing import Any

from core.domain.dispositions import Recipient, RecipientState
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, PositionId
from core.domain.letter_readings import ReadingWay
from core.domain.letters import SecurityLevel
from core.domain.offices import Role
from desktop.services.acting_titles import ActingNote
from desktop.services.clock import Clock
from desktop.services.disposition_chain import in_chain
from desktop.services.instructions import InstructionList
from desktop.services.letter_codes import code_of
from desktop.services.papers.forms import Form
from desktop.services.papers.paper import Paper, frame, local_minute, squares
from desktop.services.papers.plain_text import one_line, printable
from desktop.services.register import DispositionView, LetterView, RegisterService
from desktop.services.secret_readings import note_reading
from desktop.services.sign_in import Session
from desktop.services.signatures import SignatureView
from desktop.storage.unit_of_work import Store

# A sheet to be filled in by hand: those who are given letters, and the instructions that stand on the usual sheet.
BLANK_RECIPIENTS = 14
BLANK_INSTRUCTIONS = 19


class DispositionSheetService:
    """Makes the sheet of a letter as one person may read it."""

    def __init__(
        self,
        store: Store,
        session: Session,
        clock: Clock,
        *,
        register: RegisterService,
        instructions: InstructionList,
    ) -> None:
        """Over the open store and the register of the person."""
        self._store = store
        self._session = session
        self._clock = clock
        self._register = register
        self._instructions = instructions

    def of_letter(self, letter_id: LetterId) -> Paper:
        """The sheet, to be looked at; `note_printed` before it leaves the PC.

        UNKNOWN_LETTER if the letter is not here or not for this person, SEALED_FOR_OTHERS if no more than its line is.
        """
        view = self._register.letter(letter_id)
        if view is None:
            raise Refusal(RefusalCode.UNKNOWN_LETTER)
        if view.subject is None:
            raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
        letter = view.letter
        level = letter.security if letter.is_secret else SecurityLevel.OPEN
        facts = frame(self._session, self._clock(), title="Lembar disposisi", level=level)
        facts |= {
            "code": squares(code_of(letter_id)),
            "letter": _letter(view),
            "orders": self._orders(view.dispositions),
            "blank": {} if view.dispositions else self._blank(),
        }
        name = f"lembar-disposisi-{view.agenda or 'menyusul'}-{letter.agenda_year}"
        return Paper(form=Form.DISPOSITION_SHEET, name=name, facts=facts, letter=letter_id, secret=letter.is_secret)

    def note_printed(self, letter_id: LetterId) -> None:
        """Put on record that the person prints a secret letter; Refusal or EnvironmentFault: it must not be printed."""
        note_reading(self._store, self._session.actor, self._clock, letter_id, way=ReadingWay.PRINTED)

    def _orders(self, views: tuple[DispositionView, ...]) -> list[dict[str, Any]]:
        with self._store.read() as uow:
            people = {view.disposition.from_user: uow.directory.person(view.disposition.from_user) for view in views}
        names = {number: one_line(person.name) for number, person in people.items() if person is not None}
        return [
            {
                "place": one_line(place),
                "at": local_minute(view.disposition.issued_at),
                "from": one_line(view.from_title),
                "person": names.get(view.disposition.from_user, ""),
                "acting": _acting(view.acting),
                "signature": _signature(view.signature),
                "instructions": [
                    one_line(self._instructions.text_of(number)) for number in view.disposition.instructions
                ],
                "note": printable(view.disposition.note),
                "due": "" if view.disposition.due_on is None else view.disposition.due_on.isoformat(),
                "recipients": [_recipient(one, view.titles) for one in view.disposition.recipients],
            }
            for place, view in in_chain(views)
        ]

    def _blank(self) -> dict[str, Any]:
        people = [one.title for one in self._register.positions() if one.role != Role.HEAD][:BLANK_RECIPIENTS]
        wishes = [one.text for one in self._instructions][:BLANK_INSTRUCTIONS]
        return {
            "recipients": [{"text": one_line(one), "checked": False} for one in people],
            "instructions": [{"text": one_line(one), "checked": False} for one in wishes],
        }


def _letter(view: LetterView) -> dict[str, Any]:
    letter = view.letter
    return {
        "sender": printable(letter.sender),
        "agenda": f"{view.agenda}/{letter.agenda_year}" if view.agenda else "",
        "number": one_line(letter.letter_no),
        "received": letter.received_on.isoformat(),
        "dated": "" if letter.letter_date is None else letter.letter_date.isoformat(),
        "security": int(letter.security),
        "urgency": int(letter.urgency),
        "subject": printable(view.subject or ""),
        "classification": one_line(f"{letter.classification} {view.classification_name}"),
    }


def _recipient(one: Recipient, titles: dict[PositionId, str]) -> dict[str, str]:
    return {
        "title": one_line(titles.get(one.position, "")),
        "read": local_minute(one.read_at),
        "answered": local_minute(one.answered_at) if one.state == RecipientState.ANSWERED else "",
        "result": printable(one.result),
    }


def _acting(note: ActingNote | None) -> dict[str, str]:
    if note is None:
        return {}
    return {"acting": one_line(note.acting), "replaced": one_line(note.replaced), "order": one_line(note.order_no)}


def _signature(view: SignatureView) -> dict[str, Any]:
    return {
        "standing": view.standing.name.lower(),
        "name": one_line(view.name),
        "at": local_minute(view.at),
        "missing": view.missing,
    }
