"""Start the frozen program offscreen and let it check itself: store, font, icon, PDF page.

Usage: python installer/smoke_test.py [FOLDER]   (default: build/dist/pesagi). Exit code 0 only for a program
that answers in time, with no error, and that every part it is made of works.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUILT = Path(__file__).resolve().parents[1] / "build" / "dist" / "pesagi"
SECONDS_ALLOWED = 60.0


def main(arguments: list[str]) -> int:
    """Run the check on a built folder; prints one JSON line with what was found."""
    folder = Path(arguments[0]) if arguments else BUILT
    program = folder / ("pesagi-cli.exe" if os.name == "nt" else "pesagi")
    if not program.is_file():
        print(f"There is no program at {program}; build it first: python3 dev.py build")
        return 1
    started = time.monotonic()
    try:
        result = check(program)
    except subprocess.TimeoutExpired:
        print(f"The program did not finish its check within {SECONDS_ALLOWED:.0f} s.")
        return 1
    report = {
        "exit_code": result.returncode,
        "seconds": round(time.monotonic() - started, 2),
        "megabytes": round(size_of(folder) / 1e6, 1),
        "report": answer(result.stdout),
    }
    print(json.dumps(report, ensure_ascii=False))
    if result.returncode == 0 and isinstance(report["report"], dict):
        return 0
    print(result.stdout + result.stderr, file=sys.stderr)
    return 1


def check(program: Path) -> subprocess.CompletedProcess[str]:
    """Start the program in an empty folder and an empty home, as on the day it is installed."""
    with tempfile.TemporaryDirectory(prefix="pesagi-smoke-") as home:
        inherited = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG")  # Windows starts nothing without the second
        env = {name: os.environ[name] for name in inherited if name in os.environ}
        places = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_RUNTIME_DIR"), home)
        return subprocess.run(
            [program, "--self-check"],
            cwd=home,
            env=env | places | {"QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS_ALLOWED,
            check=False,
        )


def answer(output: str) -> object:
    """Return what the program said of itself in its last line; None if that is not JSON."""
    lines = output.strip().splitlines()
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return None


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
