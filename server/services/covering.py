"""Covers what the log holds in the clear of a letter that was sealed: its ops are sealed to the readers of the letter.

Nothing is thrown away. The op stays where it is in the chain of its device, with the hash of then beside it, and under
the running hash; a reader of the letter can open it and show that it is the op of then. Who, when, through which
position and what kind of act stays readable. Nobody but a reader can prove the words any more.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

import msgspec

from core.domain.acting import FieldConflict
from core.domain.amending import AmendLetter
from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment
from core.domain.conflicts import ResolveConflict
from core.domain.dispositions import AnswerDisposition, Disposition, IssueDisposition
from core.domain.following_up import WithdrawDisposition
from core.domain.held_acts import AcceptHeld, HeldAct
from core.domain.ids import LetterId, small_row_id
from core.domain.joining import JoinArrival
from core.domain.letter_changes import PRIVATE_FIELDS
from core.domain.letters import IncomingLetter, SecurityLevel, is_for_readers
from core.domain.person_keys import PersonKeys
from core.domain.registering import RegisterLetter
from core.domain.replying import EndReply
from core.domain.resealing import SealLetter, UnsealLetter
from core.domain.secrecy import is_sealed
from core.domain.streams import StreamKey
from core.protocol.codec import CodecError, decode, decode_record, encode
from core.protocol.letter_sealing import new_content_key, seal_to
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import NO_ARGS, Op, read_op
from core.protocol.records import KIND_OF
from core.protocol.sealing import seal_bytes
from server.services.covered_ops import CoveredOp, mark_of, write_cover
from server.services.ledger import Entry
from server.services.newly_sealed import NewlySealed
from server.services.storable import Storable
from server.storage.database import TenantStore

_SALT_BYTES = 16
_LETTER, _DISPOSITION, _HELD, _KEYS = (
    KIND_OF[kind].code for kind in (IncomingLetter, Disposition, HeldAct, PersonKeys)
)


def cover_what_was_sealed(store: TenantStore, entries: Sequence[Entry], sealed: NewlySealed) -> None:
    """After `entries` were written: cover the ops on every letter that they sealed, and void its segments.

    Scans in the clear that no row refers to any more are known no longer; `Leavings` removes their files. So it is with
    what came in the clear about a letter that is sealed, whatever became of it: what it says stands in no row, or is to
    be sealed there.
    """
    late = {letter_id for entry in entries for letter_id in _late(store, entry)}
    store.blobs.forget_unreferred(set(sealed.files))
    for letter_id in sorted(sealed.letters | sealed.come | late):
        stored = store.records.get((_LETTER, letter_id))
        letter: IncomingLetter | None = None if stored is None else decode_record(_LETTER, stored.payload)
        if letter is not None and is_for_readers(letter):
            store.note_overwritten()
            about = store.records.about(letter_id)
            # An act on a disposition, or a word over what was held, names nothing else of the letter.
            _cover(store, letter, [row_id for kind, row_id in about if kind in (_DISPOSITION, _HELD)])
            # No segment holds in the clear what came sealed, but for what was held of it.
            if letter_id in sealed.letters or (letter_id in sealed.come and any(kind == _HELD for kind, _ in about)):
                streams = {stream for key, row in about.items() for stream in _streams(key[0], row.payload)}
                _void_segments(store, streams | set(KIND_OF[IncomingLetter].streams(letter)))


def _late(store: TenantStore, entry: Entry) -> Iterator[LetterId]:
    """The sealed letter about which something came that says it in the clear."""
    if entry.op is None:
        return
    # What took effect on nothing secret is most of all, and need not be read for this.
    took_effect = (entry.records or entry.kept) and entry.op.result.outcome not in (Outcome.HELD, Outcome.REFUSED)
    if took_effect and not any(map(_is_secret, (*entry.records, *entry.kept))):
        return
    letter_id = sealed_letter_told_by(store, entry.op.op)
    if letter_id is not None:
        yield letter_id


def _is_secret(one: Storable) -> bool:
    return getattr(one.record, "security", SecurityLevel.OPEN) >= SecurityLevel.SECRET


def sealed_letter_told_by(store: TenantStore, data: bytes) -> LetterId | None:
    """The letter of which an op says in the clear what is sealed now; None for nearly all."""
    try:
        acts = _performed(read_op(data))
    except (CodecError, ValueError):
        return None
    letters = (_letter_of(store, act) for act in acts if _tells(act))
    return next((letter.id for letter in letters if letter is not None and is_for_readers(letter)), None)


def _performed(op: Op) -> tuple[Any, ...]:
    """The act, and with a superior's word the held ones that it has performed; CodecError if it cannot be read.

    A held act that cannot be read is left out: it is refused.
    """
    act = op.read_act()
    return (act, *_readable(act.ops)) if isinstance(act, AcceptHeld) else (act,)


def _readable(ops: Iterable[bytes]) -> Iterator[Any]:
    for data in ops:
        with suppress(CodecError, ValueError):
            yield read_op(data).read_act()


def _letter_of(store: TenantStore, act: Any) -> IncomingLetter | None:
    letter_id = getattr(act, "letter_id", None)
    if letter_id is None:
        sheet = store.records.get((_DISPOSITION, getattr(act, "disposition_id", b"")))
        letter_id = None if sheet is None else decode_record(_DISPOSITION, sheet.payload).letter_id
    stored = None if letter_id is None else store.records.get((_LETTER, letter_id))
    return None if stored is None else decode_record(_LETTER, stored.payload)


def _cover(store: TenantStore, letter: IncomingLetter, beside: Sequence[bytes]) -> None:
    readers = _readers(store, letter)
    content = new_content_key()
    keys = seal_to(content, letter.id, readers)
    scans: set[bytes] = set()
    for found in store.ops.naming([letter.id, *beside]):
        try:
            op = read_op(found.op)
            acts = _performed(op)
        except (CodecError, ValueError):
            continue  # covered before, or refused as nonsense
        files = chain.from_iterable(map(_files, acts))
        scans.update(name for file in files for name in (file.sha256, file.thumbnail) if name)
        result: OpResult = decode(found.result, OpResult)
        if not keys or not (any(map(_tells, acts)) or any(map(_names_values, result.conflicts))):
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
        told = _without_values(result)
        if told != result:
            bound = b"result" + letter.id + found.device
            cover = msgspec.structs.replace(cover, result=seal_bytes(found.result, content, bound=bound))
        store.ops.cover(found, write_cover(cover), result=found.result if told == result else encode(told))
    store.blobs.forget_unreferred(scans)


def _names_values(lost: FieldConflict) -> bool:
    """Whether a result says in the clear what is for the readers of its letter; its op may not say it.

    Of a word that lets count what was held the result alone has what stood and what was wanted, and who empties a text
    without telling what he saw is answered with what stands.
    """
    return lost.field in PRIVATE_FIELDS and any(text and not is_sealed(text) for text in (lost.stands, lost.wanted))


def _without_values(result: OpResult) -> OpResult:
    """A result without the values of a difference: op and record of the difference have them, sealed."""
    fields = tuple(FieldConflict(field=one.field, stands="", wanted="") for one in result.conflicts)
    return msgspec.structs.replace(result, conflicts=fields)


def _files(act: object) -> tuple[Attachment, ...]:
    match act:
        case RegisterLetter() | JoinArrival() | AttachScans():
            return act.scans
        case IssueDisposition():
            return act.sheets
        case AnswerDisposition():
            return act.files
        case _:
            return ()


def _tells(act: object) -> bool:
    """Whether an act says in the clear what is for the readers of its letter."""
    match act:
        case RegisterLetter():
            texts = [act.subject, act.summary, act.event_place, *(scan.name for scan in act.scans)]
        case JoinArrival() | AttachScans():
            texts = [scan.name for scan in act.scans]
        case AmendLetter():
            texts = [said.get(field, "") for said in (act.changes, act.seen) for field in PRIVATE_FIELDS]
        case ResolveConflict():
            texts = [act.value or "", act.seen] if act.field in PRIVATE_FIELDS else []
        case IssueDisposition():
            texts = [act.note, *(sheet.name for sheet in act.sheets)]
        case AnswerDisposition():
            texts = [act.result, *(file.name for file in act.files)]
        case WithdrawDisposition() | EndReply():
            texts = [act.reason]
        case SealLetter() | UnsealLetter():
            texts = [act.subject, act.summary, *_texts_about(act)]
        case _:
            texts = []
    return any(text and not is_sealed(text) for text in texts)


def _texts_about(act: SealLetter | UnsealLetter) -> Iterator[str]:
    """What a change of form says: opened it is in the clear, and a file that was not at hand keeps its name."""
    files = list(act.scans)
    for note in act.notes:
        yield note.note
        files += note.sheets
        for one in note.results:
            yield from (one.result, one.reason, *one.earlier)
            files += (*one.files, *(file for several in one.earlier_files for file in several))
    for lost in act.conflicts:
        yield from (lost.base or "", lost.stands, lost.wanted, lost.settled or "")
    yield from (file.name for file in files)


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
