"""Pages of scans, drawn by a child process with a limit on time and memory.

The program itself never opens a file from outside: a page process does (`page_worker`). It is kept between
calls, killed when it takes too long, and started again when it has died.
"""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, TypeVar

from core.domain.attachments import MAX_SCAN_BYTES, MAX_THUMBNAIL_BYTES, MediaType
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_messages import (
    Inspect,
    Inspected,
    PageTrouble,
    Render,
    Rendered,
    Reply,
    Request,
    Thumbnail,
    Thumbnailed,
    Troubled,
)
from desktop.system.page_process import PageProcess

logger = logging.getLogger(__name__)

# The header of a PDF may stand anywhere in its first 1024 bytes (ISO 32000-1, annex H, note 13).
HEAD_SEARCHED: Final = 1024

AnyReply = TypeVar("AnyReply", Inspected, Rendered, Thumbnailed)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFacts:
    """What is known of a file that can be shown: its kind by content, its pages, its size in bytes."""

    media: MediaType
    pages: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """One drawn page: `height` rows of `width` pixels of three bytes, red first, without padding."""

    width: int
    height: int
    rgb: bytes


def media_of(path: Path) -> tuple[MediaType, int]:
    """Tell the kind of a file by its first bytes, never by its name, and its size in bytes.

    Raises ScanUnusable for what no letter may carry, EnvironmentFault when the file cannot be read at all.
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise ScanUnusable(PageTrouble.EMPTY)
        if size > MAX_SCAN_BYTES:
            raise ScanUnusable(PageTrouble.TOO_LARGE, f"{size} bytes")
        with path.open("rb") as file:
            head = file.read(HEAD_SEARCHED)
    except FileNotFoundError as err:
        raise EnvironmentFault(FaultOf.FILE_MISSING) from err
    except OSError as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, err.strerror or "") from err
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG, size
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG, size
    if b"%PDF-" in head:
        return MediaType.PDF, size
    raise ScanUnusable(PageTrouble.WRONG_TYPE)


class PageRenderer:
    """Draws pages, one at a time; any thread may ask.

    `timeout_s` is the limit for one answer in seconds, without the start of the page process. The process
    starts at the first call and lives until `close`.
    """

    def __init__(self, timeout_s: float = 5.0) -> None:
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._child: PageProcess | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def inspect(self, path: Path) -> ScanFacts:
        """Tell whether the file can be attached to a letter: of an accepted kind, whole, without a password.

        Raises ScanUnusable with `scan_empty`, `scan_too_large`, `scan_wrong_type`, `scan_encrypted` or
        `scan_unreadable`; RenderFailed with `render_timeout`; EnvironmentFault when the file cannot be read.
        """
        media, size = media_of(path)
        reply = self._ask(Inspect(path=str(path.absolute()), media=media), Inspected)
        return ScanFacts(media=media, pages=reply.pages, size=size)

    def render(self, path: Path, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """Draw one page, counted from 0, `width` pixels wide after turning it `rotate` degrees clockwise.

        The image is narrower where the width or the height would pass 4000 pixels. Raises as `inspect` does,
        and RenderFailed with `render_failed`.
        """
        if rotate not in {0, 90, 180, 270}:
            raise ValueError(f"a page is turned by quarters, not by {rotate} degrees")
        media, _ = media_of(path)
        request = Render(path=str(path.absolute()), media=media, page=page, width=width, rotate=rotate)
        reply = self._ask(request, Rendered)
        return PageImage(width=reply.width, height=reply.height, rgb=reply.rgb)

    def thumbnail(self, path: Path) -> bytes:
        """The first page as a small grey JPEG picture; raises as `render` does."""
        media, _ = media_of(path)
        reply = self._ask(Thumbnail(path=str(path.absolute()), media=media), Thumbnailed)
        if not 0 < len(reply.jpeg) <= MAX_THUMBNAIL_BYTES:
            raise RenderFailed(PageTrouble.FAILED, f"a thumbnail of {len(reply.jpeg)} bytes")
        return reply.jpeg

    def close(self) -> None:
        """End the page process. A call that waits for it in another thread fails; later calls fail too."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()  # wakes whoever holds the lock
        with self._lock:
            self._drop_child()

    def _ask(self, request: Request, expected: type[AnyReply]) -> AnyReply:
        with self._lock:
            # A second try: the process may have been killed by someone since the last call, which says
            # nothing about this file. A file that kills two processes is refused.
            reply = self._exchange(request) or self._exchange(request)
        if isinstance(reply, expected):
            return reply
        if isinstance(reply, Troubled):
            logger.info("scan refused: %s (%s)", reply.trouble.value, reply.detail)
            in_file = reply.trouble not in {PageTrouble.FAILED, PageTrouble.TIMEOUT}
            raise (ScanUnusable if in_file else RenderFailed)(reply.trouble, reply.detail)
        if isinstance(request, Inspect):
            raise ScanUnusable(PageTrouble.UNREADABLE, "the page process died of it")
        raise RenderFailed(PageTrouble.FAILED, "the page process died of it")

    def _exchange(self, request: Request) -> Reply | None:
        """Ask once; None when the page process died."""
        child = self._living_child()
        reply = child.ask(request, self._timeout_s)
        if reply is None:
            self._drop_child()
            if child.timed_out:
                return Troubled(trouble=PageTrouble.TIMEOUT, detail=f"more than {self._timeout_s} s")
        return reply

    def _living_child(self) -> PageProcess:
        if self._child is not None and not self._child.is_alive():
            self._drop_child()
        if self._child is None:
            self._refuse_when_closed()
            try:
                self._child = PageProcess()
            except OSError as err:
                raise RenderFailed(PageTrouble.FAILED, "the page process does not start") from err
            if not self._child.wait_until_ready():
                self._drop_child()
                self._refuse_when_closed()
                raise RenderFailed(PageTrouble.FAILED, "the page process does not start")
        self._refuse_when_closed()
        return self._child

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise RenderFailed(PageTrouble.FAILED, "closed")

    def _drop_child(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None
