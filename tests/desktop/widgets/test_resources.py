from __future__ import annotations

import re
from pathlib import Path

import pytest

from resources.loading import ResourceMissingError, names_in, path_of, read_bytes, read_text

SOURCES = Path(__file__).parents[3] / "desktop"


def test_a_resource_is_read_whole() -> None:
    assert read_bytes("icons/inbox.svg") == path_of("icons/inbox.svg").read_bytes()


@pytest.mark.parametrize("name", ["icons/no-such-icon.svg", "../pyproject.toml", "", "icons//inbox.svg", "icons"])
def test_what_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ResourceMissingError):
        read_bytes(name)


def test_every_typeface_and_icon_family_has_its_licence_beside() -> None:
    assert "SIL OPEN FONT LICENSE" in read_text("fonts/OFL-Inter.txt")
    assert "SIL OPEN FONT LICENSE" in read_text("fonts/OFL-Liberation.txt")
    assert "MIT License" in read_text("icons/LICENSE.txt")


def test_fonts_stay_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in path_of("fonts").iterdir()) < 3_000_000


def test_every_icon_can_be_recoloured() -> None:
    assert [
        name for name in names_in("icons", suffix=".svg") if 'stroke="currentColor"' not in read_text(f"icons/{name}")
    ] == []


def test_every_icon_the_program_names_is_there() -> None:
    known = {name.removesuffix(".svg") for name in names_in("icons", suffix=".svg")}
    named = {
        found
        for source in SOURCES.rglob("*.py")
        for found in re.findall(r'\bicon="([a-z0-9-]+)"', source.read_text(encoding="utf-8"))
    }

    assert named - known == set()
