"""Opens whatever is sealed in a world: the checks may know every key that anybody ever had, and nobody else may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.held_acts import HeldAct
from core.domain.ids import LetterId, UserId
from core.domain.letter_changes import SEALED_FIELDS
from core.domain.letters import IncomingLetter
from core.domain.secrecy import SealedKey, is_sealed
from core.merging.sealing_held import opened_held
from core.protocol.letter_sealing import (
    letter_place,
    note_place,
    open_content,
    open_file,
    open_text,
    reason_place,
    result_place,
)
from core.protocol.person_keys import KeyRing
from core.protocol.sealing import SealBroken, open_bytes
from server.services.covered_ops import is_covered, mark_of, read_cover


class Opener:
    """All keys of all people, and what they have opened."""

    def __init__(self) -> None:
        self._rings: dict[UserId, KeyRing] = {}
        self._contents: dict[tuple[LetterId, bytes], bytes | None] = {}
        self._known: dict[LetterId, list[bytes]] = {}
        self._covers: dict[bytes, bytes] = {}
        self._results: dict[bytes, bytes] = {}
        self.stand: dict[LetterId, bytes] = {}

    @property
    def rings(self) -> Mapping[UserId, KeyRing]:
        """Every pair of every person that was seen so far."""
        return self._rings

    def learn_ring(self, user: UserId, ring: KeyRing) -> None:
        """These pairs are a person's."""
        before = self._rings.get(user, KeyRing())
        if set(ring.pairs) - set(before.pairs):
            # No limit of a PC holds for who has to open everything.
            self._rings[user] = KeyRing(tuple(dict.fromkeys((*before.pairs, *ring.pairs))))
            self._contents = {place: found for place, found in self._contents.items() if found is not None}

    def learn_keys(self, letter_id: LetterId, keys: Iterable[SealedKey]) -> bytes | None:
        """The key of a letter's contents that is sealed in `keys`; it opens what is sealed of the letter then."""
        found: bytes | None = None
        for one in keys:
            place = (letter_id, one.sealed)
            if place not in self._contents:
                self._contents[place] = open_content([one], letter_id, user=one.user, ring=self._ring(one.user))
            content = self._contents[place]
            if content is not None:
                found = content
                known = self._known.setdefault(letter_id, [])
                if content not in known:
                    known.append(content)
        return found

    def _ring(self, user: UserId) -> KeyRing:
        return self._rings.get(user, KeyRing())

    # -- the log ---------------------------------------------------------------------------------------------

    def op(self, logged: bytes, device: bytes) -> bytes:
        """An op of the log as it came; AssertionError where a cover hides another one, or one that nobody can open."""
        if not is_covered(logged):
            return logged
        if logged not in self._covers:
            cover = read_cover(logged)
            content = self._covered(cover)
            op = open_bytes(cover.body, content, bound=b"log" + cover.letter + device)
            assert cover.mark == mark_of(cover.salt, op), "another op lies under a cover than was covered"
            self._covers[logged] = op
        return self._covers[logged]

    def result(self, logged: bytes, device: bytes, stored: bytes) -> bytes:
        """The result of then of an op of the log."""
        if not is_covered(logged):
            return stored
        cover = read_cover(logged)
        if not cover.result:
            return stored
        if logged not in self._results:
            bound = b"result" + cover.letter + device
            self._results[logged] = open_bytes(cover.result, self._covered(cover), bound=bound)
        return self._results[logged]

    def _covered(self, cover: Any) -> bytes:
        content = open_content_of(cover.keys, cover.letter, self._rings)
        assert content is not None, f"nobody can open what covers an op on {cover.letter.hex()}"
        return content

    # -- records ---------------------------------------------------------------------------------------------

    def text(self, text: str, letter_id: LetterId, place: bytes) -> str:
        """A text in the clear; AssertionError if no key that was ever seen of its letter opens it.

        Of a letter whose keys `stand`, those alone count that it has now: its readers have no other.
        """
        if not is_sealed(text):
            return text
        if letter_id in self.stand:
            return open_text(text, self.stand[letter_id], place=place)
        for content in reversed(self._known.get(letter_id, [])):
            try:
                return open_text(text, content, place=place)
            except SealBroken:
                continue
        raise AssertionError(f"nobody can open {place[:6]!r} of letter {letter_id.hex()}")

    def text_of(self, text: str, letter_id: LetterId, place: bytes) -> str:
        """As `text`, but what no key opens as it stands: it may be of another letter."""
        try:
            return self.text(text, letter_id, place)
        except AssertionError:
            return text

    def texts(self, record: Any) -> Iterator[tuple[str, str]]:
        """(as it stands, in the clear) of each text of a record that may be sealed."""
        match record:
            case IncomingLetter():
                told = [(field, getattr(record, field)) for field in SEALED_FIELDS]
                told += [(one.field, text) for one in record.changes for text in (one.before, one.after)]
                for field, text in told:
                    yield text, self.text(text, record.id, letter_place(record.id, field))
            case Conflict():
                place = letter_place(record.letter_id, record.field)
                for each in (record.base, record.stands, record.wanted, record.settled):
                    if each:
                        yield each, self.text(each, record.letter_id, place)
            case Disposition():
                yield record.note, self.text(record.note, record.letter_id, note_place(record.id))
                for to in record.recipients:
                    place = result_place(record.id, to.position)
                    for result in (to.result, *(one.result for one in to.earlier)):
                        yield result, self.text(result, record.letter_id, place)
                    reason = to.withdrawn_reason
                    yield reason, self.text(reason, record.letter_id, reason_place(record.id, to.position))

    def held(self, held: HeldAct) -> tuple[bytes, ...]:
        """The ops of a held act as they came."""
        ops = opened_held(held, self._rings.items())
        assert ops is not None, f"nobody can open what is held: {held.id.hex()}"
        return ops

    def alike(self, one: Any, other: Any) -> bool:
        """Whether two records say the same, though what is held was sealed twice."""
        if not isinstance(one, HeldAct) or not isinstance(other, HeldAct) or not (one.sealed and other.sealed):
            return False
        named = [tuple((key.user, key.key) for key in each.keys) for each in (one, other)]
        plain = [msgspec.structs.replace(each, sealed=(), keys=()) for each in (one, other)]
        return named[0] == named[1] and plain[0] == plain[1] and self.held(one) == self.held(other)

    def file(self, sealed: bytes, letter_id: LetterId) -> bytes:
        """A file in the clear; AssertionError if no key opens it."""
        for content in (*reversed(self._known.get(letter_id, [])), bytes(32)):
            try:
                return open_file(sealed, content, letter_id=letter_id, rings=self._rings)
            except SealBroken:
                continue
        raise AssertionError(f"nobody can open a file of letter {letter_id.hex()}")


def open_content_of(keys: Iterable[SealedKey], letter_id: LetterId, rings: Mapping[UserId, KeyRing]) -> bytes | None:
    """The key that any of the rings opens."""
    keys = tuple(keys)
    for user, ring in rings.items():
        content = open_content(keys, letter_id, user=user, ring=ring)
        if content is not None:
            return content
    return None
