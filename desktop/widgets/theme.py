"""The look of the running program: colours, sizes, fonts and icons, changeable at any moment.

Every widget of this package takes the Theme as its first argument and restyles itself on `Theme.changed`.
"""

from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from desktop.widgets.icons import IconLibrary, brand_icon
from desktop.widgets.stylesheet import fill_stylesheet
from desktop.widgets.tokens import DARK, HIGH_CONTRAST, LIGHT, MEASURES, Tokens
from desktop.widgets.typography import TextRole, font_for, load_fonts

FUSION = ("-style", "fusion")
SCALES = (100, 115, 130, 150)
"""The text and control sizes a person may choose, in percent."""


class Appearance(Enum):
    """The looks a person may choose."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"
    SYSTEM = "system"
    """Light or dark, as the operating system says now and whenever it changes its mind."""


class Tone(Enum):
    """What a colour says: names the token of its foreground."""

    NEUTRAL = "text_secondary"
    PRIMARY = "primary"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"
    GOLD = "gold_ink"


SOFT_GROUNDS = {
    Tone.NEUTRAL: "hover",
    Tone.PRIMARY: "selection",
    Tone.INFO: "info_soft",
    Tone.SUCCESS: "success_soft",
    Tone.WARNING: "warning_soft",
    Tone.DANGER: "danger_soft",
    Tone.GOLD: "gold_soft",
}


class Theme(QObject):
    """Gives widgets their colours, sizes, fonts and icons, and tells them when these change.

    Signals: `changed()` after the application wears the new look.
    """

    changed = Signal()

    def __init__(self, app: QApplication, *, appearance: Appearance = Appearance.LIGHT, scale: int = SCALES[0]) -> None:
        super().__init__(app)
        self._app = app
        self._appearance = appearance
        self._scale = _checked(scale)
        self._with_sheet = True
        self._icons = IconLibrary()
        self._fonts: dict[tuple[TextRole, bool], QFont] = {}
        self._colours: dict[str, QColor] = {}
        self._tokens = self._tokens_now()
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme)

    def install(self, *, with_sheet: bool = True, with_style: bool = True) -> None:
        """Load the fonts and dress the application; call once, before the first window.

        Without the style sheet `wear_sheet` must follow before a window is shown. Under a sheet Qt dresses a whole
        tree of widgets anew each time it gets its place in a larger one; a first page that is built before the sheet
        is there is dressed once. An application that was started with `FUSION` on its command line needs no style: for
        one that is asked for later Qt for Python makes the types of all styles.
        """
        self._with_sheet = with_sheet
        load_fonts()
        if with_style:
            self._app.setStyle("Fusion")
        self._app.setWindowIcon(brand_icon())
        self._dress()

    def wear_sheet(self) -> None:
        """Dress what stands with the style sheet, if the application does not wear it yet."""
        if not self._with_sheet:
            self._with_sheet = True
            self._app.setStyleSheet(fill_stylesheet(self._tokens, self._scale))

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    @property
    def appearance(self) -> Appearance:
        """The look that was chosen."""
        return self._appearance

    @property
    def scale(self) -> int:
        """The size of text and controls in percent."""
        return self._scale

    def set_appearance(self, appearance: Appearance) -> None:
        """Change the look of the whole program at once."""
        self._appearance = appearance
        self._dress()

    def set_scale(self, scale: int) -> None:
        """Change the size of everything at once; raises ValueError for a size that is not offered."""
        self._scale = _checked(scale)
        self._dress()

    def px(self, size: float) -> int:
        """Turn a size in pixels at 100 % into one at the chosen scale."""
        return round(size * self._scale / 100)

    def font(self, role: TextRole, *, tabular: bool = False) -> QFont:
        """Give the font of a text role at the chosen scale; it is the caller's own, to change as it likes."""
        made = self._fonts.get((role, tabular))
        if made is None:
            made = self._fonts[role, tabular] = font_for(role, self._scale, tabular=tabular)
        return QFont(made)

    def colour(self, name: str) -> QColor:
        """Give the colour of a token by its name, such as `text_secondary`; it is the caller's own."""
        made = self._colours.get(name)
        if made is None:
            made = self._colours[name] = QColor(str(getattr(self._tokens, name)))
        return QColor(made)

    def tone(self, tone: Tone) -> QColor:
        """Give the foreground of a tone."""
        return self.colour(tone.value)

    def soft(self, tone: Tone) -> QColor:
        """Give the quiet ground that goes with a tone."""
        return self.colour(SOFT_GROUNDS[tone])

    def icon(self, name: str, colour: str = "text_secondary", *, size: int = MEASURES.icon) -> QIcon:
        """Give an icon in a token's colour; ask again after `changed`, an icon cannot recolour itself."""
        return self._icons.icon(name, str(getattr(self._tokens, colour)), self.px(size), disabled=self._tokens.disabled)

    def pixmap(self, name: str, colour: QColor, *, size: int = MEASURES.icon, ratio: float) -> QPixmap:
        """Draw an icon for painting by hand; `size` at 100 %, `ratio` that of the painted device."""
        return self._icons.pixmap(name, colour.name(), self.px(size), ratio=ratio)

    @Slot(Qt.ColorScheme)
    def _on_system_scheme(self, _scheme: Qt.ColorScheme) -> None:
        # Dressing sets the scheme itself; only a real change of the chosen tokens is news.
        if self._appearance is Appearance.SYSTEM and self._tokens_now() is not self._tokens:
            self._dress()

    def _tokens_now(self) -> Tokens:
        if self._appearance is Appearance.SYSTEM:
            dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return {
            Appearance.LIGHT: LIGHT,
            Appearance.DARK: DARK,
            Appearance.HIGH_CONTRAST: HIGH_CONTRAST,
        }[self._appearance]

    def _dress(self) -> None:
        # The scheme also colours what the system draws: the title bar and the file dialogs.
        hints = self._app.styleHints()
        if self._appearance is Appearance.SYSTEM:
            hints.unsetColorScheme()
        self._tokens = self._tokens_now()
        if self._appearance is not Appearance.SYSTEM:
            hints.setColorScheme(Qt.ColorScheme.Dark if self._tokens.dark else Qt.ColorScheme.Light)
        self._fonts.clear()
        self._colours.clear()
        self._app.setPalette(_palette(self._tokens))
        self._app.setFont(self.font(TextRole.BODY))
        if self._with_sheet:
            self._app.setStyleSheet(fill_stylesheet(self._tokens, self._scale))
        self.changed.emit()


def _checked(scale: int) -> int:
    if scale not in SCALES:
        raise ValueError(scale)
    return scale


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(QColor(tokens.window))
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.row_alt,
        role.Text: tokens.text,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger,
        role.Highlight: tokens.primary,
        role.HighlightedText: tokens.on_primary,
        role.Accent: tokens.primary,
        role.Link: tokens.primary,
        role.LinkVisited: tokens.primary,
        role.ToolTipBase: tokens.toast,
        role.ToolTipText: tokens.toast_text,
        # Qt stops deriving this one from the text colour as soon as a style sheet sets a field's background.
        role.PlaceholderText: tokens.placeholder,
        role.Light: tokens.surface,
        role.Midlight: tokens.border,
        role.Mid: tokens.border,
        role.Dark: tokens.control_border,
        role.Shadow: tokens.control_border,
    }
    for where, colour in colours.items():
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(tokens.disabled))
    return palette
