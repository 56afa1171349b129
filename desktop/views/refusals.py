"""Where a form says what was refused."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot

from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.fields import Field, FieldErrors
from desktop.widgets.theme import Theme, Tone


class Refusals(QObject):
    """Beside the field that an error is about; where no field has its name, in a banner that the form places."""

    def __init__(
        self,
        theme: Theme,
        fields: Mapping[str, Field],
        *,
        tone: Tone = Tone.DANGER,
        sentence: Callable[[str], str] = sentence_for,
        parent: QObject,
    ) -> None:
        """`sentence` turns a code into words."""
        super().__init__(parent)
        self._fields = dict(fields)
        self._errors = FieldErrors(self._fields, parent=self)
        self._tone = tone
        self._sentence = sentence
        self.banner = Banner(theme, tone=tone, card=True)
        self.banner.hide()

    @Slot(str, str)
    def show(self, code: str, field: str) -> None:
        """Say what a code means."""
        if field in self._fields:
            self.show_beside(field, self._sentence(code))
        else:
            self.say(self._sentence(code))

    def show_beside(self, field: str, sentence: str) -> None:
        """Say something beside a field, and nothing beside the others."""
        self._errors.show_errors({field: sentence})

    def say(self, sentence: str, tone: Tone | None = None) -> None:
        """Say something in the banner."""
        self.banner.set_message(sentence, tone or self._tone)
        self.banner.show()

    @Slot()
    def clear(self) -> None:
        """Say nothing any more."""
        self._errors.clear()
        self.banner.hide()

    @Slot()
    def clear_fields(self) -> None:
        """Say nothing beside a field any more: a person is typing."""
        self._errors.clear()
