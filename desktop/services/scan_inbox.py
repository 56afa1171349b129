"""Pindaian: scans that came in, put in order, and made into the scan of a letter.

What came in is on disk, sealed and named in the store, before its source is touched. Every change puts new items in
the place of old ones in one transaction, and keeps the old ones: so every change can be undone, and none loses a page.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, UserId
from desktop.services.attachments import Looking, look_at
from desktop.services.clock import Clock, millis
from desktop.services.unnamed_files import condemn_unnamed, discard_unnamed
from desktop.storage.blobs import BlobFiles
from desktop.storage.scan_items import (
    ItemState,
    add_item,
    is_waiting,
    open_items,
    past_items,
    put_items,
    remove_items,
    throw_items,
)
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.page_renderer import JoinPart, PageImage, ScanRefused, Source
from desktop.system.scan_item import ItemPage, Origin, ScanItem

KEPT = timedelta(days=7)
MOST_NAME = 120
Pages = tuple[ItemPage, ...]


class PageMaker(Looking, Protocol):
    """What works on files in another process: `desktop.system.page_renderer.PageRenderer`."""

    def render(self, source: Source, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """One page as an image."""

    def thumbnail(self, source: Source) -> bytes:
        """The first page as a small JPEG picture."""

    def join(self, parts: Sequence[JoinPart]) -> bytes:
        """Pages of several files as one PDF."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a change did: items that went, those that came in their place, and those that only the trash got."""

    gone: tuple[int, ...]
    made: tuple[int, ...]
    thrown: tuple[int, ...] = ()


