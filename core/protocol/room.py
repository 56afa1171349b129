"""How many records one frame carries, so that every reader takes it.

A reader refuses a frame by what it would take of memory (`core.protocol.weight`), and that is not told by its bytes
alone: five hundred dispositions to forty positions each, which nobody has read, are 450 kB and yet too heavy.

A frame under way when the line is cut is lost, so where the line matters it is bounded by its bytes on the line too:
sealed texts hardly get shorter, and of a line that is cut each 64 kB nothing larger ever comes out.
"""

from collections.abc import Iterable, Sequence

import zstandard

from core.protocol.frames import FRAME_WEIGHT
from core.protocol.weight import MOST_MEMORY, TooHeavy, at_most, weigh

# As columns the same values weigh less than record by record; what the columns of all kinds take besides is less.
_OF_COLUMNS = 2 * 1024 * 1024
MOST_WEIGHT = FRAME_WEIGHT - _OF_COLUMNS
# Only to tell texts that get shorter from such as do not: as columns, and behind other frames, those are half as long.
_QUICK = 1


def how_many_fit(payloads: Iterable[bytes], *, most_bytes: int, most_packed: int = 0) -> int:
    """How many of these encoded records, from the first on, go into one frame; at least one, if there is one.

    `most_packed`: the most bytes that they may be on the line, about; 0: any number.
    """
    fitting: list[bytes] = []
    size = 0
    for payload in payloads:
        size += len(payload)
        if size > most_bytes and fitting:
            break
        fitting.append(payload)
    if most_packed:
        fitting = fitting[: _as_packed(fitting, most_packed)]
    together = b"".join(fitting)
    if len(together) + at_most(together) <= MOST_WEIGHT:
        return len(fitting)
    weight = 0
    for place, payload in enumerate(fitting):
        weight += cost(payload)
        if weight > MOST_WEIGHT and place:
            return place
    return len(fitting)


def _as_packed(payloads: Sequence[bytes], most_packed: int) -> int:
    count = len(payloads)
    while count > 1:
        together = b"".join(payloads[:count])
        if len(together) <= most_packed:
            break
        packed = len(zstandard.ZstdCompressor(level=_QUICK).compress(together))
        if packed * 2 > len(together):
            packed *= 2
        if packed <= most_packed:
            break
        count = max(1, min(count - 1, count * most_packed // packed))
    return count


def cost(data: bytes) -> int:
    """What an encoded value takes of the room of whatever carries it: its bytes and what they become."""
    try:
        return len(data) + weigh(data, most=MOST_MEMORY)
    except TooHeavy:
        return MOST_MEMORY
