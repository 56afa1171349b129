"""What bytes become in memory, known before they are decoded.

A byte of msgpack may grow to a hundred bytes of Python objects (an empty list, a map of one entry), so a limit on bytes
bounds nothing. `weigh` walks over the heads of a value without making anything of it, and adds up what decoding it and
unfolding its columns can cost at the most. The weights are upper bounds for CPython on 64 bits; a test measures it.
The walk takes as long as decoding. What is light whatever its bytes mean, as nearly everything is, is spared it.
"""

from types import MappingProxyType
from typing import NamedTuple

# What one message may take of memory: its bytes unpacked, and all that is made of them.
MOST_MEMORY = 32 * 1024 * 1024
# The slot of a value, what its column is unfolded to (a moment, an empty list), its slots in a row and in a record.
_VALUE = 96
# A list, a map, or a record of which only the first fields were sent, the rest being defaults; and a slot for it.
_CONTAINER = 272
_NUMBER, _BYTES, _TEXT, _EXTENSION = 40, 48, 80, 144
# The widest text has four bytes for each character, and one wide character is enough for that.
_WIDEST = 4
# No head weighs more than _VALUE for each of its bytes but those of lists and maps, and that of the empty text.
_HEAVY = bytes([*range(0x80, 0xA1), *range(0xDC, 0xE0)])


class TooHeavy(Exception):
    """The value would take more memory than it may."""


def require_light(data: bytes | bytearray, *, most: int) -> None:
    """TooHeavy if the msgpack value at the start of `data` weighs more than `most`."""
    size = len(data)
    if size * (_VALUE + _CONTAINER) <= most or (size * _VALUE <= most and at_most(data) <= most):
        return
    weigh(data, most=most)


def at_most(data: bytes | bytearray) -> int:
    """No less than `weigh` says, at once: as if each byte of `data` that could begin a list or a map began one."""
    heavy = len(data) - len(data.translate(None, _HEAVY))
    return len(data) * _VALUE + heavy * _CONTAINER


class _Head(NamedTuple):
    """What the first byte of a value says: its weight, its bytes and the values inside it.

    The `sized` say in so many bytes a count, each of which adds `counted` to the weight, or values for lists and maps.
    """

    weight: int = _VALUE
    step: int = 1
    inside: int = 0
    sized: int = 0
    counted: int = 0
    holds: int = 0


def _heads() -> tuple[_Head, ...]:
    """By the first byte, as in the specification of msgpack; what is not named here is one byte and holds nothing."""
    heads = [_Head()] * 256
    for count in range(16):
        heads[0x80 + count] = _Head(_VALUE + _CONTAINER, inside=2 * count)
        heads[0x90 + count] = _Head(_VALUE + _CONTAINER, inside=count)
    for count in range(32):
        heads[0xA0 + count] = _Head(_VALUE + _TEXT + _WIDEST * count, step=1 + count)
    for place, width in enumerate((1, 2, 4)):
        heads[0xC4 + place] = _Head(_VALUE + _BYTES, step=1 + width, sized=width, counted=1)
        heads[0xC7 + place] = _Head(_VALUE + _EXTENSION, step=2 + width, sized=width, counted=1)
        heads[0xD9 + place] = _Head(_VALUE + _TEXT, step=1 + width, sized=width, counted=_WIDEST)
    for place, width in enumerate((4, 8, 1, 2, 4, 8, 1, 2, 4, 8)):
        heads[0xCA + place] = _Head(_VALUE + _NUMBER, step=1 + width)
    for place, width in enumerate((1, 2, 4, 8, 16)):
        heads[0xD4 + place] = _Head(_VALUE + _EXTENSION, step=2 + width)
    for place, width in enumerate((2, 4)):
        heads[0xDC + place] = _Head(_VALUE + _CONTAINER, step=1 + width, sized=width, holds=1)
        heads[0xDE + place] = _Head(_VALUE + _CONTAINER, step=1 + width, sized=width, holds=2)
    return tuple(heads)


_HEADS = _heads()
_WEIGHTS = tuple(head.weight for head in _HEADS)
_STEPS = tuple(head.step for head in _HEADS)
_MORE = tuple(head.inside - 1 for head in _HEADS)
_SIZED = MappingProxyType({code: head for code, head in enumerate(_HEADS) if head.sized})
_FIRST_SIZED = 0xC4


def weigh(data: bytes | bytearray, *, most: int) -> int:
    """What the msgpack value at the start of `data` weighs; TooHeavy as soon as that is more than `most`.

    Of bytes that end too early counts what is there: decoding comes no further either.
    """
    weights, steps, more = _WEIGHTS, _STEPS, _MORE
    at = weight = 0
    left, end = 1, len(data)
    while left and at < end:
        code = data[at]
        weight += weights[code]
        left += more[code]
        if code >= _FIRST_SIZED and code in _SIZED:
            head = _SIZED[code]
            count = int.from_bytes(data[at + 1 : at + 1 + head.sized], "big")
            left += count * head.holds
            if head.counted:
                at += count
                weight += min(count, end) * head.counted
        if weight > most:
            raise TooHeavy(str(weight))
        at += steps[code]
    return weight
