"""What a leader ordered on letters like this one: counted from that leader's own dispositions, and only proposed."""

import re
from collections import Counter
from typing import Final

import msgspec

from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor
from desktop.storage import disposition_list
from desktop.storage.letters import letters
from desktop.storage.unit_of_work import Store

LOOKED_AT: Final = 400
# Once may be chance.
LEAST: Final = 2
SHORTEST: Final = 4
# Half of all words of two subjects common to both, or the same code and a quarter of them.
ALIKE: Final = 0.5
ALIKE_OF_ONE_CODE: Final = 0.25
_WORD: Final = re.compile(r"[a-z]+")


class SuggestedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """To whom letters like this one went, with which instructions; `letters` of them went just so."""

    recipients: tuple[PositionId, ...]
    instructions: tuple[int, ...]
    letters: int


class DispositionSuggestions:
    """Looks through the newest first orders of one signed-in person's position."""

    def __init__(self, store: Store, actor: Actor) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor

    def of(self, letter_id: LetterId) -> SuggestedOrder | None:
        """What to propose for a letter, or None: too few letters like it, or a secret one."""
        with self._store.read() as uow:
            stored = letters.get(uow.connection, letter_id)
            if stored is None or stored.record.is_secret:
                return None
            known = {one.number for one in uow.directory.positions_of(self._actor.office)}
            counted: Counter[tuple[tuple[PositionId, ...], tuple[int, ...]]] = Counter()
            mine = disposition_list.first_orders(uow.connection, self._actor.position, limit=LOOKED_AT)
            for order, about in mine:
                if about.id == letter_id or not like(stored.record, about.classification, about.subject):
                    continue
                recipients = tuple(to.position for to in order.recipients)
                if known.issuperset(recipients):
                    counted[recipients, order.instructions] += 1
        if not counted:
            return None
        (recipients, instructions), times = counted.most_common(1)[0]
        if times < LEAST:
            return None
        return SuggestedOrder(recipients=recipients, instructions=instructions, letters=times)


def like(one: IncomingLetter, classification: str, subject: str) -> bool:
    """Whether a letter of this code and subject is one of the same kind."""
    mine, theirs = _words(one.subject), _words(subject)
    if not mine or not theirs:
        return False
    common = len(mine & theirs) / len(mine | theirs)
    same_code = bool(classification) and classification == one.classification
    return common >= (ALIKE_OF_ONE_CODE if same_code else ALIKE)


def _words(subject: str) -> set[str]:
    return {word for word in _WORD.findall(subject.lower()) if len(word) >= SHORTEST}
