"""A file gets its name for good, also where a virus scanner looks at it first."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.system.durability import put_in_place

HELD = 32


class Windows:
    """Refuses to rename as Windows does while another process holds the file: so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, times: int, winerror: int = HELD) -> None:
        replace = Path.replace

        def refuse_first(begun: Path, place: Path) -> Path:
            if self.left:
                self.left -= 1
                refused = PermissionError(13, "held by another process")
                refused.winerror = winerror  # type: ignore[attr-defined]  # the systems of this test have none
                raise refused
            return replace(begun, place)

        self.left = times
        self.paused: list[float] = []
        monkeypatch.setattr(Path, "replace", refuse_first)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    (tmp_path / "begun").write_bytes(b"new")
    (tmp_path / "place").write_bytes(b"old")
    return tmp_path / "begun"


def test_a_file_that_a_virus_scanner_holds_for_a_moment_gets_its_name(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = Windows(monkeypatch, times=4)
    put_in_place(begun, begun.with_name("place"), pause=windows.paused.append)

    assert begun.with_name("place").read_bytes() == b"new"
    assert (len(windows.paused), begun.exists()) == (4, False)


@pytest.mark.parametrize(("times", "winerror"), [(99, HELD), (1, 19)], ids=["held for long", "write-protected"])
def test_what_cannot_get_its_name_leaves_what_had_it(
    begun: Path, monkeypatch: pytest.MonkeyPatch, times: int, winerror: int
) -> None:
    windows = Windows(monkeypatch, times=times, winerror=winerror)
    with pytest.raises(PermissionError):
        put_in_place(begun, begun.with_name("place"), pause=windows.paused.append)

    assert begun.with_name("place").read_bytes() == b"old"
    assert sum(windows.paused) < 1
