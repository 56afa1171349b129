"""The bundled type faces and the few sizes of text there are."""

from enum import Enum

from PySide6.QtGui import QFont, QFontDatabase

from resources.loading import names_in, read_bytes

UI_FAMILY = "Inter"
LETTER_FAMILY = "Liberation Serif"
"""The serif of printed letters and of the invented scans shown in practice mode."""
FALLBACK_FAMILIES = ("Noto Sans", "Segoe UI")
FONT_SUFFIXES = (".otf", ".ttf")
# Figures of equal width, so that numbers and dates stand under each other.
TABULAR_FIGURES = "tnum"


class FontMissingError(RuntimeError):
    """A bundled font could not be loaded: the program was shipped damaged."""


class TextRole(Enum):
    """What a text is for; gives its size in points at 100 %, its weight and its usual colour token."""

    PAGE_TITLE = (15.0, QFont.Weight.DemiBold, "text")
    PANE_TITLE = (13.0, QFont.Weight.DemiBold, "text")
    ROW_TITLE = (11.0, QFont.Weight.DemiBold, "text")
    BODY = (10.0, QFont.Weight.Normal, "text")
    BODY_STRONG = (10.0, QFont.Weight.DemiBold, "text")
    SECONDARY = (10.0, QFont.Weight.Normal, "text_secondary")
    CAPTION = (9.0, QFont.Weight.Normal, "text_secondary")
    CAPTION_STRONG = (9.0, QFont.Weight.DemiBold, "text_secondary")
    STATUS = (9.5, QFont.Weight.Normal, "text_secondary")
    KEY_CAP = (8.0, QFont.Weight.Bold, "text_secondary")
    FIGURE = (20.0, QFont.Weight.DemiBold, "text")
    AGENDA_NUMBER = (28.0, QFont.Weight.Bold, "text")

    @property
    def points(self) -> float:
        """The size in points at 100 %."""
        return self.value[0]

    @property
    def weight(self) -> QFont.Weight:
        """One of the three weights that are shipped."""
        return self.value[1]

    @property
    def colour(self) -> str:
        """The token of the colour such text usually has."""
        return self.value[2]


def load_fonts(family: str = UI_FAMILY) -> None:
    """Make the bundled fonts of a family known to Qt. A QGuiApplication must exist; raises FontMissingError.

    Each file costs the start a millisecond or two, so that of printed letters is left to those who draw some.
    """
    files = [name for suffix in FONT_SUFFIXES for name in names_in("fonts", suffix=suffix)]
    wanted = [name for name in files if name.startswith(f"{family.replace(' ', '')}-")]
    if not wanted:
        raise FontMissingError(family)
    for name in wanted:
        if QFontDatabase.addApplicationFontFromData(read_bytes(f"fonts/{name}")) < 0:
            raise FontMissingError(name)


def font_for(role: TextRole, scale: int, *, tabular: bool = False) -> QFont:
    """Give the font of a role at `scale` percent; `tabular` for columns of numbers and dates."""
    font = QFont()
    font.setFamilies([UI_FAMILY, *FALLBACK_FAMILIES])
    font.setPointSizeF(role.points * scale / 100)
    font.setWeight(role.weight)
    if tabular:
        font.setFeature(QFont.Tag(TABULAR_FIGURES), 1)
    return font
