"""How a field shows that its content cannot be taken as it is."""

from PySide6.QtWidgets import QWidget

INVALID = "invalid"


def mark_invalid(field: QWidget, *, invalid: bool) -> None:
    """Give `field` the border of a wrong entry, or its usual one back."""
    if bool(field.property(INVALID)) == invalid:
        return
    field.setProperty(INVALID, invalid)
    # A style sheet looks at properties only when a widget is polished.
    field.style().unpolish(field)
    field.style().polish(field)


def is_marked_invalid(field: QWidget) -> bool:
    """Tell whether `field` shows itself as wrong."""
    return bool(field.property(INVALID))
