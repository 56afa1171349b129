"""Who may know whom: the contracts of pyproject.toml, and what they cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, Source, product_sources

# What each package of core may use besides the standard library and core. `zstandard` squeezes frames only;
# `cryptography` seals bundles and stands in one module (pyproject.toml).
CORE_MAY_USE = {
    "core": set(),
    "core.domain": {"msgspec"},
    "core.merging": {"msgspec"},
    "core.protocol": {"msgspec", "zstandard", "cryptography"},
}
BANNED_NAMES = {
    "TYPE_CHECKING": "an import that is not real hides a cycle",
    "processEvents": "runs other slots in the middle of this one",
}


@pytest.mark.timeout(120)
def test_the_import_contracts_are_kept() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    result = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


def test_core_uses_the_standard_library_msgspec_and_zstandard_alone() -> None:
    assert foreign_imports(product_sources()) == []


def test_no_import_hides_inside_a_function() -> None:
    assert hidden_imports(product_sources()) == []


def test_no_name_is_used_that_the_house_forbids() -> None:
    assert banned_names(product_sources()) == []


def test_the_rules_find_what_they_are_for() -> None:
    bad = Source(
        place="core/domain/letters.py",
        text=(
            "import zstandard\nfrom desktop import app\nfrom typing import TYPE_CHECKING\n"
            "def late():\n    import json\n"
        ),
    )

    assert foreign_imports((bad,)) == [
        "core/domain/letters.py:1 zstandard",
        "core/domain/letters.py:2 desktop",
    ]
    assert hidden_imports((bad,)) == ["core/domain/letters.py:5"]
    assert banned_names((bad,)) == ["core/domain/letters.py:3 TYPE_CHECKING: an import that is not real hides a cycle"]


def foreign_imports(sources: tuple[Source, ...]) -> list[str]:
    found = []
    for source in sources:
        if source.package.split(".")[0] != "core":
            continue
        allowed = sys.stdlib_module_names | {"core"} | CORE_MAY_USE.get(source.package, set())
        for node in source.nodes:
            found += [f"{source.at(node)} {root}" for root in imported_roots(node) if root not in allowed]
    return found


def imported_roots(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["a relative import" if node.level else str(node.module).split(".")[0]]
    return []


def hidden_imports(sources: tuple[Source, ...]) -> list[str]:
    return [
        source.at(node)
        for source in sources
        for function in source.nodes
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def banned_names(sources: tuple[Source, ...]) -> list[str]:
    return [
        f"{source.at(node)} {name}: {BANNED_NAMES[name]}"
        for source in sources
        for node in source.nodes
        for name in names_of(node)
        if name in BANNED_NAMES
    ]


def names_of(node: ast.AST) -> list[str]:
    match node:
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            return [node.attr]
        case ast.ImportFrom():
            return [alias.name for alias in node.names]
        case _:
            return []
