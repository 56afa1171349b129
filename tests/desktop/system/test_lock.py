"""One program a profile: the second is kept out, and a program that died keeps nobody out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile_lock import ProfileLock

HOLD = """
import sys
from pathlib import Path
from desktop.system.profile_lock import ProfileLock
lock = ProfileLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def fault_of_locking(folder: Path) -> FaultOf:
    with pytest.raises(EnvironmentFault) as fault:
        ProfileLock(folder)
    return fault.value.code


def test_a_second_start_is_kept_out_until_the_first_gives_way(tmp_path: Path) -> None:
    first = ProfileLock(tmp_path)
    assert fault_of_locking(tmp_path) == FaultOf.PROFILE_IN_USE

    first.release()
    ProfileLock(tmp_path).release()


def test_other_profiles_are_not_locked(tmp_path: Path) -> None:
    first, second = ProfileLock(tmp_path / "a"), ProfileLock(tmp_path / "b")

    first.release()
    second.release()


def test_the_folder_is_made_if_it_is_not_there(tmp_path: Path) -> None:
    ProfileLock(tmp_path / "new" / "profile").release()

    assert (tmp_path / "new" / "profile").is_dir()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert fault_of_locking(tmp_path / "file" / "profile") == FaultOf.DISK_FAILED


def test_another_process_is_kept_out_and_a_killed_one_keeps_nobody_out(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        assert fault_of_locking(tmp_path) == FaultOf.PROFILE_IN_USE

        other.kill()
        other.wait()

    ProfileLock(tmp_path).release()
