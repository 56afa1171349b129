"""Pages of scans, drawn by a child process with a limit on time and memory.

The program itself makes nothing of a file from outside: a page process does (`page_worker`), which is given the bytes
that it asks for. It is kept between calls, killed when it takes too long, and started again when it has died.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Self, TypeVar

import msgspec

from core.domain.attachments import MAX_SCAN_BYTES, MAX_THUMBNAIL_BYTES, MediaType
from desktop.system.clean_pdf import clean_pdf
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.kept_process import KeptProcess
from desktop.system.page_messages import (
    Clean,
    Cleaned,
    Develop,
    Developed,
    Inspect,
    Inspected,
    Join,
    Joined,
    JoinedPage,
    PageTrouble,
    Read,
    Render,
    Rendered,
    Reply,
    Request,
    Survey,
    Surveyed,
    TextRead,
    Thumbnail,
    Thumbnailed,
    Troubled,
)
from desktop.system.page_process import PAGE_WORKER, Content, Worker

logger = logging.getLogger(__name__)

# The header of a PDF may stand anywhere in its first 1024 bytes (ISO 32000-1, annex H, note 13).
HEAD_SEARCHED: Final = 1024

# The process that reads pages is another than the one that draws them.
READING_WORKER: Final = Worker("desktop.system.reading_worker", "--reading-worker")
# And what unpacks photos of phones another again, which ends after each.
PHOTO_WORKER: Final = Worker("desktop.system.photo_worker", "--photo-worker")
# What phones call their own kind of photo (ISO/IEC 23008-12, the brands of the file type box).
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"})
# Unpacking a photo takes a second, on an old PC some.
DEVELOP_SECONDS: Final = 30.0
# The start of a process counts against its file, but no more of it than this share of the limit: of a cold start on an
# old PC with a virus scanner, which takes seconds, no page is to blame. A usual start takes a third of it.
START_SHARE: Final = 0.3
# What the system needs to end a process, as a share of the limit.
KILL_SHARE: Final = 0.05
# Cleaning a page takes about a second: who scans a book of more pages than this keeps it as it is.
MOST_CLEANED: Final = 120

# A file of a person, or how to open the content of one that is sealed.
Source = Path | Callable[[], BinaryIO]
AnyReply = TypeVar("AnyReply", Inspected, Rendered, Thumbnailed, Surveyed, Cleaned, Joined, TextRead, Developed)


class ScanRefused(Exception):
    """A scan cannot be taken or shown; `code` is stable, `detail` is for the log."""

    def __init__(self, code: PageTrouble, detail: str = "") -> None:
        """A refusal with its code."""
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail


class ScanUnusable(ScanRefused):
    """The file itself is the reason: empty, too large, of another type, damaged, or locked by a password."""


class RenderFailed(ScanRefused):
    """Drawing is the reason: it took too long, needed too much memory, or the page process died."""


class JoinPart(msgspec.Struct, frozen=True, kw_only=True):
    """One page, counted from 0, of a file, turned clockwise by `rotate` degrees."""

    source: Source
    media: MediaType
    page: int
    rotate: int = 0


class ScanFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file that can be shown: its kind by content, its pages, its size in bytes."""

    media: MediaType
    pages: int
    size: int


class PageImage(msgspec.Struct, frozen=True, kw_only=True):
    """One drawn page: `height` rows of `width` pixels of three bytes, red first, without padding."""

    width: int
    height: int
    rgb: bytes


@contextmanager
def opened(source: Source) -> Iterator[tuple[BinaryIO, MediaType, int]]:
    """The content of a file, its kind by its first bytes (never by its name), and its size.

    Raises ScanUnusable for what no letter may carry, EnvironmentFault when the file cannot be read at all.
    """
    with _filled(source) as (content, size):
        yield content, _media_of(content.read(HEAD_SEARCHED)), size


@contextmanager
def _filled(source: Source) -> Iterator[tuple[BinaryIO, int]]:
    """The content of a file of any kind, at its beginning, and its size; else as `opened`."""
    try:
        with source.open("rb") if isinstance(source, Path) else source() as content:
            size = content.seek(0, os.SEEK_END)
            if size == 0:
                raise ScanUnusable(PageTrouble.EMPTY)
            if size > MAX_SCAN_BYTES:
                raise ScanUnusable(PageTrouble.TOO_LARGE, f"{size} bytes")
            content.seek(0)
            yield content, size
    except FileNotFoundError as err:
        raise EnvironmentFault(FaultOf.FILE_MISSING) from err
    except OSError as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, err.strerror or "") from err


