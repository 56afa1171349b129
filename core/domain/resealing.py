"""Sealing a letter that became secret, putting it into the clear again, and letting somebody in who was not yet.

Only who can open a letter can let somebody in; nothing does it by itself. The letter says who let whom in, and when.
What is sealed or opened here is the form of what people wrote, never what it says; who changed it meanwhile is not
overwritten: his text stays in its form, for somebody to seal it again.
"""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import Attachment, kept_scans
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.letter_changes import SEALED_FIELDS, readable_changes
from core.domain.letters import IncomingLetter, LetterStatus, is_sealed_letter, subject_visible, visible_letter
from core.domain.permissions import Power, require
from core.domain.recasting import (
    ConflictTexts,
    NoteTexts,
    clear_form,
    in_other_files,
    is_left_sealed,
    recast_conflicts,
    recast_sheets,
    sealed_form,
)
from core.domain.registering import check_texts
from core.domain.secrecy import (
    SealedKey,
    is_sealed,
    require_same_key,
    require_same_seal,
    require_sealed,
    with_keys,
)


class ResealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Seal the key of a letter's contents to further people: that of the `seal` of this name (`seal_of`)."""

    letter_id: LetterId
    keys: tuple[SealedKey, ...]
    seal: bytes = b""


class SealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Seal a secret letter that is not: what it says, as its author saw it at the revision `base`.

    `scans` are those of the letter in their order, each under the hash of its sealed bytes, or as it was. `notes` are
    those of its dispositions that were in the clear, `conflicts` the values that lost in what is sealed. `seal` names
    the seal that all of it is under (`core.domain.secrecy.seal_of`); empty where scans are sealed to each reader.
    """

    letter_id: LetterId
    base: int
    keys: tuple[SealedKey, ...]
    subject: str
    summary: str
    scans: tuple[Attachment, ...]
    notes: tuple[NoteTexts, ...] = ()
    conflicts: tuple[ConflictTexts, ...] = ()
    seal: bytes = b""


class UnsealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Put what a sealed letter says into the clear, since it is to be secret no more: `SealLetter` the other way."""

    letter_id: LetterId
    base: int
    subject: str
    summary: str
    scans: tuple[Attachment, ...]
    notes: tuple[NoteTexts, ...] = ()
    conflicts: tuple[ConflictTexts, ...] = ()


def seal_letter(act: SealLetter, context: Context) -> Decision:
    """Put sealed texts in the place of those in the clear, also where the letter tells of its changes.

    What is sealed is no act; a letter that somebody changed meanwhile has to be looked at again.
    """
    letter = visible_letter(act.letter_id, context)
    if not any(one.user == context.actor.user for one in letter.keys):
        require(context.actor, Power.RAISE_SECURITY, letter.office)  # a reader seals what of it is in the clear yet
    if not letter.is_secret:
        if is_sealed_letter(letter):
            return Decision(records=())
        raise Refusal(RefusalCode.NOT_ALLOWED)
    require_same_key(letter.keys, act.keys)
    keys = with_keys(letter.keys, act.keys, by=context.actor.user, at=context.now)
    if not keys:
        raise Refusal(RefusalCode.SEAL_MALFORMED)
    require_same_seal(keys, act.seal)
    notes: tuple[Disposition | Conflict, ...] = (
        *recast_sheets(act.notes, letter, context, fits=sealed_form),
        *recast_conflicts(act.conflicts, letter, context, fits=sealed_form),
    )
    if is_sealed_letter(letter):
        return Decision(records=(*_scans_sealed_later(act, letter, context), *notes))
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
    letter = visible_letter(act.letter_id, context)
    require(context.actor, Power.LOWER_SECURITY, letter.office)
    if not letter.keys:
        return Decision(records=())
    _require_reader(letter, context)
    _require_unchanged(act, letter, context)
    texts = {"subject": act.subject, "summary": act.summary}
    if any(is_sealed(text) for text in texts.values()) or not _same_shape(act, letter):
        raise Refusal(RefusalCode.SEAL_MALFORMED)
    notes: tuple[Disposition | Conflict, ...] = (
        *recast_sheets(act.notes, letter, context, fits=clear_form),
        *recast_conflicts(act.conflicts, letter, context, fits=clear_form),
    )
    if is_left_sealed(letter, context, recast=notes, given=act.notes):
        raise Refusal(RefusalCode.SEAL_OUTDATED)  # without the keys nobody could open what was left
    opened = msgspec.structs.replace(
        letter, **texts, scans=act.scans, keys=(), changes=readable_changes(letter.changes, sealed=True)
    )
    check_texts(opened)
    return Decision(records=(opened, *notes))


def reseal_letter(act: ResealLetter, context: Context) -> Decision:
    """Add the keys; what is there already is no act. A line that was merged into another letter is read with it."""
    letter = visible_letter(act.letter_id, context)
    if letter.status == LetterStatus.VOID and letter.merged_into is None:
        raise Refusal(RefusalCode.LETTER_VOID)
    actor = context.actor
    if not letter.is_secret or not subject_visible(actor, letter):
        raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
    _require_reader(letter, context)
    keys = with_keys(letter.keys, act.keys, by=actor.user, at=context.now)
    if keys == letter.keys:
        return Decision(records=())
    require_same_seal(letter.keys, act.seal)
    return Decision(records=(msgspec.structs.replace(letter, keys=keys),))


def _scans_sealed_later(act: SealLetter, letter: IncomingLetter, context: Context) -> tuple[IncomingLetter, ...]:
    """The letter with scans sealed that were on no PC of whoever sealed the rest."""
    revisions = context.records.field_revisions(IncomingLetter, letter.id)
    scans = in_other_files(letter.scans, act.scans, fits=sealed_form)
    if scans == letter.scans or revisions.get("scans", 0) > act.base:
        return ()
    return (msgspec.structs.replace(letter, scans=scans),)


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
