"""The pages of a long list that are in memory: the most recently used ones, each a tuple of rows."""

from collections import OrderedDict
from collections.abc import Mapping

from desktop.services.register import PAGE_ROWS, LetterRow

MOST_PAGES = 50


class LetterPages:
    """Keeps the pages that were looked at last, never more than `MOST_PAGES`."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, tuple[LetterRow, ...]] = OrderedDict()

    def row(self, number: int) -> LetterRow | None:
        """The row at a place of the list, or None while its page is not here."""
        page, place = divmod(number, PAGE_ROWS)
        rows = self._pages.get(page)
        if rows is None:
            return None
        self._pages.move_to_end(page)
        return rows[place] if place < len(rows) else None

    def has(self, page: int) -> bool:
        """Whether a page is here."""
        return page in self._pages

    def put(self, page: int, rows: tuple[LetterRow, ...]) -> None:
        """Keep a page; the one that was not used for longest gives way."""
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)

    def replace(self, pages: Mapping[int, tuple[LetterRow, ...]]) -> None:
        """Keep only these pages."""
        self._pages.clear()
        self._pages.update(pages)

    def latest(self, count: int) -> list[int]:
        """The numbers of the pages used last."""
        return list(self._pages)[-count:]

    def find(self, letter_id: bytes) -> int | None:
        """The place of a letter, if its page is here."""
        for page, rows in self._pages.items():
            for place, row in enumerate(rows):
                if row.id == letter_id:
                    return page * PAGE_ROWS + place
        return None
