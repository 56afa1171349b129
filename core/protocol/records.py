"""The registry: which kinds of record exist, which acts change them, and how two versions of a field meet.

A new kind of record is one entry in `KINDS` and one entry an act in `ACTS`. The codes travel; they are never reused.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import msgspec

from core.domain.acting import Context, Decision
from core.domain.administering import (
    AddUser,
    CodeIssue,
    IssueCode,
    MoveUser,
    OpenPosition,
    RenameUser,
    SuspendUser,
    add_user,
    issue_code,
    move_user,
    open_position,
    rename_user,
    suspend_user,
)
from core.domain.amending import AMENDABLE, AmendLetter, amend_letter, resolve_conflict
from core.domain.archives import OpenRecordFile, RecordFile, open_record_file
from core.domain.attaching import AttachScans, attach_scans
from core.domain.attachments import kept_scans
from core.domain.attending import AttendEvent, attend_event
from core.domain.books import BookYear, CloseBookYear, NumberBook, SetBook, close_book_year, set_book
from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.delegations import Delegation, EndDelegation, OpenDelegation, end_delegation, open_delegation
from core.domain.dispositions import (
    AnswerDisposition,
    Disposition,
    IssueDisposition,
    ReadDisposition,
    answer_disposition,
    issue_disposition,
    read_disposition,
)
from core.domain.filing import FileLetter, file_letter
from core.domain.following_up import (
    ConfirmDisposition,
    RemindRecipients,
    WithdrawDisposition,
    confirm_disposition,
    remind_recipients,
    withdraw_disposition,
)
from core.domain.handing_over import HandOver, hand_over
from core.domain.held_acts import AcceptHeld, HeldAct, RejectHeld, accept_held, reject_held
from core.domain.ids import LetterId
from core.domain.instruction_lists import InstructionChoice, SetInstructions, set_instructions
from core.domain.joining import JoinArrival, MergeLetters, join_arrival, merge_letters
from core.domain.letters import IncomingLetter, number_claims
from core.domain.number_fates import (
    NumberFate,
    ReturnNumbers,
    VoidLetter,
    VoidNumber,
    fate_claims,
    return_numbers,
    void_letter,
    void_number,
)
from core.domain.numbering import NumberClaim
from core.domain.offices import Office, Person, Position, Unit
from core.domain.person_keys import PersonKeys
from core.domain.reading_secrets import NoteReading, note_reading
from core.domain.reclassifying import ReclassifyLetter, reclassify_letter
from core.domain.registering import RegisterLetter, register_letter
from core.domain.replying import EndReply, ExpectReply, end_reply, expect_reply
from core.domain.resealing import (
    ResealLetter,
    SealLetter,
    UnsealLetter,
    reseal_letter,
    seal_letter,
    unseal_letter,
)
from core.domain.revoking import OpenSealed, Revocation, RevokeDevice, open_sealed, revoke_device
from core.domain.server_room import NoteServerRun, ServerRun, note_server_run
from core.domain.sessions import EndSessions, SessionEnd, end_sessions
from core.domain.streams import (
    StreamKey,
    code_streams,
    conflict_streams,
    directory_streams,
    disposition_streams,
    held_streams,
    letter_streams,
    number_streams,
    record_file_streams,
    session_end_streams,
)
from core.domain.structuring import (
    AddOffice,
    PasswordRule,
    SetPasswordRule,
    SetUnit,
    add_office,
    set_password_rule,
    set_unit,
)


class MergePolicy(Enum):
    """How two versions of one field meet."""

    STRICTER = "stricter"  # the higher one wins; it is lowered by an act of its own
    FIXED = "fixed"  # set when the record is made, never changed
    PATCH = "patch"  # per field, by the revision at which the author last saw it; the loser is kept
    EVENT = "event"  # changed only by events, which the server puts in order
    SERVER = "server"  # changed by the server's administrator only


class RecordKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of record. `attachments` names the hashes of files that the record refers to.

    `about` names the letters of which a record speaks: it carries their security level, and goes where they go.
    """

    code: int
    name: str
    struct: type[Any]
    streams: Callable[[Any], tuple[StreamKey, ...]]
    policies: Mapping[str, MergePolicy]
    claims: Callable[[Any], tuple[NumberClaim, ...]]
    attachments: Callable[[Any], tuple[bytes, ...]]
    about: Callable[[Any], tuple[LetterId, ...]]


