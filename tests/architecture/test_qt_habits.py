"""Habits with Qt that keep the interface translatable, unbroken by data, and alive."""

from __future__ import annotations

import ast

from tests.architecture.sources import Source, product_sources

# The one place that makes labels and message boxes: it switches rich text off, so that a sender called
# "<b>Dinas</b>" is shown as he wrote it.
LABEL_MODULE = "desktop/widgets/labels.py"


def test_only_literals_are_translated() -> None:
    assert translated_expressions(product_sources()) == []


def test_signals_are_connected_to_methods() -> None:
    assert connected_closures(product_sources()) == []


def test_labels_and_message_boxes_are_made_in_one_place() -> None:
    assert stray_labels(product_sources()) == []


def test_the_rules_find_what_they_are_for() -> None:
    bad = Source(
        place="desktop/views/bad.py",
        text=(
            "self.tr(f'{count} surat')\n"
            "self.tr(title)\n"
            "QCoreApplication.translate('Views', title)\n"
            "button.clicked.connect(lambda: self.save())\n"
            "button.clicked.connect(partial(self.save, 1))\n"
            "QLabel('Nomor')\n"
            "QMessageBox.warning(self, 'Gagal', text)\n"
            "class Name(QtWidgets.QLabel): ...\n"
        ),
    )
    good = Source(
        place="desktop/views/good.py",
        text=(
            "self.tr('{count} surat').format(count=count)\n"
            "self.tr('%n surat', '', count)\n"
            "name.translate(table)\n"
            "button.clicked.connect(self.save)\n"
            "label = plain_label('Nomor', parent=self)\n"
        ),
    )

    assert [line.split()[0] for line in translated_expressions((bad, good))] == [f"{bad.place}:{n}" for n in (1, 2, 3)]
    assert [line.split()[0] for line in connected_closures((bad, good))] == [f"{bad.place}:{n}" for n in (4, 5)]
    assert [line.split()[0] for line in stray_labels((bad, good))] == [f"{bad.place}:{n}" for n in (6, 7, 8)]


def translated_expressions(sources: tuple[Source, ...]) -> list[str]:
    """`pyside6-lupdate` takes an f-string as the literal text with braces, which never matches when run."""
    found = []
    for source, call in calls(sources):
        if not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr == "tr":
            texts = call.args[:1]
        elif call.func.attr == "translate" and name_of(call.func.value).endswith("Application"):
            texts = call.args[:2]
        else:
            continue
        if not texts or not all(is_text(text) for text in texts):
            found.append(f"{source.at(call)} {ast.unparse(call)}")
    return found


def connected_closures(sources: tuple[Source, ...]) -> list[str]:
    """A closure is run in the thread of the sender, outlives its widget, and has crashed PySide."""
    return [
        f"{source.at(call)} {ast.unparse(call)}"
        for source, call in calls(sources)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "connect"
        and any(is_closure(argument) for argument in call.args)
    ]


def stray_labels(sources: tuple[Source, ...]) -> list[str]:
    elsewhere = tuple(source for source in sources if source.place != LABEL_MODULE)
    made = [(source, call) for source, call in calls(elsewhere) if name_of(call.func) == "QLabel"]
    boxes = [
        (source, node)
        for source in elsewhere
        for node in source.nodes
        if isinstance(node, ast.Name | ast.Attribute) and name_of(node) == "QMessageBox"
    ]
    classes = [
        (source, node)
        for source in elsewhere
        for node in source.nodes
        if isinstance(node, ast.ClassDef) and any(name_of(base) == "QLabel" for base in node.bases)
    ]
    return [f"{source.at(node)} {ast.unparse(node).splitlines()[0]}" for source, node in [*made, *boxes, *classes]]


def calls(sources: tuple[Source, ...]) -> list[tuple[Source, ast.Call]]:
    return [(source, node) for source in sources for node in source.nodes if isinstance(node, ast.Call)]


def name_of(node: ast.AST) -> str:
    """Return the last word of a name, with or without what it hangs on."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_closure(node: ast.AST) -> bool:
    return isinstance(node, ast.Lambda) or (isinstance(node, ast.Call) and name_of(node.func) == "partial")
