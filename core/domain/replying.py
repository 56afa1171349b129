"""Kapan balasnya? By when a letter wants an answer, what answered it, and when somebody is to be reminded.

The date is set by whoever works with the letter, not by its sender; it is no deadline of a disposition. It ends when
the answer is entered, or with a reason why there will be none.
"""

from datetime import date
from enum import Enum

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.letter_changes import with_changes
from core.domain.letters import IncomingLetter, require_carrier
from core.domain.permissions import Power, require

MAX_ANSWER_NO = 200
MAX_WHY = 500
# Who has to do something by a day is reminded so many days before.
REMIND_DAYS = 2


class ExpectReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Say by when a letter wants an answer, for the first time or anew."""

    letter_id: LetterId
    by: date


class EndReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Say that it was answered, with the number of the answer, or why it will not be."""

    letter_id: LetterId
    answer_no: str = ""
    reason: str = ""


class Nearness(Enum):
    """How near a day is by which something has to be done."""

    FAR = "far"
    SOON = "soon"  # H-2 and nearer
    OVER = "over"  # lewat


def nearness(due: date, today: date) -> Nearness:
    """How near a day is: it is over from the next day on."""
    left = (due - today).days
    if left < 0:
        return Nearness.OVER
    return Nearness.SOON if left <= REMIND_DAYS else Nearness.FAR


def expect_reply(act: ExpectReply, context: Context) -> Decision:
    """Set the day; of several who set one the last stands, and the letter tells of all."""
    letter = require_carrier(act.letter_id, context)
    require(context.actor, Power.ANSWER, letter.office)
    if letter.reply_by == act.by:
        return Decision(records=())
    before = "" if letter.reply_by is None else letter.reply_by.isoformat()
    noted = with_changes(letter.changes, {"reply_by": (before, act.by.isoformat())}, context)
    expected = msgspec.structs.replace(
        letter, reply_by=act.by, reply_asked=context.actor.position, reply_no="", reply_reason="", changes=noted
    )
    return Decision(records=(expected,))


def end_reply(act: EndReply, context: Context) -> Decision:
    """Nothing is waited for any more.

    Of two who end it at the same time the last stands, and the letter tells of both. Of a secret letter no reason is
    written: it would be readable to those who may not read the rest.
    """
    letter = require_carrier(act.letter_id, context)
    require(context.actor, Power.ANSWER, letter.office)
    answer, reason = act.answer_no.strip(), "" if letter.is_secret else act.reason.strip()
    if len(answer) > MAX_ANSWER_NO:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "answer_no")
    if len(reason) > MAX_WHY:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "reason")
    if not answer and not reason and not letter.is_secret:
        raise Refusal(RefusalCode.REASON_MISSING, "reason")
    if letter.reply_by is None and not letter.reply_asked:
        raise Refusal(RefusalCode.REPLY_NOT_AWAITED)
    if letter.reply_by is None and (letter.reply_no, letter.reply_reason) == (answer, reason):
        return Decision(records=())
    before = letter.reply_no or letter.reply_reason
    texts = {"reply_no" if answer else "reply_reason": (before, answer or reason)}
    noted = with_changes(letter.changes, texts, context)
    ended = msgspec.structs.replace(letter, reply_by=None, reply_no=answer, reply_reason=reason, changes=noted)
    return Decision(records=(ended,))


def is_awaited(letter: IncomingLetter) -> bool:
    """Whether somebody waits for an answer to it."""
    return letter.reply_by is not None
