"""Correcting letters: each field by itself, judged by what its author had seen of it."""

from datetime import date

import msgspec

from core.domain.acting import Context, Decision, FieldConflict
from core.domain.classification import check_code
from core.domain.errors import Refusal, RefusalCode
from core.domain.letters import AMENDABLE, AmendLetter, IncomingLetter, check_texts, field_text, require_letter
from core.domain.permissions import Power, require

_DATE_FIELDS = ("letter_date", "due_on")


def amend_letter(act: AmendLetter, context: Context) -> Decision:
    """Apply each change whose field nobody else changed since `base`; the rest loses and is reported."""
    letter = require_letter(act.letter_id, context)
    require(context.actor, Power.AMEND_LETTER, letter.office)
    revisions = context.records.field_revisions(IncomingLetter, act.letter_id)
    changed: dict[str, object] = {}
    conflicts: list[FieldConflict] = []
    for field, text in act.changes.items():
        if field not in AMENDABLE:
            raise Refusal(RefusalCode.NOT_ALLOWED, field)
        stands = field_text(letter, field)
        if text == stands:
            continue
        if revisions.get(field, 0) > act.base.get(field, 0):
            conflicts.append(FieldConflict(field=field, stands=stands, wanted=text))
        else:
            changed[field] = _parse_field(field, text)
    if not changed:
        return Decision(records=(), conflicts=tuple(conflicts))
    amended = msgspec.structs.replace(letter, **changed)
    check_texts(amended)
    check_code(amended.classification)
    return Decision(records=(amended,), conflicts=tuple(conflicts))


def _parse_field(field: str, text: str) -> object:
    if field not in _DATE_FIELDS:
        return text
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as err:
        raise Refusal(RefusalCode.DATE_MALFORMED, field) from err
