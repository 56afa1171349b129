"""The source files that the rules are about."""

from __future__ import annotations

import ast
import functools
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "desktop", "server", "sql", "resources")
FOLDERS = (*PACKAGES, "benchmarks", "installer", "tests", "dev.py")
NOT_OURS = {".venv", "build", "dist", ".git", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One Python file: its place from the project folder, with slashes, and what it says."""

    place: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parse(self.text)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the file, in the order of `ast.walk`."""
        return walked(self.text)

    @property
    def package(self) -> str:
        """Return the dotted name of the package the file lies in."""
        return ".".join(Path(self.place).parent.parts)

    def at(self, node: ast.AST) -> str:
        """Name a place in the file as editors do."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


@functools.cache
def parse(text: str) -> ast.Module:
    return ast.parse(text)


@functools.cache
def walked(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parse(text)))


@functools.cache
def product_sources() -> tuple[Source, ...]:
    """Every module of the program and the server."""
    return tuple(read(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


@functools.cache
def all_sources() -> tuple[Source, ...]:
    """Every Python file of the project: product, tests, benchmarks, installer and dev.py."""
    tops = [ROOT / folder for folder in FOLDERS]
    files = [path for top in tops for path in ([top] if top.is_file() else sorted(top.rglob("*.py")))]
    return tuple(read(path) for path in files)


@functools.cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project: what git tracks or would add; without git, all but what tools make."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode("utf-8").split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return tuple(path for path in found if path.is_file())


def read(path: Path) -> Source:
    return Source(place=path.relative_to(ROOT).as_posix(), text=path.read_text(encoding="utf-8"))
