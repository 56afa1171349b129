"""What a PC that was shut out says of work that it could not hand on."""

from __future__ import annotations

from desktop.system.faults import FaultOf
from desktop.system.profile_wiping import LeftBehind
from desktop.views.parting_words import left_text
from desktop.views.trouble_page import TroublePage
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme


def test_what_was_left_is_named_with_its_count_and_what_to_do() -> None:
    assert left_text(LeftBehind(drafts=1, scans=1_200)) == (
        "Yang tidak ikut disegel: 1 surat yang belum selesai diisi, 1.200 pindaian di Pindaian; "
        "masukkan lagi dari kertasnya di komputer lain."
    )


def test_where_nothing_was_left_nothing_is_said() -> None:
    assert left_text(LeftBehind()) == ""


def test_the_last_page_says_once_that_the_pc_is_shut_out_and_apart_from_it_what_was_left(view_theme: Theme) -> None:
    page = TroublePage(view_theme, FaultOf.PC_REVOKED, left=LeftBehind(drafts=3))

    said = [one.text() for one in page.findChildren(Label)]

    assert sum(text.count("Komputer ini sudah dicabut") for text in said) == 1
    assert any("\n\nYang tidak ikut disegel: 3 surat" in text for text in said)
    page.deleteLater()
