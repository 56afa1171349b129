"""Sealing a letter that became secret, putting it into the clear again, and letting somebody in who was not yet.

Only who can open a letter can let somebody in; nothing does it by itself. The letter says who let whom in, and when.
What is sealed or opened here is the form of what people wrote, never what it says; who changed it meanwhile is not
overwritten: his text stays in its form, for somebody to seal it again.
"""

from collections.abc import Callable

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import Attachment, kept_scans
from core.domain.dispositions import Disposition, Recipient
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DispositionId, LetterId, PositionId
from core.domain.letter_changes import SEALED_FIELDS, readable_changes
from core.domain.letters import (
    IncomingLetter,
    check_texts,
    is_in_clear,
    register_visible,
    require_letter,
    subject_visible,
)
from core.domain.permissions import Power, require
from core.domain.secrecy import SealedKey, is_sealed, require_sealed, with_keys


class ResealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Seal the key of a letter's contents to further people."""

    letter_id: LetterId
    keys: tuple[SealedKey, ...]


class ResultTexts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a recipient of a disposition answered, and before that, in another form."""

    position: PositionId
    result: str
    earlier: tuple[str, ...] = ()


class NoteTexts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a disposition says, in another form, as it was seen at the revision `base`."""

    disposition_id: DispositionId
    base: int
    note: str
    results: tuple[ResultTexts, ...] = ()


class SealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Seal a secret letter that is not: what it says, as its author saw it at the revision `base`.

    `scans` are those of the letter in their order, each under the hash of its sealed bytes, or as it was. `notes` are
    those of its dispositions that were in the clear.
    """

    letter_id: LetterId
    base: int
    keys: tuple[SealedKey, ...]
    subject: str
    summary: str
    scans: tuple[Attachment, ...]
    notes: tuple[NoteTexts, ...] = ()


class UnsealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Put what a sealed letter says into the clear, since it is to be secret no more: `SealLetter` the other way."""

    letter_id: LetterId
    base: int
    subject: str
    summary: str
    scans: tuple[Attachment, ...]
    notes: tuple[NoteTexts, ...] = ()


def seal_letter(act: SealLetter, context: Context) -> Decision:
    """Put sealed texts in the place of those in the clear, also where the letter tells of its changes.

    What is sealed is no act; a letter that somebody changed meanwhile has to be looked at again.
    """
    letter = _visible(act.letter_id, context)
    require(context.actor, Power.RAISE_SECURITY, letter.office)
    if not letter.is_secret:
        if letter.keys and not is_in_clear(letter):
            return Decision(records=())
        raise Refusal(RefusalCode.NOT_ALLOWED)
    keys = with_keys(letter.keys, act.keys, by=context.actor.user, at=context.now)
    if not keys:
        raise Refusal(RefusalCode.SEAL_MALFORMED)
    notes = _recast(act.notes, letter, context, fits=is_sealed)
    if letter.keys and not is_in_clear(letter):
        return Decision(records=notes)
    _require_unchanged(act, letter, context)
    texts = {"subject": act.subject, "summary": act.summary}
    require_sealed(texts)
    if not _same_shape(act, letter):
        raise Refusal(RefusalCode.SEAL_MALFORMED)
    sealed = msgspec.structs.replace(
        letter,
        **texts,
        scans=kept_scans(act.scans, secret=True),
        keys=keys,
        changes=readable_changes(letter.changes, sealed=True),
    )
    check_texts(sealed)
    return Decision(records=(sealed, *notes))


def unseal_letter(act: UnsealLetter, context: Context) -> Decision:
    """Put clear texts in the place of the sealed ones, by a reader who may make the letter less strict.

    Its keys go; what it tells of changes under the seal stays blank. What is in the clear is no act.
    """
    letter = _visible(act.letter_id, context)
    require(context.actor, Power.LOWER_SECURITY, letter.office)
    if not letter.keys:
        return Decision(records=())
    _require_reader(letter, context)
    _require_unchanged(act, letter, context)
    texts = {"subject": act.subject, "summary": act.summary}
    if any(is_sealed(text) for text in texts.values()) or not _same_shape(act, letter):
        raise Refusal(RefusalCode.SEAL_MALFORMED)
    notes = _recast(act.notes, letter, context, fits=_in_clear)
    if len(notes) < sum(_is_covered(child) for child in _dispositions(letter, context)):
        raise Refusal(RefusalCode.SEAL_OUTDATED)  # without the keys nobody could open what was left
    opened = msgspec.structs.replace(
        letter, **texts, scans=act.scans, keys=(), changes=readable_changes(letter.changes, sealed=True)
    )
    check_texts(opened)
    return Decision(records=(opened, *notes))


