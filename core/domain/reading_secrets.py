"""Putting on record that somebody reads a secret letter: before it is shown, and never for others.

What is biasa or terbatas leaves no trace of who read it; that would be spying on people at their desks. Of a secret
letter the office has to be able to say who knew of it, and when.
"""

from datetime import date

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.good_faith import was_addressed
from core.domain.ids import LetterId
from core.domain.letter_readings import LetterReading, ReadingWay, is_noted, with_reading
from core.domain.letters import IncomingLetter, register_visible, subject_visible


class NoteReading(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Note that I read a secret letter on this day, by the calendar of my office."""

    letter_id: LetterId
    day: date
    way: ReadingWay


def note_reading(act: NoteReading, context: Context) -> Decision:
    """Note the first reading of a person and day; a further one, or one of a letter that is not secret, is no act.

    A struck letter is read like any other. It takes the right to read the letter, and no other.
    """
    letter = context.records.get(IncomingLetter, act.letter_id)
    actor = context.actor
    if letter is None:
        raise Refusal(RefusalCode.UNKNOWN_LETTER)
    was_mine = was_addressed(context, letter)
    if not (was_mine or register_visible(actor, letter)):
        raise Refusal(RefusalCode.UNKNOWN_LETTER)
    if not (was_mine or subject_visible(actor, letter)):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    if not letter.is_secret or is_noted(letter.readings, actor.user, act.day, way=act.way):
        return Decision(records=())
    reading = LetterReading(user=actor.user, position=actor.position, day=act.day, way=act.way, at=context.now)
    return Decision(records=(msgspec.structs.replace(letter, readings=with_reading(letter.readings, reading)),))
