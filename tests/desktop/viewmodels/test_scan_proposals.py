"""What a scan proposes for the form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pytest
from pytestqt.qtbot import QtBot

from core.domain.letters import SecurityLevel
from desktop.services.scan_reading import FirstPages, ScanReading
from desktop.viewmodels.letter_draft import LetterDraft
from desktop.viewmodels.scan_proposals import ScanProposals
from desktop.views.proposal_bar import ProposalBar
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.support.scan_files import left_half, pdf_bytes

TEXT = "DINAS KESEHATAN\nLiwa, 18 November 2026\nNomor : 005/118/IV.02/2026\nHal : Undangan rapat\n"


class Words:
    """Stands for the reading process, which takes seconds and is tested by itself."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, source: Callable[[], BinaryIO], *, page: int) -> str:
        assert page == 0
        self.asked += 1
        with source() as content:
            assert content.read(4) == b"%PDF"
        return TEXT


@pytest.fixture
def words() -> Words:
    return Words()


@pytest.fixture
def proposals(desk: LetterDesk, words: Words, tmp_path: Path, settle: Callable[[LetterDesk], None]) -> ScanProposals:
    """Of a scan that was read."""
    path = tmp_path / "lembar.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0")]))
    made = ScanProposals(ScanReading(desk.files, words, FirstPages()), desk.runner, parent=desk.editor)
    scan = desk.attachments.take(path)
    made.follow((scan,))
    settle(desk)
    made.follow((scan,))
    return made


def test_only_empty_fields_are_proposed_for(proposals: ScanProposals) -> None:
    draft = LetterDraft(sender="Dinkes", letter_no="7")

    assert proposals.offered(draft) == {"letter_date": date(2026, 11, 18), "subject": "Undangan rapat"}


def test_the_subject_of_a_secret_letter_is_not_shown(proposals: ScanProposals) -> None:
    draft = LetterDraft(security=SecurityLevel.SECRET)

    assert "subject" not in proposals.offered(draft)


def test_a_scan_is_read_once(proposals: ScanProposals, words: Words) -> None:
    assert proposals.offered(LetterDraft())
    assert words.asked == 1


def test_without_a_scan_nothing_is_proposed(proposals: ScanProposals) -> None:
    proposals.follow(())

    assert proposals.offered(LetterDraft()) == {}


def test_nothing_is_taken_before_a_person_says_so(
    desk: LetterDesk, proposals: ScanProposals, view_theme: Theme, qtbot: QtBot
) -> None:
    desk.editor.start_new()
    bar = ProposalBar(view_theme, desk.editor, proposals)
    qtbot.addWidget(bar)
    before = desk.editor.draft.letter_no

    with qtbot.waitSignal(bar.taken):
        bar.take()

    assert before == ""
    assert desk.editor.draft.letter_no == "005/118/IV.02/2026"
    assert desk.editor.draft.sender == "Dinas Kesehatan"
    qtbot.waitUntil(lambda: not desk.runner.busy, timeout=15_000)
