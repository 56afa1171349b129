from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.boxes import Column
from desktop.widgets.buttons import IconButton
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Leaning
from desktop.widgets.fields import Field, FieldErrors, FormLayout
from desktop.widgets.line_edits import LineEdit, SearchField, SecretEdit, TextEdit
from desktop.widgets.suggest_edit import SuggestEdit, Suggestion
from desktop.widgets.theme import Theme
from desktop.widgets.validity import is_marked_invalid
from tests.desktop.widgets.conftest import Stage

TODAY = date(2026, 11, 23)
OFFICES = [Suggestion("1", "Dinas Kesehatan", "Dinkes"), Suggestion("2", "Dinas Sosial", "Dinsos")]


def form_of(theme: Theme, stage: Stage, *editors: QWidget) -> QWidget:
    form = QWidget()
    column = Column(theme, parent=form)
    column.add(*editors, None)
    stage.show(form, width=420, height=320)
    return form


def test_a_required_field_says_so_to_eye_and_ear(theme: Theme) -> None:
    editor = LineEdit(theme)
    field = Field(theme, "Nomor surat", editor, required=True)

    assert editor.accessibleName() == "Nomor surat, wajib diisi"
    assert field.editor is editor
    field.deleteLater()


def test_an_error_stands_at_the_field_and_keeps_the_entry(theme: Theme, stage: Stage) -> None:
    editor = LineEdit(theme)
    editor.setText("005/118")
    field = Field(theme, "Nomor", editor, hint="Seperti pada surat")
    stage.show(field)
    height = field.sizeHint().height()

    field.set_error("Nomor sudah dipakai. Pilih nomor lain.")
    assert editor.text() == "005/118"
    assert editor.accessibleDescription() == "Nomor sudah dipakai. Pilih nomor lain."
    assert is_marked_invalid(editor)

    field.set_error("")
    assert editor.accessibleDescription() == "Seperti pada surat"
    assert not is_marked_invalid(editor)
    assert field.sizeHint().height() == height


def test_the_first_wrong_field_takes_the_focus(theme: Theme, stage: Stage) -> None:
    number, subject = LineEdit(theme), TextEdit(theme)
    fields = {"number": Field(theme, "Nomor", number), "subject": Field(theme, "Perihal", subject)}
    form = form_of(theme, stage, *fields.values())
    errors = FieldErrors(fields, parent=form)

    errors.show_errors({"subject": "Perihal belum diisi.", "unknown": "?"})

    assert subject.hasFocus()
    assert fields["subject"].error() == "Perihal belum diisi."
    assert fields["number"].error() == ""


def test_tab_follows_the_order_in_which_fields_were_added(theme: Theme, stage: Stage) -> None:
    editors = [LineEdit(theme), LineEdit(theme), LineEdit(theme)]
    form = QWidget()
    layout = FormLayout(theme, parent=form)
    layout.add_wide(Field(theme, "Asal", editors[0]))
    layout.add_field(Field(theme, "Nomor", editors[1]))
    layout.add_field(Field(theme, "Tanggal", editors[2]))
    stage.show(form)
    editors[0].setFocus()

    stage.press(editors[0], Qt.Key.Key_Tab)
    assert editors[1].hasFocus()
    stage.press(editors[1], Qt.Key.Key_Tab)
    assert editors[2].hasFocus()


