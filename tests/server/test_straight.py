"""What is posted to the busiest path goes by no framework, and is answered as any other path is."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.web.straight import StraightApplication

PATH = "/v1/busy"


class Sad(Exception):
    """Something that is answered."""


async def endpoint(request: Request) -> Response:
    if request.headers.get("mood") == "sad":
        raise Sad
    if request.headers.get("mood") == "broken":
        raise ZeroDivisionError
    return Response((await request.body()) * 2)


async def answer_sad(_request: Request, _error: Exception) -> Response:
    return Response(b"sad", status_code=409)


def application() -> StraightApplication:
    async def other(_request: Request) -> Response:
        raise Sad

    routes = [Route(PATH, endpoint, methods=["POST"]), Route("/v1/other", other, methods=["POST"])]
    return StraightApplication(PATH, endpoint, handlers={Sad: answer_sad}, routes=routes)


def ask(path: str = PATH, *, method: str = "POST", mood: str = "") -> tuple[int, bytes]:
    told: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"ab", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"mood", mood.encode())],
    }
    asyncio.run(application()(scope, receive, send))
    return told[0]["status"], b"".join(one.get("body", b"") for one in told)


def test_what_is_posted_there_reaches_its_endpoint() -> None:
    assert ask() == (200, b"abab")


def test_a_fault_is_answered_there_as_elsewhere() -> None:
    assert ask(mood="sad") == (409, b"sad")
    assert ask("/v1/other") == (409, b"sad")


def test_what_nobody_expects_is_left_to_the_web_server() -> None:
    with pytest.raises(ZeroDivisionError):
        ask(mood="broken")


def test_another_method_and_another_path_go_by_the_framework() -> None:
    assert ask(method="GET")[0] == 405
    assert ask("/v1/nowhere")[0] == 404
