"""Gathers requests while an earlier group of the same tenant is being served, so that they share a transaction.

Under load the groups grow by themselves and a commit is shared by many; a request that comes alone waits for nobody.
Requests of one device keep their order: a group is taken in the order in which its requests came.

What can be done for those that wait is done meanwhile, in another thread.
"""

import asyncio
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

Sent = tuple[Caller, SyncRequest]
_Waiting = tuple[Sent, "asyncio.Future[Round]"]


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
        self._unforeseen: list[Sent] = []
        self._foreseeing: asyncio.Task[None] | None = None
        self._waiting: dict[TenantId, deque[_Waiting]] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def receive(self, caller: Caller, request: SyncRequest) -> Round:
        """The answer to a request, after the commit of what it brought; raises why there is none."""
        answer: asyncio.Future[Round] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(caller.tenant)
        if waiting is not None:
            waiting.append(((caller, request), answer))
            self._show((caller, request))
        else:
            self._waiting[caller.tenant] = deque([((caller, request), answer)])
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
                sent, self._unforeseen = self._unforeseen, []
                await run_in_threadpool(foresee, sent)
        finally:
            self._foreseeing = None

    async def _write(self, tenant: TenantId) -> None:
        """Write one group after the other until nobody waits."""
        loop, waiting = asyncio.get_running_loop(), self._waiting[tenant]
        pause_s = 0.0
        while True:
            # Those who were answered together send again together: a moment later they are a group once more. The first
            # of them to come waits for the others, for a group of one costs as much of the lock as thirty more ops.
            await asyncio.sleep(pause_s)
            if not waiting:
                break
            begun = loop.time()
            group = _next_group(waiting)
            try:
                answers = await run_in_threadpool(self._serve, [sent for sent, _ in group])
            except Exception as err:  # noqa: BLE001  # those who wait must hear of it, whatever it is
                answers = [err for _ in group]
            except BaseException as err:
                _tell([*group, *waiting], [err for _ in (*group, *waiting)])
                del self._waiting[tenant]
                raise
            _tell(group, answers)
            pause_s = min(MOST_PAUSE_S, (loop.time() - begun) * PAUSE_SHARE) if len(group) > 1 else 0.0
        del self._waiting[tenant]


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