def test_a_short_date_is_written_out_when_the_field_is_left(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    field, other = DateField(theme, today=TODAY, leaning=Leaning.PAST), LineEdit(theme)
    form_of(theme, stage, field, other)
    field.setFocus()

    with qtbot.waitSignal(field.date_changed):
        stage.write(field, "18")
    assert field.value() == date(2026, 11, 18)
    assert field.text() == "18"

    other.setFocus()
    assert field.text() == "18 Nov 2026"


def test_what_is_no_date_stays_as_it_was_typed(theme: Theme, stage: Stage) -> None:
    field, other = DateField(theme, today=TODAY), LineEdit(theme)
    form_of(theme, stage, field, other)
    field.setFocus()
    stage.write(field, "31 feb")

    other.setFocus()

    assert field.text() == "31 feb"
    assert field.value() is None
    assert not field.is_understood()


def test_arrows_move_a_date_by_a_day(theme: Theme, stage: Stage) -> None:
    field = DateField(theme, today=TODAY)
    form_of(theme, stage, field)
    field.setFocus()

    stage.press(field, Qt.Key.Key_Up)
    assert field.value() == date(2026, 11, 24)
    stage.press(field, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert field.value() == date(2026, 11, 22)


def test_the_first_and_last_day_are_borders(theme: Theme, stage: Stage) -> None:
    field = DateField(theme, today=TODAY)
    form_of(theme, stage, field)
    field.set_value(date.max)

    stage.press(field, Qt.Key.Key_Up)

    assert field.value() == date.max


def test_enter_takes_the_marked_suggestion(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    field = SuggestEdit(theme)
    form_of(theme, stage, field)
    field.setFocus()
    with qtbot.waitSignal(field.suggestions_wanted) as wanted:
        stage.write(field, "d")
    assert wanted.args == ["d"]
    field.set_suggestions(OFFICES)
    assert field.is_suggesting()

    stage.press(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(field.chosen) as chosen:
        stage.press(field, Qt.Key.Key_Return)

    assert chosen.args == [OFFICES[1]]
    assert field.text() == "Dinas Sosial"
    assert field.note() == "Dinsos"
    assert not field.is_suggesting()


def test_tab_keeps_what_was_typed(theme: Theme, stage: Stage) -> None:
    field, other = SuggestEdit(theme), LineEdit(theme)
    form_of(theme, stage, field, other)
    field.setFocus()
    stage.write(field, "Dinas baru")
    field.set_suggestions(OFFICES)

    stage.press(field, Qt.Key.Key_Tab)

    assert field.text() == "Dinas baru"
    assert other.hasFocus()
    assert not field.is_suggesting()


def test_escape_only_closes_the_suggestions(theme: Theme, stage: Stage) -> None:
    field = SuggestEdit(theme)
    form_of(theme, stage, field)
    field.setFocus()
    stage.write(field, "din")
    field.set_suggestions(OFFICES)

    stage.press(field, Qt.Key.Key_Escape)

    assert not field.is_suggesting()
    assert field.text() == "din"


def test_answers_that_come_too_late_are_not_shown(theme: Theme, stage: Stage) -> None:
    field, other = SuggestEdit(theme), LineEdit(theme)
    form_of(theme, stage, field, other)
    field.setFocus()
    stage.write(field, "d")
    other.setFocus()

    field.set_suggestions(OFFICES)

    assert not field.is_suggesting()


def test_escape_empties_the_search_before_it_leaves_it(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    field = SearchField(theme, placeholder="Cari surat")
    form_of(theme, stage, field)
    field.setFocus()
    stage.write(field, "musren")

    with qtbot.assertNotEmitted(field.left):
        stage.press(field, Qt.Key.Key_Escape)
    assert field.text() == ""

    with qtbot.waitSignal(field.left):
        stage.press(field, Qt.Key.Key_Escape)
    assert field.accessibleName() == "Cari surat"


def test_the_eye_shows_and_hides_a_password(theme: Theme, stage: Stage) -> None:
    field = SecretEdit(theme)
    form_of(theme, stage, field)
    eye = field.findChildren(IconButton)[0]
    assert field.echoMode() is QLineEdit.EchoMode.Password

    stage.click(eye)
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    assert eye.accessibleName() == "Sembunyikan isian"

    stage.click(eye)
    assert field.echoMode() is QLineEdit.EchoMode.Password


def test_a_password_may_be_pasted_and_is_not_copied_out(theme: Theme, stage: Stage) -> None:
    field = SecretEdit(theme)
    form_of(theme, stage, field)
    QApplication.clipboard().setText("kopi robusta liwa")

    field.paste()
    assert field.text() == "kopi robusta liwa"
    QApplication.clipboard().clear()
    field.selectAll()
    field.copy()
    assert QApplication.clipboard().text() == ""


def test_choices_keep_the_chosen_key_when_they_are_renewed(theme: Theme, stage: Stage) -> None:
    box = ComboBox(theme, placeholder="Pilih sifat")
    form_of(theme, stage, box)
    assert box.current_key() == ""

    box.set_choices([("b", "Biasa"), ("r", "Rahasia")])
    assert box.current_key() == ""

    box.select("r")
    box.set_choices([("x", "Terbatas"), ("r", "Rahasia")])
    assert box.current_key() == "r"

    box.set_choices([("x", "Terbatas")])
    assert box.current_key() == ""


def test_markup_pasted_into_a_text_field_stays_text(theme: Theme, stage: Stage) -> None:
    field = TextEdit(theme)
    form_of(theme, stage, field)
    field.insertPlainText("<b>tebal</b>")

    assert field.toPlainText() == "<b>tebal</b>"
