"""What the words of a letter propose for its event; a person takes it, or does not."""

from datetime import date

import msgspec

from core.domain.attendance import EventTime
from core.domain.event_reading import read_event
from desktop.viewmodels.letter_draft import LetterDraft


class EventProposal(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is plain from subject or summary."""

    time: EventTime
    place: str

    def values(self) -> dict[str, object]:
        """What it fills, by the names of the fields."""
        time = self.time
        return {
            "event_on": time.day,
            "event_from": time.start,
            "event_until": time.end,
            "event_place": self.place,
        }


def proposed_event(draft: LetterDraft, today: date) -> EventProposal | None:
    """An event for a draft that names none; of a secret letter nothing is offered: whoever stands by would read it."""
    if draft.event_on is not None or not draft.subject_required:
        return None
    text = f"{draft.subject}\n{draft.summary}"
    found = read_event(text, draft.letter_date or today) if text.strip() else None
    if found is None:
        return None
    return EventProposal(time=EventTime(found.day, found.start, found.end), place=found.place)
