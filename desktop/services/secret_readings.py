"""Puts on record that somebody opens or prints a secret letter, on disk before a word of it is shown.

The services that open letters ask here first, and `Secrecy` unseals nothing for whose reading is not on record: what
cannot be recorded - a full disk, a right that ended - is not opened. It costs a write on the first opening of a day,
and no line: the op goes with the next visit.
"""

from datetime import date

from core.domain.ids import LetterId
from core.domain.letter_readings import ReadingWay, is_noted
from core.domain.letters import IncomingLetter, is_sealed_letter, register_visible, subject_visible
from core.domain.offices import Actor
from core.domain.reading_secrets import NoteReading
from desktop.services.clock import Clock, local_date
from desktop.services.secrecy import Secrecy
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store


def note_reading(
    store: Store, actor: Actor, clock: Clock, letter_id: LetterId, *, way: ReadingWay = ReadingWay.OPENED
) -> date:
    """Record that the person is about to read the letter, if it is secret and can be read; the day of it.

    Nothing where that is on record already, and never for a letter that is not secret. Refusal or EnvironmentFault: it
    is not recorded, and must not be shown.
    """
    now = clock()
    day = local_date(now)
    with store.read() as uow:
        letter = uow.get(IncomingLetter, letter_id)
        if letter is None or not letter.is_secret:
            return day
        if not register_visible(actor, letter) or not subject_visible(actor, letter):
            return day
        if is_sealed_letter(letter) and Secrecy(uow).content_of(letter) is None:
            return day  # sealed for others: there is nothing to read
        if is_noted(letter.readings, actor.user, day, way=way):
            return day
    with store.begin() as uow:
        Replica(uow).perform(NoteReading(letter_id=letter_id, day=day, way=way), actor, now)
    return day