def reseal_letter(act: ResealLetter, context: Context) -> Decision:
    """Add the keys; what is there already is no act."""
    letter = require_letter(act.letter_id, context)
    actor = context.actor
    if not letter.is_secret or not subject_visible(actor, letter):
        raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
    _require_reader(letter, context)
    keys = with_keys(letter.keys, act.keys, by=actor.user, at=context.now)
    if keys == letter.keys:
        return Decision(records=())
    return Decision(records=(msgspec.structs.replace(letter, keys=keys),))


def has_clear_texts(disposition: Disposition) -> bool:
    """Whether a disposition says something to whoever looks at its row."""
    return any(text and not is_sealed(text) for text in _texts(disposition))


def _is_covered(disposition: Disposition) -> bool:
    return any(is_sealed(text) for text in _texts(disposition))


def _texts(disposition: Disposition) -> tuple[str, ...]:
    results = (text for one in disposition.recipients for text in (one.result, *(each.result for each in one.earlier)))
    return (disposition.note, *results)


def _in_clear(text: str) -> bool:
    return not is_sealed(text)


def _visible(letter_id: LetterId, context: Context) -> IncomingLetter:
    """The letter, also a struck one: what it says has to be sealed like any other."""
    letter = context.records.get(IncomingLetter, letter_id)
    if letter is None or not register_visible(context.actor, letter):
        raise Refusal(RefusalCode.UNKNOWN_LETTER)
    return letter


def _require_reader(letter: IncomingLetter, context: Context) -> None:
    if not any(one.user == context.actor.user for one in letter.keys):
        raise Refusal(RefusalCode.SEALED_FOR_OTHERS)


def _require_unchanged(act: SealLetter | UnsealLetter, letter: IncomingLetter, context: Context) -> None:
    revisions = context.records.field_revisions(IncomingLetter, letter.id)
    if any(revisions.get(field, 0) > act.base for field in (*SEALED_FIELDS, "scans")):
        raise Refusal(RefusalCode.SEAL_OUTDATED)


def _same_shape(act: SealLetter | UnsealLetter, letter: IncomingLetter) -> bool:
    """Whether nothing is added or left out: a text for each text, a scan of the same kind for each scan."""
    texts = ((act.subject, letter.subject), (act.summary, letter.summary))
    scans = [[(one.media, one.pages) for one in several] for several in (letter.scans, act.scans)]
    return all(bool(new) == bool(old) for new, old in texts) and scans[0] == scans[1]


def _dispositions(letter: IncomingLetter, context: Context) -> tuple[Disposition, ...]:
    return tuple(child for child in context.records.children(letter.id) if isinstance(child, Disposition))


def _recast(
    notes: tuple[NoteTexts, ...], letter: IncomingLetter, context: Context, *, fits: Callable[[str], bool]
) -> tuple[Disposition, ...]:
    """The dispositions whose texts get the form that `fits`; what somebody changed meanwhile is left as it is."""
    given = {one.disposition_id: one for one in notes}
    changed = []
    for child in _dispositions(letter, context):
        texts = given.get(child.id)
        revisions = context.records.field_revisions(Disposition, child.id)
        if texts is None or max(revisions.get("note", 0), revisions.get("recipients", 0)) > texts.base:
            continue
        results = {one.position: one for one in texts.results}
        recast = msgspec.structs.replace(
            child,
            note=_in_form(child.note, texts.note, fits),
            recipients=tuple(_recipient(one, results.get(one.position), fits) for one in child.recipients),
        )
        if recast != child:
            changed.append(msgspec.structs.replace(recast, recast=True))
    return tuple(changed)


def _recipient(one: Recipient, texts: ResultTexts | None, fits: Callable[[str], bool]) -> Recipient:
    if texts is None or len(texts.earlier) != len(one.earlier):
        return one
    earlier = tuple(
        msgspec.structs.replace(each, result=_in_form(each.result, text, fits))
        for each, text in zip(one.earlier, texts.earlier, strict=True)
    )
    return msgspec.structs.replace(one, result=_in_form(one.result, texts.result, fits), earlier=earlier)


def _in_form(old: str, new: str, fits: Callable[[str], bool]) -> str:
    """The text in its new form, where it had the other one; nothing is written where nothing stood."""
    return new if old and new and fits(new) and not fits(old) else old
