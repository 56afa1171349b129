"""The server is killed in the middle of its work, again and again: what it confirmed is there, once."""

from __future__ import annotations

import http.client
import json
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from core.domain.letters import IncomingLetter
from core.protocol.frames import Wire
from core.protocol.messages import OpResult
from server.app import shipped_dictionary, wall_clock_ms
from tests.support.acts import register
from tests.support.device import ScriptedDevice
from tests.support.server import PASSWORD

LETTERS = 60
KILLS = 6


def free_port() -> int:
    """A port that nobody uses, below those that a system gives by itself to connections of other tests meanwhile."""
    for port in random.SystemRandom().sample(range(20_000, 30_000), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise LookupError("a free port")


@contextmanager
def serving(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server in a process of its own; killed without warning at the end."""
    words = ["-m", "server", "serve", "--data", str(data), "--port", str(port), "--json"]
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["url"]
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.timeout(120)
def test_every_confirmed_letter_survives_and_none_is_there_twice(tmp_path: Path) -> None:
    words = ["-m", "server", "admin", "setup", "--data", str(tmp_path), "--office", "Sukau", "--short", "Sukau"]
    made = subprocess.run(
        [sys.executable, *words, "--region", "Lampung Barat", "--json"], capture_output=True, check=True, text=True
    )
    report = json.loads(made.stdout)
    code = next(one["code"] for one in report["people"] if one["username"] == "tu.sukau")
    chair = report["positions"]["Petugas Tata Usaha"]
    port = free_port()
    pc = ScriptedDevice(f"http://127.0.0.1:{port}", Wire(shipped_dictionary()), clock=wall_clock_ms)
    confirmed: dict[int, OpResult] = {}

    for cut in range(KILLS):
        with serving(tmp_path, port) as process:
            if pc.session is None:
                pc.enrol(code, password=PASSWORD)
                pc.sync()
            for _ in range(LETTERS // KILLS):
                pc.act(register(pc.new_id()), position=chair)
            # The cut comes at another moment of the work each time: at once, or a little after the first answer.
            cutter = threading.Timer(0.012 * cut, process.kill)
            if cut == 0:
                cutter.start()
            while pc.pending:
                try:
                    answer = pc.ask(pc.build(ops=pc.pending[:1]))
                except (OSError, http.client.HTTPException):
                    break
                for result in answer.results:
                    assert confirmed.setdefault(result.seq, result) == result
                pc.take(answer)
                if not cutter.is_alive() and not cutter.finished.is_set():
                    cutter.start()
            cutter.cancel()

    with serving(tmp_path, port):
        while pc.pending:
            pc.sync()
        pc.replica.cursors.clear()
        pc.sync()

    numbers = sorted(letter.agenda_no for letter in pc.replica.of(IncomingLetter))
    assert numbers == list(range(1, LETTERS + 1))
    assert len({letter.id for letter in pc.replica.of(IncomingLetter)}) == LETTERS
    assert confirmed
