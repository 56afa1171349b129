"""One paper before it is typeset: which form, what fills it, and what has to be on record before it leaves the PC."""

from datetime import datetime
from typing import Any

import msgspec
import segno

from core.domain.ids import LetterId
from core.domain.letters import SecurityLevel
from desktop.services.clock import WIB
from desktop.services.papers.forms import Form, PaperSize
from desktop.services.papers.plain_text import one_line
from desktop.services.sign_in import Session


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A form with what fills it. `letter` is the letter that it is about; `secret`: printing it is on record.

    `lying`: it is printed with the long side across.
    """

    form: Form
    name: str
    facts: dict[str, Any]
    letter: LetterId | None = None
    secret: bool = False
    lying: bool = False

    def filled(self, size: PaperSize) -> bytes:
        """What the form of that size is filled with, as JSON."""
        width, height = sorted(size, reverse=self.lying)
        return msgspec.json.encode({**self.facts, "paper": {"width": width, "height": height}})


def frame(session: Session, now: datetime, *, title: str, level: SecurityLevel = SecurityLevel.OPEN) -> dict[str, Any]:
    """What every paper says: whose it is, who printed it and when, whether it is practice, how secret it is."""
    return {
        "title": title,
        "office": one_line(session.office.name),
        "region": one_line(session.office.region),
        "practice": session.practice,
        "level": int(level),
        "printed": {
            "person": one_line(session.person.name),
            "position": one_line(session.title),
            "at": local_minute(now),
        },
    }


def local_minute(moment: datetime | None) -> str:
    """A moment as the clock on the wall shows it, to the minute, in ISO 8601; nothing as the empty text."""
    return "" if moment is None else moment.astimezone(WIB).strftime("%Y-%m-%dT%H:%M")


def squares(text: str) -> list[str]:
    """A QR code as rows of 0 and 1."""
    matrix = segno.make(text, error="m", micro=False).matrix
    return ["".join("1" if dark else "0" for dark in row) for row in matrix]