class ActKind(msgspec.Struct, frozen=True, kw_only=True):
    """One act: its code on the wire, its struct and its rule."""

    code: int
    name: str
    struct: type[Any]
    decide: Callable[[Any, Context], Decision]


def _no_claims(_record: object) -> tuple[NumberClaim, ...]:
    return ()


def _no_attachments(_record: object) -> tuple[bytes, ...]:
    return ()


def _about_none(_record: object) -> tuple[LetterId, ...]:
    return ()


def _about_its_letter(record: Disposition | Conflict) -> tuple[LetterId, ...]:
    return (record.letter_id,)


def _about_several(held: HeldAct) -> tuple[LetterId, ...]:
    return held.about


def _letter_attachments(letter: IncomingLetter) -> tuple[bytes, ...]:
    # Whatever a letter was before: as long as it is secret, nothing but its scan stands for its scan.
    if not letter.scans:
        return ()
    scans = kept_scans(letter.scans, secret=letter.is_secret)
    return tuple(dict.fromkeys(name for scan in scans for name in (scan.sha256, scan.thumbnail) if name))


def _disposition_files(disposition: Disposition) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(name for file in disposition.files for name in (file.sha256, file.thumbnail) if name))


def _held_files(held: HeldAct) -> tuple[bytes, ...]:
    return held.files


def _policies(struct: type[Any], default: MergePolicy, **named: MergePolicy) -> Mapping[str, MergePolicy]:
    return MappingProxyType({field: named.get(field, default) for field in struct.__struct_fields__})


def _directory_kind(code: int, name: str, struct: type[Any], /, **events: MergePolicy) -> RecordKind:
    return RecordKind(
        code=code,
        name=name,
        struct=struct,
        streams=directory_streams,
        policies=_policies(struct, MergePolicy.SERVER, **events),
        claims=_no_claims,
        attachments=_no_attachments,
        about=_about_none,
    )


def _written_once(
    code: int,
    name: str,
    struct: type[Any],
    streams: Callable[[Any], tuple[StreamKey, ...]],
    /,
    **events: MergePolicy,
) -> RecordKind:
    return RecordKind(
        code=code,
        name=name,
        struct=struct,
        streams=streams,
        policies=_policies(struct, MergePolicy.FIXED, **events),
        claims=_no_claims,
        attachments=_no_attachments,
        about=_about_none,
    )


_LETTER_EVENTS = dict.fromkeys(
    (
        *("agenda_no", "status", "record_file", "involved", "open_answers", "scans", "changes", "keys", "readings"),
        *("arrivals", "merged_into", "receipts"),
        *("attendance", "reply_by", "reply_asked", "reply_no", "reply_reason"),
    ),
    MergePolicy.EVENT,
)
_DISPOSITION_EVENTS = dict.fromkeys(
    ("recipients", "security", "note", "recast", "confirmed_by", "confirmed_at", "receipts"), MergePolicy.EVENT
)
_HELD_EVENTS = dict.fromkeys(
    (
        *("state", "decided_by", "decided_as", "decided_at", "reason", "security", "signature", "signed_ms"),
        *("reviewers", "ops", "would", "sealed", "keys"),
    ),
    MergePolicy.EVENT,
)
_CONFLICT_EVENTS = dict.fromkeys(("settled", "settled_by", "settled_as", "settled_at", "security"), MergePolicy.EVENT)
_PERSON_EVENTS = dict.fromkeys(("name", "positions", "active", "acting"), MergePolicy.EVENT)
_DELEGATION_EVENTS = dict.fromkeys(("cut_at", "cut_by", "cut_as", "cut_reason"), MergePolicy.EVENT)
_BOOK_EVENTS = dict.fromkeys(("name", "template", "active"), MergePolicy.EVENT)
_REVOCATION_EVENTS = dict.fromkeys(("opened_by", "opened_at"), MergePolicy.EVENT)
_LETTER_PATCHES = dict.fromkeys(AMENDABLE, MergePolicy.PATCH)

