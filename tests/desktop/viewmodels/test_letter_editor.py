"""Entering and correcting letters: nothing that was typed is ever lost, nothing is said to be saved that is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.domain.letters import SecurityLevel, Urgency
from core.domain.numbering import INCOMING_AGENDA
from desktop.services.register import LetterView
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.viewmodels.letter_draft import LetterDraft
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, HEAD, OFFICE, TODAY, SampleOffice
from tests.support.scan_files import left_half, pdf_bytes

Settle = Callable[[LetterDesk], None]
PATIENCE_MS = 20_000


def fill(desk: LetterDesk, **values: object) -> None:
    for field, value in {"sender": "Bappeda", "subject": "Undangan rapat", **values}.items():
        desk.editor.edit(field, value)


def opened(desk: LetterDesk, settle: Settle) -> None:
    desk.editor.start_new()
    settle(desk)


def only_letter(office: SampleOffice) -> LetterView:
    register = office.register(HEAD)
    rows = register.page(register.query(), register.outline(register.query()).starts[0])
    assert len(rows) == 1
    view = register.letter(rows[0].id)
    assert view is not None
    return view


def test_a_new_letter_is_addressed_to_the_head_and_received_today(desk: LetterDesk, settle: Settle) -> None:
    opened(desk, settle)

    assert desk.editor.draft == LetterDraft(received_on=TODAY, addressee=HEAD)
    assert desk.editor.agenda == "0401"
    assert not desk.editor.touched


def test_a_letter_is_saved_with_everything_that_was_typed(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    opened(desk, settle)
    fill(
        desk,
        letter_no=" 005/118/2026 ",
        letter_date=date(2026, 11, 18),
        security=SecurityLevel.RESTRICTED,
        urgency=Urgency.URGENT,
        classification="000.1.5",
        due_on=date(2026, 11, 25),
        summary="Dua lembar",
    )

    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS) as saved:
        desk.editor.save()

    assert saved.args is not None
    assert saved.args[0].agenda == "0401"
    letter = only_letter(kecamatan).letter
    assert (letter.letter_no, letter.sender, letter.urgency) == ("005/118/2026", "Bappeda", Urgency.URGENT)
    assert (letter.due_on, letter.summary) == (date(2026, 11, 25), "Dua lembar")
    settle(desk)
    assert desk.editor.draft == LetterDraft(received_on=TODAY, addressee=HEAD)
    assert desk.editor.agenda == "0402"


def test_a_refusal_names_the_field_and_keeps_every_value(desk: LetterDesk, settle: Settle, qtbot: QtBot) -> None:
    opened(desk, settle)
    fill(desk, sender="", letter_no="005/1")

    with qtbot.waitSignal(desk.editor.refused, timeout=PATIENCE_MS) as refused:
        desk.editor.save()

    assert refused.args == ["sender_missing", "sender"]
    assert desk.editor.draft.letter_no == "005/1"
    assert desk.editor.draft.subject == "Undangan rapat"
    assert not desk.editor.busy


def test_a_full_disk_is_said_and_keeps_every_value(
    desk: LetterDesk, settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(desk, settle)
    fill(desk, letter_no="005/1")

    def full(_entry: object) -> None:
        raise EnvironmentFault(FaultOf.DISK_FULL)

    # A disk cannot be filled for one test alone; the fault is the one that storage raises.
    monkeypatch.setattr(desk.service, "register", full)
    with qtbot.waitSignal(desk.editor.refused, timeout=PATIENCE_MS) as refused:
        desk.editor.save()

    assert refused.args == ["disk_full", ""]
    assert desk.editor.draft.letter_no == "005/1"


def test_without_a_number_the_letter_is_saved_provisionally(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    with kecamatan.store.begin() as uow:
        while uow.leases.peek(OFFICE, 2026, INCOMING_AGENDA):
            uow.connection.exec_driver_sql("DELETE FROM lease")
    opened(desk, settle)
    fill(desk)

    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS) as saved:
        desk.editor.save()

    assert saved.args is not None
    assert saved.args[0].agenda == ""
    assert only_letter(kecamatan).agenda == ""


def test_a_draft_waits_for_the_person_to_come_back(desk: LetterDesk, settle: Settle) -> None:
    opened(desk, settle)
    fill(desk, letter_no="005/1")
    desk.editor.leave()

    opened(desk, settle)
    assert desk.editor.draft.letter_no == "005/1"

    desk.editor.discard()
    desk.editor.leave()
    opened(desk, settle)
    assert desk.editor.draft.letter_no == ""


def test_the_next_letter_of_a_delivery_takes_over_what_it_shares(
    desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    opened(desk, settle)
    fill(desk, letter_no="005/1", classification="000.1.5", letter_date=date(2026, 11, 18))
    assert desk.editor.previous is None
    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS):
        desk.editor.save(then_next=True)

    desk.editor.copy_previous()

    draft = desk.editor.draft
    assert (draft.sender, draft.classification) == ("Bappeda", "000.1.5")
    assert draft.letter_date == date(2026, 11, 18)
    assert (draft.letter_no, draft.subject) == ("", "")


def test_a_date_that_is_not_understood_is_not_saved_as_none(desk: LetterDesk, settle: Settle) -> None:
    opened(desk, settle)
    fill(desk)
    refusals: list[list[str]] = []
    desk.editor.refused.connect(lambda code, field: refusals.append([code, field]))
    desk.editor.edit("due_on", None)
    desk.editor.note_unread("due_on")

    desk.editor.save()

    assert refusals == [["date_not_understood", "due_on"]]
    assert not desk.editor.busy


def test_a_correction_changes_only_what_was_changed(kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot) -> None:
    letter = kecamatan.add_letter("Bapeda", "Undangan rapat", number="005/1")
    with qtbot.waitSignal(desk.editor.draft_replaced, timeout=PATIENCE_MS):
        desk.editor.start_correcting(letter)
    assert desk.editor.correcting
    assert not desk.editor.may_change("security")

    desk.editor.edit("sender", "Bappeda")
    with qtbot.waitSignal(desk.editor.amended, timeout=PATIENCE_MS) as amended:
        desk.editor.save()

    assert amended.args == [True]
    changed = only_letter(kecamatan).letter
    assert (changed.sender, changed.letter_no, changed.agenda_no) == ("Bappeda", "005/1", 401)


def test_a_correction_does_not_disturb_the_draft_of_a_new_letter(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    letter = kecamatan.add_letter("Bapeda", "Undangan rapat")
    opened(desk, settle)
    fill(desk, letter_no="draf")
    with qtbot.waitSignal(desk.editor.draft_replaced, timeout=PATIENCE_MS):
        desk.editor.start_correcting(letter)
    with qtbot.waitSignal(desk.editor.amended, timeout=PATIENCE_MS) as amended:
        desk.editor.save()
    desk.editor.leave()

    opened(desk, settle)

    assert amended.args == [False]
    assert desk.editor.draft.letter_no == "draf"


def test_scans_are_taken_in_their_order_and_saved_with_the_letter(
    kecamatan: SampleOffice, desk: LetterDesk, *, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = tmp_path / "satu.pdf", tmp_path / "dua.pdf"
    first.write_bytes(pdf_bytes([left_half("1 0 0")]))
    second.write_bytes(pdf_bytes([left_half("0 1 0"), left_half("0 0 1")]))
    opened(desk, settle)
    fill(desk)

    desk.editor.intake.take([first, second])
    qtbot.waitUntil(lambda: not desk.editor.busy, timeout=PATIENCE_MS)
    assert [scan.pages for scan in desk.editor.draft.scans] == [1, 2]
    assert desk.editor.intake.preview.pages == 3
    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS):
        desk.editor.save()

    scans = only_letter(kecamatan).letter.scans
    assert [scan.name for scan in scans] == ["satu.pdf", "dua.pdf"]
    assert all(desk.files.verify(scan.sha256) for scan in scans)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "scan_empty", id="no bytes"),
        pytest.param(b"MZ this is a program", "scan_wrong_type", id="a program"),
        pytest.param(b"%PDF-1.7 and then nothing", "scan_unreadable", id="a torn PDF"),
    ],
)
def test_a_bad_file_is_refused_and_the_form_keeps_its_values(
    desk: LetterDesk, settle: Settle, *, qtbot: QtBot, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "pindaian.pdf"
    path.write_bytes(content)
    opened(desk, settle)
    fill(desk, letter_no="005/1")

    with qtbot.waitSignal(desk.editor.intake.refused, timeout=PATIENCE_MS) as refused:
        desk.editor.intake.take([path])

    assert refused.args == [code]
    assert desk.editor.draft.letter_no == "005/1"
    assert desk.editor.draft.scans == ()
    assert not desk.editor.busy


def test_senders_are_suggested_by_the_start_of_any_word(
    kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot
) -> None:
    for sender in ("Dinas Kesehatan", "Dinas Kesehatan", "Bappeda", "Kesbangpol"):
        kecamatan.add_letter(sender, "Perihal")

    with qtbot.waitSignal(desk.editor.hints.senders_found, timeout=PATIENCE_MS) as found:
        desk.editor.hints.suggest_senders("kes")

    assert found.args is not None
    assert found.args[0] == "kes"
    assert [one.name for one in found.args[1]][:2] == ["Kesbangpol", "Dinas Kesehatan"]


def test_codes_are_suggested_by_words_and_digits(desk: LetterDesk) -> None:
    assert desk.editor.hints.codes_for("disiplin")
    assert desk.editor.hints.codes_for("000.1")[0].code.startswith("000.1")
    assert desk.editor.hints.code_name("tidak ada") == ""


def test_a_secret_letter_needs_no_subject(desk: LetterDesk, settle: Settle, qtbot: QtBot) -> None:
    opened(desk, settle)
    fill(desk, subject="", security=SecurityLevel.SECRET)
    assert not desk.editor.draft.subject_required

    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS):
        desk.editor.save()


def test_the_head_does_not_register(desk_of: Callable[[int], LetterDesk]) -> None:
    assert not desk_of(HEAD).editor.may_register


def test_a_pile_keeps_what_its_letters_have_in_common(desk: LetterDesk, settle: Settle, qtbot: QtBot) -> None:
    opened(desk, settle)
    desk.editor.in_batch, desk.editor.sticky = True, frozenset({"sender", "letter_date"})
    fill(desk, letter_no="005/1", letter_date=date(2026, 11, 18))

    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS) as saved:
        desk.editor.save()
    settle(desk)

    assert saved.args is not None
    assert saved.args[1]
    draft = desk.editor.draft
    assert (draft.sender, draft.letter_date, draft.subject, draft.letter_no) == ("Bappeda", date(2026, 11, 18), "", "")
    assert not desk.editor.touched


def test_what_is_in_the_register_is_asked_about_once_and_then_saved(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    twin = kecamatan.add_letter("Bappeda", "Undangan rapat", number="005/7")
    opened(desk, settle)
    fill(desk, letter_no="005 / 7", subject="Rakor")

    with qtbot.waitSignal(desk.editor.refused, timeout=PATIENCE_MS) as refused:
        desk.editor.save()
    assert refused.args == ["twin_found", ""]
    assert desk.editor.twins.shown is not None
    assert desk.editor.twins.shown.letter_id == twin

    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS):
        desk.editor.save()
    settle(desk)
    assert desk.editor.twins.shown is None


def test_a_twin_is_shown_while_one_types_and_gone_when_the_clerk_says_so(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat", number="005/7")
    opened(desk, settle)

    with qtbot.waitSignal(desk.editor.twins.changed, timeout=PATIENCE_MS):
        fill(desk, letter_no="005/7")
    twin = desk.editor.twins.shown

    desk.editor.twins.say_other()
    assert (twin is not None, desk.editor.twins.shown) == (True, None)
    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS):
        desk.editor.save()


def test_a_secret_twin_is_known_by_its_number_without_its_subject(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    kecamatan.add_letter("Polres", "Operasi senyap", number="R/7", security=SecurityLevel.SECRET)
    opened(desk, settle)

    with qtbot.waitSignal(desk.editor.twins.changed, timeout=PATIENCE_MS):
        fill(desk, letter_no="R/7", sender="Polres")

    assert desk.editor.twins.shown is not None
    assert desk.editor.twins.shown.subject is None


def test_a_draft_of_an_earlier_run_is_in_the_form_again(
    desk_of: Callable[[object], LetterDesk], settle: Settle, qtbot: QtBot
) -> None:
    before = desk_of(CLERK)
    opened(before, settle)
    with qtbot.waitSignal(before.editor.keeper.kept, timeout=PATIENCE_MS):
        fill(before, letter_no="005/1", letter_date=date(2026, 11, 18))

    later = desk_of(CLERK)
    opened(later, settle)

    assert later.editor.draft.letter_no == "005/1"
    assert later.editor.draft.letter_date == date(2026, 11, 18)
    assert later.editor.touched
