"""What a transaction seals: letters that were in the clear, by whatever act, and letters that come sealed.

The log, the segments and what is held may tell in the clear what is for the readers of these letters alone by now.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from core.domain.dispositions import Disposition
from core.domain.held_acts import AcceptHeld, HeldAct
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, is_for_readers
from core.domain.resealing import SealLetter
from core.protocol.ops import read_op
from core.protocol.records import ACT_OF, KIND_BY_CODE, KIND_OF
from server.services.ground import Ground
from server.services.ledger import Entry
from server.services.storable import Storable
from server.storage.heads import was_put_back
from server.storage.records import RowKey

_LETTER, _DISPOSITION = KIND_OF[IncomingLetter].code, KIND_OF[Disposition].code
_KINDS = frozenset((_LETTER, _DISPOSITION))
_SEAL, _ACCEPT = ACT_OF[SealLetter].code, ACT_OF[AcceptHeld].code


class NewlySealed(msgspec.Struct, frozen=True, kw_only=True):
    """What is for readers alone after the transaction, and may be told in the clear until then.

    `letters` stood here in the clear, in whole or in part. `come` are others about which something may have come before
    they did, or before a disposition of theirs did. `files` in the clear go out of their records.
    """

    letters: frozenset[LetterId] = frozenset()
    come: frozenset[LetterId] = frozenset()
    files: frozenset[bytes] = frozenset()

    def with_(self, more: "NewlySealed") -> "NewlySealed":
        """This and what further entries of the transaction seal."""
        return NewlySealed(
            letters=self.letters | more.letters, come=self.come | more.come, files=self.files | more.files
        )


def newly_sealed(ground: Ground, entries: Sequence[Entry], *, feed_epoch: int) -> NewlySealed:
    """What the entries seal; to be asked before they are written."""
    return _Sealed(ground, feed_epoch).of(entries)


class _Sealed:
    """Goes through entries in their order: each finds the records as those before it left them."""

    def __init__(self, ground: Ground, feed_epoch: int) -> None:
        self._ground = ground
        self._feed_epoch = feed_epoch
        self._now: dict[RowKey, Any] = {}

    def of(self, entries: Iterable[Entry]) -> NewlySealed:
        letters: set[LetterId] = set()
        come: set[LetterId] = set()
        files: set[bytes] = set()
        for entry in entries:
            sealed = self._sealed_by(entry)
            if sealed:
                letters |= sealed
                files |= set(self._files_left(entry))
            come.update(self._come_with(entry))
            for one in entry.records:
                if one.key[0] in _KINDS:
                    self._now[one.key] = one.record
        return NewlySealed(letters=frozenset(letters), come=frozenset(come), files=frozenset(files))

    def _sealed_by(self, entry: Entry) -> set[LetterId]:
        """Those that were known, and are for their readers alone from now on, or of which the rest was sealed."""
        found = {letter for one in entry.records for letter in _spoken_of(one)} if _is_sealing(entry) else set()
        for one in entry.records:
            if isinstance(one.record, IncomingLetter) and is_for_readers(one.record):
                before = self._before(one.key)
                if before is not None and not is_for_readers(before):
                    found.add(one.record.id)
        return found

    def _files_left(self, entry: Entry) -> Iterator[bytes]:
        for one in entry.records:
            before = self._before(one.key)
            if before is not None:
                yield from set(KIND_BY_CODE[one.key[0]].attachments(before)) - set(one.files)

    def _come_with(self, entry: Entry) -> Iterator[LetterId]:
        for one in entry.records:
            if one.key[0] in _KINDS:
                letter = self._sealed_letter_of(one, entry)
                if letter is not None and self._may_be_spoken_of(entry):
                    yield letter.id

    def _sealed_letter_of(self, one: Storable, entry: Entry) -> IncomingLetter | None:
        """The letter that an entry makes, or on which it makes a disposition, if it is for its readers alone."""
        letter = one.record
        # Nearly every letter is in the clear: whether it is new need not be looked up then.
        if isinstance(letter, IncomingLetter) and not is_for_readers(letter):
            return None
        if self._before(one.key) is not None:
            return None
        if isinstance(letter, Disposition):
            key = _LETTER, bytes(letter.letter_id)
            made = (each.record for each in entry.records if each.key == key)
            letter = next(made, None) or self._before(key)
        return letter if isinstance(letter, IncomingLetter) and is_for_readers(letter) else None

    def _may_be_spoken_of(self, entry: Entry) -> bool:
        """Whether anybody can have spoken of what an entry makes before it came here.

        Of what was held its author's colleagues have heard, who share the PC, and of what was refused before a mended
        PC brings it again; and everybody of what the server had and lost. Of anything else nobody knows before the
        server does, nor of what was made after it was put back: who had heard of that knew of the feed epoch, and all
        numbers since then are above it.
        """
        if entry.op is None:
            return False
        if entry.op.act == _ACCEPT:
            return True
        op = read_op(entry.op.op)
        return bool(op.made_in) or (was_put_back(self._feed_epoch) and op.known <= self._feed_epoch)

    def _before(self, key: RowKey) -> Any:
        return self._now[key] if key in self._now else self._ground.record(key)


def _spoken_of(one: Storable) -> Iterable[LetterId]:
    return (one.record.id,) if isinstance(one.record, IncomingLetter) else one.about


def _is_sealing(entry: Entry) -> bool:
    """Whether somebody sealed a letter, or a superior let it count that somebody did."""
    if entry.op is None or not entry.records:
        return False
    if entry.op.act != _ACCEPT:
        return entry.op.act == _SEAL
    held = (one.record for one in entry.records if isinstance(one.record, HeldAct))
    return any(read_op(data).act == _SEAL for one in held for data in one.ops)
