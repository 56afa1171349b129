"""Gathers requests while an earlier group of the same tenant is being served, so that they share a transaction.

Under load the groups grow by themselves and a commit is shared by many; a request that comes alone waits for nobody.
Requests of one device keep their order: a group is taken in the order in which its requests came.

What can be done for those that wait is done meanwhile, in another thread.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool

from core.domain.ids import TenantId
from core.protocol.messages import SyncRequest
from server.services.looking import Round
from server.services.tokens import Caller

# So many ops share a transaction at the most: the first of them waits for the last.
GROUP_OPS = 600
GROUP_REQUESTS = 250
# After a group, the next one gathers for this share of the time that it took.
PAUSE_SHARE = 0.15
MOST_PAUSE_S = 0.005
# A thread that served so many groups in a row lets other tenants have it.
MOST_IN_A_ROW = 32

Sent = tuple[Caller, SyncRequest]
_Waiting = tuple[Sent, "asyncio.Future[Round]"]


class _Line:
    """Those of one tenant who wait. Groups are taken in the thread that serves them, all else is of the event loop.

    `enough` wait when they are half of the last group: while they are served, the others are answered and send again.
    So there are two groups by turns, and one of them is served while the other is on the way.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.waiting: deque[_Waiting] = deque()
        self.taken: list[_Waiting] = []
        self.enough = 1
        self._full: asyncio.Future[None] | None = None

    def add(self, one: _Waiting) -> None:
        """One more waits."""
        self.waiting.append(one)
        if len(self.waiting) >= self.enough:
            self._end()

    async def gathered(self, pause_s: float) -> None:
        """Return when enough wait, or after so many seconds."""
        self._full = self.loop.create_future()
        timer = self.loop.call_later(pause_s, self._end)
        if len(self.waiting) >= self.enough:
            self._end()
        await self._full
        timer.cancel()
        self._full = None

    def _end(self) -> None:
        if self._full is not None and not self._full.done():
            self._full.set_result(None)


class Gatherer:
    """Hands groups to `serve`, one group of a tenant at a time, in a thread. Belongs to the event loop.

    Requests that have to wait are shown to `foresee` first, in another thread; it may be too late for some.
    """

    def __init__(
        self,
        serve: Callable[[Sequence[Sent]], list[Round | Exception]],
        *,
        foresee: Callable[[Sequence[Sent]], None] | None = None,
    ) -> None:
        self._serve = serve
        self._foresee = foresee
        self._unforeseen: deque[Sent] = deque()
        self._foreseeing: asyncio.Task[None] | None = None
        self._lines: dict[TenantId, _Line] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def receive(self, caller: Caller, request: SyncRequest) -> Round:
        """The answer to a request, after the commit of what it brought; raises why there is none."""
        answer: asyncio.Future[Round] = asyncio.get_running_loop().create_future()
        line = self._lines.get(caller.tenant)
        if line is not None:
            line.add(((caller, request), answer))
            self._show((caller, request))
        else:
            line = self._lines[caller.tenant] = _Line()
            line.add(((caller, request), answer))
            task = asyncio.create_task(self._write(caller.tenant))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        return await answer

    def _show(self, sent: Sent) -> None:
        if self._foresee is not None:
            self._unforeseen.append(sent)
            if self._foreseeing is None:
                self._foreseeing = asyncio.create_task(self._run_ahead(self._foresee))

    async def _run_ahead(self, foresee: Callable[[Sequence[Sent]], None]) -> None:
        try:
            while self._unforeseen:
                await run_in_threadpool(self._foresee_all, foresee)
        finally:
            self._foreseeing = None

    def _foresee_all(self, foresee: Callable[[Sequence[Sent]], None]) -> None:
        """Look at all of them, and at those that come meanwhile; in a thread."""
        while self._unforeseen:
            foresee([self._unforeseen.popleft() for _ in range(len(self._unforeseen))])

    async def _write(self, tenant: TenantId) -> None:
        """Write one group after the other until nobody waits."""
        line = self._lines[tenant]
        try:
            while line.waiting:
                pause_s = await run_in_threadpool(self._serve_groups, line)
                # Those who were answered together send again together: a moment later they are a group once more. The
                # first of them to come waits for the others, for a group of one costs as much of the lock as thirty
                # more ops.
                await line.gathered(pause_s)
        except BaseException as err:
            left = [*line.taken, *line.waiting]
            line.waiting.clear()
            _tell(left, [err for _ in left])
            raise
        finally:
            del self._lines[tenant]

    def _serve_groups(self, line: _Line) -> float:
        """Serve groups as long as enough wait; in a thread. How many seconds the next one may gather."""
        for _ in range(MOST_IN_A_ROW):
            begun = time.monotonic()
            group = line.taken = _next_group(line.waiting)
            try:
                answers: Sequence[Round | Exception] = self._serve([sent for sent, _ in group])
            except Exception as err:  # noqa: BLE001  # those who wait must hear of it, whatever it is
                answers = [err for _ in group]
            line.taken = []
            line.enough = max(1, len(group) // 2)
            line.loop.call_soon_threadsafe(_tell, group, answers)
            if len(line.waiting) < line.enough:
                return min(MOST_PAUSE_S, (time.monotonic() - begun) * PAUSE_SHARE) if len(group) > 1 else 0.0
        return 0.0


def _tell(group: Sequence[_Waiting], answers: Sequence[Round | BaseException]) -> None:
    for (_, answer), one in zip(group, answers, strict=True):
        if answer.done():
            continue  # who sent it is gone; what was taken is durable all the same
        if isinstance(one, BaseException):
            answer.set_exception(one)
        else:
            answer.set_result(one)


def _next_group(waiting: deque[_Waiting]) -> list[_Waiting]:
    group = [waiting.popleft()]
    ops = len(group[0][0][1].ops)
    while waiting and len(group) < GROUP_REQUESTS and (ops := ops + len(waiting[0][0][1].ops)) <= GROUP_OPS:
        group.append(waiting.popleft())
    return group
