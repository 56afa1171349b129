"""What a subject or a summary says of an event."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.event_reading import ReadEvent, read_event

NEAR = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (
            "Senin, 30 November 2026, pukul 09.00 WIB di Aula Kecamatan.",
            ReadEvent(day=date(2026, 11, 30), start="09:00", place="Aula Kecamatan"),
        ),
        (
            "Undangan Rapat 5 Januari pkl. 13.30 s.d. 15.00 bertempat di Ruang Rapat Bappeda, Liwa",
            ReadEvent(day=date(2027, 1, 5), start="13:30", end="15:00", place="Ruang Rapat Bappeda, Liwa"),
        ),
        ("Undangan Upacara 10/11/2026", ReadEvent(day=date(2026, 11, 10))),
        ("Rapat 31 Februari, 2 Nopember jam 8", ReadEvent(day=date(2026, 11, 2), start="08:00")),
        ("Rapat Koordinasi Tahun 2026", None),
        ("Penyampaian laporan paling lambat 30 November 2026", None),
    ],
)
def test_an_event_is_read_where_it_is_plain(text: str, event: ReadEvent | None) -> None:
    assert read_event(text, NEAR) == event
