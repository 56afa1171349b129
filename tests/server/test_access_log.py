"""Who was let in and what was refused stands in the log of the server, without a word that is secret."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest

from core.protocol.faults import FaultCode
from server.web.access_log import A_MINUTE, AccessLog
from tests.support.device import FaultAnswered, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer


@pytest.fixture
def database_url() -> str:
    """It is no matter of the database."""
    return ""


def test_each_way_in_and_each_refusal_is_a_line_and_holds_no_secret(
    server: RunningServer, office: OfficeInTest, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="server.access")
    pc, stranger = (ScriptedDevice(server.url, server.wire, clock=clock) for _ in range(2))
    user = office.users["tu"]
    pc.enrol(office.codes["tu"], password=PASSWORD)
    first = pc.token
    pc.open_session(user, password=PASSWORD)
    with suppress(FaultAnswered):
        stranger.enrol(office.codes["tu"], password=PASSWORD)
    with suppress(FaultAnswered):
        pc.open_session(user, password="bukan kata sandinya")
    assert pc.request("POST", "/v1/sync", b"", token=first).status == 401  # signed out
    assert pc.request("POST", "/v1/relay", b"", token=first).status == 401  # no hub

    lines = [one.getMessage() for one in caplog.records if one.name == "server.access"]

    where = f"address=127.0.0.1 device={pc.id.hex()} user={user}"
    assert lines == [
        f"masuk way=enrol {where}",
        f"masuk way=session {where}",
        "ditolak way=enrol address=127.0.0.1 code=code_used",
        "ditolak way=session address=127.0.0.1 code=wrong_password",
        "ditolak way=sync address=127.0.0.1 code=signed_out",
        "ditolak way=relay address=127.0.0.1 code=signed_out",
    ]
    said = "\n".join(lines)
    assert not any(secret in said for secret in (PASSWORD, first, pc.token, office.codes["tu"]))


def test_who_knocks_without_end_fills_no_disk(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="server.access")
    moment = [100.0]
    log = AccessLog(lambda: moment[0])
    for _ in range(A_MINUTE + 7):
        log.refused("enrol", address="10.0.0.9", code=FaultCode.CODE_UNKNOWN)
    assert len(caplog.records) == A_MINUTE

    moment[0] += 60
    log.refused("enrol", address="10.0.0.9", code=FaultCode.CODE_UNKNOWN)

    assert [one.getMessage().split()[0] for one in caplog.records[A_MINUTE:]] == ["dihitung", "ditolak"]