def _media_of(head: bytes) -> MediaType:
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if b"%PDF-" in head:
        return MediaType.PDF
    heic = head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS
    raise ScanUnusable(PageTrouble.HEIC if heic else PageTrouble.WRONG_TYPE)


class FilesInARow:
    """Files that the page process sees as one, each opened once."""

    def __init__(self, stack: ExitStack) -> None:
        """What is opened is closed with `stack`."""
        self._stack = stack
        self._files: list[tuple[int, int, BinaryIO]] = []
        self._known: dict[Source, int] = {}
        self._place = 0
        self.size = 0

    def page(self, part: JoinPart) -> JoinedPage:
        """Where a page is found; ScanUnusable and EnvironmentFault as of `opened`."""
        number = self._known.get(part.source)
        if number is None:
            content, _, size = self._stack.enter_context(opened(part.source))
            number = self._known[part.source] = len(self._files)
            self._files.append((self.size, size, content))
            self.size += size
        offset, size, _ = self._files[number]
        return JoinedPage(offset=offset, size=size, media=part.media, page=part.page, rotate=part.rotate)

    def seek(self, offset: int, /) -> int:
        """Go to a place, counted from the beginning of the first."""
        self._place = offset
        return offset

    def read(self, size: int, /) -> bytes:
        """Read on, over the borders between files."""
        found = b""
        for offset, length, content in self._files:
            if offset <= self._place < offset + length and len(found) < size:
                content.seek(self._place - offset)
                piece = content.read(min(size - len(found), offset + length - self._place))
                found += piece
                self._place += len(piece)
        return found


