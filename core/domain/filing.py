"""Putting letters into record files (berkas), and taking them out again."""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.archives import RecordFile
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, RecordFileId
from core.domain.letter_changes import with_changes
from core.domain.letters import require_letter
from core.domain.permissions import Power, require


class FileLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Put a letter into a record file (berkas), or take it out with None."""

    letter_id: LetterId
    record_file: RecordFileId | None


def file_letter(act: FileLetter, context: Context) -> Decision:
    """Put the letter into an open record file of its own office, or take it out."""
    letter = require_letter(act.letter_id, context)
    require(context.actor, Power.FILE_LETTER, letter.office)
    if act.record_file is not None:
        record_file = context.records.get(RecordFile, act.record_file)
        if record_file is None or record_file.office != letter.office:
            raise Refusal(RefusalCode.UNKNOWN_RECORD_FILE)
        if record_file.closed_on is not None:
            raise Refusal(RefusalCode.FILE_CLOSED)
    if letter.record_file == act.record_file:
        return Decision(records=())
    before, after = ("" if one is None else one.hex() for one in (letter.record_file, act.record_file))
    changes = with_changes(letter.changes, {"record_file": (before, after)}, context)
    return Decision(records=(msgspec.structs.replace(letter, record_file=act.record_file, changes=changes),))
