"""Scans: taken in after they were looked at, opened page by page."""

import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from core.domain.attachments import Attachment
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BlobHash, LetterId, UserId
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor
from core.protocol.letter_sealing import is_sealed_file, open_file
from core.protocol.person_keys import KeyRing
from core.protocol.sealing import SealBroken
from desktop.services.clock import Clock, millis
from desktop.services.secrecy import Secrecy
from desktop.services.secret_readings import note_reading
from desktop.services.unnamed_files import delete_unnamed
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import PageImage, ScanFacts, ScanRefused, ScanUnusable, Source

THUMBNAIL_WIDTH = 480


class Looking(Protocol):
    """What looks at files in another process: `desktop.system.page_renderer.PageRenderer`."""

    def inspect(self, source: Source) -> ScanFacts:
        """Pages and media of a file; ScanRefused if it cannot be a scan."""

    def develop(self, source: Source) -> bytes:
        """A phone's photo as a JPEG picture."""


class LookedAt(NamedTuple):
    """A file that can be taken in: its name and facts, and the picture that was made of it, if it was a photo.

    Everybody who gets the letter can open a JPEG; the photo (HEIC) stays where the person has it.
    """

    path: Path
    name: str
    facts: ScanFacts
    jpeg: bytes = b""

    @property
    def source(self) -> Source:
        """Where its content is."""
        return partial(io.BytesIO, self.jpeg) if self.jpeg else self.path

    def add_to(self, files: BlobFiles) -> tuple[bytes, int]:
        """Copy it in; its hash and size. EnvironmentFault leaves nothing behind."""
        return files.add_bytes(self.jpeg) if self.jpeg else files.add(self.path)


