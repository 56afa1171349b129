"""The passport of a letter: its whole life for one sheet of paper, with what proves it. Read from this PC alone."""

from datetime import datetime

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.letter_readings import ReadingWay
from desktop.services.clock import Clock
from desktop.services.history import HistoryLine, HistoryService
from desktop.services.register import LetterView, RegisterService
from desktop.services.secret_readings import note_reading
from desktop.services.sign_in import Session
from desktop.services.signatures import SignatureView
from desktop.storage.unit_of_work import Store

_HEAD_SHOWN = 16


class SignedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One order, or one answer, with what its signature proves."""

    who: str
    at: datetime
    is_answer: bool
    signature: SignatureView


class ChainFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the record of it all stands: the newest daily head of the server that is here, and the chain of this PC.

    `head` is as `admin audit --known` takes it; empty before the first.
    """

    head: str
    head_seq: int
    own_seq: int
    own_head: str


class Passport(msgspec.Struct, frozen=True, kw_only=True):
    """One letter as the person who prints may read it. `history` is the oldest first."""

    office: str
    view: LetterView
    history: tuple[HistoryLine, ...]
    signed: tuple[SignedLine, ...]
    chains: ChainFacts
    person: str
    position: str
    printed_at: datetime

    @property
    def secret(self) -> bool:
        """Whether every page has to say who printed it."""
        return self.view.letter.is_secret


class PassportService:
    """Makes passports for one signed-in person."""

    def __init__(
        self, store: Store, session: Session, clock: Clock, *, register: RegisterService, history: HistoryService
    ) -> None:
        """Over the open store, and the services of the person."""
        self._store = store
        self._session = session
        self._clock = clock
        self._register = register
        self._history = history

    def of_letter(self, letter_id: LetterId) -> Passport:
        """The passport, about to be printed: of a secret letter that is on record before anything is read.

        UNKNOWN_LETTER if it is not here or not for this person, SEALED_FOR_OTHERS if no more than its line is.
        """
        view = self._register.letter(letter_id)
        if view is None:
            raise Refusal(RefusalCode.UNKNOWN_LETTER)
        if view.subject is None:
            raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
        note_reading(self._store, self._session.actor, self._clock, letter_id, way=ReadingWay.PRINTED)
        return Passport(
            office=self._session.office.name,
            view=view,
            history=self._history.of_letter(letter_id)[::-1],
            signed=_signed(view),
            chains=self._chains(),
            person=self._session.person.name,
            position=self._session.title,
            printed_at=self._clock(),
        )

    def _chains(self) -> ChainFacts:
        with self._store.read() as uow:
            newest, link = uow.daily_heads.newest(), uow.meta.chain()
        return ChainFacts(
            head="" if newest is None else f"{newest.head.number}:{newest.chain.hex()[:_HEAD_SHOWN]}",
            head_seq=0 if newest is None else newest.head.seq,
            own_seq=link.next_seq - 1,
            own_head=link.head.hex()[:_HEAD_SHOWN],
        )


def _signed(view: LetterView) -> tuple[SignedLine, ...]:
    lines = []
    for one in view.dispositions:
        order = one.disposition
        lines.append(SignedLine(who=one.from_title, at=order.issued_at, is_answer=False, signature=one.signature))
        lines += [
            SignedLine(
                who=one.titles[each.position],
                at=each.answered_at,
                is_answer=True,
                signature=one.answers[each.position],
            )
            for each in order.recipients
            if each.answered_at is not None and each.position in one.answers
        ]
    return tuple(lines)
