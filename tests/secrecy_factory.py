"""What lets somebody into a sealed letter."""

from __future__ import annotations

from core.domain.attachments import Attachment
from core.domain.ids import DispositionId, LetterId, PositionId, UserId
from core.domain.resealing import NoteTexts, ResealLetter, ResultTexts, SealLetter, UnsealLetter
from core.domain.secrecy import SealedKey


def sealed_key(user: UserId) -> SealedKey:
    return SealedKey(user=user, key=bytes(range(8)), sealed=bytes(range(80)))


def reseal(letter_id: LetterId, user: UserId) -> ResealLetter:
    return ResealLetter(letter_id=letter_id, keys=(sealed_key(user),))


def seal(letter_id: LetterId, user: UserId, scan: Attachment) -> SealLetter:
    subject, summary = "tersegel-1:c3ViamVjdA==", "tersegel-1:c3VtbWFyeQ=="
    return SealLetter(
        letter_id=letter_id,
        base=17,
        keys=(sealed_key(user),),
        subject=subject,
        summary=summary,
        scans=(scan,),
        notes=(note_texts("tersegel-1:bm90ZQ=="),),
    )


def unseal(letter_id: LetterId, scan: Attachment) -> UnsealLetter:
    return UnsealLetter(
        letter_id=letter_id,
        base=18,
        subject="Undangan rapat koordinasi",
        summary="Rapat di aula, membawa data.",
        scans=(scan,),
        notes=(note_texts("Hadiri dan laporkan."),),
    )


def note_texts(note: str) -> NoteTexts:
    results = (ResultTexts(position=PositionId(74), result=note, earlier=(note,)),)
    return NoteTexts(disposition_id=DispositionId(bytes(range(16))), base=17, note=note, results=results)