class Pages(Looking, Protocol):
    """What also shows pages."""

    def render(self, source: Source, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """One page as an image."""

    def thumbnail(self, source: Source) -> bytes:
        """The first page as a small JPEG picture; ScanRefused where there is none."""


class ScanState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a scan can be shown now; `have` of `size` bytes are here.

    `damaged`: it was here, but its bytes were not what was scanned; they are asked for from the server. `stopped`: it
    is wanted, and a person stopped it or all files.
    """

    here: bool
    wanted: bool
    size: int
    have: int
    damaged: bool = False
    stopped: bool = False


def look_at(path: Path, pages: Looking) -> LookedAt:
    """Look at a file; ScanRefused if it cannot be a scan, EnvironmentFault if it cannot be read."""
    try:
        return LookedAt(path, path.name, pages.inspect(path))
    except ScanUnusable as refusal:
        if refusal.code is not PageTrouble.HEIC:
            raise
    jpeg = pages.develop(path)
    return LookedAt(path, f"{path.stem}.jpg", pages.inspect(partial(io.BytesIO, jpeg)), jpeg)


class AttachmentService:
    """Takes scans in and shows their pages."""

    def __init__(
        self, store: Store, files: BlobFiles, pages: Pages, clock: Clock, *, reader: Actor | None = None
    ) -> None:
        """Over the open store, its folder of files and the page renderer; without a `reader` no sealed scan opens."""
        self._reader = reader
        self._store = store
        self._files = files
        self._pages = pages
        self._clock = clock
        self._sound: set[tuple[bytes, int, int]] = set()

    def take(self, path: Path) -> Attachment:
        """Look at a file and copy it in; ScanRefused or EnvironmentFault leave nothing behind."""
        looked_at = look_at(path, self._pages)
        facts = looked_at.facts
        sha256, size = looked_at.add_to(self._files)
        thumbnail, thumbnail_size = self._make_thumbnail(looked_at.source)
        return Attachment(
            sha256=BlobHash(sha256),
            size=size,
            media=facts.media,
            pages=facts.pages,
            name=looked_at.name[:120],
            thumbnail=BlobHash(thumbnail),
            thumbnail_size=thumbnail_size,
        )

    def drop_thumbnails(self, scans: Sequence[Attachment]) -> None:
        """Remove small pictures that no letter keeps: it turned out to be secret, or was never entered."""
        delete_unnamed(self._store, self._files, {scan.thumbnail for scan in scans})

    def state(self, scan: Attachment) -> ScanState:
        """Where a scan is; what is here is looked at whether it is still what was scanned."""
        if self._files.has(scan.sha256) and (self._is_sound(scan) or not self._give_up(scan)):
            return ScanState(here=True, wanted=False, size=scan.size, have=scan.size)
        with self._store.read() as uow:
            row, facts = uow.blobs.get(scan.sha256), uow.meta.files()
        if row is None or row.state is not BlobState.WANTED:
            return ScanState(here=False, wanted=False, size=scan.size, have=0)
        return ScanState(
            here=False,
            wanted=True,
            size=scan.size,
            have=row.have,
            damaged=row.damaged,
            stopped=row.paused or facts.paused,
        )

    def want(self, scan: Attachment, letter: LetterId | None = None) -> None:
        """Ask for a scan that is not here: it is the next to come, even if a person had stopped it before."""
        now_ms = millis(self._clock())
        with self._store.begin() as uow:
            uow.blobs.add(
                scan.sha256,
                scan.size,
                state=BlobState.WANTED,
                now_ms=now_ms,
                reason=FileReason.OPENED,
                letter=letter,
            )
            uow.blobs.pause(scan.sha256, paused=False)
            row = uow.blobs.get(scan.sha256)
            if row is not None and row.state is BlobState.BOTH and not self._files.has(scan.sha256):
                uow.blobs.set_state(scan.sha256, BlobState.WANTED)

    def _make_thumbnail(self, source: Source) -> tuple[bytes, int]:
        """The small picture among the files, as (hash, bytes); nothing where none can be made of the scan."""
        try:
            return self._files.add_bytes(self._pages.thumbnail(source))
        except ScanRefused:
            return b"", 0

    def _give_up(self, scan: Attachment) -> bool:
        """Ask the server for a file that is damaged here; False where no server knows of it."""
        with self._store.begin() as uow:
            identity = uow.meta.identity()
            if identity is None or not identity.server or uow.blobs.get(scan.sha256) is None:
                return False
            uow.blobs.fetch_again(scan.sha256)
        self._files.set_aside(scan.sha256)
        return True

    def _is_sound(self, scan: Attachment) -> bool:
        """Whether a file is what it is named for; asked again only when its size or time of writing is another."""
        try:
            facts = self._files.path(scan.sha256).stat()
        except FileNotFoundError:
            return self._files.verify(scan.sha256)
        known = (scan.sha256, facts.st_size, facts.st_mtime_ns)
        if known not in self._sound:
            if not self._files.verify(scan.sha256):
                return False
            self._sound.add(known)
        return True

    def thumbnail(self, scan: Attachment) -> PageImage | None:
        """The small picture of the first page, if it is here and whole."""
        if not scan.thumbnail or not self._files.verify(scan.thumbnail):
            return None
        try:
            return self._pages.render(partial(self._files.content, scan.thumbnail), page=0, width=THUMBNAIL_WIDTH)
        except ScanRefused:
            return None

    def want_thumbnail(self, scan: Attachment, letter: LetterId | None = None) -> bool:
        """Ask for the small picture of a scan that somebody looks at; whether it was not asked for before."""
        if not scan.thumbnail or self._files.has(scan.thumbnail):
            return False
        with self._store.begin() as uow:
            identity, row = uow.meta.identity(), uow.blobs.get(scan.thumbnail)
            if identity is None or not identity.server or (row is not None and row.state is BlobState.WANTED):
                return False
            uow.blobs.add(
                scan.thumbnail,
                scan.thumbnail_size,
                state=BlobState.WANTED,
                now_ms=millis(self._clock()),
                reason=FileReason.THUMBNAIL,
                letter=letter,
            )
            uow.blobs.set_state(scan.thumbnail, BlobState.WANTED)
        return True

    def page(
        self, scan: Attachment, *, page: int, width: int, rotate: int = 0, letter: LetterId | None = None
    ) -> PageImage:
        """One page as an image of `width` pixels; `letter` is whose scan it is, without which no sealed one opens.

        That this person looks at a scan of a secret letter is on record before it is opened.
        """
        source = self._source(scan, letter)
        return self._pages.render(source, page=page, width=width, rotate=rotate)

    def _source(self, scan: Attachment, letter_id: LetterId | None) -> Source:
        plain = partial(self._files.content, scan.sha256)
        if letter_id is None:
            return plain
        day = None if self._reader is None else note_reading(self._store, self._reader, self._clock, letter_id)
        with self._store.read() as uow:
            letter = uow.get(IncomingLetter, letter_id)
            if letter is None or not letter.keys:
                return plain
            content, rings = None if day is None else Secrecy(uow).content_read(letter, day), dict(uow.rings)
        return partial(_opened, plain, content, letter_id, rings)

    def preview(self, path: Path, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """One page of a file that is not taken in yet."""
        return self._pages.render(path, page=page, width=width, rotate=rotate)


def _opened(
    stored: Callable[[], BinaryIO], content: bytes | None, letter_id: LetterId, rings: Mapping[UserId, KeyRing]
) -> BinaryIO:
    """The content of a scan, in memory only where its readers alone can open it."""
    with stored() as reader:
        data = reader.read()
        if is_sealed_file(data) and content is None:
            raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
        try:
            return io.BytesIO(data if content is None else open_file(data, content, letter_id=letter_id, rings=rings))
        except SealBroken as err:
            raise EnvironmentFault(FaultOf.FILE_DAMAGED, "sealed scan") from err
