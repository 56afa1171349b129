"""Finds dispositions and people by words, and keeps searches. Letters are found by `RegisterService.find`."""

import msgspec

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId, PositionId, UserId
from core.domain.letters import register_visible
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.spelling import plain_word, skeleton
from desktop.storage.disposition_search import noted
from desktop.storage.letters import letters
from desktop.storage.saved_searches import drop_search, save_search, saved_searches
from desktop.storage.search_words import search_tokens
from desktop.storage.unit_of_work import Store

MOST = 8
# More are read than shown: of some the person sees nothing.
READ = 40
LONGEST_SEARCH = 200


class FoundDisposition(msgspec.Struct, frozen=True, kw_only=True):
    """A disposition whose words were found, with the letter that it is on."""

    letter_id: LetterId
    from_title: str
    to_titles: tuple[str, ...]
    text: str
    subject: str


class FoundPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the office, by name and title."""

    number: UserId
    name: str
    title: str


class FindService:
    """What can be found besides letters."""

    def __init__(self, store: Store, actor: Actor) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor

    def dispositions(self, typed: str) -> tuple[FoundDisposition, ...]:
        """The newest dispositions whose notes or answers hold the words; none that is secret or not this person's."""
        tokens = search_tokens(typed)
        with self._store.read() as uow:
            found = [one for one in noted(uow.connection, tokens, limit=READ) if self._is_mine(one)]
            titles = {one.number: one.title for one in uow.directory.positions_of(self._actor.office)}
            rows = []
            for one in found:
                stored = letters.get(uow.connection, one.letter_id)
                if stored is None or stored.record.is_secret or not register_visible(self._actor, stored.record):
                    continue
                rows.append(
                    FoundDisposition(
                        letter_id=one.letter_id,
                        from_title=titles.get(one.from_position, ""),
                        to_titles=tuple(titles.get(to.position, "") for to in one.recipients),
                        text=_text_with(one, tokens),
                        subject=stored.record.subject,
                    )
                )
        return tuple(rows[:MOST])

    def people(self, typed: str) -> tuple[FoundPerson, ...]:
        """People of the office whose name or title has words that begin as typed, in whatever spelling."""
        wanted = [skeleton(token) for token in search_tokens(typed)]
        if not wanted:
            return ()
        with self._store.read() as uow:
            titles: dict[PositionId, str] = {
                one.number: one.title for one in uow.directory.positions_of(self._actor.office)
            }
            everybody = uow.directory.people_of(self._actor.office)
        found = []
        for person in everybody:
            for position in person.positions:
                title = titles.get(position, "")
                words = [skeleton(word) for word in search_tokens(f"{person.name} {title}")]
                if title and all(any(word.startswith(start) for word in words) for start in wanted):
                    found.append(FoundPerson(number=person.number, name=person.name, title=title))
        return tuple(found[:MOST])

    def saved(self) -> tuple[str, ...]:
        """The searches that the person keeps."""
        with self._store.read() as uow:
            return saved_searches(uow.connection, self._actor.user)

    def save(self, typed: str) -> None:
        """Keep a search; nothing happens for an empty one."""
        words = " ".join(typed.split())[:LONGEST_SEARCH]
        if words:
            with self._store.begin() as uow:
                save_search(uow.connection, self._actor.user, words)

    def drop(self, words: str) -> None:
        """Keep a search no longer."""
        with self._store.begin() as uow:
            drop_search(uow.connection, self._actor.user, words)

    def _is_mine(self, one: Disposition) -> bool:
        if one.office != self._actor.office:
            return False
        mine = one.from_position == self._actor.position or one.recipient(self._actor.position) is not None
        return mine or has_power(self._actor, Power.READ_REGISTER)


def _text_with(one: Disposition, tokens: list[str]) -> str:
    """The note or the answer that holds a word of these."""
    wanted = [plain_word(token) for token in tokens]
    texts = [one.note, *(to.result for to in one.recipients)]
    return next((text for text in texts if any(word in plain_word(text) for word in wanted)), one.note)
