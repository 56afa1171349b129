"""The outline icons, drawn in any colour and sharp on every screen."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources.loading import read_text

# Windows offers these display scales; a pixmap made for each keeps the thin strokes from being smeared.
PIXEL_RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0)
DRAWN_STROKE = 'stroke-width="2"'
WANTED_STROKE = 'stroke-width="1.75"'
BRAND_ICON = "brand/pesagi.svg"
BRAND_SIZES = (16, 24, 32, 48, 64, 128, 256)


class IconLibrary:
    """Draws the bundled icons and remembers what it drew.

    Names are file names in `resources/icons` without the suffix; a wrong name raises ResourceMissingError.
    """

    def __init__(self) -> None:
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._icons: dict[tuple[str, str, str, int], QIcon] = {}

    def pixmap(self, name: str, colour: str, size: int, *, ratio: float) -> QPixmap:
        """Draw icon `name` in `colour` (`#RRGGBB`), `size` logical pixels square, for a screen of that pixel ratio."""
        key = (name, colour, size, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = _draw(_source(name).replace("currentColor", colour), size, ratio)
        return found

    def icon(self, name: str, colour: str, size: int, *, disabled: str) -> QIcon:
        """Give an icon for menus, actions and plain Qt controls, with its disabled look."""
        key = (name, colour, disabled, size)
        found = self._icons.get(key)
        if found is None:
            found = QIcon()
            for ratio in PIXEL_RATIOS:
                found.addPixmap(self.pixmap(name, colour, size, ratio=ratio), QIcon.Mode.Normal)
                found.addPixmap(self.pixmap(name, disabled, size, ratio=ratio), QIcon.Mode.Disabled)
            self._icons[key] = found
        return found


def brand_pixmap(size: int, *, ratio: float) -> QPixmap:
    """Draw the mark of the program, `size` logical pixels square."""
    return _draw(read_text(BRAND_ICON), size, ratio)


def brand_icon() -> QIcon:
    """Give the mark of the program for windows, the task bar and the tray."""
    icon = QIcon()
    for size in BRAND_SIZES:
        icon.addPixmap(brand_pixmap(size, ratio=1.0))
    return icon


@cache
def _source(name: str) -> str:
    # Drawn at 18 px the family's stroke of 2 looks heavy beside Inter; 1.75 matches its stems.
    return read_text(f"icons/{name}.svg").replace(DRAWN_STROKE, WANTED_STROKE)


def _draw(svg: str, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(svg.encode("utf-8")))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
