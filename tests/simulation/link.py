"""The line between a PC and the server: it loses, cuts, doubles, delays and mixes up what it carries, byte by byte."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from desktop.system.faults import EnvironmentFault, FaultOf
from tests.simulation.call import Call, Letter, Reply
from tests.simulation.server import Machine, ServerDied, surviving

PORTAL = b"<!DOCTYPE html><html><title>Login Wi-Fi</title><form action=/login></form></html>"
KEPT = 12
# After how many bytes a reply is cut: in the head of the first frame, in a frame, between frames.
CUTS = (1, 4, 5, 9, 20, 60, 60, 200, 1000)


class Fate(Enum):
    """What becomes of one request."""

    GOOD = "good"
    REQUEST_LOST = "request lost"
    REPLY_LOST = "reply lost"
    CUT_UP = "cut on its way up"
    CUT_DOWN = "cut on its way down"
    DOUBLED = "doubled"
    PORTAL = "portal"


BAD = tuple(fate for fate in Fate if fate is not Fate.GOOD)


@dataclass
class Line:
    """What happens to the next requests of one PC. `fates` are used up one by one; then the line is good."""

    fates: list[Fate] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    meanwhile: Callable[[], None] | None = None

    def next_fate(self) -> Fate:
        return self.fates.pop(0) if self.fates else Fate.GOOD

    def something_else(self) -> None:
        """Let others act while a request is under way; once."""
        work, self.meanwhile = self.meanwhile, None
        if work is not None:
            work()


class Carrier:
    """Carries letters to the server, or to a hub."""

    def __init__(self, server: Machine) -> None:
        self._server = server
        self.line = Line()
        self.old: list[Letter] = []
        self.watch: Callable[[Letter, Reply], Callable[[bytes], None]] = _look_away
        self._open: list[Call] = []

    def carry(self, letter: Letter, *, hold: bool = False) -> Iterator[Reply | bytes]:
        """The head of the reply, then the pieces of its body; EnvironmentFault where the line breaks."""
        line = self.line
        fate = line.next_fate()
        self._remember(letter)
        if fate is Fate.REQUEST_LOST:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "request lost")
        if fate is Fate.PORTAL:
            yield Reply(status=line.chance.choice((200, 302, 403, 511)), headers={"content-type": "text/html"})
            yield PORTAL
            return
        if fate is Fate.CUT_UP:
            cut = line.chance.randrange(len(letter.body) + 1)
            self.deliver(replace(letter, body=letter.body[:cut], whole=False))
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut on its way up")
        if fate is Fate.DOUBLED:
            self.deliver(letter)
        yield from self._answered(letter, fate, hold=hold)

    def abandon(self) -> None:
        """The PC is gone in the middle of whatever it did."""
        for call in self._open:
            self._server.close(call)
        self._open.clear()

    def deliver(self, letter: Letter) -> None:
        """Let the server have a letter; nobody hears the reply."""
        try:
            with surviving(self._server):
                call = self._server.open(letter)
                try:
                    self._server_reads(call, letter)
                finally:
                    self._server.close(call)
        except ServerDied:
            return

    def _server_reads(self, call: Call, letter: Letter) -> None:
        if not letter.whole:
            call.settle()
            return
        head, body = call.read()
        self.watch(letter, head)(body)

    def _answered(self, letter: Letter, fate: Fate, *, hold: bool) -> Iterator[Reply | bytes]:
        call: Call | None = None
        try:
            with surviving(self._server):
                call = self._server.open(letter, pieces=_pieces(letter.body, self.line.chance))
                self._open.append(call)
                yield from self._reply(letter, call, fate, hold=hold)
        except ServerDied as err:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "server went down") from err
        finally:
            if call is not None:
                self._server.close(call)
                if call in self._open:
                    self._open.remove(call)

    def _reply(self, letter: Letter, call: Call, fate: Fate, *, hold: bool) -> Iterator[Reply | bytes]:
        if hold:
            call.settle()
            if not call.answered:
                self.line.something_else()
                self._check_alive(call)
        head = call.head()
        look = self.watch(letter, head)
        if fate is Fate.REPLY_LOST:
            for piece in call.body():
                look(piece)
            raise EnvironmentFault(FaultOf.NO_NETWORK, "reply lost")
        yield head
        left = self.line.chance.choice(CUTS) if fate is Fate.CUT_DOWN else None
        for piece in call.body():
            look(piece)
            yield from _pieces(piece if left is None else piece[:left], self.line.chance)
            left = None if left is None else left - len(piece)
            if left is not None and left <= 0:
                raise EnvironmentFault(FaultOf.NO_NETWORK, "cut on its way down")
            self.line.something_else()
            self._check_alive(call)

    def _check_alive(self, call: Call) -> None:
        if not self._server.holds(call):
            raise EnvironmentFault(FaultOf.NO_NETWORK, "server went down meanwhile")

    def _remember(self, letter: Letter) -> None:
        self.old = [*self.old[-KEPT:], letter]


def _pieces(data: bytes, chance: random.Random) -> list[bytes]:
    """The bytes as the line happens to bring them."""
    if len(data) < 2 or chance.random() < 0.5:
        return [data]
    cuts = sorted({0, len(data), *(chance.randrange(len(data)) for _ in range(3))})
    return [data[start:end] for start, end in itertools.pairwise(cuts)]


def _look_away(_letter: Letter, _reply: Reply) -> Callable[[bytes], None]:
    return lambda _piece: None
