from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.clamped_label import ClampedLabel
from desktop.widgets.labels import ElidedLabel, Label, plain_tooltip
from desktop.widgets.painting import one_line, text_width, wrap_lines
from desktop.widgets.theme import Appearance, Theme
from desktop.widgets.typography import TextRole
from tests.desktop.widgets.conftest import Stage

HOSTILE = '<b>Dinas</b> <img src="file:///etc/passwd"> <a href="http://contoh">klik</a>'


def test_a_label_shows_markup_as_it_is_written(theme: Theme, stage: Stage) -> None:
    label = Label(theme, HOSTILE)
    stage.show(label)

    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == HOSTILE
    # Interpreted, the tags would take no room.
    assert label.sizeHint().width() >= text_width(HOSTILE, theme.font(TextRole.BODY))


def test_text_set_later_is_not_interpreted_either(theme: Theme, stage: Stage) -> None:
    label = Label(theme, selectable=True, wrap=True)
    stage.show(label)
    label.setText(HOSTILE)

    assert label.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("text", [HOSTILE, "a < b & c > d", "<qt>"])
def test_a_tooltip_shows_markup_as_it_is_written(text: str) -> None:
    shown = plain_tooltip(text)

    assert "<b>" not in shown
    assert "<img" not in shown
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == f"<span>{text}</span>"


def test_an_ordinary_tooltip_is_left_alone() -> None:
    assert plain_tooltip("Dinas Sosial & PMD") == "Dinas Sosial & PMD"


def test_a_shortened_text_is_still_there_for_tooltip_and_reader(theme: Theme, stage: Stage) -> None:
    text = "Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027"
    label = ElidedLabel(theme, text)
    stage.show(label, width=120, height=20)

    assert label.is_shortened()
    assert label.toolTip() == text
    assert label.accessibleName() == text

    label.resize(900, 20)

    assert not label.is_shortened()
    assert label.toolTip() == ""


def test_a_label_takes_the_colour_of_another_look(theme: Theme, stage: Stage) -> None:
    label = Label(theme, "Perihal")
    stage.show(label)
    before = label.palette().windowText().color()

    theme.set_appearance(Appearance.DARK)

    assert before.name().upper() == "#1B2733"
    assert label.palette().windowText().color().name().upper() == "#E8EDF3"


def test_line_ends_and_tabs_become_blanks() -> None:
    assert one_line("Dinas\r\n\tSosial\u2028 PMD ") == "Dinas Sosial PMD"


def test_a_long_subject_is_cut_in_its_last_line_only(theme: Theme) -> None:
    font = theme.font(TextRole.BODY)
    text = "Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027 di Aula Kantor Camat Contoh"

    lines = wrap_lines(text, font, 220, most=2)

    assert len(lines) == 2
    assert text.startswith(lines[0])
    assert lines[1].endswith("…")
    assert all(text_width(line, font) <= 220 for line in lines)
    assert wrap_lines("Pendek", font, 220, most=2) == ["Pendek"]


def test_a_subject_gets_a_line_more_where_its_column_becomes_narrow(theme: Theme, stage: Stage) -> None:
    column = QWidget()
    subject, below = ClampedLabel(theme, "Penegakan Disiplin ASN dan Jam Kerja Bulan Ramadan"), Label(theme, "BKPSDM")
    Column(theme, parent=column).add(subject, below, None)
    stage.show(column, width=900, height=200)
    one = subject.height()

    column.window().resize(200, 200)
    QApplication.processEvents()

    assert subject.height() == subject.heightForWidth(subject.width()) > one


def test_a_tooltip_with_an_entity_is_shown_as_it_is_written() -> None:
    """Qt takes a text for markup because of `&lt;` as well, and would show `<b>` for it."""
    assert plain_tooltip("&lt;b&gt;") == "<span>&amp;lt;b&amp;gt;</span>"
    assert plain_tooltip("Seksi Pemerintahan") == "Seksi Pemerintahan"
