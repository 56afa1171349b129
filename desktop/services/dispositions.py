"""Disposing letters, and working off what one was given."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import msgspec

from core.domain.attachments import Attachment, kept_scans
from core.domain.dispositions import (
    MAX_NOTE,
    MAX_RESULT,
    AnswerDisposition,
    Disposition,
    IssueDisposition,
    ReadDisposition,
    RecipientState,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DispositionId, LetterId, PositionId, RandomBytes
from core.domain.leading import leads
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor, Position
from core.domain.permissions import Power, has_power
from core.domain.secrecy import seal_of
from core.protocol.letter_sealing import note_place, result_place, seal_text
from desktop.services.acting_titles import ActingTitles
from desktop.services.clock import Clock, local_date, millis
from desktop.services.letter_forms import sealed_scan
from desktop.services.person_service import PersonService
from desktop.services.secrecy import Secrecy
from desktop.storage import disposition_list
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.disposition_list import DispositionOnLetter
from desktop.storage.replica import Replica
from desktop.storage.undoing import Together, do_together, one_step
from desktop.storage.unit_of_work import Store, UnitOfWork


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a leader filled in on the sheet."""

    letter_id: LetterId
    recipients: tuple[PositionId, ...]
    instructions: tuple[int, ...]
    note: str = ""
    due_on: date | None = None
    parent: DispositionId | None = None
    on_behalf: PositionId = PositionId(0)
    sheets: tuple[Attachment, ...] = ()


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A disposition as its recipient or its sender sees it in a list.

    What is sealed in it is there only once this person opened the letter that day: a list is no reading.
    """

    disposition: Disposition
    letter: IncomingLetter | None
    from_title: str
    to_titles: tuple[str, ...]
    mark: SyncMark


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits: letters to decide on, dispositions to answer."""

    to_decide: int
    for_me: int