KINDS: tuple[RecordKind, ...] = (
    _directory_kind(1, "office", Office),
    _directory_kind(2, "unit", Unit),
    _directory_kind(3, "position", Position, handed=MergePolicy.EVENT),
    _directory_kind(4, "person", Person, **_PERSON_EVENTS),
    RecordKind(
        code=5,
        name="letter",
        struct=IncomingLetter,
        streams=letter_streams,
        policies=_policies(
            IncomingLetter, MergePolicy.FIXED, security=MergePolicy.STRICTER, **_LETTER_EVENTS, **_LETTER_PATCHES
        ),
        claims=number_claims,
        attachments=_letter_attachments,
        about=_about_none,
    ),
    RecordKind(
        code=6,
        name="disposition",
        struct=Disposition,
        streams=disposition_streams,
        policies=_policies(Disposition, MergePolicy.FIXED, **_DISPOSITION_EVENTS),
        claims=_no_claims,
        attachments=_disposition_files,
        about=_about_its_letter,
    ),
    RecordKind(
        code=7,
        name="record_file",
        struct=RecordFile,
        streams=record_file_streams,
        policies=_policies(RecordFile, MergePolicy.FIXED, closed_on=MergePolicy.EVENT),
        claims=_no_claims,
        attachments=_no_attachments,
        about=_about_none,
    ),
    _directory_kind(8, "number_book", NumberBook, **_BOOK_EVENTS),
    RecordKind(
        code=9,
        name="book_year",
        struct=BookYear,
        streams=number_streams,
        policies=_policies(BookYear, MergePolicy.FIXED),
        claims=_no_claims,
        attachments=_no_attachments,
        about=_about_none,
    ),
    RecordKind(
        code=10,
        name="number_fate",
        struct=NumberFate,
        streams=number_streams,
        policies=_policies(NumberFate, MergePolicy.FIXED),
        claims=fate_claims,
        attachments=_no_attachments,
        about=_about_none,
    ),
    RecordKind(
        code=11,
        name="held_act",
        struct=HeldAct,
        streams=held_streams,
        policies=_policies(HeldAct, MergePolicy.FIXED, **_HELD_EVENTS),
        claims=_no_claims,
        attachments=_held_files,
        about=_about_several,
    ),
    RecordKind(
        code=12,
        name="conflict",
        struct=Conflict,
        streams=conflict_streams,
        policies=_policies(Conflict, MergePolicy.FIXED, **_CONFLICT_EVENTS),
        claims=_no_claims,
        attachments=_no_attachments,
        about=_about_its_letter,
    ),
    _written_once(19, "delegation", Delegation, directory_streams, **_DELEGATION_EVENTS),
    _directory_kind(13, "person_keys", PersonKeys),
    _written_once(20, "code_issue", CodeIssue, code_streams),
    _written_once(29, "session_end", SessionEnd, session_end_streams),
    _directory_kind(26, "password_rule", PasswordRule),
    _directory_kind(27, "server_run", ServerRun),
    _directory_kind(28, "instruction_choice", InstructionChoice, chosen=MergePolicy.EVENT, own=MergePolicy.EVENT),
    _written_once(25, "revocation", Revocation, directory_streams, **_REVOCATION_EVENTS),
)

