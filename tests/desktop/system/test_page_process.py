"""The page process: its limits hold, it may die at any time, and it never outlives its renderer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.domain.attachments import MediaType
from desktop.system.page_messages import (
    BrokenMessageError,
    Inspect,
    PageTrouble,
    Ready,
    read_reply,
    write_message,
)
from desktop.system.page_process import WORKER_MODULE, PageProcess, Worker
from desktop.system.page_renderer import KILL_SHARE, START_SHARE, PageRenderer, RenderFailed
from desktop.system.page_worker import MEMORY_LIMIT
from tests.support.scan_files import endless_pdf, pdf_bytes

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="looks at the process through POSIX")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "surat.pdf"
    path.write_bytes(pdf_bytes(["0 0 10 10 re f"]))
    return path


def children() -> set[int]:
    """The processes that this one has started and not yet waited for."""
    listing = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return {int(line.split()[0]) for line in listing.stdout.splitlines() if WORKER_MODULE in line}


@posix_only
def test_a_process_killed_between_two_calls_is_replaced(letter: Path) -> None:
    with PageRenderer() as renderer:
        renderer.inspect(letter)
        (number,) = children()
        os.kill(number, signal.SIGKILL)

        assert renderer.inspect(letter).pages == 1
        assert children() != {number}


@posix_only
def test_one_process_serves_many_calls_and_closing_leaves_none(letter: Path) -> None:
    renderer = PageRenderer()
    renderer.inspect(letter)
    first = children()
    renderer.render(letter, page=0, width=50)

    assert len(first) == 1
    assert children() == first
    renderer.close()
    assert children() == set()


def wait_until_busy(number: int) -> None:
    """Wait until the process computes; at most ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        shown = subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False)
        if shown.stdout.startswith("R"):
            return
    pytest.fail("the page process never worked")


@posix_only
def test_closing_wakes_a_thread_that_waits_for_a_page(tmp_path: Path, letter: Path) -> None:
    endless = tmp_path / "tanpa_akhir.pdf"
    endless.write_bytes(endless_pdf())
    renderer = PageRenderer(timeout_s=60.0)
    renderer.inspect(letter)
    seen: list[PageTrouble] = []

    def draw() -> None:
        try:
            renderer.render(endless, page=0, width=500)
        except RenderFailed as err:
            seen.append(err.code)

    thread = threading.Thread(target=draw)
    thread.start()
    wait_until_busy(*children())
    renderer.close()
    thread.join(10)

    assert not thread.is_alive()
    assert seen == [PageTrouble.FAILED]


def test_a_closed_renderer_starts_no_new_process(letter: Path) -> None:
    renderer = PageRenderer()
    renderer.close()
    renderer.close()

    with pytest.raises(RenderFailed, match="closed"):
        renderer.inspect(letter)


@posix_only
def test_the_memory_limit_is_in_force_and_leaves_room_to_work() -> None:
    process = PageProcess()
    try:
        assert process.wait_until_ready()
        limits = Path(f"/proc/{process.number}/limits")
        if not limits.exists():
            pytest.skip("this system does not show the limits of a process")
        lines = {line[:26].strip(): line[26:].split()[0] for line in limits.read_text().splitlines()}
        status = Path(f"/proc/{process.number}/status").read_text()
        taken = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmPeak"))
    finally:
        process.stop()

    assert lines["Max address space"] == str(MEMORY_LIMIT)
    assert lines["Max file size"] == "0"
    assert taken < MEMORY_LIMIT / 4


@posix_only
def test_a_process_that_takes_too_much_memory_gets_none() -> None:
    program = (
        "from desktop.system.limits import limit_this_process\n"
        "limit_this_process(memory_bytes=200 * 1024**2)\n"
        "bytearray(300 * 1024**2)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "MemoryError" in done.stderr


def test_the_process_ends_when_the_program_is_gone() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", WORKER_MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert read_reply(process.stdout) == Ready(limited=True)
        process.stdin.close()

        assert process.wait(10) == 0


def test_a_reply_that_is_none_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    with path.open("wb") as pipe:
        write_message(pipe, Inspect(size=1, media=MediaType.PDF))
    with path.open("rb") as pipe, pytest.raises(BrokenMessageError):
        read_reply(pipe)

    path.write_bytes(b"\xff\xff\xff\xff")
    with path.open("rb") as pipe, pytest.raises(BrokenMessageError):
        read_reply(pipe)


LIMIT_S = 5.0
STUBBORN = Worker("tests.support.stubborn_worker", "")


def seconds_until_given_up(renderer: PageRenderer, path: Path) -> float:
    """How long it takes from the request until the process that does not answer is dead."""
    begun = time.monotonic()
    with pytest.raises(RenderFailed) as caught:
        renderer.render(path, page=0, width=50)
    spent = time.monotonic() - begun
    assert (caught.value.code, renderer.process_number) == (PageTrouble.TIMEOUT, None)
    return spent


@pytest.mark.parametrize("dies_first", [False, True])
def test_from_the_request_to_the_kill_no_more_than_the_limit_passes_with_every_start_of_the_process(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, dies_first: bool
) -> None:
    """Measured by the clock, of a renderer that has no process yet, and of one that starts a second in between."""
    monkeypatch.setenv("STARTS_AFTER", "0.3")
    if dies_first:
        monkeypatch.setenv("DIES_FIRST", str(tmp_path / "mati"))

    with PageRenderer(timeout_s=LIMIT_S, worker=STUBBORN) as renderer:
        spent = seconds_until_given_up(renderer, letter)

    assert LIMIT_S * 0.9 < spent <= LIMIT_S


def test_a_pc_that_starts_processes_slowly_leaves_a_page_most_of_its_time(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STARTS_AFTER", "2")

    with PageRenderer(timeout_s=2.0, worker=STUBBORN) as renderer:
        spent = seconds_until_given_up(renderer, letter)

    assert spent >= 2.0 + 2.0 * (1 - START_SHARE - KILL_SHARE)
