"""What a PC that was shut out says of work that it could not hand on."""

from desktop.system.profile_wiping import LeftBehind
from desktop.views.parting_words import left_text


def test_what_was_left_is_named_with_its_count_and_what_to_do() -> None:
    assert left_text(LeftBehind(drafts=1, scans=1_200)) == (
        "Yang tidak ikut disegel: 1 surat yang belum selesai diisi, 1.200 pindaian di Pindaian; "
        "masukkan lagi dari kertasnya di komputer lain."
    )


def test_where_nothing_was_left_nothing_is_said() -> None:
    assert left_text(LeftBehind()) == ""
