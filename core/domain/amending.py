"""Correcting letters: each field by itself, judged by what its author had seen of it.

A value that loses is never dropped: it becomes a conflict record, which both authors see and either may decide.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from core.domain.acting import Change, Context, Decision, FieldConflict
from core.domain.classification import check_code
from core.domain.conflicts import Conflict, ResolveConflict, conflict_id
from core.domain.errors import Refusal, RefusalCode
from core.domain.following_up import named_in, sheets_of_all_lines
from core.domain.ids import LetterId, PositionId
from core.domain.letter_changes import SEALED_FIELDS, with_changes
from core.domain.letters import (
    EVENT_FIELDS,
    IncomingLetter,
    Urgency,
    as_text,
    field_text,
    is_for_readers,
    require_letter,
)
from core.domain.permissions import Power, require
from core.domain.registering import check_texts, require_position
from core.domain.secrecy import is_sealed, require_same_seal, require_sealed

AMENDABLE = (
    "letter_no",
    "letter_date",
    "sender",
    "subject",
    "classification",
    "due_on",
    "summary",
    "urgency",
    "addressee",
    *EVENT_FIELDS,
)
_DATE_FIELDS = ("letter_date", "due_on", "event_on")
_MAX_DIGITS = 10  # of a position: positions are numbered in 32 bits


class AmendLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Correct fields of a letter.

    `base` gives the revision at which the author last saw each of them, `seen` the value. `seal` names the seal under
    which the sealed ones of both are (`core.domain.secrecy.seal_of`).
    """

    letter_id: LetterId
    changes: dict[str, str]
    base: dict[str, int]
    seen: dict[str, str] = {}
    seal: bytes = b""


def amend_letter(act: AmendLetter, context: Context) -> Decision:
    """Apply each change of a value that its author saw, or that nobody else changed since `base`.

    The rest loses, is reported and kept.
    """
    letter = require_letter(act.letter_id, context)
    require(context.actor, Power.AMEND_LETTER, letter.office)
    return _weigh(letter, act.changes, base=act.base, seen=act.seen, seal=act.seal, context=context)


def resolve_conflict(act: ResolveConflict, context: Context) -> Decision:
    """Settle a conflict: keep what stands, or correct the field like any other correction.

    A correction that loses itself settles nothing, and its value is kept as well. Where the conflict is decided
    already, the same decision is no act and another one is refused. A server that was put back may not have the
    conflict yet: then the correction stands by itself, and what lost is weighed against it when it comes again.
    """
    letter = require_letter(act.letter_id, context)
    require(context.actor, Power.AMEND_LETTER, letter.office)
    if act.field not in AMENDABLE:
        raise Refusal(RefusalCode.NOT_ALLOWED, act.field)
    known = context.records.get(Conflict, act.conflict_id)
    if known is not None and (known.letter_id, known.field) != (letter.id, act.field):
        raise Refusal(RefusalCode.UNKNOWN_CONFLICT)
    if known is not None and not known.is_open:
        if known.settled == act.wanted:
            return Decision(records=())
        raise Refusal(RefusalCode.CONFLICT_SETTLED, act.field)
    weighed = Decision(records=())
    if act.value is not None:
        changes, base, seen = {act.field: act.value}, {act.field: act.base}, {act.field: act.seen}
        weighed = _weigh(letter, changes, base=base, seen=seen, seal=act.seal, context=context, deciding=known)
    if known is None or weighed.conflicts:
        return weighed
    settled = msgspec.structs.replace(
        known,
        settled=field_text(letter, act.field) if act.value is None else act.value,
        settled_by=context.actor.user,
        settled_as=context.actor.position,
        settled_at=context.now,
    )
    return Decision(records=(*weighed.records, settled))


