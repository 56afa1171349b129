"""Periksa data in the window: one sentence, progress on the way, and an end when somebody wants it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from desktop.services.verifying import CheckStep, VerifyReport, VerifyService
from desktop.storage.blobs import BlobFiles
from desktop.viewmodels.data_check import DataCheck
from desktop.views.check_words import check_details, check_sentence, log_sentence, step_sentence
from desktop.workers.runner import TaskRunner
from tests.factories import letter
from tests.support.stores import KEY, office_store, put

WHOLE = VerifyReport(whole=True, problems=(), files=3_210, files_missing=0, files_damaged=0, letters=12_345, heads=40)


def test_a_check_runs_beside_the_window_and_tells_what_it_found(tmp_path: Path, qtbot: QtBot) -> None:
    store, runner = office_store(tmp_path / "pesagi.db"), TaskRunner()
    put(store, [letter()])
    check = DataCheck(VerifyService(store, BlobFiles(tmp_path / "berkas", KEY, reserve=0)), runner)
    steps: list[CheckStep] = []
    check.progressed.connect(steps.append)

    check.start()
    assert check.running
    qtbot.waitUntil(lambda: check.report is not None)

    assert check.report is not None
    assert (check.report.whole, check.report.letters, check.running) == (True, 1, False)
    assert steps
    runner.close()
    store.close()


def test_a_check_ends_where_somebody_stops_it(tmp_path: Path) -> None:
    store = office_store(tmp_path / "pesagi.db")

    report = VerifyService(store, BlobFiles(tmp_path / "berkas", KEY, reserve=0)).verify(stopped=lambda: True)

    assert (report.whole, report.stopped) == (False, True)
    store.close()


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({}, "Semua 12.345 surat dan 3.210 berkas utuh."),
        ({"stopped": True, "whole": False}, "Pemeriksaan dihentikan."),
        ({"whole": False, "files_missing": 2}, "Semua 12.345 surat utuh, tetapi 2 dari 3.210 berkas pindaian"),
        ({"whole": False, "problems": ("row 5 00",)}, "Ada data yang tidak utuh. Jangan hapus apa pun;"),
    ],
)
def test_the_outcome_is_one_sentence(changes: dict[str, object], begins: str) -> None:
    assert check_sentence(msgspec.structs.replace(WHOLE, **changes)).startswith(begins)


def test_a_log_that_does_not_continue_is_said_in_plain_words() -> None:
    broken = msgspec.structs.replace(WHOLE, log_broken=date(2026, 11, 23))

    assert log_sentence(WHOLE) == ""
    assert log_sentence(broken).startswith("Sejak 23 Nov 2026 catatan server tidak menyambung dengan yang pernah")
    assert "dipulihkan dari cadangan" in log_sentence(msgspec.structs.replace(broken, log_restored=True))


def test_details_name_what_was_found_for_whoever_helps() -> None:
    report = msgspec.structs.replace(WHOLE, whole=False, problems=("entry 17",), head="40:" + "ab" * 32)

    assert check_details(report).splitlines()[-2:] == ["Temuan:", "entry 17"]
    assert "40:abababab" in check_details(report)
    assert step_sentence(CheckStep(files=20, all_files=60)) == "Memeriksa berkas 20 dari 60…"
    assert step_sentence(CheckStep(rows=1_500)) == "Memeriksa data: 1.500 catatan…"
