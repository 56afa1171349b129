"""What the pages of Pengelolaan have in common."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.admin_desk import AdminDesk
from desktop.views.messages import sentence_for
from desktop.views.table_page import TablePage
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.form_sheet import FormSheet
from desktop.widgets.theme import Theme


class AdminPage(QWidget):
    """A table, forms of which one may be open, and what the rules say to it."""

    def __init__(self, desk: AdminDesk, page: TablePage, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._source = desk
        self._asking: FormSheet | None = None
        self.page = page
        self.column = Stack(theme, gap=0, parent=self)
        self.column.add(page)
        desk.changed.connect(self._on_loaded)
        desk.done.connect(self._on_done)
        desk.refused.connect(self._on_refused)

    @property
    def asks(self) -> bool:
        """Whether a form is open."""
        return self._asking is not None and self._asking.isVisible()

    @Slot()
    def _on_loaded(self) -> None:
        self.page.set_loaded(loaded=self._source.loaded)

    @Slot(str)
    def _on_done(self, _name: str) -> None:
        if self._asking is not None:
            self._asking.accept()
            self._asking = None

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if self._asking is not None and self.asks:
            self._asking.show_error({"positions": "position"}.get(field, field), sentence_for(code))

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here; nothing as a rule."""
        return []

    @Slot()
    def begin(self) -> None:
        """Begin what the button in the head of the screen is for."""
