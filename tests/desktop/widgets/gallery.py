"""Renders the widgets and some screens to PNG files, to be looked at.

QT_QPA_PLATFORM=offscreen python -m tests.desktop.widgets.gallery OUTDIR [NAME ...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.theme import Appearance, Theme
from tests.desktop.widgets.gallery_parts import home, parts, sign_in
from tests.desktop.widgets.gallery_screens import SCREEN_SIZE, disposition, incoming_letters, letter_form

Maker = Callable[[Theme], QWidget]
SCREENS: dict[str, tuple[Maker, QSize]] = {
    "surat_masuk": (incoming_letters, SCREEN_SIZE),
    "disposisi": (disposition, SCREEN_SIZE),
    "form_surat": (letter_form, SCREEN_SIZE),
    "beranda": (home, SCREEN_SIZE),
    "lembar": (parts, QSize(1180, 1080)),
    "masuk": (sign_in, QSize(900, 560)),
}
LOOKS = (
    ("terang", Appearance.LIGHT, 100),
    ("gelap", Appearance.DARK, 100),
    ("kontras", Appearance.HIGH_CONTRAST, 100),
    ("terang_150", Appearance.LIGHT, 150),
    ("gelap_150", Appearance.DARK, 150),
)


def shown(app: QApplication, theme: Theme, name: str) -> QWidget:
    """Builds a screen, shows it and lets its layouts settle. At 150 % it gets half as much room again."""
    maker, size = SCREENS[name]
    widget = maker(theme)
    widget.resize(size * theme.scale / 100)
    widget.show()
    focused = widget.findChild(QWidget, "focused")
    if focused is not None:
        widget.activateWindow()
        focused.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        app.processEvents()
    return widget


def main(folder: Path, names: list[str]) -> None:
    app = QApplication([])
    theme = Theme(app)
    theme.install()
    FocusTracker(theme, app)
    folder.mkdir(parents=True, exist_ok=True)
    for look, appearance, scale in LOOKS:
        theme.set_appearance(appearance)
        theme.set_scale(scale)
        for name in names or list(SCREENS):
            widget = shown(app, theme, name)
            widget.grab().save(str(folder / f"{name}_{look}.png"))
            widget.close()
            widget.deleteLater()
            app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
