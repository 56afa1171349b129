"""Agenda kegiatan: tomorrow's page of a leader."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.attendance import Attending
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.letters import SecurityLevel
from desktop.services.papers.forms import AGENDA_FORMS, Form, PaperWish, sizes_for
from desktop.storage.unit_of_work import Store
from desktop.system.typesetter import Typesetter
from tests.agenda_factory import EVENT, decided
from tests.factories import HEAD, NOW, OTHER_SECTION, SECRETARY, SECTION, letter
from tests.hostile.payloads import payloads
from tests.support.papers import pages_of, paper_service, typeset
from tests.support.stores import put

DAY = date(2026, 3, 19)
WISH = PaperWish(form=Form.AGENDA, position=HEAD, since=DAY, until=DAY)
FREE = 8.0


def events(store: Store) -> None:
    """Three events of the head: two at the same time, one of them secret; a third that somebody else goes to."""
    own = {"involved": (HEAD, SECTION), **EVENT}
    secret = {"security": SecurityLevel.SECRET, "event_place": "", "event_from": "10:00", "subject": "tersegel-1:x"}
    sent = {"event_from": "14:00", "event_until": "", "attendance": (decided(HEAD, SECTION, at=NOW),)}
    put(
        store,
        [
            letter(**own),
            letter(**{**own, **secret, "id": LetterId(b"\x01" * 16)}),
            letter(**{**own, **sent, "id": LetterId(b"\x02" * 16)}),
        ],
    )


def test_the_page_says_when_where_and_who_goes(store: Store, typesetter: Typesetter) -> None:
    events(store)

    (page,) = pages_of(typeset(typesetter, paper_service(store, SECRETARY).make(WISH)))

    for said in ("Camat", "Kamis, 19 Maret 2026", "09.00 - 11.30", "Aula Bappeda", "Bertabrakan", "(surat rahasia)"):
        assert said in page.text
    assert "Diwakilkan" in page.text
    assert "Kasi Pemerintahan" in page.text
    assert "tersegel" not in page.text
    assert min(page.ink_margins()) >= FREE


@pytest.mark.parametrize("size", sizes_for(Form.AGENDA))
def test_every_size_holds_what_people_type(store: Store, typesetter: Typesetter, size: str) -> None:
    text = " ".join(payloads())[:1500]
    event = {**EVENT, "event_place": text[:300], "subject": text, "sender": text[:300]}
    put(store, [letter(involved=(HEAD,), attendance=(decided(HEAD, how=Attending.COMES, at=NOW),), **event)])

    for page in pages_of(typeset(typesetter, paper_service(store, HEAD).make(WISH), size)):
        assert min(page.ink_margins()) >= FREE


def test_nobody_prints_the_agenda_of_another_who_may_not_look_at_it(store: Store) -> None:
    with pytest.raises(Refusal, match=RefusalCode.NOT_ALLOWED):
        paper_service(store, OTHER_SECTION).make(WISH)
    assert AGENDA_FORMS == (Form.AGENDA,)
    assert paper_service(store, HEAD).make(WISH).name == "agenda-kegiatan-2026-03-19"
