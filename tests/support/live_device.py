"""A scripted device on a live connection: it says what a test lets it say, and takes over what it hears."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from core.domain.ids import StreamId
from core.protocol.brevity import Moved, moved_to, shorten
from core.protocol.codec import trimmed
from core.protocol.live import LiveFrame, LiveRequest, Settled
from core.protocol.messages import Control, Data, Done, OpResult
from desktop.sync.live_client import LiveLine
from tests.support.device import Answer, HttpAnswer, MadeOp, ScriptedDevice

HEAR_S = 15.0


class LiveDevice:
    """Opens in a `with` block; the first word is what `device.build()` makes."""

    def __init__(self, device: ScriptedDevice, *, url: str = "", dialect: int = 0) -> None:
        self.device = device
        self.dialect = dialect
        self.line = LiveLine(url or device.url, access=device.access())

    def __enter__(self) -> Self:
        self.line.open()
        self.line.send(self.device.wire.pack(self.device.build(ops=(), dialect=self.dialect)))
        self.hear()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self.line.close()

    def hear(self, seconds: float = HEAR_S) -> tuple[LiveFrame, ...]:
        """The next run of frames, taken over; an assertion fails if none comes in time."""
        found = self.hear_if_any(seconds)
        assert found is not None, "nothing was said"
        return found

    def hear_if_any(self, seconds: float) -> tuple[LiveFrame, ...] | None:
        """The next run of frames, if one comes in time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            message = self.line.receive(left)
            if message is not None:
                frames: tuple[LiveFrame, ...] = self.device.wire.expand(message, tuple[LiveFrame, ...])
                self._take(frames)
                return frames
        return None

    def ask(self, **fields: Any) -> tuple[LiveFrame, ...]:
        """Say something that is answered."""
        self.say(**fields)
        return self._hear_answer()

    def say(self, *, ops: Sequence[MadeOp] = (), cursors: Sequence[tuple[StreamId, int]] = (), **fields: Any) -> None:
        """Say something."""
        built = self.device.build(ops=ops)
        request = LiveRequest(ops=built.ops, signature=built.signature, cursors=tuple(cursors), **fields)
        self.line.send(self.device.wire.squeeze(request))

    def ask_briefly(self) -> tuple[LiveFrame, ...]:
        """Send what waits without what the server knows of its chain; the answer."""
        built = self.device.build()
        brief = tuple(one for one in map(shorten, built.ops) if one is not None)
        assert len(brief) == len(built.ops)
        self.line.send(self.device.wire.brief(trimmed(LiveRequest(signature=built.signature, brief=brief))))
        return self._hear_answer()

    def send_ops(self) -> tuple[OpResult, ...]:
        """Send what waits; the results."""
        return settled(self.ask(ops=self.device.pending)).results

    def _hear_answer(self) -> tuple[LiveFrame, ...]:
        while True:  # news may come before the answer
            frames = self.hear()
            if any(isinstance(frame, Settled) for frame in frames):
                return frames

    def _take(self, frames: Sequence[LiveFrame]) -> None:
        control = Control(feed_epoch=self.device.feed_epoch, now_ms=0, grants=self.device.grants)
        for frame in frames:
            if isinstance(frame, Control):
                self._take_over(frame)
                control = frame
        for frame in frames:
            if isinstance(frame, Settled):
                plain = Control(feed_epoch=control.feed_epoch, now_ms=0, grants=control.grants, results=frame.results)
                self._take_over(plain)
        news = [frame for frame in frames if isinstance(frame, Data)]
        answer = next((frame for frame in frames if isinstance(frame, Settled)), Settled())
        for frame in frames:
            if isinstance(frame, Moved) and answer.results:
                news += moved_to(frame, first_rev=answer.results[-1].first_rev)
        self._take_over(Control(feed_epoch=control.feed_epoch, now_ms=0, grants=control.grants), *news)

    def _take_over(self, control: Control, *data: Data) -> None:
        nothing = HttpAnswer(status=200, headers={}, body=b"")
        self.device.take(Answer(http=nothing, control=control, data=data, done=Done()))


def settled(frames: Sequence[LiveFrame]) -> Settled:
    """The answer in a run of frames."""
    return next(frame for frame in frames if isinstance(frame, Settled))
