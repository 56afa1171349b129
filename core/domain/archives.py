"""Record files (berkas): the unit in which letters on one matter are kept.

A berkas has a classification code, a title, the year it was opened and a place; retention starts when it is closed
(ANRI practice), so closing is a date and not a flag.
"""

from datetime import date, datetime

import msgspec

from core.domain.acting import Context, Decision
from core.domain.classification import check_code
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, RecordFileId, UserId
from core.domain.permissions import Power, require

MAX_TITLE = 300
MAX_LOCATION = 200


class RecordFile(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One berkas."""

    id: RecordFileId
    office: OfficeId
    classification: str
    title: str
    year: int
    location: str
    opened_on: date
    closed_on: date | None
    opened_by: UserId
    opened_at: datetime


class OpenRecordFile(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Open a new berkas."""

    record_file_id: RecordFileId
    classification: str
    title: str
    year: int
    location: str
    opened_on: date


def open_record_file(act: OpenRecordFile, context: Context) -> Decision:
    """Open the berkas in the actor's office."""
    actor = context.actor
    require(actor, Power.OPEN_RECORD_FILE, actor.office)
    known = context.records.get(RecordFile, act.record_file_id)
    if known is not None:
        # Sent again by a PC whose chain was mended: it has been done.
        if (known.opened_by, known.office) == (actor.user, actor.office):
            return Decision(records=())
        raise Refusal(RefusalCode.ALREADY_EXISTS)
    if not act.title.strip():
        raise Refusal(RefusalCode.TITLE_MISSING, "title")
    if len(act.title) > MAX_TITLE:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "title")
    if len(act.location) > MAX_LOCATION:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "location")
    if not act.classification:
        raise Refusal(RefusalCode.CLASSIFICATION_MALFORMED, "classification")
    check_code(act.classification)
    record_file = RecordFile(
        id=act.record_file_id,
        office=actor.office,
        classification=act.classification,
        title=act.title,
        year=act.year,
        location=act.location,
        opened_on=act.opened_on,
        closed_on=None,
        opened_by=actor.user,
        opened_at=context.now,
    )
    return Decision(records=(record_file,))
