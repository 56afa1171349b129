"""What speaks of a letter in its other form: sealed, or in the clear. What it says stays as it was.

Somebody may have changed it meanwhile: then it keeps its form, for somebody to seal it again. Nothing is written where
nothing stood, and a file has one file in its place, of the same kind and as many pages.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from core.domain.acting import Context
from core.domain.attachments import Attachment, kept_scans
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition, EarlierAnswer, Recipient
from core.domain.ids import DispositionId, PositionId, RowId
from core.domain.letter_changes import SEALED_FIELDS
from core.domain.letters import IncomingLetter
from core.domain.secrecy import is_sealed

_KindT = TypeVar("_KindT", Disposition, Conflict)
Form = Callable[[str], bool]


class ResultTexts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a recipient of a disposition answered, and before that, in another form; and why it was withdrawn."""

    position: PositionId
    result: str
    earlier: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()
    earlier_files: tuple[tuple[Attachment, ...], ...] = ()
    reason: str = ""


class NoteTexts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a disposition says, in another form, as it was seen at the revision `base`."""

    disposition_id: DispositionId
    base: int
    note: str
    results: tuple[ResultTexts, ...] = ()
    sheets: tuple[Attachment, ...] = ()


class ConflictTexts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The values of a conflict in another form, as they were seen at the revision `rev`."""

    conflict_id: RowId
    rev: int
    base: str | None
    stands: str
    wanted: str
    settled: str | None = None


def sealed_form(text: str) -> bool:
    """Whether a text is for readers only."""
    return is_sealed(text)


def clear_form(text: str) -> bool:
    """Whether a text is for whoever looks at the row."""
    return not is_sealed(text)


def has_clear_texts(record: Disposition | Conflict) -> bool:
    """Whether it says something to whoever looks at its row, the names of files included."""
    named = any(file.name or file.thumbnail for file in record.files) if isinstance(record, Disposition) else False
    return named or any(text and not is_sealed(text) for text in _texts(record))


def has_clear_scans(letter: IncomingLetter) -> bool:
    """Whether scans of a letter were never sealed: where they are, they have no name and no small picture."""
    return any(scan.name or scan.thumbnail for scan in letter.scans)


def has_sealed_texts(record: Disposition | Conflict) -> bool:
    """Whether it says something that readers alone can open."""
    return any(is_sealed(text) for text in _texts(record))


def in_other_files(old: tuple[Attachment, ...], new: tuple[Attachment, ...], *, fits: Form) -> tuple[Attachment, ...]:
    """The files in their new form, where each has its like; which form a file has, its bytes alone tell."""
    if not _alike(old, new):
        return old
    return kept_scans(new, secret=True) if fits is sealed_form else new


def is_left_sealed(
    letter: IncomingLetter,
    context: Context,
    *,
    recast: tuple[Disposition | Conflict, ...],
    given: tuple[NoteTexts, ...],
) -> bool:
    """Whether something would stay sealed that speaks of a letter, with what is `recast` in the clear.

    Files show no form: of each disposition that has some they have to be `given` anew.
    """
    opened: dict[bytes, Disposition | Conflict] = {one.id: one for one in recast}
    texts = {one.disposition_id: one for one in given}
    sheets = sheets_of(letter, context)
    about: tuple[Disposition | Conflict, ...] = (*sheets, *conflicts_of(letter, context))
    if any(has_sealed_texts(opened.get(one.id, one)) for one in about):
        return True
    return any(one.files and not _has_its_files(one, texts.get(one.id)) for one in sheets)


def sheets_of(letter: IncomingLetter, context: Context) -> tuple[Disposition, ...]:
    """The dispositions of a letter."""
    return _children(letter, context, Disposition)


def conflicts_of(letter: IncomingLetter, context: Context) -> tuple[Conflict, ...]:
    """What lost in a field that is sealed."""
    return tuple(one for one in _children(letter, context, Conflict) if one.field in SEALED_FIELDS)


