"""dev.py: what it decides before it starts anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import dev
from tests.conftest import LONG_FILES

PYTEST = [str(dev.PYTHON), "-m", "pytest"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that dev.py would start, written down; one of them is this very run."""
    commands: list[list[str]] = []

    def write_down(command: Sequence[str | Path], *, env: dict[str, str] | None = None, quiet: bool = False) -> int:
        del env, quiet
        commands.append([str(word) for word in command])
        return 0

    monkeypatch.setattr(dev, "call", write_down)
    monkeypatch.setattr(dev, "missing_packages", lambda _: [])
    monkeypatch.setattr(dev, "has_postgres", lambda: True)
    return commands


def test_an_unknown_command_shows_the_commands_and_fails() -> None:
    result = subprocess.run(
        [sys.executable, "dev.py", "tset"], cwd=dev.ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert "test [--long] [PYTEST ...]" in result.stdout


def test_an_unknown_benchmark_is_refused_before_any_runs(started: list[list[str]]) -> None:
    with pytest.raises(dev.SetupError, match="No such benchmark: starup"):
        dev.bench(["starup", "register"])

    assert started == []


def test_an_unknown_check_is_refused_before_any_runs() -> None:
    with pytest.raises(dev.SetupError, match="No such check: mypi"):
        dev.lint(["mypi", "ruff"])


def test_the_locked_pip_is_installed_before_everything_else(
    tmp_path: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "venv"
    made.mkdir()
    for name, path in (("VENV", made), ("STAMP", made / "stamp"), ("PYTHON", Path(sys.executable))):
        monkeypatch.setattr(dev, name, path)
    dev.ensure_venv()

    first, second = (Path(command[-1]) for command in started)
    pins = [line for line in first.read_text(encoding="utf-8").splitlines() if "==" in line]
    assert len(pins) == 1
    assert pins[0].startswith("pip==")
    assert second == dev.LOCK
    assert all("--require-hashes" in command for command in started)


def test_the_pip_of_this_python_runs_as_it_is_packed() -> None:
    packed = dev.packed_pip()
    assert packed is not None  # as wherever a virtual environment can be made

    said = subprocess.run([sys.executable, packed / "pip", "--version"], capture_output=True, text=True, check=True)

    assert str(packed) in said.stdout


def test_the_tests_run_on_three_processes(started: list[list[str]]) -> None:
    dev.test(["--long"])

    assert started == [[*PYTEST, "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", "--long"]]


def test_programs_that_a_test_starts_find_compiled_what_another_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = dev.environment(offscreen=True)
    said = subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == "False"


def test_every_file_that_is_to_run_first_is_there() -> None:
    files = [path.as_posix() for path in (dev.ROOT / "tests").rglob("test_*.py")]

    assert [name for name in LONG_FILES if sum(file.endswith(name) for file in files) != 1] == []


@pytest.mark.parametrize("arguments", [["tests/core/test_ids.py"], ["tests/x.py::test_y", "-q"], ["-n0"], ["--pdb"]])
def test_one_file_or_a_choice_of_ones_own_runs_as_asked(arguments: list[str], started: list[list[str]]) -> None:
    dev.test(arguments)

    assert started == [[*PYTEST, *arguments]]


def test_without_a_display_the_program_is_shown_by_its_journey(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "has_display", lambda: False)
    dev.run([])

    assert started == [[str(dev.PYTHON), "-m", "benchmarks.journey"]]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux programs look for shared libraries by these names")
def test_only_libraries_that_the_system_lacks_are_called_missing() -> None:
    assert dev.missing_packages({"libc.so.6": "libc6", "libnowhere.so.9": "libnowhere9"}) == ["libnowhere9"]


def test_a_system_without_installer_rights_is_told_the_packages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "is_debian_root", lambda: False)
    dev.ensure_packages(["libegl1", "libgl1"], purpose="Qt")

    assert "Missing for Qt: libegl1 libgl1" in capsys.readouterr().out


def test_every_pin_of_the_lock_file_carries_a_hash_and_no_address() -> None:
    lines = [line for line in dev.LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    pins = [number for number, line in enumerate(lines) if "==" in line and "--hash" not in line]

    assert len(pins) > 50
    assert all(lines[number + 1].strip().startswith("--hash=sha256:") for number in pins)
    assert "--only-binary :all:" in lines
    assert not any("://" in line for line in lines)
