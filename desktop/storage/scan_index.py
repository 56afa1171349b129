"""Keeps the index over the texts of scans in step with the letters that have them, in the transaction of the change.

One row a letter, at the letter's place, so that what is found comes newest first as everything of the register does.
Whatever moves, hides or removes a letter comes through here; what is deleted goes from the parts of the index when
they are merged (`residue`).
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import text
from sqlalchemy.engine import Connection

from core.domain.attachments import Attachment
from core.domain.letters import SecurityLevel
from core.protocol.codec import decode
from desktop.storage.letter_files import places_with, refers_to_file
from desktop.storage.scan_texts import forget, is_hidden, known, texts_of

_LETTER = text("SELECT security, scans FROM letter WHERE n = :n")
_REMOVE = text("DELETE FROM scan_search WHERE rowid = :n")
_ADD = text("INSERT INTO scan_search (rowid, text) VALUES (:n, :text)")


class ScansMoved(msgspec.Struct, frozen=True):
    """A letter at the place `n` whose scans came, changed, became secret or went: all that it has or had."""

    n: int
    scans: tuple[Attachment, ...]


def follow(connection: Connection, moved: Iterable[ScansMoved]) -> None:
    """Put the index right after letters were written; cheap where nothing was read of their scans."""
    places: dict[bytes, set[int]] = {}
    for one in moved:
        for scan in one.scans:
            places.setdefault(scan.sha256, set()).add(one.n)
    if not places:
        return
    touched: set[int] = set()
    for sha256 in known(connection, places.keys()):
        touched |= places[sha256]
        if is_hidden(connection, sha256) or not refers_to_file(connection, sha256):
            forget(connection, sha256)
            touched.update(places_with(connection, sha256))
    for n in sorted(touched):
        _index(connection, n)


def index_scan(connection: Connection, sha256: bytes) -> None:
    """A scan was read to its end: its letters are found by its words."""
    for n in places_with(connection, sha256):
        _index(connection, n)


def _index(connection: Connection, n: int) -> None:
    """Write the row of one letter anew, from what is there now."""
    connection.execute(_REMOVE, {"n": n})
    row = connection.execute(_LETTER, {"n": n}).first()
    if row is None or row.security >= SecurityLevel.SECRET:
        return
    names = [scan.sha256 for scan in decode(row.scans, tuple[Attachment, ...])]
    texts = texts_of(connection, names)
    words = "\n".join(texts[name] for name in names if name in texts)
    if words:
        connection.execute(_ADD, {"n": n, "text": words})
