"""The project works wherever it is cloned: no file names a registry or a folder of one machine."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.sources import ROOT, project_files

# Written in parts, so that this file does not hold what it looks for.
FORBIDDEN = tuple(
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("files.python", "hosted"),
        ("registry.npm", "js"),
        ("deb.deb", "ian.org"),
        ("security.deb", "ian.org"),
        ("--index", "-url"),
        ("--find", "-links"),
        ("../sha", "red"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
    )
)


def test_no_file_names_a_registry_or_a_workplace() -> None:
    assert foreign_places(project_files()) == []


def test_the_rule_finds_what_it_is_for(tmp_path: Path) -> None:
    good = tmp_path / "good.md"
    good.write_text("Clone it anywhere; resources/fonts, network/.\n", encoding="utf-8")
    bad = tmp_path / "bad.md"
    bad.write_text(f"one\nsee {FORBIDDEN[8]}main\n", encoding="utf-8")
    binary = tmp_path / "scan.bin"
    binary.write_bytes(b"\x00" + FORBIDDEN[8].encode())

    assert foreign_places((good, bad, binary)) == [f"{bad}:2 {FORBIDDEN[8]}"]


def foreign_places(files: tuple[Path, ...]) -> list[str]:
    found = []
    for file in files:
        content = file.read_bytes()
        if b"\x00" in content:  # a picture, a font, a database
            continue
        for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), start=1):
            found += [f"{name(file)}:{number} {place}" for place in FORBIDDEN if place in line]
    return found


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else str(file)
