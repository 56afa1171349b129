"""How many records one frame carries, so that every reader takes it.

A reader refuses a frame by what it would take of memory (`core.protocol.weight`), and that is not told by its bytes
alone: five hundred dispositions to forty positions each, which nobody has read, are 450 kB and yet too heavy.
"""

from collections.abc import Iterable

from core.protocol.frames import FRAME_WEIGHT
from core.protocol.weight import MOST_MEMORY, TooHeavy, at_most, weigh

# As columns the same values weigh less than record by record; what the columns of all kinds take besides is less.
_OF_COLUMNS = 2 * 1024 * 1024
MOST_WEIGHT = FRAME_WEIGHT - _OF_COLUMNS


def how_many_fit(payloads: Iterable[bytes], *, most_bytes: int) -> int:
    """How many of these encoded records, from the first on, go into one frame; at least one, if there is one."""
    fitting: list[bytes] = []
    size = 0
    for payload in payloads:
        size += len(payload)
        if size > most_bytes and fitting:
            break
        fitting.append(payload)
    together = b"".join(fitting)
    if len(together) + at_most(together) <= MOST_WEIGHT:
        return len(fitting)
    weight = 0
    for place, payload in enumerate(fitting):
        weight += cost(payload)
        if weight > MOST_WEIGHT and place:
            return place
    return len(fitting)


def cost(data: bytes) -> int:
    """What an encoded value takes of the room of whatever carries it: its bytes and what they become."""
    try:
        return len(data) + weigh(data, most=MOST_MEMORY)
    except TooHeavy:
        return MOST_MEMORY
