"""Seals secret letters to their readers before anything of them is stored, and opens them for whoever is signed in.

Readers are the holders of the addressed positions and of those that may read all secret letters of the office. Nobody
else is let in but by a disposition or by an act of somebody who can open the letter.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NoReturn

import msgspec

from core.domain.dispositions import Disposition, EarlierAnswer, Recipient
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, OfficeId, PositionId, UserId
from core.domain.letter_changes import SEALED_FIELDS
from core.domain.letter_readings import ReadingWay, is_noted
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor, Scope
from core.domain.permissions import POWERS, Power
from core.domain.person_keys import PersonKeys
from core.domain.resealing import ResealLetter
from core.domain.secrecy import SealedKey, is_sealed, seal_of
from core.protocol.letter_sealing import (
    letter_place,
    new_content_key,
    note_place,
    open_content,
    open_text,
    reason_place,
    result_place,
    seal_text,
    seal_to,
)
from core.protocol.person_keys import is_vouched
from core.protocol.sealing import SealBroken
from desktop.storage.delegations import delegations
from desktop.storage.unit_of_work import UnitOfWork


class Sealing(msgspec.Struct, frozen=True, kw_only=True):
    """The key of a letter's contents, and what lets further people in."""

    content: bytes
    keys: tuple[SealedKey, ...] = ()


class Secrecy:
    """Works within one unit of work."""

    def __init__(self, uow: UnitOfWork, now: datetime | None = None) -> None:
        """Over an open transaction; who acts in another's position `now` is a reader as its holder is."""
        self._uow = uow
        self._now = now

    def seals(self, actor: Actor) -> bool:
        """Whether what this person writes of secret letters is sealed: never in practice, nor before there are keys."""
        identity = self._uow.meta.identity()
        if identity is None or identity.practice or not identity.server:
            return False
        return bool(self._uow.rings.get(actor.user)) or bool(self._uow.directory.keys_of(actor.user).active)

    def begin(self, letter_id: LetterId, office: OfficeId, positions: Collection[PositionId]) -> Sealing:
        """A key for a new letter, sealed to its readers; NO_READER if none of them has a key yet."""
        content = new_content_key()
        keys = seal_to(content, letter_id, self._readers(office, positions))
        if not keys:
            raise Refusal(RefusalCode.NO_READER, "security")
        return Sealing(content=content, keys=keys)

    def start(self, letter: IncomingLetter) -> Sealing:
        """What seals a letter that is in the clear, for its readers: whoever does it need not be one."""
        if letter.keys:  # a note on it was sealed before
            return Sealing(content=self.required(letter))
        return self.begin(letter.id, letter.office, letter.involved)

    def extend(self, letter: IncomingLetter, actor: Actor, positions: Collection[PositionId] = ()) -> Sealing:
        """The key of a letter, sealed to those of its readers and of `positions` who are not let in yet.

        A letter that nobody sealed yet gets a key. SEALED_FOR_OTHERS if this person cannot open it.
        """
        named = {*letter.involved, *positions, actor.position}
        if not letter.keys:
            return self.begin(letter.id, letter.office, named)
        content = self.content_of(letter) or _shut()
        have = {(one.user, one.key) for one in letter.keys}
        fresh = seal_to(content, letter.id, self._readers(letter.office, named))
        return Sealing(content=content, keys=tuple(one for one in fresh if (one.user, one.key) not in have))

    def letting_in(self, letter: IncomingLetter, actor: Actor) -> ResealLetter:
        """The act that lets the readers of a sealed letter in who are not yet; SEALED_FOR_OTHERS as `extend`."""
        fresh = self.extend(letter, actor).keys
        return ResealLetter(letter_id=letter.id, keys=fresh, seal=seal_of(letter.keys))

    def content_of(self, letter: IncomingLetter) -> bytes | None:
        """The key of a letter's contents, if whoever is signed in is let in."""
        for user, ring in self._uow.rings.items():
            content = open_content(letter.keys, letter.id, user=user, ring=ring)
            if content is not None:
                return content
        return None

    def required(self, letter: IncomingLetter) -> bytes:
        """As `content_of`; SEALED_FOR_OTHERS."""
        return self.content_of(letter) or _shut()

    def content_read(self, letter: IncomingLetter, on: date) -> bytes | None:
        """As `content_of`, to show it: only for whom it is on record that he opened the letter on this day."""
        for user, ring in self._uow.rings.items():
            if is_noted(letter.readings, user, on, way=ReadingWay.OPENED):
                content = open_content(letter.keys, letter.id, user=user, ring=ring)
                if content is not None:
                    return content
        return None

    def letter(self, letter: IncomingLetter, on: date) -> IncomingLetter | None:
        """A letter as whoever is signed in may read it, or None if it is sealed for others.

        Nothing is unsealed for whom it is not on record that he opened it on this day (`secret_readings`).
        """
        told = (letter.subject, letter.summary, *(text for one in letter.changes for text in (one.before, one.after)))
        if not any(is_sealed(text) for text in told):
            return letter
        content = self.content_read(letter, on)
        if content is None:
            return None
        try:
            texts = {
                field: open_text(getattr(letter, field), content, place=letter_place(letter.id, field))
                for field in SEALED_FIELDS
            }
            changes = tuple(
                msgspec.structs.replace(
                    one,
                    before=open_text(one.before, content, place=letter_place(letter.id, one.field)),
                    after=open_text(one.after, content, place=letter_place(letter.id, one.field)),
                )
                for one in letter.changes
            )
        except SealBroken:
            return None
        return msgspec.structs.replace(letter, changes=changes, **texts)

    def disposition(self, one: Disposition, letter: IncomingLetter | None, on: date) -> Disposition:
        """A disposition as whoever is signed in may read it; what is sealed for others is left out, as in `letter`."""
        if letter is None or not letter.keys:
            return _without_sealed(one)
        content = self.content_read(letter, on)
        if content is None:
            return _without_sealed(one)
        try:
            note = open_text(one.note, content, place=note_place(one.id))
            recipients = tuple(_opened(one, recipient, content) for recipient in one.recipients)
        except SealBroken:
            return _without_sealed(one)
        return msgspec.structs.replace(one, note=note, recipients=recipients)

    def let_in(self, letter: IncomingLetter) -> tuple[PersonKeys, ...]:
        """The keys of those who can open a letter, as the server vouches for them."""
        return tuple(self._vouched(user) for user in sorted({one.user for one in letter.keys}))

    def not_let_in(self, letter: IncomingLetter) -> tuple[UserId, ...]:
        """The readers of a secret letter who have a key but are not let in: who came later, or all."""
        if not letter.is_secret:
            return ()
        have = {(one.user, one.key) for one in letter.keys}
        readers = self._readers(letter.office, letter.involved)
        return tuple(
            UserId(reader.number)
            for reader in readers
            if any((reader.number, key.seal[:8]) not in have for key in reader.active)
        )

    def _readers(self, office: OfficeId, positions: Collection[PositionId]) -> list[PersonKeys]:
        """The keys of the people who hold `positions`, or one that may read all secret letters of the office."""
        named = {
            one.number
            for one in self._uow.directory.positions_of(office)
            if one.number in positions or Power.READ_SECRET in POWERS[one.role]
        }
        people = {one.number for one in self._uow.directory.people_of(office) if named.intersection(one.positions)}
        return [self._vouched(number) for number in sorted(people | self._acting_in(named, office))]

    def _acting_in(self, positions: Collection[PositionId], office: OfficeId) -> set[UserId]:
        """Who may dispose in one of the positions by a letter of order at this moment, though he does not hold it."""
        now = self._now
        if now is None:
            return set()
        return {
            one.acting_user
            for one in (stored.record for stored in delegations.of_office(self._uow.connection, office))
            if one.position in positions and Scope.DISPOSE in one.scopes and one.holds_at(now)
        }

    def _vouched(self, user: UserId) -> PersonKeys:
        """The keys of a person for which the server stands: to no other is anything sealed."""
        identity, keys = self._uow.meta.identity(), self._uow.directory.keys_of(user)
        if identity is None:
            return PersonKeys(number=user, keys=())
        good = (key for key in keys.keys if is_vouched(identity.tenant, user, key, server=identity.server_sign))
        return PersonKeys(number=user, keys=tuple(good))


