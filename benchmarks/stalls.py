"""How long the window stands still while a person registers, disposes and finds, with 1,000,000 letters and a sync.

The PC is joined to a real server on loopback and comes back after an absence: thousands of letters lie there for it,
and a colleague goes on registering, so that frames arrive and are stored all the while. While somebody only watches,
all that the window stands still is the doing of the sync. A stall is the time between two beats of a timer on the
thread of the window. Beside it stands what a bare window shows in the same minutes on the same machine; both come
before all other processes, where the system allows that. `worked_ms` is the processor's share of the longest one.

    python -m benchmarks.stalls [LETTERS ROUNDS [where]]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.big_store import LAST_DAY
from benchmarks.large_office import large_office, open_pc, received
from benchmarks.measuring import report
from benchmarks.noisy_scans import NoisyScanner
from benchmarks.office_server import fill, serving
from desktop.system.settings import HUB_OFF, Settings, write_settings

LETTERS, ROUNDS = 1_000_000, 6
MISSED = 28_000
EACH, PAUSE_S = 5, 0.2
WITHIN_S = 600
JOBS = ("register", "dispose", "find", "watch")


def main(letters: int, rounds: int, *, where: bool) -> None:
    """Measure and print one JSON line."""
    original = large_office(letters)
    open_pc(original / "pc").close()  # to the present schema
    with tempfile.TemporaryDirectory(prefix="pesagi-stalls-") as scratch, ExitStack() as stack:
        folder = Path(scratch) / "office"
        shutil.copytree(original, folder, ignore=shutil.ignore_patterns("*sebelum*"))
        scanner = NoisyScanner()
        for number, letter in enumerate(scanner.letters(rounds + 1)):
            (folder / f"surat-{number}.pdf").write_bytes(scanner.scan(letter, dpi=200).pdf)
        missed(folder)
        port = stack.enter_context(serving(folder / "server"))
        at(folder, f"http://127.0.0.1:{port}")
        code = next(code for name, code in read(folder / "codes.json").items() if name.startswith("sekcam"))
        colleague = begun(stack, "busy_colleague", f"http://127.0.0.1:{port}", code, str(EACH), str(PAUSE_S))
        bare = begun(stack, "heartbeat")
        command = [
            sys.executable,
            "-m",
            "benchmarks.as_program",
            "benchmarks.stalls_pc",
            str(folder),
            str(rounds),
            *(["where"] * where),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=WITHIN_S)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        still = json.loads(ended(bare))
        sent = int(ended(colleague))
    seen = found["seen"]
    report(
        "stalls",
        {
            "letters": letters,
            "rounds": rounds,
            "missed": MISSED,
            "before_all_others": found["first"],
            "sent_meanwhile": sent,
            "came_during": found["came"],
            "bare_longest_ms": round(still["longest"] * 1000, 1),
            "bare_over_50_ms": still["stalls"],
            **{name: seen[name] for job in JOBS for name in (f"{job}_first", job)},
            "sign_in": seen["sign_in"],
        },
    )


def missed(folder: Path) -> None:
    """What the server got while the PC was away."""
    opened = open_pc(folder / "pc")
    new = list(received(opened.store, MISSED, until=LAST_DAY + timedelta(days=4)))
    opened.close()
    fill(folder / "server", new, [])


def at(folder: Path, url: str) -> None:
    """The server answers at another port each time, and no hub is looked for in the networks of this machine."""
    opened = open_pc(folder / "pc")
    with opened.store.begin() as uow:
        identity = uow.meta.identity()
        if identity is None:
            raise LookupError("not joined")
        uow.meta.write(msgspec.structs.replace(identity, server=url))
    opened.close()
    write_settings(folder / "pc", Settings(hub=HUB_OFF))


def begun(stack: ExitStack, module: str, *arguments: str) -> "subprocess.Popen[str]":
    """A process of the benchmark that is ready; it ends with the block at the latest."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    stack.callback(process.kill)
    if process.stdout is None or process.stdout.readline() != "ready\n":
        raise RuntimeError(f"{module} is not ready")
    return process


def ended(process: "subprocess.Popen[str]") -> str:
    """What it says at its end."""
    return process.communicate(timeout=WITHIN_S)[0].strip()


def read(path: Path) -> dict[str, str]:
    """A file of JSON."""
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(*([int(one) for one in sys.argv[1:3]] or [LETTERS, ROUNDS]), where="where" in sys.argv)
