"""Which entries look like one letter: what arrives three times is found, what comes every month is left alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.twins import Face, TwinSign, alike, twin_sign

SUBJECT = "Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027"
SCAN = frozenset({b"\x01" * 32})


def face(**values: object) -> Face:
    given_values: dict[str, object] = {
        "letter_no": "005/118/2026",
        "sender": "Bappeda",
        "letter_date": date(2026, 11, 18),
        "subject": SUBJECT,
        **values,
    }
    return Face(**given_values)  # type: ignore[arg-type]  # the values of one test


def test_the_same_file_is_the_surest_sign() -> None:
    other = face(letter_no="", sender="Warga", letter_date=None, subject="Lain", files=SCAN)

    assert twin_sign(face(files=SCAN), other) is TwinSign.SCAN


@pytest.mark.parametrize(
    "values",
    [{}, {"letter_no": "005 / 118 / 2026"}, {"sender": "BAPPEDA."}, {"letter_date": None}, {"subject": "Rakor"}],
)
def test_number_and_sender_are_compared_as_people_write_them(values: dict[str, object]) -> None:
    assert twin_sign(face(), face(**values)) is TwinSign.NUMBER


@pytest.mark.parametrize(
    "values",
    [
        {"letter_no": "005/119/2026"},
        {"sender": "Dinas Kesehatan"},
        {"letter_date": date(2025, 11, 18)},
        {"sender": "", "letter_no": ""},
    ],
)
def test_what_differs_in_a_field_that_counts_is_another_letter(values: dict[str, object]) -> None:
    assert twin_sign(face(), face(**values)) is None


def test_without_a_number_nearly_the_same_subject_counts() -> None:
    shorter = face(letter_no="", subject="Undangan rapat koordinasi musrenbang kecamatan 2027")

    assert twin_sign(face(), shorter) is TwinSign.SUBJECT
    assert twin_sign(face(letter_no=""), face(letter_no="", subject="Pekan imunisasi")) is None


@pytest.mark.parametrize(
    "other",
    [
        "Laporan Bulanan Keuangan Pekon Triwulan IV Tahun 2026",
        "Laporan Bulanan Keuangan Pekon Triwulan III Tahun 2025",
        "",
    ],
)
def test_the_letters_of_a_series_are_not_alike(other: str) -> None:
    assert not alike("Laporan Bulanan Keuangan Pekon Triwulan III Tahun 2026", other)
    assert not alike("Laporan Camat Bulan Mei 2026 Kecamatan Ulu", "Laporan Camat Bulan Juni 2026 Kecamatan Ulu")


words = st.text(alphabet="abi 12/", max_size=12)
faces = st.builds(
    Face,
    letter_no=words,
    sender=words,
    letter_date=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 3)),
    subject=words,
    files=st.frozensets(st.sampled_from([b"a", b"b"]), max_size=1),
)


@given(one=faces, other=faces)
def test_whoever_is_entered_first_the_sign_is_the_same(one: Face, other: Face) -> None:
    assert twin_sign(one, other) is twin_sign(other, one)


@given(one=faces)
def test_a_letter_with_a_sender_and_a_number_is_its_own_twin(one: Face) -> None:
    named = Face(letter_no="1", sender="a", letter_date=one.letter_date, subject=one.subject)

    assert twin_sign(named, named) is TwinSign.NUMBER
