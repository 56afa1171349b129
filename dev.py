"""Sets the project up on this machine and runs one of its commands; needs nothing but Python 3.11.

The first command makes `.venv` beside this file and installs `requirements.lock` into it; later ones need no
network. On Debian as root it also installs the system libraries that are missing; elsewhere it names them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed.sha256"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

USAGE = """usage: python3 dev.py COMMAND [ARGUMENTS]

  run                          start the program; without a display, play the journey instead (see demo)
  demo                         play the journey of one letter, print each step, leave pictures of the screens
  test [--long] [PYTEST ...]   run the tests; --long adds those that take minutes
  lint [CHECK ...]             ruff, mypy and the import contracts, and whether all tests can be read: {checks}
  bench [NAME ...]             run the benchmarks: {benchmarks}
  build [--check]              make the program folder in build/dist; --check also starts what was built
"""
BENCHMARKS = (
    *("startup", "register", "bootstrap", "week", "single", "store", "search"),
    *(
        "server_load",
        "beside",
        "files",
        "cuts",
        "sealed_files",
        "scans",
        "ocr",
        "printing",
        "hub",
        "surcharges",
        "stalls",
    ),
)

READING = "reading"
CHECKS: dict[str, tuple[str, ...]] = {
    "ruff": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    "contracts": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    # On the processor that mypy leaves free; the tests that come next then find all modules compiled.
    READING: ("-m", "pytest", "--collect-only", "-qqq", "--no-header"),
}

# Shared libraries that the Qt wheels want from the system, and the Debian package of each.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libbrotlidec.so.1": "libbrotli1",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libX11.so.6": "libx11-6",
}
# Wanted only by a window on a real display. Qt's own message names libxcb-cursor alone, whichever is missing.
WINDOW_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libcups.so.2": "libcups2",
}


class SetupError(Exception):
    """The machine cannot be set up; the text says what to do."""


def say(text: str) -> None:
    """Print one line at once, so that it stands before the output of the next program."""
    print(text, flush=True)


def call(command: Sequence[str | Path], *, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    """Run a program in the project folder and return its exit code; quiet leaves only its error messages."""
    words = [str(part) for part in command]
    return subprocess.call(words, cwd=ROOT, env=env, stdout=subprocess.DEVNULL if quiet else None)


def begin(command: Sequence[str | Path], *, env: dict[str, str]) -> subprocess.Popen[str]:
    """Start a program in the project folder; what it says, errors too, is for whoever waits for it."""
    words = [str(part) for part in command]
    pipe, together = subprocess.PIPE, subprocess.STDOUT
    return subprocess.Popen(words, cwd=ROOT, env=env, stdout=pipe, stderr=together, encoding="utf-8", errors="replace")


# --- system packages


def is_debian_root() -> bool:
    """Tell whether this process may install Debian packages."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None and os.geteuid() == 0


def install_debian_packages(packages: Sequence[str]) -> bool:
    """Install packages with apt-get; false, after apt's own message, where that fails."""
    say(f"Installing Debian packages: {' '.join(packages)}")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=180", "-o", "Acquire::http::Timeout=30"]
    call([*apt, "update"], env=env, quiet=True)  # where it fails, the lists of the last time may do
    return call([*apt, "install", "-y", "--no-install-recommends", *packages], env=env, quiet=True) == 0


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Name the Debian packages of those shared libraries that the loader cannot find; none outside Linux."""
    ldconfig = shutil.which("ldconfig") or shutil.which("ldconfig", path="/sbin:/usr/sbin")
    if sys.platform != "linux" or ldconfig is None:
        return []
    known = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    return [package for library, package in libraries.items() if f"\t{library} " not in known]


def ensure_packages(packages: Sequence[str], *, purpose: str) -> None:
    """Install what is missing, or say exactly what is; the command goes on, for it may do without."""
    if not packages:
        return
    if is_debian_root() and install_debian_packages(packages):
        return
    say(f"Missing for {purpose}: {' '.join(packages)} (names of Debian packages)")
    if not is_debian_root() and shutil.which("apt-get"):
        say(f"Install with: sudo apt-get install {' '.join(packages)}")


def has_display() -> bool:
    """Tell whether a window can be shown."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_postgres() -> bool:
    """Tell whether a PostgreSQL server program is installed, on the path or where Debian puts it."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


# --- virtual environment

# Most of what is installed is never imported, and Python compiles the rest when it is.
INSTALL = ("install", "--disable-pip-version-check", "--no-input", "--no-compile", "--require-hashes")


def ensure_venv() -> None:
    """Make `.venv` and bring it to the lock file; nothing happens, and no network is needed, if it is."""
    wanted = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} python {sys.version_info[0]}.{sys.version_info[1]}"
    usable = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    if usable and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    if not usable:
        if importlib.util.find_spec("ensurepip") is None:  # Debian cuts it out of the standard library
            ensure_packages([f"python3.{sys.version_info[1]}-venv"], purpose="making .venv")
        say(f"Making {VENV}")
        venv.EnvBuilder(clear=True, with_pip=packed_pip() is None).create(VENV)
    say("Installing the locked packages (once; about 550 MB on disk)")
    packed, installed = packed_pip(), [PYTHON, "-m", "pip"]
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    first = installed if packed is None else [PYTHON, packed / "pip"]
    for pip, requirements in ((first, installer_alone()), (installed, LOCK)):
        if call([*pip, *INSTALL, *quiet, "--requirement", requirements]) != 0:
            raise SetupError("The packages could not be installed; the first set-up needs a network connection.")
    STAMP.write_text(wanted, encoding="utf-8")


def packed_pip() -> Path | None:
    """The pip that this Python brings along, as it is packed; None where it is not found.

    It can install the locked one without being installed, and compiled, itself: half of the time of making `.venv`.
    """
    spec = importlib.util.find_spec("ensurepip")
    of_system = sysconfig.get_config_var("WHEEL_PKG_DIR")  # where Debian and Fedora keep it
    folders = [Path(spec.origin).parent / "_bundled"] if spec and spec.origin else []
    folders += [Path(of_system)] if of_system else []
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def installer_alone() -> Path:
    """A file with the locked pip and nothing else.

    It comes first: a pip of the age of Python 3.11 takes twice as long for the rest, for it compares each of the 70,000
    files that the index offers with each of 900 platforms.
    """
    pinned = re.search(r"^pip==.*(?:\n .*)+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None:
        raise SetupError(f"{LOCK.name} names no pip")
    alone = VENV / "pip.lock"
    alone.write_text(f"--only-binary :all:\n{pinned[0]}\n", encoding="utf-8")
    return alone


def environment(*, offscreen: bool) -> dict[str, str]:
    """Environment of the commands: as it is, with Qt drawing into memory where no window is wanted.

    The commands may keep what Python compiles. The tests start a hundred programs, and each would compile our modules
    again: half a second, where starting takes one and a half.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if offscreen:
        env.setdefault("QT_QPA_PLATFORM", "offscreen")
    return env


