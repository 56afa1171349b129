"""Tab within a part of the window, for what lies over the rest of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def go_round(inside: QWidget, *, forward: bool) -> bool:
    """Give the keys to the next or the previous control of `inside`, in the order of their making, round and round.

    False when there is none that takes them; then Qt may look further.
    """
    stops = [one for one in inside.findChildren(QWidget) if _stops(one, inside)]
    if not stops:
        return False
    now = inside.window().focusWidget()
    step = 1 if forward else -1
    at = stops.index(now) + step if now in stops else (0 if forward else -1)
    stops[at % len(stops)].setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return True


def _stops(one: QWidget, inside: QWidget) -> bool:
    takes = (one.focusPolicy() & Qt.FocusPolicy.TabFocus) == Qt.FocusPolicy.TabFocus
    return takes and one.focusProxy() is None and one.isEnabled() and one.isVisibleTo(inside)
