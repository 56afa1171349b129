"""Which acts a person signs, beside the device: those that somebody may have to prove years later."""

from typing import Any

from core.domain.administering import AddUser, IssueCode, MoveUser, OpenPosition, RenameUser, SuspendUser
from core.domain.books import CloseBookYear
from core.domain.delegations import EndDelegation, OpenDelegation
from core.domain.dispositions import AnswerDisposition, IssueDisposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.handing_over import HandOver
from core.domain.held_acts import AcceptHeld, RejectHeld
from core.domain.number_fates import VoidLetter, VoidNumber
from core.domain.person_keys import PersonKeys
from core.domain.reading_secrets import NoteReading
from core.domain.registering import RegisterLetter
from core.domain.resealing import ResealLetter, SealLetter, UnsealLetter
from core.domain.revoking import OpenSealed, RevokeDevice
from core.domain.sessions import EndSessions
from core.domain.structuring import AddOffice, SetPasswordRule

# Orders, answers, and who is let into what is secret: nobody gives one in the name of a person who has a key.
ORDERS: tuple[type[Any], ...] = (
    IssueDisposition,
    AnswerDisposition,
    ResealLetter,
    SealLetter,
    UnsealLetter,
)
# What gives or takes rights: a code, a position, an order to act for somebody, a superior's word over held work. Who
# shares a PC with an administrator has the keys of that PC; so nobody who has a key is taken to have done this without
# it, whatever his PC says it knew.
RIGHTS: tuple[type[Any], ...] = (
    IssueCode,
    AddUser,
    RenameUser,
    MoveUser,
    SuspendUser,
    OpenPosition,
    OpenDelegation,
    EndDelegation,
    HandOver,
    RevokeDevice,
    OpenSealed,
    AddOffice,
    SetPasswordRule,
    EndSessions,
    AcceptHeld,
    RejectHeld,
)
# What uses numbers up. It is signed by whoever can; an agenda book that is read in by night is not.
NUMBERINGS: tuple[type[Any], ...] = (RegisterLetter, VoidLetter, VoidNumber, CloseBookYear)
# What somebody may have to answer for. Whoever can open what is sealed has the key to sign this with.
READINGS: tuple[type[Any], ...] = (NoteReading,)


def gives_rights(act: Any) -> bool:
    """Whether it takes the person's own signature in any case."""
    return isinstance(act, RIGHTS)


def is_signed_by_person(act: Any) -> bool:
    """Whether whoever does this signs it."""
    return isinstance(act, (*ORDERS, *RIGHTS, *NUMBERINGS, *READINGS))


def require_signature(act: Any, keys: PersonKeys | None, signature: bytes) -> None:
    """Refuse an order, or what gives rights, without a signature where the person has a key that stands."""
    if not signature and isinstance(act, (*ORDERS, *RIGHTS)) and keys is not None and keys.active:
        raise Refusal(RefusalCode.SIGNATURE_MISSING)
