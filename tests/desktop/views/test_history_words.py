"""The history of a letter reads as plain sentences."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from desktop.services.history import Event, HistoryLine
from desktop.views.history_words import history_note, history_sentence
from tests.factories import NOW

LINE = HistoryLine(event=Event.CHANGED, at=NOW, person="Siti Aminah", position="Petugas TU")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"field": "subject", "before": "A", "after": "B"}, "mengubah Perihal: “A” menjadi “B”."),
        ({"field": "due_on", "after": "2026-12-01"}, "mengubah Tenggat: kosong menjadi “1 Des 2026”."),
        (
            {"field": "letter_no", "before": "20261201", "after": "2026-12-01"},
            "mengubah Nomor surat: “20261201” menjadi “2026-12-01”.",
        ),
        ({"field": "event_from", "after": "09:30"}, "mengubah Jam mulai acara: kosong menjadi “09.30”."),
        ({"field": "security", "before": "0", "after": "2"}, "mengubah Sifat: Biasa/Terbuka menjadi Rahasia."),
        ({"field": "urgency", "before": "0", "after": "2"}, "mengubah Derajat: Biasa menjadi Sangat segera."),
        (
            {"field": "addressee", "before": "Camat", "after": ""},
            "mengubah Diteruskan kepada: “Camat” menjadi kosong.",
        ),
        ({"field": "subject", "sealed": True}, "mengubah Perihal. Isinya hanya untuk penerima surat."),
        ({"event": Event.REGISTERED, "count": 2}, "mencatat surat ini dengan 2 berkas pindaian."),
        ({"event": Event.FILED, "after": "Undangan"}, "memasukkan surat ke berkas “Undangan”."),
        ({"event": Event.DISPOSED, "after": "Sekcam"}, "mendisposisikan surat kepada Sekcam."),
        (
            {"event": Event.ENTERED, "before": "Camat", "after": "Kasi PMP"},
            "mencatatkan disposisi tulisan tangan Camat kepada Kasi PMP.",
        ),
        ({"event": Event.WITHDRAWN, "before": "Kasi PMP"}, "menarik disposisi dari Kasi PMP."),
        (
            {"event": Event.WITHDRAWN, "before": "Kasi PMP", "after": "Salah alamat"},
            "menarik disposisi dari Kasi PMP: “Salah alamat”.",
        ),
        (
            {"event": Event.ANSWERED, "before": "Belum.", "after": "Sudah."},
            "mengubah laporannya: “Belum.” menjadi “Sudah.”",
        ),
        ({"event": Event.ANSWERED, "after": "Siapa yang hadir?"}, "melaporkan: “Siapa yang hadir?”"),
        ({"field": "subject", "before": "A.", "after": "B."}, "mengubah Perihal: “A.” menjadi “B.”"),
        ({"field": "subject", "before": "A", "after": "B.)"}, "mengubah Perihal: “A” menjadi “B.)”."),
        ({"event": Event.DISPOSED, "after": "Kasi PMD."}, "mendisposisikan surat kepada Kasi PMD."),
        (
            {"event": Event.LOST, "field": "subject", "before": "A", "after": "B"},
            "ingin mengubah Perihal menjadi “B”, tetapi “A” sudah lebih dahulu.",
        ),
        (
            {"event": Event.REPLY_DROPPED, "field": "reply_reason", "after": "Cukup dihadiri"},
            "menutup tanpa balasan: “Cukup dihadiri”.",
        ),
        ({"event": Event.REPLY_DROPPED, "field": "reply_reason", "sealed": True}, "menutup tanpa balasan."),
        ({"event": Event.HELD_ACCEPTED, "before": "Budi"}, "menerima pekerjaan Budi yang ditahan atas surat ini."),
    ],
)
def test_each_event_has_its_sentence(changes: dict[str, object], sentence: str) -> None:
    assert history_sentence(msgspec.structs.replace(LINE, **changes)) == f"Siti Aminah (Petugas TU) {sentence}"


def test_every_event_has_a_sentence_that_names_somebody() -> None:
    for event in Event:
        nobody = HistoryLine(event=event, at=NOW, person="", field="subject")
        assert history_sentence(nobody).startswith("Seseorang ")


def test_a_wrong_clock_and_what_waits_are_said_beside_the_time() -> None:
    line = msgspec.structs.replace(LINE, pc_at=NOW - timedelta(minutes=12), waiting=True)

    assert history_note(line, sends=True) == (
        "Jam komputer saat itu menunjukkan 16 Mar 2026 09.18. Belum sampai di server."
    )
    late = msgspec.structs.replace(LINE, received=NOW + timedelta(days=3))
    assert history_note(late, sends=True) == "Diterima server 19 Mar 2026 09.30."
    assert not history_note(LINE, sends=True)
    assert not history_note(msgspec.structs.replace(LINE, waiting=True), sends=False)
