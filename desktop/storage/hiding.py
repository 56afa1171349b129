"""What goes with it when a letter here becomes secret: the small pictures of its scans, its words in the search index.

Whoever may still hold the letter holds it without them. It does not matter whose act made it secret, nor whether the
server has confirmed that: a small picture that turns out to be needed again is fetched again.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from core.domain.letters import IncomingLetter, is_in_clear
from core.domain.resealing import has_clear_texts
from desktop.storage.dispositions import dispositions
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.residue import condemn_unless_needed
from desktop.storage.unit_of_work import UnitOfWork


def put_rows(uow: UnitOfWork, kind: int, stored: Sequence[Stored[Any]]) -> None:
    """Insert or replace rows of one kind; of letters that become secret by it, what has to go is noted."""
    turned = _turning_secret(uow, (one.record for one in stored)) if kind == letters.kind else []
    open_scans = _scans_left(uow, (one.record for one in stored)) if kind == letters.kind else []
    sealing = _sealing(uow, kind, stored)
    uow.table(kind).put(uow.connection, stored)
    for sha256 in open_scans:
        condemn_unless_needed(uow, sha256)
    if turned or sealing:
        for before in turned:
            for scan in before.scans:
                if scan.thumbnail:
                    condemn_unless_needed(uow, scan.thumbnail)
        uow.meta.write(msgspec.structs.replace(uow.meta.residue(), words=True, merging=False, log=True))


def _sealing(uow: UnitOfWork, kind: int, stored: Sequence[Stored[Any]]) -> bool:
    """Whether something that is here in the clear gives way to what is sealed; asked before it is put."""
    if kind == letters.kind:
        here = ((letters.get(uow.connection, one.record.id), one.record) for one in stored if one.record.keys)
        return any(old is not None and is_in_clear(old.record) and not is_in_clear(new) for old, new in here)
    if kind == dispositions.kind:
        given = (one.record.id for one in stored if one.record.recast)
        old_ones = (dispositions.get(uow.connection, row_id) for row_id in given)
        return any(old is not None and has_clear_texts(old.record) for old in old_ones)
    return False


def _turning_secret(uow: UnitOfWork, records: Iterable[IncomingLetter]) -> list[IncomingLetter]:
    """The letters as they are here, of those that are to be secret and are not yet."""
    here = (letters.get(uow.connection, one.id) for one in records if one.is_secret)
    return [one.record for one in here if one is not None and not one.record.is_secret]


def _scans_left(uow: UnitOfWork, records: Iterable[IncomingLetter]) -> list[bytes]:
    """The scans in the clear, as they are here, of letters that are sealed and name others in their place."""
    left: list[bytes] = []
    for one in records:
        before = letters.get(uow.connection, one.id) if one.keys else None
        if before is not None:
            named = {scan.sha256 for scan in one.scans}
            left.extend(scan.sha256 for scan in before.record.scans if scan.sha256 not in named)
    return left
