"""Fields told from the text of a scan, by the shapes of real letters."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.services.letter_parsing import Proposal, proposal_of

LETTER = """PEMERINTAH KABUPATEN LAMPUNG BARAT
DINAS PENDIDIKAN DAN KEBUDAYAAN
Jalan Raden Intan Nomor 12 Liwa Kode Pos 34811

Liwa, 18 November 2026
Nomor : {number}
Sifat : Segera
Lampiran : 1 (satu) berkas Kepada
Hal : Undangan Rapat Koordinasi Yth. Camat Balik Bukit
Persiapan HUT Kabupaten di
Liwa

Menindaklanjuti surat Bupati tanggal 3 Januari 2026 kami mengundang Saudara.
"""


@pytest.mark.parametrize(
    "number",
    [
        "000.8.3.3/15/OR",
        "800.1.3.3/4769/VI.04 Tahun 2025",
        "900.1.13.1/12024/KEUDA",
        "900.1.13.1/2741/BPAD2.1",
        "800.1.11.1/73/434.100/2026",
        "000.1.2.3/BU-NGK/1551/06/2026",
        "800.1.11.1/091/BKAD/V/2026",
        "B/1/800.1.11.1/UM/2026",
        "000.1.2.3/001/Bag.Umum/2026",
        "000.1.2.3.664",
        "800/28/M/IV/05/2025",
        "800/214 L01/2026",
        "03193/R-AK.02.03/SD/K/2025",
        "B-PK.02.09/149/2019",
        "421/034/SDN1-PC/2026",
    ],
)
def test_a_number_is_found_in_every_shape_that_offices_use(number: str) -> None:
    assert proposal_of(LETTER.format(number=number)).letter_no == number


def test_all_fields_of_a_letter_are_told() -> None:
    assert proposal_of(LETTER.format(number="005/118/IV.02/2026")) == Proposal(
        letter_no="005/118/IV.02/2026",
        letter_date=date(2026, 11, 18),
        sender="Dinas Pendidikan dan Kebudayaan",
        subject="Undangan Rapat Koordinasi Persiapan HUT Kabupaten",
    )


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Nomor : 005/118/V/2026 Liwa, 18 Mei 2026", "005/118/V/2026"),
        ("Nomor 005 / 118 / V / 2026", "005/118/V/2026"),
        ("No. : 1 100.3.3.2/547/11.03/2025", "100.3.3.2/547/II.03/2025"),
        ("Nomor : 800.1.4.4/1853/H1.03/2025", "800.1.4.4/1853/III.03/2025"),
        ("Nomor : 800.1.4.4/1712/M1.03/2025", "800.1.4.4/1712/III.03/2025"),
        ("Nomor : O05/ll8/DISDIK/2026", "005/118/DISDIK/2026"),
        ("NOMOR 23 TAHUN 2020", "23 TAHUN 2020"),
    ],
)
def test_what_reading_machines_confuse_in_a_number_is_set_right(line: str, number: str) -> None:
    assert proposal_of(line).letter_no == number


@pytest.mark.parametrize(
    ("dated", "number"), [("1 Februari 2026", "4/PSB/II/2026"), ("5 November 2026", "4/PSB/11/2026")]
)
def test_the_month_in_a_number_is_read_as_the_date_has_it(dated: str, number: str) -> None:
    assert proposal_of(f"Liwa, {dated}\nNomor : 4/PSB/11/2026").letter_no == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Bandar Lampung, 16 Juli 2025", date(2025, 7, 16)),
        ("Liwa, 5 Desernber 2O25", date(2025, 12, 5)),
        ("Liwa, 07 Nopember 2026", date(2026, 11, 7)),
        ("Tanggal : 18-11-2026", date(2026, 11, 18)),
        ("Ditetapkan di Liwa\npada tanggal 3 Maret 2026", date(2026, 3, 3)),
        ("Liwa, 31 Februari 2026", None),
        ("paling lambat 16 Desember 2025 melalui e-mail", None),
    ],
)
def test_the_date_of_a_letter_is_told_from_other_dates(text: str, day: date | None) -> None:
    assert proposal_of(text).letter_date == day


def test_a_subject_goes_on_behind_a_gap_where_the_address_stands_beside_it() -> None:
    text = "Hal : Penugasan Mengikuti Pasar Murah di Kota Yth. Camat Ulu\n\nGemilau di\nPasar Kenanga\n\nSehubungan"

    assert proposal_of(text).subject == "Penugasan Mengikuti Pasar Murah di Kota Gemilau"


def test_a_stroke_of_the_pen_behind_a_subject_is_no_part_of_it() -> None:
    assert proposal_of("Nomor : 005/1\nHal : Undangan rapat — \n").subject == "Undangan rapat"


def test_a_number_goes_on_in_the_next_line_where_it_ends_with_a_stroke() -> None:
    text = "Nomor : 500.6.7/0412/Pan.HUT/ — Liwa, 14 Desember 2025\nKab.Lambar/XII/2025\nSifat : Biasa"

    assert proposal_of(text).letter_no == "500.6.7/0412/Pan.HUT/Kab.Lambar/XII/2025"


def test_a_text_without_any_of_it_proposes_nothing() -> None:
    assert not proposal_of("daftar hadir\n1. Budi\n2. Siti")
