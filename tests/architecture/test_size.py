"""One reason per module. The limits stand here alone; who raises one says why in that commit."""

from __future__ import annotations

import ast

from tests.architecture.sources import Source, all_sources

MODULE_LINES = 400
CLASS_METHODS = 25


def test_no_module_is_longer_than_a_person_reads_in_one_go() -> None:
    assert too_long(all_sources()) == []


def test_no_class_has_more_methods_than_a_person_keeps_in_mind() -> None:
    assert too_wide(all_sources()) == []


def test_the_rules_find_what_they_are_for() -> None:
    long = Source(place="core/long.py", text="x = 1\n" * (MODULE_LINES + 1))
    methods = "".join(f"    def m{number}(self): ...\n" for number in range(CLASS_METHODS + 1))
    wide = Source(place="core/wide.py", text=f"class Wide:\n{methods}")

    assert too_long((long, wide)) == [f"core/long.py has {MODULE_LINES + 1} lines"]
    assert too_wide((long, wide)) == [f"core/wide.py:1 Wide has {CLASS_METHODS + 1} methods"]


def too_long(sources: tuple[Source, ...]) -> list[str]:
    counted = [(source, len(source.text.splitlines())) for source in sources]
    return [f"{source.place} has {lines} lines" for source, lines in counted if lines > MODULE_LINES]


def too_wide(sources: tuple[Source, ...]) -> list[str]:
    found = []
    for source in sources:
        for node in source.nodes:
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) for item in node.body)
                if methods > CLASS_METHODS:
                    found.append(f"{source.at(node)} {node.name} has {methods} methods")
    return found
