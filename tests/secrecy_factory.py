"""What lets somebody into a sealed letter."""

from __future__ import annotations

from core.domain.attachments import Attachment
from core.domain.ids import DispositionId, LetterId, PositionId, RowId, UserId
from core.domain.recasting import ConflictTexts, NoteTexts, ResultTexts
from core.domain.resealing import ResealLetter, SealLetter, UnsealLetter
from core.domain.secrecy import SealedKey, seal_of


def sealed_key(user: UserId) -> SealedKey:
    return SealedKey(user=user, key=bytes(range(8)), sealed=bytes(range(80)))


# All keys that are made here are sealed alike.
SEAL = seal_of((sealed_key(UserId(1)),))


def reseal(letter_id: LetterId, user: UserId) -> ResealLetter:
    keys = (sealed_key(user),)
    return ResealLetter(letter_id=letter_id, keys=keys, seal=SEAL)


def seal(letter_id: LetterId, user: UserId, scan: Attachment) -> SealLetter:
    subject, summary = "tersegel-1:c3ViamVjdA==", "tersegel-1:c3VtbWFyeQ=="
    return SealLetter(
        letter_id=letter_id,
        base=17,
        keys=(sealed_key(user),),
        subject=subject,
        summary=summary,
        scans=(scan,),
        notes=(note_texts("tersegel-1:bm90ZQ==", scan),),
        conflicts=(conflict_texts("tersegel-1:bG9zdA=="),),
        seal=SEAL,
    )


def unseal(letter_id: LetterId, scan: Attachment) -> UnsealLetter:
    return UnsealLetter(
        letter_id=letter_id,
        base=18,
        subject="Undangan rapat koordinasi",
        summary="Rapat di aula, membawa data.",
        scans=(scan,),
        notes=(note_texts("Hadiri dan laporkan.", scan),),
        conflicts=(conflict_texts("Undangan rapat teknis"),),
    )


def note_texts(note: str, scan: Attachment) -> NoteTexts:
    result = ResultTexts(
        position=PositionId(74), result=note, earlier=(note,), files=(scan,), earlier_files=((scan,),), reason=note
    )
    return NoteTexts(
        disposition_id=DispositionId(bytes(range(16))), base=17, note=note, results=(result,), sheets=(scan,)
    )


def conflict_texts(text: str) -> ConflictTexts:
    return ConflictTexts(conflict_id=RowId(bytes(range(16))), rev=17, base=text, stands=text, wanted=text, settled=text)