ACTS: tuple[ActKind, ...] = (
    ActKind(code=1, name="letter.register", struct=RegisterLetter, decide=register_letter),
    ActKind(code=2, name="letter.amend", struct=AmendLetter, decide=amend_letter),
    ActKind(code=3, name="letter.file", struct=FileLetter, decide=file_letter),
    ActKind(code=4, name="record_file.open", struct=OpenRecordFile, decide=open_record_file),
    ActKind(code=5, name="disposition.issue", struct=IssueDisposition, decide=issue_disposition),
    ActKind(code=6, name="disposition.read", struct=ReadDisposition, decide=read_disposition),
    ActKind(code=7, name="disposition.answer", struct=AnswerDisposition, decide=answer_disposition),
    ActKind(code=8, name="letter.void", struct=VoidLetter, decide=void_letter),
    ActKind(code=9, name="number.void", struct=VoidNumber, decide=void_number),
    ActKind(code=10, name="number.return", struct=ReturnNumbers, decide=return_numbers),
    ActKind(code=11, name="book_year.close", struct=CloseBookYear, decide=close_book_year),
    ActKind(code=12, name="held_act.accept", struct=AcceptHeld, decide=accept_held),
    ActKind(code=13, name="held_act.reject", struct=RejectHeld, decide=reject_held),
    ActKind(code=14, name="conflict.resolve", struct=ResolveConflict, decide=resolve_conflict),
    ActKind(code=15, name="letter.reclassify", struct=ReclassifyLetter, decide=reclassify_letter),
    ActKind(code=24, name="delegation.open", struct=OpenDelegation, decide=open_delegation),
    ActKind(code=25, name="delegation.end", struct=EndDelegation, decide=end_delegation),
    ActKind(code=16, name="letter.reseal", struct=ResealLetter, decide=reseal_letter),
    ActKind(code=17, name="letter.seal", struct=SealLetter, decide=seal_letter),
    ActKind(code=26, name="position.open", struct=OpenPosition, decide=open_position),
    ActKind(code=27, name="user.add", struct=AddUser, decide=add_user),
    ActKind(code=28, name="user.move", struct=MoveUser, decide=move_user),
    ActKind(code=29, name="user.suspend", struct=SuspendUser, decide=suspend_user),
    ActKind(code=30, name="code.issue", struct=IssueCode, decide=issue_code),
    ActKind(code=31, name="letter.read", struct=NoteReading, decide=note_reading),
    ActKind(code=32, name="letter.unseal", struct=UnsealLetter, decide=unseal_letter),
    ActKind(code=33, name="position.hand_over", struct=HandOver, decide=hand_over),
    ActKind(code=35, name="device.revoke", struct=RevokeDevice, decide=revoke_device),
    ActKind(code=36, name="device.open", struct=OpenSealed, decide=open_sealed),
    ActKind(code=37, name="unit.set", struct=SetUnit, decide=set_unit),
    ActKind(code=38, name="office.add", struct=AddOffice, decide=add_office),
    ActKind(code=39, name="password_rule.set", struct=SetPasswordRule, decide=set_password_rule),
    ActKind(code=34, name="server.run", struct=NoteServerRun, decide=note_server_run),
    ActKind(code=40, name="user.rename", struct=RenameUser, decide=rename_user),
    ActKind(code=41, name="book.set", struct=SetBook, decide=set_book),
    ActKind(code=43, name="disposition.withdraw", struct=WithdrawDisposition, decide=withdraw_disposition),
    ActKind(code=44, name="disposition.remind", struct=RemindRecipients, decide=remind_recipients),
    ActKind(code=45, name="instructions.set", struct=SetInstructions, decide=set_instructions),
    ActKind(code=55, name="letter.join", struct=JoinArrival, decide=join_arrival),
    ActKind(code=56, name="letter.merge", struct=MergeLetters, decide=merge_letters),
    ActKind(code=47, name="letter.attach", struct=AttachScans, decide=attach_scans),
    ActKind(code=46, name="disposition.confirm", struct=ConfirmDisposition, decide=confirm_disposition),
    ActKind(code=50, name="letter.attend", struct=AttendEvent, decide=attend_event),
    ActKind(code=51, name="letter.expect_reply", struct=ExpectReply, decide=expect_reply),
    ActKind(code=57, name="sessions.end", struct=EndSessions, decide=end_sessions),
    ActKind(code=52, name="letter.end_reply", struct=EndReply, decide=end_reply),
)

KIND_BY_CODE: Mapping[int, RecordKind] = MappingProxyType({kind.code: kind for kind in KINDS})
KIND_OF: Mapping[type[Any], RecordKind] = MappingProxyType({kind.struct: kind for kind in KINDS})
ACT_BY_CODE: Mapping[int, ActKind] = MappingProxyType({act.code: act for act in ACTS})
ACT_OF: Mapping[type[Any], ActKind] = MappingProxyType({act.struct: act for act in ACTS})


def row_key(record: Any) -> tuple[int, bytes]:
    """(kind code, row id): what names a record everywhere."""
    return KIND_OF[type(record)].code, record.id
