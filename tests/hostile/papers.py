"""Texts that mean harm, printed by the real paper process: the book of a month in which every subject is one."""

from __future__ import annotations

import time
from pathlib import Path

from core.domain.ids import LetterId
from desktop.services.papers.forms import Form, PaperWish
from desktop.services.papers.plain_text import visible
from desktop.system.typesetter import Typesetter
from tests.factories import LETTER_ID, REGISTRAR, TODAY, letter
from tests.hostile.payloads import payloads
from tests.hostile.samples import Outcome, peak_of
from tests.support.papers import paper_service, typeset
from tests.support.stores import office_store, put


def print_texts(folder: Path, typesetter: Typesetter) -> tuple[bytes, Outcome]:
    """The PDF of all payloads, and what printing it took."""
    store = office_store(folder / "pesagi.db", users=(REGISTRAR,))
    try:
        typed = [text for text in payloads() if visible(text).strip()]
        ids = (LetterId(LETTER_ID[:-2] + at.to_bytes(2, "big")) for at in range(len(typed)))
        put(
            store,
            [
                letter(id=one, agenda_no=1_000 + at, subject=text[:500], sender=text[:200], received_on=TODAY)
                for at, (one, text) in enumerate(zip(ids, typed, strict=True))
            ],
        )
        paper = paper_service(store, REGISTRAR).make(PaperWish(form=Form.AGENDA_BOOK, since=TODAY, until=TODAY))
    finally:
        store.close()
    begun = time.monotonic()
    pdf = typeset(typesetter, paper, "f4")
    return pdf, Outcome(
        name="texts-printed",
        code="",
        seconds=time.monotonic() - begun,
        peak_bytes=peak_of(typesetter.process_number),
    )
