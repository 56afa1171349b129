"""What the program and its helpers - page process, paper process - say to each other: msgpack over two pipes.

This module imports neither the PDF nor the picture library: the program itself never loads them.
"""

import struct
from enum import StrEnum
from typing import IO, Final

import msgspec

from core.domain.attachments import MediaType

MAX_PIECE: Final = 256 * 1024  # of a file, given at once
MAX_SIDE: Final = 4000  # pixels of either side of a rendered page
MAX_MESSAGE: Final = MAX_SIDE * MAX_SIDE * 3 + 4096  # one page as RGB, and its frame
_PREFIX: Final = struct.Struct(">I")


class PageTrouble(StrEnum):
    """Why a file or a page was refused. The codes are stable: the sentences in the views hang on them."""

    UNREADABLE = "scan_unreadable"
    ENCRYPTED = "scan_encrypted"
    EMPTY = "scan_empty"
    TOO_LARGE = "scan_too_large"
    WRONG_TYPE = "scan_wrong_type"
    HEIC = "scan_heic"
    TIMEOUT = "render_timeout"
    FAILED = "render_failed"
    SHEET_UNREADABLE = "sheet_unreadable"
    SHEET_LOCKED = "sheet_locked"
    SHEET_MACROS = "sheet_macros"
    SHEET_TOO_LARGE = "sheet_too_large"


class Inspect(msgspec.Struct, frozen=True, kw_only=True, tag="inspect"):
    """Ask whether the file of `size` bytes can be shown, and how many pages it has."""

    size: int
    media: MediaType


class Render(msgspec.Struct, frozen=True, kw_only=True, tag="render"):
    """Ask for one page, counted from 0, `width` pixels wide after turning it `rotate` degrees clockwise."""

    size: int
    media: MediaType
    page: int
    width: int
    rotate: int


class Thumbnail(msgspec.Struct, frozen=True, kw_only=True, tag="thumbnail"):
    """Ask for the first page as a small grey JPEG picture."""

    size: int
    media: MediaType


class Survey(msgspec.Struct, frozen=True, kw_only=True, tag="survey"):
    """Ask whether the file holds nothing but pictures of paper, which may be made clean and small."""

    size: int
    media: MediaType


class Clean(msgspec.Struct, frozen=True, kw_only=True, tag="clean"):
    """Ask for one page of such a file, counted from 0, made clean."""

    size: int
    media: MediaType
    page: int


class JoinedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page, counted from 0, of a file that lies from `offset` on in what is given; turned clockwise by `rotate`."""

    offset: int
    size: int
    media: MediaType
    page: int
    rotate: int


class Join(msgspec.Struct, frozen=True, kw_only=True, tag="join"):
    """Ask for a PDF of these pages of several files, which are given one behind the other."""

    size: int
    pages: tuple[JoinedPage, ...]


class Read(msgspec.Struct, frozen=True, kw_only=True, tag="read"):
    """Ask the reading process for the text of a page, counted from 0."""

    size: int
    media: MediaType
    page: int


class Develop(msgspec.Struct, frozen=True, kw_only=True, tag="develop"):
    """Ask the photo process for a phone's photo of `size` bytes as a JPEG picture."""

    size: int


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """The first message of the page process; `limited` tells whether the memory limit is in force."""

    limited: bool


class Wanted(msgspec.Struct, frozen=True, kw_only=True, tag="wanted"):
    """The question before the answer: so many bytes of the file from there on; they come as they are.

    The page process opens no file. It sees of the one that it is asked about what it asks for, and of no other.
    """

    offset: int
    count: int


class Inspected(msgspec.Struct, frozen=True, kw_only=True, tag="inspected"):
    """The file can be shown."""

    pages: int


class Rendered(msgspec.Struct, frozen=True, kw_only=True, tag="rendered"):
    """One page: `height` rows of `width` pixels of three bytes, red first, without padding."""

    width: int
    height: int
    rgb: bytes


class Thumbnailed(msgspec.Struct, frozen=True, kw_only=True, tag="thumbnailed"):
    """The first page as a JPEG picture of at most `MAX_THUMBNAIL_BYTES`."""

    jpeg: bytes


class Surveyed(msgspec.Struct, frozen=True, kw_only=True, tag="surveyed"):
    """Whether every page is the picture of a sheet of paper, and nothing was signed or can be filled in."""

    pages: int
    scanned: bool


class Cleaned(msgspec.Struct, frozen=True, kw_only=True, tag="cleaned"):
    """A clean page of `across` x `down` points: text in CCITT group 4, and what has colour or shades as JPEG, if any.

    `grey`: whether the JPEG has one band.
    """

    across: float
    down: float
    width: int
    height: int
    text: bytes
    back: bytes = b""
    back_width: int = 0
    back_height: int = 0
    grey: bool = False


