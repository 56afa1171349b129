"""Which acts a person signs, beside the device: those that somebody may have to prove years later."""

from typing import Any

from core.domain.books import CloseBookYear
from core.domain.dispositions import AnswerDisposition, IssueDisposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import AcceptHeld, RejectHeld
from core.domain.number_fates import VoidLetter, VoidNumber
from core.domain.person_keys import PersonKeys
from core.domain.reading_secrets import NoteReading
from core.domain.registering import RegisterLetter
from core.domain.resealing import ResealLetter, SealLetter, UnsealLetter

# Orders, answers, and who is let into what is secret: nobody gives one in the name of a person who has a key.
ORDERS: tuple[type[Any], ...] = (
    IssueDisposition,
    AnswerDisposition,
    AcceptHeld,
    RejectHeld,
    ResealLetter,
    SealLetter,
    UnsealLetter,
)
# What uses numbers up. It is signed by whoever can; an agenda book that is read in by night is not.
NUMBERINGS: tuple[type[Any], ...] = (RegisterLetter, VoidLetter, VoidNumber, CloseBookYear)
# What somebody may have to answer for. Whoever can open what is sealed has the key to sign this with.
READINGS: tuple[type[Any], ...] = (NoteReading,)


def is_signed_by_person(act: Any) -> bool:
    """Whether whoever does this signs it."""
    return isinstance(act, (*ORDERS, *NUMBERINGS, *READINGS))


def require_signature(act: Any, keys: PersonKeys | None, signature: bytes) -> None:
    """Refuse an order without a signature where the person has a key that stands."""
    if not signature and isinstance(act, ORDERS) and keys is not None and keys.active:
        raise Refusal(RefusalCode.SIGNATURE_MISSING)
