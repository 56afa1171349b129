"""What goes into one message, so that every reader takes it: a PC that refuses an answer would ask for it for ever."""

from collections.abc import Sequence

import msgspec

from core.protocol.codec import encode
from core.protocol.messages import Data, OpResult
from core.protocol.room import cost, how_many_fit

# What texts that lost may take of an answer, with all that is made of them; the rest of it is small.
LOST_WEIGHT = 8 * 1024 * 1024
# So few rows are not weighed: what comes before the last frame is bounded, and so is each record.
FEW_ROWS = 8
MESSAGE_BYTES = 1024 * 1024


def with_what_fits(results: tuple[OpResult, ...]) -> tuple[OpResult, ...]:
    """Results of which the first tell what lost; what finds no room is told by the records that keep it."""
    left = LOST_WEIGHT
    told = []
    for one in results:
        result = one
        if one.conflicts:
            left -= cost(encode(one.conflicts))
            if left < 0:
                result = msgspec.structs.replace(one, conflicts=())
        told.append(result)
    return tuple(told)


def in_one_message(frames: Sequence[Data]) -> int:
    """How many of these frames, from the first on, go into one message of a live connection; at least one."""
    if sum(len(block.revs) + len(block.gone) for frame in frames for block in frame.blocks) <= FEW_ROWS:
        return len(frames)
    return how_many_fit((encode(frame) for frame in frames), most_bytes=MESSAGE_BYTES)