class Typeset(msgspec.Struct, frozen=True, kw_only=True, tag="typeset"):
    """Ask the paper process for a form filled with `data`, which is JSON."""

    form: str
    data: bytes


class Typesetted(msgspec.Struct, frozen=True, kw_only=True, tag="typesetted"):
    """The form as a PDF."""

    pdf: bytes


class Joined(msgspec.Struct, frozen=True, kw_only=True, tag="joined"):
    """A PDF of all pages; their pictures are as they were."""

    pdf: bytes


class ReadSheet(msgspec.Struct, frozen=True, kw_only=True, tag="read_sheet"):
    """Ask the sheet process for the first sheet of a workbook of `size` bytes."""

    size: int


class SheetRead(msgspec.Struct, frozen=True, kw_only=True, tag="sheet_read"):
    """The rows of a sheet, every cell as text."""

    rows: tuple[tuple[str, ...], ...]


class TextRead(msgspec.Struct, frozen=True, kw_only=True, tag="text_read"):
    """What stands on the page, line by line, as far as it could be read."""

    text: str


class Developed(msgspec.Struct, frozen=True, kw_only=True, tag="developed"):
    """The photo, upright, without what the phone wrote into it."""

    jpeg: bytes


class Troubled(msgspec.Struct, frozen=True, kw_only=True, tag="troubled"):
    """The answer when it cannot be done; `detail` is for the log and holds nothing of the file's content."""

    trouble: PageTrouble
    detail: str


PageRequest = Inspect | Render | Thumbnail | Survey | Clean | Join | Read | Develop
Request = PageRequest | Typeset | ReadSheet
PageReply = Ready | Wanted | Inspected | Rendered | Thumbnailed | Surveyed | Cleaned | Joined | TextRead | Troubled
Reply = PageReply | Typesetted | SheetRead | Developed


class BrokenMessageError(Exception):
    """What came through the pipe is no message of ours."""


def write_message(pipe: IO[bytes], message: Request | Reply) -> None:
    """Send one message and flush it. Raises OSError when nobody reads any more."""
    body = msgspec.msgpack.encode(message)
    pipe.write(_PREFIX.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def write_piece(pipe: IO[bytes], piece: bytes) -> None:
    """Send what was wanted of a file. Raises OSError when nobody reads any more."""
    pipe.write(_PREFIX.pack(len(piece)))
    pipe.write(piece)
    pipe.flush()


def read_piece(pipe: IO[bytes]) -> bytes:
    """Wait for what was wanted; raises OSError at the end of the pipe."""
    body = _read_body(pipe)
    if body is None:
        raise BrokenPipeError
    return body


def read_request(pipe: IO[bytes]) -> PageRequest | None:
    """Wait for the next request; None at the end of the pipe."""
    body = _read_body(pipe)
    return None if body is None else msgspec.msgpack.decode(body, type=PageRequest)


def read_typeset(pipe: IO[bytes]) -> Typeset | None:
    """Wait for the next request of a paper; None at the end of the pipe."""
    body = _read_body(pipe)
    return None if body is None else msgspec.msgpack.decode(body, type=Typeset)


def read_sheet_request(pipe: IO[bytes]) -> ReadSheet | None:
    """Wait for the next request of a sheet; None at the end of the pipe."""
    body = _read_body(pipe)
    return None if body is None else msgspec.msgpack.decode(body, type=ReadSheet)


def read_reply(pipe: IO[bytes]) -> Reply | None:
    """Wait for the next reply; None at the end of the pipe, even in the middle of a reply.

    Raises BrokenMessageError for anything that is no reply: the page process may have read a hostile file, so
    it is not trusted either.
    """
    body = _read_body(pipe)
    if body is None:
        return None
    try:
        reply: Reply = msgspec.msgpack.decode(body, type=Reply)
    except msgspec.MsgspecError as err:
        raise BrokenMessageError(str(err)) from err
    if isinstance(reply, Rendered) and len(reply.rgb) != reply.width * reply.height * 3:
        raise BrokenMessageError(f"{len(reply.rgb)} bytes for {reply.width} x {reply.height} pixels")
    return reply


def _read_body(pipe: IO[bytes]) -> bytes | None:
    prefix = pipe.read(_PREFIX.size)
    if len(prefix) < _PREFIX.size:
        return None
    (length,) = _PREFIX.unpack(prefix)
    if length > MAX_MESSAGE:
        raise BrokenMessageError(f"a message of {length} bytes")
    body = pipe.read(length)
    return body if len(body) == length else None
