"""Senders are found by what clerks call them; the office's own spelling comes first."""

from __future__ import annotations

import pytest

from desktop.services.address_book import AddressBook
from desktop.services.senders import SenderService
from tests.desktop.sample_office import CLERK, VILLAGES, SampleOffice


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("dinkes", "Dinas Kesehatan"),
        ("capil", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("Bawasda", "Inspektorat"),
        ("departemen agama", "Kantor Kementerian Agama"),
        ("pencatatan", "Dinas Kependudukan dan Pencatatan Sipil"),
    ],
)
def test_the_book_knows_abbreviations_and_former_names(typed: str, name: str) -> None:
    assert AddressBook.load().like(typed)[0].name == name


def test_the_spelling_of_the_office_comes_before_that_of_the_book(kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Dinas Kesehatan Kabupaten Contoh", "Pekan imunisasi")
    service = SenderService(kecamatan.store, kecamatan.actor(CLERK))

    assert [one.name for one in service.like("dinkes")] == ["Dinas Kesehatan Kabupaten Contoh", "Dinas Kesehatan"]
    assert service.like("dinkes")[0].short == "dinkes"
    kecamatan.store.close()


def test_what_the_office_writes_by_its_abbreviation_is_not_offered_twice(kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan")
    names = [one.name for one in SenderService(kecamatan.store, kecamatan.actor(CLERK)).like("bappeda")]

    assert "Bappeda" in names
    assert "Badan Perencanaan Pembangunan Daerah" not in names
    kecamatan.store.close()


def test_who_may_not_read_the_register_is_told_of_nobody(kecamatan: SampleOffice) -> None:
    assert SenderService(kecamatan.store, kecamatan.actor(VILLAGES)).like("dinkes") == ()
    kecamatan.store.close()