def sealed_letter_texts(letter_id: LetterId, texts: dict[str, str], content: bytes) -> dict[str, str]:
    """Texts of a letter by their field, sealed where they are for its readers alone."""
    return {
        field: seal_text(text, content, place=letter_place(letter_id, field)) if field in SEALED_FIELDS else text
        for field, text in texts.items()
    }


def _opened(one: Disposition, recipient: Recipient, content: bytes) -> Recipient:
    place = result_place(one.id, recipient.position)
    earlier = tuple(
        msgspec.structs.replace(each, result=open_text(each.result, content, place=place)) for each in recipient.earlier
    )
    reason = open_text(recipient.withdrawn_reason, content, place=reason_place(one.id, recipient.position))
    return msgspec.structs.replace(
        recipient,
        result=open_text(recipient.result, content, place=place),
        earlier=earlier,
        withdrawn_reason=reason,
    )


def _without_sealed(one: Disposition) -> Disposition:
    if not is_sealed(one.note) and not any(is_sealed(text) for text in _results(one.recipients)):
        return one
    recipients = tuple(
        msgspec.structs.replace(
            recipient,
            result=_plain(recipient.result),
            earlier=tuple(_plain_answer(each) for each in recipient.earlier),
            withdrawn_reason=_plain(recipient.withdrawn_reason),
        )
        for recipient in one.recipients
    )
    return msgspec.structs.replace(one, note=_plain(one.note), recipients=recipients)


def _results(recipients: Iterable[Recipient]) -> Iterable[str]:
    for recipient in recipients:
        yield recipient.result
        yield recipient.withdrawn_reason
        yield from (each.result for each in recipient.earlier)


def _plain_answer(answer: EarlierAnswer) -> EarlierAnswer:
    return msgspec.structs.replace(answer, result=_plain(answer.result))


def _plain(text: str) -> str:
    return "" if is_sealed(text) else text


def _shut() -> NoReturn:
    raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
