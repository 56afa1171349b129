"""Seals acts that are held, to the readers of a letter that they speak of; and opens them for one of these.

Who sits there when a letter becomes secret seldom has what is held, so the server does it. The ops are kept to the
byte; what stands in the clear beside them tells who did what kind of thing and when.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from core.domain.acting import Records
from core.domain.held_acts import HeldAct
from core.domain.ids import LetterId, UserId, small_row_id
from core.domain.letters import IncomingLetter, is_for_readers
from core.domain.person_keys import PersonKeys
from core.protocol.letter_sealing import new_content_key, open_content, seal_to
from core.protocol.ops import read_op, shell_of
from core.protocol.person_keys import KeyRing
from core.protocol.sealing import SealBroken, open_bytes, seal_bytes


def sealed_held(held: HeldAct, records: Records) -> HeldAct:
    """What is held, sealed if a letter is that it speaks of; as it was else, and where no reader has a key."""
    if held.sealed:
        return held
    letters = (records.get(IncomingLetter, letter_id) for letter_id in held.about)
    sealed = [one for one in letters if one is not None and is_for_readers(one)]
    readers = [keys for keys in (_keys_of(user, records) for user in _readers(sealed)) if keys is not None]
    content = new_content_key()
    keys = seal_to(content, _bound(held), readers)
    if not keys:
        return held
    return msgspec.structs.replace(
        held,
        ops=tuple(shell_of(read_op(data)) for data in held.ops),
        would=(),
        sealed=tuple(seal_bytes(data, content, bound=_place(held, at)) for at, data in enumerate(held.ops)),
        keys=keys,
    )


def letters_sealed(decided: Iterable[Any], before: Records) -> set[LetterId]:
    """The letters that are for their readers alone by what was decided, and were not before, or were unknown."""
    letters = (one for one in decided if isinstance(one, IncomingLetter) and is_for_readers(one))
    stood = ((one.id, before.get(IncomingLetter, one.id)) for one in letters)
    return {letter_id for letter_id, letter in stood if letter is None or not is_for_readers(letter)}


def held_beside(letters: Iterable[LetterId], records: Records) -> tuple[HeldAct, ...]:
    """What is held and speaks of letters that were sealed, sealed as well: seldom is it where that was done."""
    held = {one.id: one for each in letters for one in records.children(each) if isinstance(one, HeldAct)}
    return tuple(new for _, one in sorted(held.items()) if (new := sealed_held(one, records)) is not one)


def opened_held(held: HeldAct, rings: Iterable[tuple[UserId, KeyRing]]) -> tuple[bytes, ...] | None:
    """The ops as they came, for one of their readers; None for anybody else."""
    if not held.sealed:
        return held.ops
    for user, ring in rings:
        content = open_content(held.keys, _bound(held), user=user, ring=ring)
        if content is not None:
            try:
                return tuple(open_bytes(data, content, bound=_place(held, at)) for at, data in enumerate(held.sealed))
            except SealBroken:
                return None
    return None


def _readers(letters: Iterable[IncomingLetter]) -> list[UserId]:
    """Who reads all of the letters, so that nobody is told of one by another; where there is none, who reads any.

    Left in the clear it would tell everybody who decides of both.
    """
    readers = [{key.user for key in letter.keys} for letter in letters]
    return sorted(set.intersection(*readers) or set.union(*readers)) if readers else []


def _keys_of(user: UserId, records: Records) -> PersonKeys | None:
    return records.get(PersonKeys, small_row_id(user))


def _bound(held: HeldAct) -> LetterId:
    return LetterId(held.id)


def _place(held: HeldAct, at: int) -> bytes:
    return b"held" + held.id + at.to_bytes(4, "big")
