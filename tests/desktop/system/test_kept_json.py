"""Small files of a profile: a fault of the disk in one of them never stops a person from working."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.system import import_choices, notice_file, print_choices, table_choices, tour_file
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile
from desktop.system.profile_wiping import read_note
from desktop.system.table_choices import TableChoice
from desktop.system.tries import Tries

FILES = (import_choices.FILE, notice_file.FILE, print_choices.FILE, table_choices.FILE, tour_file.FILE, "tries.json")
NO_TEXT = b'{"\xff\xfe": "\xc3"}'


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b'{"1', NO_TEXT, b'"another kind"'])
def test_what_cannot_be_read_is_as_if_nothing_had_been_kept(tmp_path: Path, content: bytes) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(content)

    assert import_choices.ImportChoices(tmp_path).known() == {}
    assert notice_file.NoticeFile(tmp_path).seen("71") == frozenset()
    assert print_choices.PrintChoices(tmp_path).of("buku") == print_choices.PrintChoice()
    assert table_choices.TableChoices(tmp_path).of(71, "surat") == TableChoice()
    assert not tour_file.TourFile(tmp_path).knows(71)
    assert Tries(tmp_path / "tries.json").wait_s(71, now_s=1.0) == 0


def test_it_is_kept_anew_over_what_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / import_choices.FILE).write_bytes(NO_TEXT)

    import_choices.ImportChoices(tmp_path).keep({"Dari": "sender"})

    assert import_choices.ImportChoices(tmp_path).known() == {"Dari": "sender"}


def test_a_farewell_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    profile = Profile(folder=tmp_path)
    profile.farewell_path.write_bytes(b'{"server": "\xff"}')

    with pytest.raises(EnvironmentFault) as told:
        read_note(profile)

    assert told.value.code is FaultOf.STORE_UNREADABLE
