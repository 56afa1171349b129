"""One of every record, act and message, whole and with sensible values; and the people of a small office."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from core.domain.administering import AddUser, CodeIssue, IssueCode, MoveUser, OpenPosition, RenameUser, SuspendUser
from core.domain.amending import AmendLetter
from core.domain.archives import OpenRecordFile, RecordFile
from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment, MediaType
from core.domain.books import BookYear, CloseBookYear, NumberBook, SetBook
from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.delegations import Delegation, EndDelegation, OpenDelegation
from core.domain.dispositions import (
    AnswerDisposition,
    Disposition,
    IssueDisposition,
    ReadDisposition,
    Recipient,
    RecipientState,
)
from core.domain.filing import FileLetter
from core.domain.handing_over import HandOver
from core.domain.held_acts import AcceptHeld, HeldAct, HeldNumber, RejectHeld, WhyHeld
from core.domain.ids import (
    BlobHash,
    BookId,
    DeviceId,
    DispositionId,
    LetterId,
    OfficeId,
    PositionId,
    RecordFileId,
    RowId,
    UnitId,
    UserId,
)
from core.domain.instruction_lists import InstructionChoice, SetInstructions
from core.domain.letter_readings import ReadingWay
from core.domain.letters import Channel, IncomingLetter, LetterStatus, SecurityLevel, Urgency
from core.domain.number_fates import FateCause, NumberFate, ReturnNumbers, VoidLetter, VoidNumber
from core.domain.offices import Actor, Office, Person, Position, Role, Unit, actor_of
from core.domain.person_keys import PersonKeys
from core.domain.reading_secrets import NoteReading
from core.domain.reclassifying import ReclassifyLetter
from core.domain.registering import RegisterLetter
from core.domain.resealing import ResealLetter, SealLetter, UnsealLetter
from core.domain.revoking import OpenSealed, Revocation, RevokeDevice
from core.domain.server_room import NoteServerRun, ServerRun
from core.domain.sessions import EndSessions, SessionEnd
from core.domain.structuring import AddOffice, PasswordRule, SetPasswordRule, SetUnit
from tests.admin_factory import (
    CODE_ISSUE,
    END_SESSIONS,
    MOVE_USER,
    RENAME_USER,
    SESSION_END,
    SUSPEND_USER,
    add_user_act,
    hand_over_act,
    handed,
    issue_code_act,
    open_position_act,
)
from tests.agenda_factory import EVENT, agenda_acts, whole_letter
from tests.arrival_factory import arrival_acts, come_twice
from tests.change_factory import LATE, amended_answer
from tests.conflict_factory import conflict, resolve
from tests.desk_factory import choice, follow_up_acts, followed_up, set_choice
from tests.device_factory import (
    OPEN_SEALED,
    RULE,
    SERVER_RUN,
    SET_PASSWORD_RULE,
    office_act,
    revocation,
    revoke_act,
    run_note,
    unit_act,
)
from tests.number_factory import BOOK, FATE_ID, book_year, number_book, number_fate, set_book_act
from tests.order_factory import DELEGATION_ID, order_act, order_record, right
from tests.person_key_factory import SIGNED, person_keys
from tests.secrecy_factory import SEAL, reseal, seal, sealed_key, unseal

NOW, TODAY = datetime(2026, 3, 16, 2, 30, tzinfo=UTC), date(2026, 3, 16)
OFFICE, ELSEWHERE = OfficeId(7), OfficeId(8)

REGISTRAR = PositionId(71)
SECRETARY = PositionId(72)
HEAD = PositionId(73)
SECTION = PositionId(74)
OTHER_SECTION = PositionId(75)
ARCHIVIST = PositionId(76)
OFFICE_ADMIN = PositionId(77)
REGION_ADMIN = PositionId(78)
INSPECTOR = PositionId(79)
HEAD_ELSEWHERE = PositionId(81)

_PLACES: Mapping[PositionId, tuple[OfficeId, str, Role]] = types.MappingProxyType(
    {
        HEAD: (OFFICE, "Camat", Role.HEAD),
        SECRETARY: (OFFICE, "Sekretaris Kecamatan", Role.SECRETARY),
        REGISTRAR: (OFFICE, "Petugas Tata Usaha", Role.REGISTRAR),
        SECTION: (OFFICE, "Kasi Pemerintahan", Role.STAFF),
        OTHER_SECTION: (OFFICE, "Kasi Pelayanan", Role.STAFF),
        ARCHIVIST: (OFFICE, "Arsiparis", Role.ARCHIVIST),
        OFFICE_ADMIN: (OFFICE, "Admin Kantor", Role.OFFICE_ADMIN),
        REGION_ADMIN: (OFFICE, "Admin Diskominfo", Role.REGION_ADMIN),
        INSPECTOR: (OFFICE, "Pemeriksa", Role.INSPECTOR),
        HEAD_ELSEWHERE: (ELSEWHERE, "Camat Balik Bukit", Role.HEAD),
    }
)

LETTER_ID = LetterId(bytes.fromhex("0198c0de000070008000000000000001"))
DISPOSITION_ID = DispositionId(bytes.fromhex("0198c0de000070008000000000000002"))
RECORD_FILE_ID = RecordFileId(bytes.fromhex("0198c0de000070008000000000000003"))
DEVICE_ID = DeviceId(bytes(range(16)))
HELD_ID = RowId(bytes.fromhex("0198c0de000080008000000000000005"))
SCAN = Attachment(
    sha256=BlobHash(bytes(range(32))),
    size=184_332,
    media=MediaType.PDF,
    pages=3,
    name="undangan.pdf",
    thumbnail=BlobHash(bytes(range(32, 64))),
    thumbnail_size=11_204,
)


def user_of(position: PositionId) -> UserId:
    """The one person who holds a position."""
    return UserId(position + 100)


def position_record(number: PositionId) -> Position:
    office, title, role = _PLACES[number]
    order = list(_PLACES).index(number)
    return Position(number=number, office=office, unit=UnitId(3), title=title, role=role, order=order, superior=HEAD)


def person_record(number: PositionId) -> Person:
    return Person(number=user_of(number), username=f"u{number}", name=f"Pemegang {number}", positions=(number,))


def actor(number: PositionId) -> Actor:
    return actor_of(person_record(number), position_record(number))


def directory() -> tuple[Any, ...]:  # everybody and everything that the server's administrator has made
    return (
        Office(number=OFFICE, name="Kecamatan Lumbok Seminung", short_name="Kec. Lumbok", region="Lampung Barat"),
        Office(number=ELSEWHERE, name="Kecamatan Balik Bukit", short_name="Kec. Balik Bukit", region="Lampung Barat"),
        Unit(number=UnitId(3), office=OFFICE, name="Sekretariat"),
        *(position_record(number) for number in _PLACES),
        *(person_record(number) for number in _PLACES),
    )


def letter(**changes: Any) -> IncomingLetter:
    plain = IncomingLetter(
        id=LETTER_ID,
        office=OFFICE,
        agenda_year=2026,
        agenda_no=412,
        received_on=TODAY,
        letter_no="005/112/IV.03/2026",
        letter_date=date(2026, 3, 12),
        sender="Dinas Komunikasi dan Informatika",
        subject="Undangan rapat koordinasi",
        security=SecurityLevel.OPEN,
        urgency=Urgency.URGENT,
        classification="000.1.5",
        addressee=HEAD,
        due_on=date(2026, 3, 20),
        channel=Channel.PAPER,
        summary="Rapat di aula, membawa data.",
        scans=(SCAN,),
        status=LetterStatus.REGISTERED,
        record_file=None,
        involved=(HEAD,),
        open_answers=0,
        registered_by=user_of(REGISTRAR),
        registered_at=NOW,
    )
    return msgspec.structs.replace(plain, **changes)


def disposition(**changes: Any) -> Disposition:
    plain = Disposition(
        id=DISPOSITION_ID,
        letter_id=LETTER_ID,
        office=OFFICE,
        year=2026,
        security=SecurityLevel.OPEN,
        parent=None,
        from_position=HEAD,
        from_user=user_of(HEAD),
        recipients=(
            Recipient(position=SECRETARY),
            Recipient(
                position=SECTION,
                state=RecipientState.ANSWERED,
                read_at=NOW,
                answered_at=NOW,
                answered_by=user_of(SECTION),
                result="Sudah dihadiri.",
            ),
        ),
        instructions=(2, 7),
        note="Wakili saya.",
        due_on=date(2026, 3, 18),
        issued_at=NOW,
    )
    return msgspec.structs.replace(plain, **changes)


def record_file(**changes: Any) -> RecordFile:
    plain = RecordFile(
        id=RECORD_FILE_ID,
        office=OFFICE,
        classification="000.1.5",
        title="Undangan rapat 2026",
        year=2026,
        location="Lemari 2, rak 3",
        opened_on=date(2026, 1, 5),
        closed_on=None,
        opened_by=user_of(ARCHIVIST),
        opened_at=NOW,
    )
    return msgspec.structs.replace(plain, **changes)


def register(**changes: Any) -> RegisterLetter:
    plain = RegisterLetter(
        letter_id=LETTER_ID,
        agenda_year=2026,
        agenda_no=412,
        received_on=TODAY,
        letter_no="005/112/IV.03/2026",
        letter_date=date(2026, 3, 12),
        sender="Dinas Komunikasi dan Informatika",
        subject="Undangan rapat koordinasi",
        security=SecurityLevel.OPEN,
        urgency=Urgency.URGENT,
        classification="000.1.5",
        addressee=HEAD,
        due_on=date(2026, 3, 20),
        channel=Channel.PAPER,
        summary="Rapat di aula, membawa data.",
        scans=(SCAN,),
    )
    return msgspec.structs.replace(plain, **changes)


def issue(**changes: Any) -> IssueDisposition:
    plain = IssueDisposition(
        disposition_id=DISPOSITION_ID,
        letter_id=LETTER_ID,
        parent=None,
        recipients=(SECRETARY, SECTION),
        instructions=(2, 7),
        note="Wakili saya.",
        due_on=date(2026, 3, 18),
    )
    return msgspec.structs.replace(plain, **changes)


def open_file(**changes: Any) -> OpenRecordFile:
    plain = OpenRecordFile(
        record_file_id=RECORD_FILE_ID,
        classification="000.1.5",
        title="Undangan rapat 2026",
        year=2026,
        location="Lemari 2, rak 3",
        opened_on=date(2026, 1, 5),
    )
    return msgspec.structs.replace(plain, **changes)


def held_act(**changes: Any) -> HeldAct:
    plain = HeldAct(
        id=HELD_ID,
        office=OFFICE,
        position=REGISTRAR,
        user=user_of(REGISTRAR),
        device=DEVICE_ID,
        why=WhyHeld.POSITION_TAKEN,
        security=SecurityLevel.OPEN,
        received_at=NOW,
        ops=(b"\x9d\x01",),
        would=((5, b"\x93\x01"),),
        reviewers=(SECRETARY, HEAD),
        numbers=(HeldNumber(book=BookId(0), year=2026, number=412, suffix=""),),
        files=(SCAN.sha256,),
        about=(LETTER_ID,),
    )
    return msgspec.structs.replace(plain, **changes)


RECORDS: Mapping[type[Any], Any] = types.MappingProxyType(
    {
        Office: Office(
            number=OFFICE, name="Kecamatan Lumbok", short_name="Kec. Lumbok", region="Lampung Barat", code="18"
        ),
        Unit: Unit(number=UnitId(3), office=OFFICE, name="Sekretariat", parent=UnitId(1)),
        Position: msgspec.structs.replace(position_record(SECTION), handed=(handed(),)),
        Person: msgspec.structs.replace(person_record(SECTION), acting=(right(),)),
        Delegation: order_record(),
        CodeIssue: CODE_ISSUE,
        SessionEnd: SESSION_END,
        Revocation: revocation(),
        PasswordRule: RULE,
        ServerRun: SERVER_RUN,
        InstructionChoice: choice(HEAD, OFFICE, user_of(HEAD)),
        IncomingLetter: come_twice(letter(**whole_letter(HEAD, SECRETARY, at=NOW)), HEAD),
        Disposition: followed_up(disposition(**SIGNED, receipts=(LATE,)), SECRETARY, amended_answer(), SCAN, at=NOW),
        RecordFile: record_file(),
        NumberBook: number_book(),
        BookYear: book_year(),
        NumberFate: number_fate(),
        HeldAct: held_act(**SIGNED, sealed=(bytes(range(40)),), keys=(sealed_key(user_of(HEAD)),)),
        Conflict: conflict(
            settled="Undangan rapat teknis", settled_by=user_of(SECRETARY), settled_as=SECRETARY, settled_at=NOW
        ),
        PersonKeys: person_keys(user_of(HEAD)),
    }
)
ACTS: Mapping[type[Any], Any] = types.MappingProxyType(
    {
        RegisterLetter: register(keys=(sealed_key(user_of(HEAD)),), **EVENT, reply_by=date(2026, 3, 25)),
        **agenda_acts(LETTER_ID, HEAD, SECRETARY),
        ResealLetter: reseal(LETTER_ID, user_of(HEAD)),
        SealLetter: seal(LETTER_ID, user_of(HEAD), SCAN),
        UnsealLetter: unseal(LETTER_ID, SCAN),
        AmendLetter: AmendLetter(
            letter_id=LETTER_ID,
            changes={"subject": "Undangan rapat teknis"},
            base={"subject": 17},
            seen={"subject": "Undangan rapat"},
            seal=SEAL,
        ),
        ReclassifyLetter: ReclassifyLetter(
            letter_id=LETTER_ID, security=SecurityLevel.SECRET, seen=SecurityLevel.RESTRICTED, base=17
        ),
        AttachScans: AttachScans(letter_id=LETTER_ID, scans=(SCAN,), sealed=True, base=17, seal=SEAL),
        FileLetter: FileLetter(letter_id=LETTER_ID, record_file=RECORD_FILE_ID),
        OpenRecordFile: open_file(),
        IssueDisposition: issue(keys=(sealed_key(user_of(HEAD)),), on_behalf=HEAD, sheets=(SCAN,), seal=SEAL),
        **arrival_acts(LETTER_ID, SCAN),
        **follow_up_acts(DISPOSITION_ID, SECRETARY),
        SetInstructions: set_choice(HEAD),
        ReadDisposition: ReadDisposition(disposition_id=DISPOSITION_ID),
        NoteReading: NoteReading(letter_id=LETTER_ID, day=TODAY, way=ReadingWay.OPENED),
        AnswerDisposition: AnswerDisposition(
            disposition_id=DISPOSITION_ID, result="Sudah dihadiri.", files=(SCAN,), done=False, seal=SEAL
        ),
        ResolveConflict: resolve(),
        VoidLetter: VoidLetter(fate_id=FATE_ID, letter_id=LETTER_ID, reason="Tercatat dua kali"),
        VoidNumber: VoidNumber(
            fate_id=FATE_ID, book=BOOK, year=2026, number=413, suffix="", reason="Salah cap pada surat"
        ),
        ReturnNumbers: ReturnNumbers(
            fate_id=FATE_ID, book=BookId(0), year=2026, low=414, high=450, cause=FateCause.DEVICE_RETIRED
        ),
        CloseBookYear: CloseBookYear(book=BookId(0), year=2025),
        AcceptHeld: AcceptHeld(held_id=HELD_ID, ops=(b"\x9d\x01",)),
        RejectHeld: RejectHeld(held_id=HELD_ID, reason="Sudah dicatat oleh penggantinya"),
        OpenDelegation: order_act(),
        OpenPosition: open_position_act(),
        AddUser: add_user_act(),
        HandOver: hand_over_act(),
        MoveUser: MOVE_USER,
        SuspendUser: SUSPEND_USER,
        IssueCode: issue_code_act(),
        EndSessions: END_SESSIONS,
        RevokeDevice: revoke_act(),
        OpenSealed: OPEN_SEALED,
        SetUnit: unit_act(),
        AddOffice: office_act(),
        SetPasswordRule: SET_PASSWORD_RULE,
        NoteServerRun: run_note(),
        RenameUser: RENAME_USER,
        SetBook: set_book_act(),
        EndDelegation: EndDelegation(delegation_id=DELEGATION_ID, reason="Pejabat sudah kembali"),
    }
)
