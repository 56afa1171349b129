"""What a program can see of a bad screen: cut text, English leftovers, faint text, controls without a name.

Each check gives sentences, one for each thing that is wrong, and none for a screen that is as it should be.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)

from desktop.views.find_palette import FindPalette
from desktop.views.overlay import SheetOverlay
from desktop.widgets.clamped_label import ClampedLabel

ENOUGH_CONTRAST = 4.5
LEAST_POINTS = 9.0
# The names of keys, as they stand on the keyboard; and an instruction as heads have always written it.
NAMES = re.compile(r"\b(?:Page Up|Page Down|Home|End|Delete|Esc|Enter|Arsipkan/file)\b")
WORD = re.compile(r"[A-Za-z_]{2,}")
# Words that are English and not also Indonesian, nor names: `data`, `server`, `status` or `audit` are both.
ENGLISH_WORDS = """
the and with without from this that these those your please cannot failed error errors warning save saved saving
cancel close open opened delete deleted remove edit new add search find loading page pages file files letter
letters sender subject received date time today yesterday tomorrow name user users password login logout sign
settings options help back next previous yes select choose choice empty none unknown unnamed untitled true false
null undefined traceback exception button label widget window dialog okay done send sending sent waiting pending
sync synced syncing offline online update updated upload download office position positions disposition
dispositions archive history device devices print printer export import preview
"""
DARK_PART = 0.04045  # below it the curve of sRGB is a line


def texts_of(top: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text that a person can read or hear on what is shown, with the control that says it."""
    for one in shown(top):
        said: Any = one
        for name in ("text", "title", "placeholderText", "toolTip", "accessibleName", "accessibleDescription"):
            give = getattr(said, name, None)
            text = give() if callable(give) else ""
            if isinstance(text, str) and text:
                yield one, text


def shown(top: QWidget) -> list[QWidget]:
    """The controls of a window or dialog of which a person sees at least a part; behind what lies over it, none."""
    within = (top, *top.findChildren(QWidget))
    over = [one for one in within if isinstance(one, SheetOverlay | FindPalette) and one.isVisible()]
    if over:
        within = (over[-1], *over[-1].findChildren(QWidget))
    return [one for one in within if one.isVisible() and not one.visibleRegion().isEmpty()]


def english(top: QWidget) -> list[str]:
    """The words of our own that were left in English; data of letters is Indonesian by itself."""
    found, leftovers = [], frozenset(ENGLISH_WORDS.split())
    for one, text in texts_of(top):
        words = {word.lower() for word in WORD.findall(NAMES.sub("", text))} & leftovers
        found += [f"{called(one)}: {text!r} says {word}" for word in sorted(words)]
    return found


def cut_texts(top: QWidget) -> list[str]:
    """The labels and buttons whose text does not fit into what they were given, and that do not say so by a mark."""
    found = []
    for one in shown(top):
        if isinstance(one, QLabel):
            found += [f"{called(one)}: {one.text()!r} is cut"] if _is_cut(one) else []
        elif isinstance(one, ClampedLabel):
            lines = one.heightForWidth(one.width())
            found += [f"{called(one)}: {one.text()!r} is cut"] if lines > one.height() else []
        elif isinstance(one, QAbstractButton) and one.text():
            least = one.minimumSizeHint()
            if least.width() > one.width() + 1 or least.height() > one.height() + 1:
                found.append(f"{called(one)}: {one.text()!r} needs {pair(least)} and has {pair(one.size())}")
    return found


def narrow_columns(top: QWidget) -> list[str]:
    """The columns of tables that are too narrow for their heads, or take room without one; icons stand first."""
    found = []
    for table in (one for one in shown(top) if isinstance(one, QTableView)):
        header, model = table.horizontalHeader(), table.model()
        for at in range(header.count()):
            head = str(model.headerData(at, Qt.Orientation.Horizontal) or "")
            wide = header.fontMetrics().horizontalAdvance(head)
            if at and not head and not header.isSectionHidden(at):
                found.append(f"{called(table)}: column {at} is {header.sectionSize(at)} wide and has no name")
            if not header.isSectionHidden(at) and header.sectionSize(at) < wide:
                found.append(f"{called(table)}: column {head!r} is {header.sectionSize(at)} wide and needs {wide}")
    return found


def out_of_sight(top: QWidget) -> list[str]:
    """The labels and buttons that stick out of their window, where nothing scrolls."""
    found = []
    for one in shown(top):
        if isinstance(one, QLabel | QAbstractButton | QLineEdit) and not _scrolls(one, top):
            seen = one.visibleRegion().boundingRect()
            wide = min(one.sizeHint().width(), one.width())
            if seen.width() + 1 < wide or seen.height() + 2 < min(one.sizeHint().height(), one.height()):
                found.append(f"{called(one)}: of {pair(one.size())} only {pair(seen.size())} are seen")
    return found


