"""What is proposed comes from one's own orders on letters of the same kind, at least two of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.domain.ids import LetterId, PositionId
from core.domain.letters import SecurityLevel
from desktop.services.disposition_suggestions import DispositionSuggestions, SuggestedOrder
from tests.desktop.sample_office import HEAD, SECRETARY, VILLAGES, WELFARE, SampleOffice


@pytest.fixture
def office(kecamatan: SampleOffice) -> Iterator[SampleOffice]:
    yield kecamatan
    kecamatan.store.close()


def invitation(office: SampleOffice, village: str, **changes: object) -> LetterId:
    return office.add_letter("Pekon", f"Undangan musyawarah pekon {village}", **changes)  # type: ignore[arg-type]


def proposed(office: SampleOffice, letter: LetterId, by: PositionId = HEAD) -> SuggestedOrder | None:
    return DispositionSuggestions(office.store, office.actor(by)).of(letter)


def test_what_went_twice_the_same_way_is_proposed_with_its_count(office: SampleOffice) -> None:
    for village in ("Kenanga", "Melati"):
        office.dispose(invitation(office, village), VILLAGES, instructions=(2, 7))
    office.dispose(invitation(office, "Cempaka"), WELFARE, instructions=(1,))

    found = proposed(office, invitation(office, "Selasih"))

    assert found == SuggestedOrder(recipients=(VILLAGES,), instructions=(2, 7), letters=2)


def test_once_is_chance_and_another_kind_of_letter_says_nothing(office: SampleOffice) -> None:
    office.dispose(invitation(office, "Kenanga"), VILLAGES)
    assert proposed(office, invitation(office, "Melati")) is None
    office.dispose(invitation(office, "Selasih"), VILLAGES)

    assert proposed(office, office.add_letter("Dinas", "Data penerima bantuan")) is None


def test_only_ones_own_orders_count(office: SampleOffice) -> None:
    for village in ("Kenanga", "Melati"):
        office.dispose(invitation(office, village), VILLAGES)

    assert proposed(office, invitation(office, "Selasih"), SECRETARY) is None


def test_a_secret_letter_is_compared_with_nothing(office: SampleOffice) -> None:
    for village in ("Kenanga", "Melati"):
        office.dispose(invitation(office, village), VILLAGES)

    assert proposed(office, invitation(office, "Selasih", security=SecurityLevel.SECRET)) is None