class ScanInboxService:
    """The items of this PC."""

    def __init__(self, store: Store, files: BlobFiles, pages: PageMaker, clock: Clock) -> None:
        """Over the open store, its folder of files and the page process."""
        self._store = store
        self._files = files
        self._pages = pages
        self._clock = clock

    def items(self) -> tuple[ScanItem, ...]:
        """What waits, in its order."""
        with self._store.read() as uow:
            return open_items(uow.connection)

    def take(self, paths: Sequence[Path], origin: Origin) -> ScanItem | None:
        """Take files in as one item; on disk when this returns. None when all of it waits here already.

        Raises ScanRefused for what cannot be a scan, EnvironmentFault when it cannot be read or kept; nothing of it is
        taken then.
        """
        looked_at = [look_at(path, self._pages) for path in paths]
        pages: list[ItemPage] = []
        for one in looked_at:
            sha256, size = one.add_to(self._files)
            first = ItemPage(sha256=BlobHash(sha256), size=size, media=one.facts.media, page=0, pages=one.facts.pages)
            pages += _whole(first)
        with self._store.begin() as uow:
            if all(is_waiting(uow.connection, sha256) for sha256 in {page.sha256 for page in pages}):
                return None
            name, now_ms = looked_at[0].name[:MOST_NAME], millis(self._clock())
            return add_item(uow.connection, tuple(pages), name=name, origin=origin, now_ms=now_ms)

    def change(self, before: Sequence[ScanItem], after: Sequence[Pages]) -> Change:
        """Put items of these pages in the place of others."""
        with self._store.begin() as uow:
            made = self._replace(uow, before, after)
        return Change(gone=tuple(item.id for item in before), made=made)

    def throw_away(self, item: ScanItem, user: UserId) -> Change:
        """Throw an item away; `TrashService` has it then."""
        with self._store.begin() as uow:
            throw_items(uow.connection, [item.id], user, now_ms=millis(self._clock()))
        return Change(gone=(item.id,), made=())

    def throw_page(self, item: ScanItem, at: int, user: UserId) -> Change:
        """Throw a page away, counted from 0; with the last one the item goes."""
        rest = without(item.pages, at)
        if not rest:
            return self.throw_away(item, user)
        with self._store.begin() as uow:
            made = self._replace(uow, [item], [rest, (item.pages[at],)])
            thrown = made[1:]
            throw_items(uow.connection, thrown, user, now_ms=millis(self._clock()))
        return Change(gone=(item.id,), made=made[:1], thrown=thrown)

    def _replace(self, uow: UnitOfWork, before: Sequence[ScanItem], after: Sequence[Pages]) -> tuple[int, ...]:
        first = before[0]
        put_items(uow.connection, [item.id for item in before], ItemState.REPLACED, now_ms=millis(self._clock()))
        made = (
            add_item(
                uow.connection, pages, name=first.name, origin=first.origin, now_ms=first.added_ms, place=first.place
            )
            for pages in after
        )
        return tuple(item.id for item in made)

    def undo(self, change: Change) -> None:
        """Put everything back as it was before a change."""
        with self._store.begin() as uow:
            put_items(uow.connection, change.gone, ItemState.OPEN, now_ms=millis(self._clock()))
            remove_items(uow.connection, change.made + change.thrown)

    def purge(self) -> int:
        """Forget what is done for good or was replaced a week ago, with files that nothing names; how many items."""
        before_ms = millis(self._clock() - KEPT)
        with self._store.begin() as uow:
            past = past_items(uow.connection, before_ms=before_ms)
            remove_items(uow.connection, [item.id for item in past])
            files = {page.sha256 for item in past for page in item.pages}
            condemn_unnamed(uow, files)
        discard_unnamed(self._store, self._files, files)
        return len(past)

    def picture(self, page: ItemPage, *, width: int) -> PageImage:
        """A page as it will be in the letter."""
        return self._pages.render(self._content(page.sha256), page=page.page, width=width, rotate=page.rotate)

    def attachment(self, item: ScanItem) -> Attachment:
        """The scan that an item becomes: its file where it is one, else a PDF of its pages; on disk then."""
        first = item.pages[0]
        if item.pages == _whole(first):
            sha256, size, media, name = first.sha256, first.size, first.media, item.name
        else:
            parts = [
                JoinPart(source=self._content(one.sha256), media=one.media, page=one.page, rotate=one.rotate)
                for one in item.pages
            ]
            made, size = self._files.add_bytes(self._pages.join(parts))
            sha256, media, name = BlobHash(made), MediaType.PDF, f"{Path(item.name).stem[: MOST_NAME - 4]}.pdf"
        try:
            small, small_size = self._files.add_bytes(self._pages.thumbnail(self._content(sha256)))
        except ScanRefused:
            small, small_size = b"", 0
        return Attachment(
            sha256=sha256,
            size=size,
            media=media,
            pages=len(item.pages),
            name=name,
            thumbnail=BlobHash(small),
            thumbnail_size=small_size,
        )

    def _content(self, sha256: bytes) -> Callable[[], BinaryIO]:
        return partial(self._files.content, sha256)


def split(pages: Pages, at: int) -> tuple[Pages, Pages]:
    """Two items: what stands before a page, counted from 0, and what begins with it."""
    return pages[:at], pages[at:]


def turned(pages: Pages, at: int) -> Pages:
    """A page turned by a quarter, clockwise."""
    page = pages[at]
    return _with(pages, at, msgspec.structs.replace(page, rotate=(page.rotate + 90) % 360))


def moved(pages: Pages, at: int, by: int) -> Pages:
    """A page in another place; it stays where there is no such place."""
    to = at + by
    if not 0 <= to < len(pages):
        return pages
    rest = pages[:at] + pages[at + 1 :]
    return (*rest[:to], pages[at], *rest[to:])


def without(pages: Pages, at: int) -> Pages:
    """The item without a page."""
    return pages[:at] + pages[at + 1 :]


def _with(pages: Pages, at: int, page: ItemPage) -> Pages:
    return (*pages[:at], page, *pages[at + 1 :])


def _whole(first: ItemPage) -> Pages:
    """All pages of the file of a page, as they are."""
    return tuple(msgspec.structs.replace(first, page=page, rotate=0) for page in range(first.pages))
