"""What a round costs on the line, to the byte; and what is said when the server itself is in trouble."""

from __future__ import annotations

import http.client
import logging
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import OperationalError

from core.protocol.faults import FaultCode, read_fault
from server.storage.database import UnitOfWork
from tests.support.acts import dispose, register
from tests.support.device import HttpAnswer, Join, ScriptedDevice, read_answer
from tests.support.logs import ExpectLog
from tests.support.server import OfficeInTest


def raw_reply(device: ScriptedDevice, body: bytes) -> tuple[bytes, bytes]:
    """(head, body) of a reply as it crosses the line."""
    connection = device.connect()
    with closing(connection):
        connection.request("POST", "/v1/sync", body=body, headers=device.authorized("POST", "/v1/sync"))
        assert connection.sock is not None
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.sock.recv(65536)
        head, _, start = received.partition(b"\r\n\r\n")
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(start) < length:
            start += connection.sock.recv(65536)
        return head + b"\r\n\r\n", start


def test_a_round_without_news_answers_in_less_than_a_hundred_bytes(join: Join) -> None:
    clerk = join("tu")

    head, body = raw_reply(clerk, clerk.wire.pack(clerk.build()))

    assert head == b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body)
    assert len(body) <= 56
    assert len(clerk.wire.pack(clerk.build())) <= 60


def test_one_connection_serves_many_rounds(join: Join) -> None:
    clerk = join("tu")
    body = clerk.wire.pack(clerk.build())

    with closing(clerk.connect()) as connection:
        for _ in range(3):
            connection.request("POST", "/v1/sync", body=body, headers=clerk.authorized("POST", "/v1/sync"))
            sent_from = connection.sock.getsockname()
            reply = connection.getresponse()
            assert reply.status == http.client.OK
            assert read_answer(clerk.wire, HttpAnswer(status=200, headers={}, body=reply.read())).data == ()
            assert connection.sock.getsockname() == sent_from


def test_a_disposition_costs_the_line_of_its_author_little(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    head.sync()
    head.act(dispose(head.new_id(), letter_id, office.positions["kesos"]), position=office.positions["camat"])
    request = head.wire.pack(head.build())

    reply_head, reply = raw_reply(head, request)

    assert len(request) <= 300
    assert len(reply_head) + len(reply) <= 155


def test_a_store_that_cannot_serve_says_so_and_takes_nothing(
    join: Join, office: OfficeInTest, expect_log: ExpectLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    request = clerk.wire.pack(clerk.build())

    def full(_unit: UnitOfWork, _tenant: int) -> None:
        raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))

    expect_log("server.web.application", containing="the store cannot serve")
    with monkeypatch.context() as broken:
        # No other way to fill a disk for one process alone.
        broken.setattr(UnitOfWork, "of", full)
        answer = clerk.request("POST", "/v1/sync", request, token=clerk.token)

    fault = read_fault(answer.body)
    assert answer.status == 503
    assert fault is not None
    assert (fault.code, fault.number) == (FaultCode.BUSY, 30)
    assert [result.seq for result in clerk.sync().results] == [1]


def test_nothing_of_a_letter_is_written_to_the_log(
    join: Join, office: OfficeInTest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clerk = join("tu")
    clerk.act(register(clerk.new_id(), subject="Perihal rahasia jabatan"), position=office.positions["tu"])
    clerk.sync()

    assert "rahasia jabatan" not in caplog.text
    assert clerk.token not in caplog.text
