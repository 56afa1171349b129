"""The question before something that cannot be undone: says what will happen, names the act on its button."""

from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme


class Confirmation(SheetDialog):
    """A title, a sentence and two buttons; `exec()` returns 1 only for the one that acts.

    The focus is on the button that leads away, so that a hasty Enter does no harm; `danger` makes the other one red.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        *,
        confirm: str,
        refuse: str = "",
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        sheet = Sheet(theme, title, text=text, icon="alert-triangle" if danger else "help-circle", card=False)
        super().__init__(theme, sheet, parent=parent)
        self.refuse_button = Button(theme, refuse or self.tr("Batal"))
        self.confirm_button = Button(theme, confirm, kind=ButtonKind.DANGER if danger else ButtonKind.PRIMARY)
        self.refuse_button.clicked.connect(self.reject)
        self.confirm_button.clicked.connect(self.accept)
        sheet.add_button(self.refuse_button)
        sheet.add_button(self.confirm_button)
        self.refuse_button.setFocus()