class DispositionService(PersonService):
    """The acts and lists of dispositions of one signed-in person."""

    def __init__(
        self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes, *, files: BlobFiles | None = None
    ) -> None:
        """Over the open store; without its `files` none can be added to what is secret."""
        super().__init__(store, actor, clock, random_bytes)
        self._files = files

    @property
    def decides(self) -> bool:
        """Whether letters come to this person for a first decision."""
        return has_power(self._actor, Power.DISPOSE) and has_power(self._actor, Power.READ_REGISTER)

    def waiting(self) -> Waiting:
        """The counters of the navigation."""
        with self._store.read() as uow:
            return Waiting(
                to_decide=disposition_list.count_to_decide(uow.connection, self._actor.position),
                for_me=disposition_list.count_received(uow.connection, self._actor.position),
            )

    def to_decide(self) -> tuple[IncomingLetter, ...]:
        """Perlu keputusan saya: letters addressed to me that nobody has disposed, newest first."""
        with self._store.read() as uow:
            found = disposition_list.to_decide(uow.connection, self._actor.position)
        return tuple(one.record for one in found)

    def for_me(self, *, answered: bool = False) -> tuple[Assignment, ...]:
        """Untuk saya: dispositions addressed to me, open or answered, newest first."""
        with self._store.read() as uow:
            found = disposition_list.received(uow.connection, self._actor.position, answered=answered)
            return self._assignments(uow, found)

    def sent(self) -> tuple[Assignment, ...]:
        """Saya kirim: dispositions that I issued, newest first."""
        with self._store.read() as uow:
            found = disposition_list.sent(uow.connection, self._actor.position, self._actor.office)
            return self._assignments(uow, found)

    def possible_recipients(self) -> tuple[Position, ...]:
        """The positions of the office that a disposition can go to, in their order, without oneself."""
        return tuple(one for one in self.positions() if one.number != self._actor.position)

    def positions(self) -> tuple[Position, ...]:
        """The positions of the office, in their order."""
        with self._store.read() as uow:
            return uow.directory.positions_of(self._actor.office)

    @property
    def position(self) -> PositionId:
        """The position in which this person acts."""
        return self._actor.position

    def issue(self, order: Order) -> DispositionId:
        """Dispose a letter; durable when this returns. Refusal or EnvironmentFault: nothing was changed."""
        with self._store.begin() as uow:
            return self.issue_in(uow, order)

    def new_group(self) -> int:
        """A number for acts that stand or fall together."""
        return int.from_bytes(self._random(3), "big") + 1

    def issue_in(self, uow: UnitOfWork, order: Order, *, group: int = 0) -> DispositionId:
        """As `issue`, within a transaction; with a `group` it stands or falls with other acts, also in being undone."""
        if group:
            return self._issue_plainly(uow, order, group=group)
        with one_step(uow, self._actor.user, self._clock()):
            return self._issue_plainly(uow, order)

    def issue_all(self, orders: Sequence[Order]) -> Together:
        """Dispose several letters as one step that can be undone. Refusal: none was disposed."""
        with self._store.begin() as uow:
            works = [partial(self._issue_plainly, uow, one) for one in orders]
            return do_together(uow, works, self._actor.user, self._clock())

    def _issue_plainly(self, uow: UnitOfWork, order: Order, *, group: int = 0) -> DispositionId:
        now = self._clock()
        disposition_id = DispositionId(self._new_id(now))
        act = IssueDisposition(
            disposition_id=disposition_id,
            letter_id=order.letter_id,
            parent=order.parent,
            recipients=order.recipients,
            instructions=order.instructions,
            note=order.note.strip(),
            due_on=order.due_on,
            on_behalf=order.on_behalf,
            sheets=order.sheets,
        )
        act = self._sealed_order(uow, act)
        Replica(uow).perform(act, self._actor, now, group=group)
        self._send_files(uow, act.sheets, order.letter_id)
        return disposition_id

    def read(self, disposition_id: DispositionId) -> None:
        """Note that I opened a disposition."""
        self._perform(ReadDisposition(disposition_id=disposition_id))

    def answer(
        self, disposition_id: DispositionId, result: str, *, files: tuple[Attachment, ...] = (), done: bool = True
    ) -> None:
        """Report my result with `files` that were taken in, or how far I am; a second answer amends the first."""
        act = AnswerDisposition(disposition_id=disposition_id, result=result.strip(), files=files, done=done)
        with self._store.begin() as uow:
            disposition = uow.get(Disposition, disposition_id)
            act = self._sealed_answer(uow, act)
            self._send_files(uow, act.files, None if disposition is None else disposition.letter_id)
            self._perform_in(uow, act, undoable=True)

    def answer_all(self, disposition_ids: Sequence[DispositionId], result: str) -> Together:
        """Report one result for several dispositions as one step that can be undone. Refusal: all were refused.

        One that I reported before keeps its own report.
        """
        with self._store.begin() as uow:
            works = [partial(self._answer_anew, uow, one, result.strip()) for one in disposition_ids]
            return do_together(uow, works, self._actor.user, self._clock())

    def _answer_anew(self, uow: UnitOfWork, disposition_id: DispositionId, result: str) -> object:
        disposition = uow.get(Disposition, disposition_id)
        mine = None if disposition is None else disposition.recipient(self._actor.position)
        if mine is not None and mine.state is RecipientState.ANSWERED:
            raise Refusal(RefusalCode.ALREADY_ANSWERED)
        act = self._sealed_answer(uow, AnswerDisposition(disposition_id=disposition_id, result=result))
        return Replica(uow).perform(act, self._actor, self._clock())

    def leaders(self) -> tuple[Position, ...]:
        """For whom I may enter what was written by hand, the highest first."""
        if not has_power(self._actor, Power.ENTER_WRITTEN):
            return ()
        everyone = self.positions()
        return tuple(one for one in everyone if leads(one.role) and one.number != self._actor.position)

    def _send_files(self, uow: UnitOfWork, files: Sequence[Attachment], letter_id: LetterId | None) -> None:
        now_ms = millis(self._clock())
        for one in files:
            for sha256, size in ((one.sha256, one.size), (one.thumbnail, one.thumbnail_size)):
                if sha256:
                    uow.blobs.add(sha256, size, state=BlobState.TO_SEND, now_ms=now_ms, letter=letter_id)

    def _sealed_order(self, uow: UnitOfWork, act: IssueDisposition) -> IssueDisposition:
        """The order as it may be stored: on a secret letter sealed, with the recipients let in."""
        letter, secrecy = uow.get(IncomingLetter, act.letter_id), Secrecy(uow, self._clock())
        if letter is None or not letter.is_secret:
            return act
        if not (letter.keys or secrecy.seals(self._actor)):
            return msgspec.structs.replace(act, sheets=kept_scans(act.sheets, secret=True))
        if len(act.note) > MAX_NOTE:
            raise Refusal(RefusalCode.TEXT_TOO_LONG, "note")
        sealing = secrecy.extend(letter, self._actor, act.recipients)
        note = seal_text(act.note, sealing.content, place=note_place(act.disposition_id))
        sheets = self._sealed_files(act.sheets, letter.id, sealing.content)
        seal = seal_of(letter.keys or sealing.keys)
        return msgspec.structs.replace(act, note=note, keys=sealing.keys, sheets=sheets, seal=seal)

    def _sealed_answer(self, uow: UnitOfWork, act: AnswerDisposition) -> AnswerDisposition:
        disposition = uow.get(Disposition, act.disposition_id)
        letter = None if disposition is None else uow.get(IncomingLetter, disposition.letter_id)
        if letter is None or not letter.is_secret:
            return act
        if not letter.keys:
            return msgspec.structs.replace(act, files=kept_scans(act.files, secret=True))
        if len(act.result) > MAX_RESULT:
            raise Refusal(RefusalCode.TEXT_TOO_LONG, "result")
        place = result_place(act.disposition_id, self._actor.position)
        content = Secrecy(uow).required(letter)
        files = self._sealed_files(act.files, letter.id, content)
        result = seal_text(act.result, content, place=place)
        return msgspec.structs.replace(act, result=result, files=files, seal=seal_of(letter.keys))

    def _sealed_files(
        self, files: tuple[Attachment, ...], letter_id: LetterId, content: bytes
    ) -> tuple[Attachment, ...]:
        """The files for the readers of a secret letter alone, without names and small pictures."""
        if files and self._files is None:
            raise Refusal(RefusalCode.FILE_NOT_SEALED, "files")
        kept = kept_scans(files, secret=True)
        return kept if self._files is None else tuple(sealed_scan(self._files, one, letter_id, content) for one in kept)

    def _assignments(self, uow: UnitOfWork, found: Sequence[DispositionOnLetter]) -> tuple[Assignment, ...]:
        titles = {one.number: one.title for one in uow.directory.positions_of(self._actor.office)}
        marked, secrecy, today = ActingTitles(uow), Secrecy(uow), local_date(self._clock())
        me = self._actor.position
        seen = [one for one in found if (own := one.disposition.recipient(me)) is None or not own.never_saw_it]
        return tuple(
            Assignment(
                disposition=secrecy.disposition(one.disposition, one.letter, today),
                letter=one.letter,
                from_title=marked(titles.get(one.disposition.from_position, ""), one.disposition.under),
                to_titles=tuple(marked(titles.get(to.position, ""), to.under) for to in one.disposition.recipients),
                mark=one.mark,
            )
            for one in seen
        )
