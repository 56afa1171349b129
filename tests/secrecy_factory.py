"""What lets somebody into a sealed letter."""

from __future__ import annotations

from core.domain.attachments import Attachment
from core.domain.ids import LetterId, UserId
from core.domain.resealing import ResealLetter, SealLetter
from core.domain.secrecy import SealedKey


def sealed_key(user: UserId) -> SealedKey:
    return SealedKey(user=user, key=bytes(range(8)), sealed=bytes(range(80)))


def reseal(letter_id: LetterId, user: UserId) -> ResealLetter:
    return ResealLetter(letter_id=letter_id, keys=(sealed_key(user),))


def seal(letter_id: LetterId, user: UserId, scan: Attachment) -> SealLetter:
    subject, summary = "tersegel-1:c3ViamVjdA==", "tersegel-1:c3VtbWFyeQ=="
    return SealLetter(
        letter_id=letter_id, base=17, keys=(sealed_key(user),), subject=subject, summary=summary, scans=(scan,)
    )
