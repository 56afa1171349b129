"""Holds a request until there is something to say, its time is over, its sender is gone or the server stops."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import msgspec
from starlette.requests import Request

from core.domain.ids import DeviceId, TenantId
from server.services.announcer import Announcer
from server.services.grants import Topic
from server.web.one_write import GONE


class Answer(Protocol):
    """What is held back."""

    @property
    def has_news(self) -> bool:
        """Whether it is worth sending."""

    @property
    def topics(self) -> frozenset[Topic]:
        """What may change that."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits, for how many seconds at most, and how many announcements there were before the first look."""

    tenant: TenantId
    device: DeviceId
    seconds: float
    seen: int


AnswerT = TypeVar("AnswerT", bound=Answer)


async def hold(
    request: Request, announcer: Announcer, waiting: Waiting, *, first: AnswerT, look: Callable[[], Awaitable[AnswerT]]
) -> AnswerT:
    """The first answer with news, or the last one; `look` asks for a fresh one."""
    gone: asyncio.Future[None] = request.scope[GONE]
    until, seen, answer = asyncio.get_running_loop().time() + waiting.seconds, waiting.seen, first
    while not answer.has_news and not announcer.closing:
        waiter = announcer.join(waiting.tenant, waiting.device, topics=answer.topics)
        try:
            # Whatever was announced since we looked has to be looked at before we wait.
            if seen == announcer.count and not await waiter.wait(until=until, unless=gone):
                break
        finally:
            announcer.leave(waiter)
        seen = announcer.count
        answer = await look()
    return answer