def recast_sheets(
    given: tuple[NoteTexts, ...], letter: IncomingLetter, context: Context, *, fits: Form
) -> tuple[Disposition, ...]:
    """The dispositions whose texts and files get the form that `fits`; what somebody changed meanwhile is left."""
    by_id = {one.disposition_id: one for one in given}
    changed = []
    for child in sheets_of(letter, context):
        texts = by_id.get(child.id)
        revisions = context.records.field_revisions(Disposition, child.id)
        newest = max(revisions.get(field, 0) for field in ("note", "recipients", "sheets"))
        if texts is None or newest > texts.base:
            continue
        results = {one.position: one for one in texts.results}
        recast = msgspec.structs.replace(
            child,
            note=_in_form(child.note, texts.note, fits),
            recipients=tuple(_recipient(one, results.get(one.position), fits) for one in child.recipients),
            sheets=in_other_files(child.sheets, texts.sheets, fits=fits),
        )
        if recast != child:
            changed.append(msgspec.structs.replace(recast, recast=True))
    return tuple(changed)


def recast_conflicts(
    given: tuple[ConflictTexts, ...], letter: IncomingLetter, context: Context, *, fits: Form
) -> tuple[Conflict, ...]:
    """The conflicts whose values get the form that `fits`; what was settled meanwhile is left."""
    by_id = {one.conflict_id: one for one in given}
    changed = []
    for child in conflicts_of(letter, context):
        texts = by_id.get(child.id)
        if texts is None or context.records.field_revisions(Conflict, child.id).get("settled", 0) > texts.rev:
            continue
        recast = msgspec.structs.replace(
            child,
            base=None if child.base is None else _in_form(child.base, texts.base or "", fits),
            stands=_in_form(child.stands, texts.stands, fits),
            wanted=_in_form(child.wanted, texts.wanted, fits),
            settled=None if child.settled is None else _in_form(child.settled, texts.settled or "", fits),
        )
        if recast != child:
            changed.append(recast)
    return tuple(changed)


def _texts(record: Disposition | Conflict) -> tuple[str, ...]:
    if isinstance(record, Conflict):
        if record.field not in SEALED_FIELDS:
            return ()
        return (record.base or "", record.stands, record.wanted, record.settled or "")
    said = (
        text
        for one in record.recipients
        for text in (one.result, one.withdrawn_reason, *(each.result for each in one.earlier))
    )
    return (record.note, *said)


def _children(letter: IncomingLetter, context: Context, kind: type[_KindT]) -> tuple[_KindT, ...]:
    return tuple(child for child in context.records.children(letter.id) if isinstance(child, kind))


def _recipient(one: Recipient, texts: ResultTexts | None, fits: Form) -> Recipient:
    if texts is None or len(texts.earlier) != len(one.earlier):
        return one
    files = texts.earlier_files if len(texts.earlier_files) == len(one.earlier) else ((),) * len(one.earlier)
    earlier = tuple(
        _earlier(each, text, several, fits)
        for each, text, several in zip(one.earlier, texts.earlier, files, strict=True)
    )
    return msgspec.structs.replace(
        one,
        result=_in_form(one.result, texts.result, fits),
        withdrawn_reason=_in_form(one.withdrawn_reason, texts.reason, fits),
        earlier=earlier,
        files=in_other_files(one.files, texts.files, fits=fits),
    )


def _earlier(each: EarlierAnswer, text: str, files: tuple[Attachment, ...], fits: Form) -> EarlierAnswer:
    return msgspec.structs.replace(
        each, result=_in_form(each.result, text, fits), files=in_other_files(each.files, files, fits=fits)
    )


def _in_form(old: str, new: str, fits: Form) -> str:
    """The text in its new form, where it had the other one; nothing is written where nothing stood."""
    return new if old and new and fits(new) and not fits(old) else old


def _alike(old: tuple[Attachment, ...], new: tuple[Attachment, ...]) -> bool:
    return [(one.media, one.pages) for one in old] == [(one.media, one.pages) for one in new]


def _has_its_files(sheet: Disposition, texts: NoteTexts | None) -> bool:
    """Whether a file is given for each file of a disposition."""
    if texts is None or not _alike(sheet.sheets, texts.sheets):
        return False
    results = {one.position: one for one in texts.results}
    for one in sheet.recipients:
        had, has = (one.files, *(each.files for each in one.earlier)), results.get(one.position)
        if any(had) and (
            has is None
            or len(has.earlier_files) != len(one.earlier)
            or not all(_alike(*both) for both in zip(had, (has.files, *has.earlier_files), strict=True))
        ):
            return False
    return True
