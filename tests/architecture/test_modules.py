"""Modules are named for one thing, and packages hold no code of their own."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from tests.architecture.sources import Source, all_sources, product_sources

# Names that say who uses a module, or nothing at all, and so collect whatever has no home.
BANNED = {"util", "utils", "common", "helper", "helpers", "misc", "model", "models", "shared", "tools"}


def test_no_module_or_package_has_a_name_that_says_nothing() -> None:
    assert badly_named(all_sources()) == []


def test_packages_hold_only_a_docstring() -> None:
    assert packages_with_code(all_sources()) == []


def test_every_folder_of_the_product_is_a_package() -> None:
    places = {source.place for source in product_sources()}
    migrations = "storage/migrations"  # scripts that alembic reads from files
    folders = {str(PurePosixPath(place).parent) for place in places if migrations not in place}

    assert sorted(folder for folder in folders if f"{folder}/__init__.py" not in places) == []


def test_the_rules_find_what_they_are_for() -> None:
    utils = Source(place="core/utils/dates.py", text="")
    package = Source(place="core/__init__.py", text='"""Docstring."""\nfrom core.domain import letters\n')
    silent = Source(place="core/domain/__init__.py", text="")
    good = Source(place="core/protocol/__init__.py", text='"""What crosses the wire."""\n')

    assert badly_named((utils, package)) == ["core/utils/dates.py"]
    assert packages_with_code((package, silent, good)) == ["core/__init__.py", "core/domain/__init__.py"]


def badly_named(sources: tuple[Source, ...]) -> list[str]:
    return [
        source.place
        for source in sources
        if BANNED & {part.removeprefix("test_") for part in PurePosixPath(source.place).with_suffix("").parts}
    ]


def packages_with_code(sources: tuple[Source, ...]) -> list[str]:
    packages = [source for source in sources if PurePosixPath(source.place).name == "__init__.py"]
    return [package.place for package in packages if not is_docstring_alone(package.tree)]


def is_docstring_alone(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None
