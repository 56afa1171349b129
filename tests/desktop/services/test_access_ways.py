"""Whatever somebody may not see, no way of a PC shows it: lists, the search, an opened letter, lists for spreadsheets.

Everybody of the region sits at one PC, which holds all of it: what is kept apart here is kept apart by the services.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from core.domain.ids import DispositionId, LetterId, PositionId, StreamId
from core.domain.letters import IncomingLetter, SecurityLevel, register_visible, subject_visible
from core.domain.permissions import Power, has_power
from core.domain.streams import letter_streams
from core.protocol.messages import StreamGrant
from desktop.services.finding import FindService
from desktop.services.list_export import ListExportService
from desktop.storage.unit_of_work import Store
from tests import factories
from tests.factories import ELSEWHERE, HEAD_ELSEWHERE, OFFICE, SECTION, actor, disposition, letter
from tests.support.desks import Desk
from tests.support.papers import session
from tests.support.stores import put

PEOPLE = (
    *(factories.REGISTRAR, factories.SECRETARY, factories.HEAD, SECTION, factories.OTHER_SECTION),
    *(factories.ARCHIVIST, factories.OFFICE_ADMIN, factories.REGION_ADMIN, factories.INSPECTOR, HEAD_ELSEWHERE),
)


def word(level: SecurityLevel, *, elsewhere: bool, involved: bool) -> str:
    place, party = "sana" if elsewhere else "sini", "ikut" if involved else "lain"
    return f"kanari{level.name.lower()}{place}{party}".replace("_", "")


def everything() -> list[IncomingLetter]:
    made = []
    cases = product(SecurityLevel, (False, True), (False, True))
    for number, (level, elsewhere, involved) in enumerate(cases, start=1):
        mine = (HEAD_ELSEWHERE if elsewhere else SECTION,) if involved else ()
        told = word(level, elsewhere=elsewhere, involved=involved)
        made.append(
            letter(
                id=LetterId(bytes([number]) * 16),
                agenda_no=number,
                office=ELSEWHERE if elsewhere else OFFICE,
                security=level,
                subject=f"Perihal {told}",
                summary=f"Ringkas {told}",
                addressee=None,
                involved=mine,
                scans=(),
            )
        )
    return made


def ways(store: Store, position: PositionId, folder: Path) -> dict[str, str]:
    """All that somebody can get shown, by the way on which it comes."""
    desk, finding = Desk(store, position), FindService(store, actor(position))
    words = [one.subject.split()[1] for one in everything()]
    exported = folder / f"{position}.csv"
    # Not everybody exports; and the session of the factories is one of the other office.
    if position != HEAD_ELSEWHERE and has_power(actor(position), Power.EXPORT):
        ListExportService(store, session(position), desk.register).export(desk.register.query(), exported)
    return {
        "list": repr(desk.rows()),
        "search": repr([desk.register.find(one, limit=50) for one in words]),
        "search in notes": repr([finding.dispositions(one) for one in (*words, "catatan")]),
        "opened": repr([desk.register.letter(one.id) for one in everything()]),
        "export": exported.read_text(encoding="utf-8-sig") if exported.exists() else "",
    }


@pytest.mark.parametrize("position", PEOPLE)
def test_no_way_shows_what_a_person_may_not_see(store: Store, tmp_path: Path, position: PositionId) -> None:
    letters = everything()
    put(store, letters)
    put(
        store,
        [
            disposition(
                id=DispositionId(bytes([99, number]) * 8),
                letter_id=one.id,
                office=one.office,
                security=one.security,
                note=f"catatan {one.subject.split()[1]}",
            )
            for number, one in enumerate(letters)
        ],
    )
    with store.begin() as uow:  # the PC serves both offices
        streams = (stream for one in letters for stream in letter_streams(one))
        keys = sorted(set(streams), key=repr)
        uow.streams.grant(StreamGrant(stream=StreamId(n), key=key, priority=1) for n, key in enumerate(keys, start=1))
    who = actor(position)

    shown = ways(store, position, tmp_path)

    for one in letters:
        told = one.subject.split()[1]
        allowed = register_visible(who, one) and subject_visible(who, one)
        leaks = [way for way, text in shown.items() if told in text]
        assert allowed or leaks == [], f"{told} to {position} by {leaks}"
        if register_visible(who, one) and one.security < SecurityLevel.SECRET:
            assert {"list", "search", "opened"} <= set(leaks), "what may be seen is there: the check can fail"
