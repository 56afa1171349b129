"""What a person's hands do at a window: press, write, click; and what the eyes look for."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

WidgetT = TypeVar("WidgetT", bound=QWidget)
NO_KEY = Qt.KeyboardModifier.NoModifier


def focused() -> QWidget:
    """Give the widget that has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(*keys: Qt.Key | str, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Press keys one after the other, wherever the keyboard is; a text stands for one key."""
    for key in keys:
        QTest.keyClick(focused(), Qt.Key(ord(key)) if isinstance(key, str) else key, modifier)


def write(text: str) -> None:
    """Type a text."""
    QTest.keyClicks(focused(), text)


def click(widget: QWidget) -> None:
    """Click in the middle of a widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def child(parent: QWidget, kind: type[WidgetT]) -> WidgetT:
    """Give the first widget of a kind, shown or not."""
    return parent.findChildren(kind)[0]


def shown(parent: QWidget, kind: type[WidgetT]) -> list[WidgetT]:
    """Give the widgets of a kind that can be seen."""
    return [widget for widget in parent.findChildren(kind) if widget.isVisible()]
