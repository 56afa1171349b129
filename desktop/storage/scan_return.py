"""Scans come back to Pindaian when the act that gave them to a letter is refused for good.

The item that gave the scan is open again, with its pages as they were. Where the scan came another way, or its item is
gone, its file becomes an item. A file that was sealed for the readers of a letter is none: only what it was made of can
come back. What a refused act named is not sent to the server any more.
"""

from collections.abc import Iterable
from typing import Any

from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment
from core.domain.dispositions import IssueDisposition
from core.domain.joining import JoinArrival
from core.domain.letters import IncomingLetter
from core.domain.registering import RegisterLetter
from core.protocol.ops import read_op
from core.protocol.records import KIND_OF
from desktop.storage.outbox import OutboxEntry
from desktop.storage.residue import release
from desktop.storage.scan_items import ItemState, add_item, give_item, given_items, put_items
from desktop.storage.unit_of_work import UnitOfWork
from desktop.system.scan_item import ItemPage, Origin

_UNNAMED = "pindaian"
_LETTER = KIND_OF[IncomingLetter].code


def hand_back(uow: UnitOfWork, refused: Iterable[OutboxEntry]) -> None:
    """Put the scans of refused ops back to Pindaian, once; after the rows are as the server has them."""
    for entry in refused:
        act = read_op(entry.op).read_act()
        for scan in scans_given(act):
            if _is_back(uow, scan, entry.made_ms) or _becomes_item(uow, act, scan, entry.made_ms):
                release(uow, scan.sha256)
                release(uow, scan.thumbnail)
                # Who shows Pindaian hears of it with the letter.
                uow.changed.add((_LETTER, act.letter_id))


def lies_open(uow: UnitOfWork, act: Any) -> bool:
    """Whether a scan that an act gave to a letter waits in Pindaian."""
    found = (given_items(uow.connection, scan.sha256) for scan in scans_given(act))
    return any(state is ItemState.OPEN for several in found for _, state in several)


def scans_given(act: Any) -> tuple[Attachment, ...]:
    """The scans that an act gives to a letter."""
    if isinstance(act, RegisterLetter | AttachScans | JoinArrival):
        return act.scans
    return act.sheets if isinstance(act, IssueDisposition) else ()


def _is_back(uow: UnitOfWork, scan: Attachment, now_ms: int) -> bool:
    """Whether an item that gave a scan waits again."""
    items = given_items(uow.connection, scan.sha256)
    done = [number for number, state in items if state is ItemState.DONE]
    put_items(uow.connection, done, ItemState.OPEN, now_ms=now_ms)
    return any(state is not ItemState.REPLACED for _, state in items)


def _becomes_item(uow: UnitOfWork, act: Any, scan: Attachment, now_ms: int) -> bool:
    if _is_sealed(act, scan):
        return False
    pages = tuple(
        ItemPage(sha256=scan.sha256, size=scan.size, media=scan.media, page=page, pages=scan.pages)
        for page in range(scan.pages)
    )
    name = scan.name or _UNNAMED
    item = add_item(uow.connection, pages, name=name, origin=Origin.FILE, now_ms=now_ms)
    give_item(uow.connection, item.id, scan.sha256, now_ms=now_ms)
    put_items(uow.connection, [item.id], ItemState.OPEN, now_ms=now_ms)
    return True


def _is_sealed(act: Any, scan: Attachment) -> bool:
    """Whether the file of a scan is for readers alone."""
    if isinstance(act, AttachScans):
        return act.sealed
    if isinstance(act, RegisterLetter):
        return bool(act.keys)
    # What is sealed has no name; of what has none an order does not say whether it is.
    return isinstance(act, IssueDisposition) and not scan.name