def faint(top: QWidget) -> list[str]:
    """The labels whose ink, as painted, has less contrast with its ground than 4.5; those switched off are exempt."""
    picture = top.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = []
    for one in shown(top):
        if not isinstance(one, QLabel) or not one.text().strip() or not one.isEnabled():
            continue
        seen = one.visibleRegion().boundingRect()
        if 2 * seen.height() < one.fontMetrics().height():
            continue  # no more than the upper edge of its letters looks out from where it scrolled away
        place = QRect(one.mapTo(top, seen.topLeft()) if one is not top else QPoint(), seen.size())
        ratio = contrast_within(picture, place)
        if ratio < ENOUGH_CONTRAST:
            found.append(f"{called(one)}: {one.text()!r} has a contrast of {ratio:.1f}")
    return found


def contrast_within(picture: QImage, place: QRect) -> float:
    """The contrast between the commonest colour of a place and the one that differs most from it."""
    part = picture.copy(place.intersected(picture.rect()))
    dots = Counter(memoryview(part.constBits()).cast("I")) if not part.isNull() else Counter()
    if not dots:
        return ENOUGH_CONTRAST
    ground = dots.most_common(1)[0][0]
    light = luminance(ground)
    return max(between(light, luminance(dot)) for dot in dots)


def small(top: QWidget) -> list[str]:
    """The labels whose letters are smaller than a person reads with ease."""
    return [
        f"{called(one)}: {one.text()!r} is {one.font().pointSizeF():.1f} pt"
        for one in shown(top)
        if isinstance(one, QLabel) and one.text() and 0 < one.font().pointSizeF() < LEAST_POINTS
    ]


def nameless(top: QWidget) -> list[str]:
    """The controls that take the keys and that a screen reader could not tell from each other."""
    found = []
    for one in shown(top):
        if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
            facts = QAccessible.queryAccessibleInterface(one)
            if facts.role() == QAccessible.Role.NoRole:
                found.append(f"{called(one)} has no role")
            elif not facts.text(QAccessible.Text.Name).strip():
                found.append(f"{called(one)} has no name")
    return found


def beyond_the_keys(top: QWidget) -> list[str]:
    """The controls that pressing Tab does not lead to, and those that let nobody go on; the keys go back.

    Tab is really pressed: to ask Qt for the next in the chain ties the lives of those two together for Python.
    """
    top.window().activateWindow()
    QApplication.processEvents()
    if QApplication.focusWidget() is None:
        QTest.keyClick(top.window(), Qt.Key.Key_Tab)
    begun = QApplication.focusWidget()
    stops = [one for one in shown(top) if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    if begun is None or begun.window() is not top.window():
        return [f"{called(top)} has {len(stops)} stops and none has the keys"] if stops else []
    reached, now, faults = [begun], _after(begun), []
    while now is not None and now not in reached:
        reached.append(now)
        if not any(now is one or now.isAncestorOf(one) for one in shown(top)):
            faults.append(f"{called(now)} has the keys and is out of sight")
        now = _after(now)
    if now is reached[-1] and len(stops) > 1:
        faults.append(f"{called(now)} does not let Tab go on")
    begun.setFocus()
    missed = [one for one in stops if not {one, one.focusProxy()} & set(reached) and not _goes_with_another(one)]
    return faults + [f"{called(one)} is not reached by Tab" for one in missed]


def _after(one: QWidget) -> QWidget | None:
    QTest.keyClick(one, Qt.Key.Key_Tab)
    return QApplication.focusWidget()


def _goes_with_another(one: QWidget) -> bool:
    """Whether it is one of a group of which Tab reaches the chosen one, and arrows the rest."""
    return isinstance(one, QAbstractButton) and one.autoExclusive()


def without_keys(top: QWidget) -> list[str]:
    """The buttons that only a mouse can press."""
    return [
        f"{called(one)}: {one.text() or one.accessibleName()!r} takes no keys"
        for one in shown(top)
        if isinstance(one, QAbstractButton) and one.isEnabled() and not one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def called(one: QWidget) -> str:
    """How a sentence names a control: its class, and its own name where it has one."""
    name = one.objectName()
    above = type(one.parentWidget()).__name__ if one.parentWidget() else ""
    return f"{above}/{type(one).__name__}{f' {name}' if name else ''}"


def pair(size: QSize) -> str:
    """A size as a person writes it."""
    return f"{size.width()} x {size.height()}"


def _is_cut(label: QLabel) -> bool:
    if not label.text() or not label.pixmap().isNull():
        return False
    room = label.contentsRect()
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    lines = label.text().split("\n")
    wide = max(label.fontMetrics().horizontalAdvance(line) for line in lines)
    return wide > room.width() + 1 or label.fontMetrics().height() * len(lines) > label.height() + 2


def _scrolls(one: QWidget, top: QWidget) -> bool:
    above = one.parentWidget()
    while above is not None and above is not top:
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


def luminance(dot: int) -> float:
    """How light a colour is, from 0 to 1 (WCAG 2.2, relative luminance)."""
    colour = QColor(dot)
    red, green, blue = (_linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def between(one: float, other: float) -> float:
    """The contrast of two luminances (WCAG 2.2, contrast ratio)."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= DARK_PART else ((part + 0.055) / 1.055) ** 2.4
