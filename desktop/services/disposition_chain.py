"""The dispositions of a letter in the order of who passed on to whom."""

from collections.abc import Sequence

from core.domain.ids import DispositionId
from desktop.services.register import DispositionView


def in_chain(views: Sequence[DispositionView]) -> list[tuple[str, DispositionView]]:
    """Every disposition behind the one that it passes on, with its place: 1, 1.1, 1.2, 2.

    One whose parent is not here stands at the top.
    """
    known = {view.disposition.id for view in views}
    below: dict[DispositionId | None, list[DispositionView]] = {}
    for view in sorted(views, key=lambda one: one.disposition.issued_at):
        parent = view.disposition.parent
        below.setdefault(parent if parent in known else None, []).append(view)
    found: list[tuple[str, DispositionView]] = []
    waiting = [(str(number), view) for number, view in enumerate(below.pop(None, []), start=1)][::-1]
    while waiting:
        place, view = waiting.pop()
        found.append((place, view))
        passed_on = below.pop(view.disposition.id, [])
        waiting += [(f"{place}.{number}", one) for number, one in enumerate(passed_on, start=1)][::-1]
    return found
