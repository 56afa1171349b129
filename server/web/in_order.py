"""What of a file arrives out of its order: a few bytes that a sender gave before it knew what is missing."""

from core.protocol.transfer import Ahead


class InOrder:
    """Puts the body of an upload in the order of its file, from the byte on that is missing first."""

    def __init__(self, have: int = 0, ahead: Ahead | None = None) -> None:
        """`have` bytes of the file are here; the body begins with those that go `ahead`, if there are any."""
        self._missing = 0 if ahead is None else max(0, ahead.start - have)
        self._known = 0 if ahead is None else ahead.known(have)
        self._ahead = ahead.count if ahead is not None and self._missing else 0
        self._aside = bytearray()

    @property
    def aside(self) -> int:
        """How many bytes wait for others that lie before them."""
        return len(self._aside)

    def take(self, data: bytes) -> bytes:
        """What of the file goes on now that the next bytes of the body came."""
        if self._known:
            known = min(self._known, len(data))
            self._known -= known
            return data[known:]
        if self._ahead:
            early = data[: self._ahead]
            self._ahead -= len(early)
            self._aside += early
            data = data[len(early) :]
        if not self._missing or not data:
            return data
        before, data = data[: self._missing], data[self._missing :]
        self._missing -= len(before)
        if self._missing:
            return before
        joined = before + self._aside + data
        self._aside.clear()
        return joined
