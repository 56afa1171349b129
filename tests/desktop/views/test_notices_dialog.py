"""Pemberitahuan: the quiet hours are kept as a person writes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.agenda import AgendaService
from desktop.services.dispositions import DispositionService
from desktop.services.notices import NoticeService
from desktop.services.replies import ReplyService
from desktop.system.notice_file import NoticeFile
from desktop.viewmodels.notice_desk import NoticeDesk
from desktop.views.notices_dialog import NoticesDialog
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme
from tests.desktop.hands import click, shown
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.factories import NOW


@pytest.fixture
def dialog(kecamatan: SampleOffice, desk: LetterDesk, view_theme: Theme, tmp_path: Path) -> Iterator[NoticesDialog]:
    who = kecamatan.actor(CLERK)
    orders = DispositionService(desk.store, who, lambda: NOW, os.urandom)
    service = NoticeService(
        who,
        lambda: NOW,
        dispositions=orders,
        agenda=AgendaService(desk.store, who, lambda: NOW, orders),
        replies=ReplyService(desk.store, who, lambda: NOW),
    )
    notices = NoticeDesk(service, NoticeFile(tmp_path), desk.runner, feed=desk.feed, whose="1:1")
    dialog = NoticesDialog(view_theme, notices, today=NOW.date)
    notices.setParent(dialog)
    dialog.begin()
    yield dialog
    dialog.deleteLater()


def test_an_hour_that_cannot_be_read_is_told_and_the_next_one_is_kept(
    qtbot: QtBot, dialog: NoticesDialog, desk: LetterDesk, tmp_path: Path
) -> None:
    begin = shown(dialog, LineEdit)[0]
    close = next(one for one in shown(dialog, Button) if one.text() == "Tutup")
    begin.setText("25.00")
    click(close)
    assert "Belum disimpan. Tulis jam seperti 09.30." in [label.text() for label in shown(dialog, Label)]

    begin.setText("18")
    click(close)

    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert NoticeFile(tmp_path).choice().quiet_from == "18:00"
