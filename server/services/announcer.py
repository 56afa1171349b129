"""Wakes those who wait for news.

A waiter is one future of the event loop, so thousands of PCs may wait at once. What another process did (a second
server, the administrator's command) is found by looking at the tenant's head once a second: see `other_writers`.
"""

import asyncio
import contextlib
import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from core.domain.ids import DeviceId, TenantId
from core.domain.streams import StreamKey
from server.services.grants import Topic

# What there is news of, and the device that has the news already.
News = tuple[frozenset[Topic], DeviceId | None]


class Waiter:
    """One held request; `news` is done when it is worth looking again."""

    def __init__(self, tenant: TenantId, device: DeviceId, *, topics: frozenset[Topic]) -> None:
        self.tenant = tenant
        self.device = device
        self.topics = topics
        self.news: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        """Let the request go on: there is news."""
        self._end(news=True)

    async def wait(self, *, until: float, unless: "asyncio.Future[None]") -> bool:
        """Whether there is news before that time of the loop and before the other future is done; to be asked once."""
        if unless.done() and not self.news.done():
            return False
        # Of a thousand that are woken together each would pay for `asyncio.wait` and what it makes of its futures.
        end = functools.partial(self._end, news=False)
        timer = asyncio.get_running_loop().call_at(until, end)
        unless.add_done_callback(end)
        try:
            return await self.news
        finally:
            timer.cancel()
            unless.remove_done_callback(end)

    def _end(self, _done: "asyncio.Future[None] | None" = None, *, news: bool) -> None:
        if not self.news.done():
            self.news.set_result(news)


class Announcer:
    """Knows who waits for what. Everything but `announce` and `close` belongs to the event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiters: dict[tuple[TenantId, Topic], set[Waiter]] = defaultdict(set)
        self._told: dict[tuple[TenantId, StreamKey], int] = {}
        self.closing = False
        # Rises with each announcement: whoever looked before it and begins to wait after it has to look again.
        self.count = 0

    def attach(self) -> None:
        """Use the running event loop."""
        self._loop = asyncio.get_running_loop()

    def join(self, tenant: TenantId, device: DeviceId, *, topics: frozenset[Topic]) -> Waiter:
        """Begin to wait."""
        waiter = Waiter(tenant, device, topics=topics)
        for topic in topics:
            self._waiters[tenant, topic].add(waiter)
        if self.closing:
            waiter.wake()
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """Wait no more."""
        waiter.news.cancel()
        for topic in waiter.topics:
            waiting = self._waiters.get((waiter.tenant, topic))
            if waiting is not None:
                waiting.discard(waiter)
                if not waiting:
                    del self._waiters[waiter.tenant, topic]

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(set().union(*self._waiters.values())) if self._waiters else 0

    @property
    def is_awaited(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiters)

    def announce(self, tenant: TenantId, topics: Iterable[Topic], *, except_device: DeviceId | None) -> None:
        """Wake those who wait for one of the topics; `except_device` has the news already. From any thread."""
        self.announce_all(tenant, [(frozenset(topics), except_device)])

    def announce_all(self, tenant: TenantId, news: Sequence[News]) -> None:
        """As `announce`, of several devices that share a transaction: the loop is woken once. From any thread."""
        if news:
            self._call(lambda: self._wake(tenant, news))

    def tell(self, tenant: TenantId, streams: Mapping[StreamKey, int]) -> None:
        """Note up to which number the news of streams are announced by this process. From any thread."""
        for stream, seq in streams.items():
            self._told[tenant, stream] = seq

    def told(self, tenant: TenantId, stream: StreamKey) -> int:
        """Up to which number this process has announced news of the stream; 0 where it need not be known."""
        return self._told.get((tenant, stream), 0)

    def forget(self, tenant: TenantId, *, upto: int) -> None:
        """Let go of what was told up to that number."""
        for key, seq in list(self._told.items()):
            if key[0] == tenant and seq <= upto:
                self._told.pop(key, None)

    def close(self) -> None:
        """Wake everyone, now and from now on: the server stops. From any thread."""
        self._call(self._close)

    def _call(self, work: Callable[[], None]) -> None:
        if self._loop is None:
            return
        # A loop that is closed already has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)

    def _wake(self, tenant: TenantId, news: Sequence[News]) -> None:
        self.count += 1
        for topics, except_device in news:
            for topic in topics:
                for waiter in self._waiters.get((tenant, topic), ()):
                    if waiter.device != except_device:
                        waiter.wake()

    def _close(self) -> None:
        self.closing = True
        self.count += 1
        for waiting in self._waiters.values():
            for waiter in waiting:
                waiter.wake()