def _weigh(
    letter: IncomingLetter,
    changes: Mapping[str, str],
    *,
    base: Mapping[str, int],
    seen: Mapping[str, str],
    seal: bytes,
    context: Context,
    deciding: Conflict | None = None,
) -> Decision:
    """Apply what nobody else was faster with; keep the rest, but for a value that the conflict in question keeps."""
    revisions = context.records.field_revisions(IncomingLetter, letter.id)
    wished: dict[str, object] = {}
    lost: dict[str, FieldConflict] = {}
    for field, text in changes.items():
        if field not in AMENDABLE:
            raise Refusal(RefusalCode.NOT_ALLOWED, field)
        stands = field_text(letter, field)
        if text == stands:
            continue
        wished[field] = _parse_field(field, text)
        # Where what stands is what the author saw, nobody was faster, at whatever number it was written: by a colleague
        # on the same PC, say, whose act had no number yet.
        newer = revisions.get(field, 0) > base.get(field, 0)
        if newer and (deciding is not None or seen.get(field) != stands):
            lost[field] = FieldConflict(field=field, stands=stands, wanted=text)
    valid = letter
    if wished:
        # What loses is judged like what is applied: it may be taken later.
        valid = msgspec.structs.replace(letter, **wished)
        check_texts(valid)
        # What its author had seen is kept beside a value that loses.
        for told in (changes, seen):
            _require_form(letter, {field: told.get(field, "") for field in SEALED_FIELDS if field in wished}, seal)
        check_code(valid.classification)
        if "addressee" in wished and valid.addressee is not None:
            require_position(valid.addressee, context)
    applied = {field: value for field, value in wished.items() if field not in lost}
    kept = (
        _kept(letter, one, base=base.get(one.field, 0), seen=seen.get(one.field), context=context)
        for one in lost.values()
        if deciding is None or deciding.wanted != one.wanted
    )
    if "addressee" in applied:
        applied["involved"] = _readdressed(letter, valid.addressee, context)
    texts = {field: (field_text(letter, field), changes[field]) for field in wished if field in applied}
    noted = with_changes(letter.changes, texts, context)
    return Decision(
        records=(msgspec.structs.replace(letter, **applied, changes=noted),) if applied else (),
        conflicts=tuple(lost.values()),
        kept=tuple(one for one in kept if context.records.get(Conflict, one.id) is None),
    )


def _require_form(letter: IncomingLetter, texts: Mapping[str, str], seal: bytes) -> None:
    """Refuse texts that are sealed otherwise than their letter is, or not at all where it is sealed."""
    if any(is_sealed(text) for text in texts.values()):
        if not letter.keys:
            raise Refusal(RefusalCode.SEAL_CHANGED)  # the seal was opened meanwhile: nobody has the key any more
        require_same_seal(letter.keys, seal)
    if is_for_readers(letter):
        require_sealed(texts)


def _kept(letter: IncomingLetter, lost: FieldConflict, *, base: int, seen: str | None, context: Context) -> Conflict:
    author = Change(user=context.actor.user, position=context.actor.position, at=context.now)
    winner = context.records.last_change(IncomingLetter, letter.id, lost.field)
    return Conflict(
        id=conflict_id(letter.id, lost.field, author=author, wanted=lost.wanted, base=base),
        letter_id=letter.id,
        office=letter.office,
        year=letter.agenda_year,
        security=letter.security,
        field=lost.field,
        base=seen,
        stands=lost.stands,
        stands_by=winner.user,
        stands_as=winner.position,
        stands_at=winner.at,
        wanted=lost.wanted,
        wanted_by=author.user,
        wanted_as=author.position,
        wanted_at=context.now,
    )


def _readdressed(letter: IncomingLetter, addressee: PositionId | None, context: Context) -> tuple[PositionId, ...]:
    """Whose letter it is once it is addressed anew: not his any more whom nothing but the mistake had made party."""
    named = {position for sheet in sheets_of_all_lines(letter, context) for position in named_in(sheet)}
    stay = {position for position in letter.involved if position != letter.addressee or position in named}
    return tuple(sorted(stay if addressee is None else {*stay, addressee}))


def _parse_field(field: str, text: str) -> object:
    if field == "urgency":
        if text not in {as_text(one) for one in Urgency}:
            raise Refusal(RefusalCode.NOT_ALLOWED, field)
        return Urgency(int(text))
    if field == "addressee":
        return _parse_position(text)
    if field not in _DATE_FIELDS:
        return text
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as err:
        raise Refusal(RefusalCode.DATE_MALFORMED, field) from err


def _parse_position(text: str) -> PositionId | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS and as_text(int(text)) == text):
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "addressee")
    return PositionId(int(text))
