"""Covers what the log holds in the clear of a letter that was sealed: its ops are sealed to the readers of the letter.

Nothing is thrown away. The op stays where it is in the chain of its device, with the hash of then beside it, and under
the running hash; a reader of the letter can open it and show that it is the op of then. Who, when, through which
position and what kind of act stays readable. Nobody but a reader can prove the words any more.
"""

import os
from collections.abc import Iterator, Sequence

import msgspec

from core.domain.attaching import AttachScans
from core.domain.conflicts import ResolveConflict
from core.domain.dispositions import AnswerDisposition, Disposition, IssueDisposition
from core.domain.ids import LetterId, small_row_id
from core.domain.joining import JoinArrival
from core.domain.letters import AmendLetter, IncomingLetter, RegisterLetter
from core.domain.person_keys import PersonKeys
from core.domain.resealing import SealLetter
from core.domain.secrecy import is_sealed
from core.domain.streams import StreamKey
from core.protocol.codec import CodecError, decode_record
from core.protocol.letter_sealing import new_content_key, seal_to
from core.protocol.ops import read_op
from core.protocol.records import ACT_OF, KIND_OF
from core.protocol.sealing import seal_bytes
from server.services.covered_ops import NO_ARGS, CoveredOp, mark_of, write_cover
from server.services.ledger import Entry
from server.storage.database import TenantStore

_SALT_BYTES = 16
_LETTER, _DISPOSITION, _KEYS = (KIND_OF[kind].code for kind in (IncomingLetter, Disposition, PersonKeys))
_SEAL = ACT_OF[SealLetter].code


def cover_what_was_sealed(store: TenantStore, entries: Sequence[Entry]) -> None:
    """After `entries` were written: cover the ops on every letter that one of them sealed, and void its segments.

    Scans in the clear that no row refers to any more are known no longer; `Leavings` removes their files.
    """
    letters = {letter_id for entry in entries for letter_id in _sealed_by(entry)}
    for letter_id in sorted(letters):
        stored = store.records.get((_LETTER, letter_id))
        if stored is not None:
            _cover(store, decode_record(_LETTER, stored.payload))


def _sealed_by(entry: Entry) -> Iterator[LetterId]:
    if entry.op is not None and entry.op.act == _SEAL and entry.records:
        yield read_op(entry.op.op).read_act().letter_id


def _cover(store: TenantStore, letter: IncomingLetter) -> None:
    about = store.records.about(letter.id)
    sheets = [row_id for kind, row_id in about if kind == _DISPOSITION]
    readers = _readers(store, letter)
    content = new_content_key()
    keys = seal_to(content, letter.id, readers)
    scans: set[bytes] = set()
    for found in store.ops.naming([letter.id, *sheets]):
        try:
            op = read_op(found.op)
            act = op.read_act()
        except (CodecError, ValueError):
            continue  # covered before, or refused as nonsense
        if isinstance(act, RegisterLetter | JoinArrival | AttachScans):
            scans.update(name for scan in act.scans for name in (scan.sha256, scan.thumbnail) if name)
        if not keys or not _tells(act):
            continue
        salt = os.urandom(_SALT_BYTES)
        cover = CoveredOp(
            shell=msgspec.structs.replace(op, args=NO_ARGS),
            letter=letter.id,
            salt=salt,
            mark=mark_of(salt, found.op),
            keys=keys,
            body=seal_bytes(found.op, content, bound=b"log" + letter.id + found.device),
        )
        store.ops.cover(found, write_cover(cover))
    store.blobs.forget_unreferred(scans)
    streams = {stream for key, row in about.items() for stream in _streams(key[0], row.payload)}
    _void_segments(store, streams | set(KIND_OF[IncomingLetter].streams(letter)))


def _tells(act: object) -> bool:
    """Whether an act says in the clear what is for the readers of its letter."""
    match act:
        case RegisterLetter():
            texts = [act.subject, act.summary, *(scan.name for scan in act.scans)]
        case JoinArrival() | AttachScans():
            texts = [scan.name for scan in act.scans]
        case AmendLetter():
            texts = [*act.changes.values(), *act.seen.values()]
        case ResolveConflict():
            texts = [act.value or "", act.seen]
        case IssueDisposition():
            texts = [act.note]
        case AnswerDisposition():
            texts = [act.result]
        case _:
            texts = []
    return any(text and not is_sealed(text) for text in texts)


def _readers(store: TenantStore, letter: IncomingLetter) -> list[PersonKeys]:
    found = (store.records.get((_KEYS, small_row_id(user))) for user in sorted({one.user for one in letter.keys}))
    return [decode_record(_KEYS, one.payload) for one in found if one is not None]


def _streams(kind: int, payload: bytes) -> tuple[StreamKey, ...]:
    record = decode_record(kind, payload)
    return KIND_OF[type(record)].streams(record)


def _void_segments(store: TenantStore, streams: set[StreamKey]) -> None:
    """Forget the segments in which the letter may lie in the clear: whoever is loading one of them begins anew."""
    ids = {row.id for row in store.streams.all() if row.key in streams}
    for segment in store.segments.all():
        if any(one.stream in ids for one in segment.streams):
            store.segments.remove(segment.sha256)
