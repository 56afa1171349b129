"""Breaks bytes: cut, bent, joined and blown up, the same for the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

# Heads of msgpack values that promise much: arrays, maps, texts and bytes of up to 2^32 members, big and odd numbers.
_HEADS = (
    b"\xdc\xff\xff", b"\xdd\xff\xff\xff\xff", b"\xde\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc4\xff",
    b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\xff", b"\xcf" + b"\xff" * 8,
    b"\xd3\x80" + b"\0" * 7, b"\xcb\x7f\xf8" + b"\0" * 6, b"\xc0", b"\xc1", b"\xc2", b"\x90", b"\x80", b"\xa0",
    b"\xa2\xff\xfe", b"\xd8\xff" + b"\0" * 16, b"\xc7\x0c\xff" + b"\xff" * 12, b"\xff", b"\0",
)  # fmt: skip
_DEEPEST = 4_000
_MOST_STEPS = 4


class Mutator:
    """Makes broken inputs of sound ones."""

    def __init__(self, random: Random, corpus: Sequence[bytes]) -> None:
        """`corpus` holds what is broken, and what is joined to it."""
        self._random = random
        self._corpus = corpus
        self._ways: tuple[Callable[[bytearray], None], ...] = (
            self._flip,
            self._set,
            self._head,
            self._head,
            self._cut,
            self._remove,
            self._double,
            self._splice,
            self._pour,
        )

    def mutate(self, sound: bytes) -> bytes:
        """Another input near to `sound`."""
        data = bytearray(sound)
        choice = self._random.random()
        if choice < 0.002:  # rarely: it costs as much as a hundred others
            self._nest(data)
        for _ in range(1 + int(choice**4 * _MOST_STEPS)):
            self._ways[int(self._random.random() * len(self._ways))](data)
        return bytes(data)

    def _place(self, data: bytearray) -> int:
        return int(self._random.random() * len(data))

    def _flip(self, data: bytearray) -> None:
        if data:
            data[self._place(data)] ^= 1 << self._random.getrandbits(3)

    def _set(self, data: bytearray) -> None:
        if data:
            data[self._place(data)] = self._random.getrandbits(8)

    def _head(self, data: bytearray) -> None:
        place = self._place(data)
        head = _HEADS[int(self._random.random() * len(_HEADS))]
        data[place : place + self._random.getrandbits(2)] = head

    def _cut(self, data: bytearray) -> None:
        del data[self._place(data) :]

    def _remove(self, data: bytearray) -> None:
        place = self._place(data)
        del data[place : place + self._random.getrandbits(4)]

    def _double(self, data: bytearray) -> None:
        place = self._place(data)
        data[place:place] = data[place : place + self._random.getrandbits(6)]

    def _splice(self, data: bytearray) -> None:
        other = self._corpus[int(self._random.random() * len(self._corpus))]
        start = int(self._random.random() * (len(other) + 1))
        data[self._place(data) :] = other[start:]

    def _pour(self, data: bytearray) -> None:
        size = self._random.getrandbits(4)
        data[self._place(data) : 0] = self._random.randbytes(size)

    def _nest(self, data: bytearray) -> None:
        place = self._place(data)
        head = (b"\x91", b"\x81\xa1a", b"\xdc\x00\x01")[int(self._random.random() * 3)]
        data[place:place] = head * int(self._random.random() * _DEEPEST)