# --- commands


def run(arguments: Sequence[str]) -> int:
    """Start the program, or play the journey where there is no display."""
    if not has_display():
        say("No display: playing the journey of one letter offscreen instead.")
        return demo(arguments)
    ensure_packages(missing_packages(QT_LIBRARIES | WINDOW_LIBRARIES), purpose="the window")
    return call([PYTHON, "-m", "desktop", *arguments])


def demo(arguments: Sequence[str]) -> int:
    """Play the journey; it prints its steps and where its pictures lie."""
    ensure_packages(missing_packages(QT_LIBRARIES), purpose="Qt")
    return call([PYTHON, "-m", "benchmarks.journey", *arguments], env=environment(offscreen=True))


def test(arguments: Sequence[str]) -> int:
    """Run the tests: on three processes, unless one file is asked for or the caller says otherwise.

    Three on two processors, because a sixth of the time a test waits: for an emulated line, for a server that stops.
    """
    ensure_packages(missing_packages(QT_LIBRARIES), purpose="Qt")
    if sys.platform == "linux" and not has_postgres():
        ensure_packages(["postgresql"], purpose="the tests of the server on PostgreSQL, which are now skipped")
    own_choice = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--collect-only", "--co")
    one_file = sum(".py" in argument for argument in arguments) == 1
    together = one_file or any(argument.startswith(own_choice) for argument in arguments)
    # In the order of tests/conftest.py, which puts first what takes long: xdist would put files of few tests last.
    spread = [] if together else ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    return call([PYTHON, "-m", "pytest", *spread, *arguments], env=environment(offscreen=True))


def lint(arguments: Sequence[str]) -> int:
    """Run the checks named, or all, at once, and fail if one failed."""
    unknown = sorted(set(arguments) - set(CHECKS))
    if unknown:
        raise SetupError(f"No such check: {', '.join(unknown)}. There are: {', '.join(CHECKS)}")
    failed = []
    env = environment(offscreen=True)
    begun = {name: begin([PYTHON, *CHECKS[name]], env=env) for name in arguments or CHECKS}
    for name, process in begun.items():
        said, _ = process.communicate()
        counts = name == READING and process.returncode == 0  # a line for each file, which tells nothing
        say(f"== {name}\n{'' if counts else said}".rstrip())
        if process.returncode != 0:
            failed.append(name)
    say(f"== failed: {', '.join(failed)}" if failed else f"== passed: {', '.join(begun)}")
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """Run the benchmarks named, or all; each prints one JSON line."""
    unknown = sorted(set(arguments) - set(BENCHMARKS))
    if unknown:
        raise SetupError(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}")
    ensure_packages(missing_packages(QT_LIBRARIES), purpose="Qt")
    env = environment(offscreen=True)
    codes = [call([PYTHON, "-m", f"benchmarks.{name}"], env=env) for name in arguments or BENCHMARKS]
    return max(codes, key=abs)


def build(arguments: Sequence[str]) -> int:
    """Make the program folder; with --check, start it and let it check itself."""
    if set(arguments) - {"--check"}:
        raise SetupError("build takes --check and nothing else")
    missing = missing_packages(QT_LIBRARIES | WINDOW_LIBRARIES)  # the folder takes them along
    if sys.platform == "linux" and shutil.which("objdump") is None:
        missing.append("binutils")
    ensure_packages(missing, purpose="the build")
    folders = ["--distpath", "build/dist", "--workpath", "build/work"]
    code = call([PYTHON, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *folders, "installer/pesagi.spec"])
    if code == 0 and "--check" in arguments:
        code = call([PYTHON, ROOT / "installer" / "smoke_test.py"], env=environment(offscreen=True))
    return code


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "demo": demo,
    "test": test,
    "lint": lint,
    "bench": bench,
    "build": build,
}


def main(arguments: Sequence[str]) -> int:
    """Set up, run the command, and return its exit code; 2 for a command that does not exist."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the file must say so on the Pythons that offices still have
        say(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
        return 1
    if not arguments or arguments[0] not in COMMANDS:
        print(USAGE.format(benchmarks=", ".join(BENCHMARKS), checks=", ".join(CHECKS)), end="")
        return 0 if arguments and arguments[0] in {"-h", "--help", "help"} else 2
    try:
        ensure_venv()
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