class PageRenderer:
    """Draws pages, one at a time; any thread may ask.

    `timeout_s` is the limit for one answer in seconds: from the request until the process is dead that gives none, with
    its start, as far as START_SHARE, and with a second try. The process starts at the first call and lives until
    `close`.
    """

    def __init__(self, timeout_s: float = 5.0, *, worker: Worker = PAGE_WORKER) -> None:
        self._timeout_s = timeout_s
        self._process = KeptProcess(worker, _broken)
        self._photos = KeptProcess(PHOTO_WORKER, _broken)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def inspect(self, source: Source) -> ScanFacts:
        """Tell whether the file can be attached to a letter: of an accepted kind, whole, without a password.

        Raises ScanUnusable with `scan_empty`, `scan_too_large`, `scan_wrong_type`, `scan_encrypted` or
        `scan_unreadable`; RenderFailed with `render_timeout`; EnvironmentFault when the file cannot be read.
        """
        with opened(source) as (content, media, size):
            reply = self._ask(Inspect(size=size, media=media), content, Inspected)
        return ScanFacts(media=media, pages=reply.pages, size=size)

    def render(self, source: Source, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """Draw one page, counted from 0, `width` pixels wide after turning it `rotate` degrees clockwise.

        The image is narrower where the width or the height would pass 4000 pixels. Raises as `inspect` does,
        and RenderFailed with `render_failed`.
        """
        if rotate not in {0, 90, 180, 270}:
            raise ValueError(f"a page is turned by quarters, not by {rotate} degrees")
        with opened(source) as (content, media, size):
            request = Render(size=size, media=media, page=page, width=width, rotate=rotate)
            reply = self._ask(request, content, Rendered)
        return PageImage(width=reply.width, height=reply.height, rgb=reply.rgb)

    def thumbnail(self, source: Source) -> bytes:
        """The first page as a small grey JPEG picture; raises as `render` does."""
        with opened(source) as (content, media, size):
            reply = self._ask(Thumbnail(size=size, media=media), content, Thumbnailed)
        if not 0 < len(reply.jpeg) <= MAX_THUMBNAIL_BYTES:
            raise RenderFailed(PageTrouble.FAILED, f"a thumbnail of {len(reply.jpeg)} bytes")
        return reply.jpeg

    def clean(self, source: Source, *, told: Callable[[int, int], bool] | None = None) -> bytes | None:
        """The pages of a scan made straight, white and small, as a PDF; None where they are not to be touched.

        Not touched is what no scanner made: a PDF with text of its own, fields or a signature. `told` gets how many
        pages are done and how many there are, and answers whether to go on; None also when it does not. Raises as
        `render` does.
        """
        with opened(source) as (content, media, size):
            survey = self._ask(Survey(size=size, media=media), content, Surveyed)
            if not survey.scanned or not 0 < survey.pages <= MOST_CLEANED:
                return None
            pages: list[Cleaned] = []
            for number in range(survey.pages):
                if told is not None and not told(number, survey.pages):
                    return None
                pages.append(self._ask(Clean(size=size, media=media, page=number), content, Cleaned))
        return clean_pdf(pages)

    def read(self, source: Source, *, page: int) -> str:
        """What stands on a page, counted from 0; only of a renderer whose worker is READING_WORKER."""
        with opened(source) as (content, media, size):
            reply = self._ask(Read(size=size, media=media, page=page), content, TextRead)
        return reply.text

    def join(self, parts: Sequence[JoinPart]) -> bytes:
        """Pages of several files as one PDF, with their pictures as they were; raises as `render` does."""
        with ExitStack() as stack:
            row = FilesInARow(stack)
            pages = [row.page(part) for part in parts]
            reply = self._ask(Join(size=row.size, pages=tuple(pages)), row, Joined)
        return reply.pdf

    def develop(self, source: Source) -> bytes:
        """A phone's photo (HEIC) as a JPEG picture, upright, without place and time; raises as `inspect` does."""
        try:
            with _filled(source) as (content, size):
                reply = self._ask(Develop(size=size), content, Developed, of=self._photos, seconds=DEVELOP_SECONDS)
        finally:
            self._photos.rest()
        return reply.jpeg

    @property
    def process_number(self) -> int | None:
        """The number by which the system knows the page process, while there is one."""
        return self._process.number

    def rest(self) -> None:
        """End the page process until it is wanted again, unless somebody uses it now."""
        self._process.rest()

    def close(self) -> None:
        """End the page process. A call that waits for it in another thread fails; later calls fail too."""
        self._photos.close()
        self._process.close()

    def _ask(
        self,
        request: Request,
        content: Content,
        expected: type[AnyReply],
        *,
        of: KeptProcess | None = None,
        seconds: float | None = None,
    ) -> AnyReply:
        process = of or self._process
        seconds = seconds or self._timeout_s
        with process.held():
            begun = time.monotonic()
            process.living()
            now = time.monotonic()
            until = now + seconds * (1 - KILL_SHARE) - min(now - begun, seconds * START_SHARE)
            reply = self._exchange(process, request, content, until=until)
            # A second try: the process may have been killed by someone since the last call, which says
            # nothing about this file. A file that kills two processes is refused.
            if reply is None and time.monotonic() < until:
                reply = self._exchange(process, request, content, until=until)
        if isinstance(reply, expected):
            return reply
        if isinstance(reply, Troubled):
            logger.info("scan refused: %s (%s)", reply.trouble.value, reply.detail)
            in_file = reply.trouble not in {PageTrouble.FAILED, PageTrouble.TIMEOUT}
            raise (ScanUnusable if in_file else RenderFailed)(reply.trouble, reply.detail)
        if isinstance(request, Inspect | Develop):
            raise ScanUnusable(PageTrouble.UNREADABLE, "the page process died of it")
        raise RenderFailed(PageTrouble.FAILED, "the page process died of it")

    def _exchange(self, process: KeptProcess, request: Request, content: Content, *, until: float) -> Reply | None:
        """Ask once, until then by the clock that never goes back; None when the page process died."""
        child = process.living(within=until - time.monotonic())
        begun = time.monotonic()
        reply = child.ask(request, content, max(0.0, until - begun))
        if reply is None:
            process.drop()
            if child.timed_out:
                return Troubled(trouble=PageTrouble.TIMEOUT, detail=f"more than {until - begun:.1f} s")
        return reply


def _broken(why: str) -> RenderFailed:
    return RenderFailed(PageTrouble.FAILED, why)
