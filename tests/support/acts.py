"""Acts with ordinary values, for tests to which only one or two of them matter."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.domain.amending import AmendLetter
from core.domain.archives import OpenRecordFile
from core.domain.dispositions import AnswerDisposition, IssueDisposition
from core.domain.ids import DispositionId, LetterId, PositionId, RecordFileId
from core.domain.letters import Channel, SecurityLevel, Urgency
from core.domain.registering import RegisterLetter

YEAR = 2026


def register(letter_id: bytes, **changes: Any) -> RegisterLetter:
    """A letter on paper from a dinas, without a number and without an addressee."""
    fields: dict[str, Any] = {
        "letter_id": LetterId(letter_id),
        "agenda_year": YEAR,
        "agenda_no": 0,
        "received_on": date(YEAR, 3, 2),
        "letter_no": "400.9/117/2026",
        "letter_date": date(YEAR, 2, 27),
        "sender": "Dinas Sosial Kabupaten Lampung Barat",
        "subject": "Undangan rapat koordinasi",
        "security": SecurityLevel.OPEN,
        "urgency": Urgency.NORMAL,
        "classification": "400.9",
        "addressee": None,
        "due_on": None,
        "channel": Channel.PAPER,
        "summary": "",
        "scans": (),
    }
    return RegisterLetter(**{**fields, **changes})


def dispose(disposition_id: bytes, letter_id: bytes, *recipients: PositionId) -> IssueDisposition:
    """Hand a letter on with one instruction."""
    return IssueDisposition(
        disposition_id=DispositionId(disposition_id),
        letter_id=LetterId(letter_id),
        parent=None,
        recipients=recipients,
        instructions=(1,),
        note="Tindak lanjuti sesuai ketentuan",
        due_on=date(YEAR, 3, 9),
    )


def answer(disposition_id: bytes) -> AnswerDisposition:
    """Report that it is done."""
    return AnswerDisposition(disposition_id=DispositionId(disposition_id), result="Sudah dilaksanakan")


def amend(letter_id: bytes, changes: dict[str, str], base: dict[str, int]) -> AmendLetter:
    """Correct fields of a letter."""
    return AmendLetter(letter_id=LetterId(letter_id), changes=changes, base=base)


def open_file(record_file_id: bytes, title: str = "Bantuan sosial 2026") -> OpenRecordFile:
    """Open a berkas."""
    return OpenRecordFile(
        record_file_id=RecordFileId(record_file_id),
        classification="400.9.14",
        title=title,
        year=YEAR,
        location="Lemari 2",
        opened_on=date(YEAR, 3, 2),
    )
