"""Opening a record file: codes are suggested, refusals name their field."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.archives import NewRecordFile
from tests.desktop.sample_office import CLERK, HEAD, SampleOffice
from tests.desktop.sample_screens import ScreensAt


def test_codes_are_suggested_by_their_digits_with_their_names(screens_at: ScreensAt) -> None:
    editor = screens_at(CLERK).file_editor

    found = editor.suggestions("000.1.5")

    assert found[0].code == "000.1.5"
    assert editor.name_of(" 000.1.5. ") == found[0].name
    assert editor.name_of("999.999") == ""


def test_a_file_is_open_when_it_is_told(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    editor = screens_at(CLERK).file_editor

    with qtbot.waitSignal(editor.opened) as told:
        editor.create(NewRecordFile(classification="000.1.5", title=" Undangan 2026 "))

    assert told.args is not None
    listed = office.record_files(CLERK).listed()[0].record_file
    assert (told.args[0].record_file_id, told.args[0].title) == (listed.id, "Undangan 2026")


@pytest.mark.parametrize(
    ("code", "title", "refusal"),
    [
        ("000.1.5", "  ", ["title_missing", "title"]),
        ("", "Undangan", ["classification_malformed", "classification"]),
        ("0OO.1", "Undangan", ["classification_malformed", "classification"]),
        ("000.1.5", "x" * 301, ["text_too_long", "title"]),
    ],
)
def test_a_refusal_names_its_field(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice, *, code: str, title: str, refusal: list[str]
) -> None:
    editor = screens_at(CLERK).file_editor

    with qtbot.waitSignal(editor.refused) as told:
        editor.create(NewRecordFile(classification=code, title=title))

    assert told.args == refusal
    assert office.record_files(CLERK).listed() == ()
    assert not editor.busy


def test_who_may_not_open_files_is_refused(qtbot: QtBot, screens_at: ScreensAt) -> None:
    editor = screens_at(HEAD).file_editor

    with qtbot.waitSignal(editor.refused) as told:
        editor.create(NewRecordFile(classification="000.1.5", title="Undangan"))

    assert told.args == ["not_allowed", ""]
