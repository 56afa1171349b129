"""From the reminder to the paper, and from the paper back into a PC that lost its keyring."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from desktop.views.recovery_dialog import RecoveryDialog
from desktop.views.recovery_entry import RecoveryEntryView
from desktop.views.sign_in import SignInView
from desktop.widgets.fields import Field
from tests.desktop.app.conftest import ProgramInTest, StartProgram
from tests.support.credentials import MemoryKeyring
from tests.support.server import PASSWORD, RunningServer, make_office

CLERK = "Petugas Tata Usaha"
REMINDER = "Lembar pemulihan komputer ini belum dicetak."


def reminded(program: ProgramInTest) -> bool:
    return any(said.startswith(REMINDER) for said in program.said())


def sign_in(program: ProgramInTest, password: str = PASSWORD) -> None:
    program.sign_in(CLERK, password)
    program.until(lambda: program.program.desk is not None)
    program.settle()


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the PDF goes."""
    path = tmp_path / "lembar.pdf"
    monkeypatch.setattr(RecoveryDialog, "choose_pdf", lambda _self: str(path))
    return path


def test_the_paper_brings_back_a_pc_whose_keyring_is_lost(
    start_program: StartProgram, server: RunningServer, paper: Path, memory_keyring: MemoryKeyring
) -> None:
    program = start_program()
    program.join(server.url, make_office(server).codes["tu"], PASSWORD)
    program.until(lambda: program.shows(SignInView))
    sign_in(program)
    assert reminded(program)

    words = printed(program, paper)

    assert not reminded(program)
    program.close()
    memory_keyring._secrets.clear()  # noqa: SLF001  # the keyring is lost

    program = start_program(program.folder)
    program.sign_in(CLERK, PASSWORD)
    assert errors(program.page(SignInView)) == [
        "Data tetap utuh, tetapi kuncinya tidak ditemukan. Masuk dengan lembar pemulihan, atau hubungi admin."
    ]
    program.page(SignInView).recovery.click()
    recover(program, [*words[:2], "katayangsalah", *words[3:]])
    assert errors(program.page(RecoveryEntryView))[0].startswith("Kata ke-3, “katayangsalah”, tidak ada dalam daftar.")
    recover(program, [words[1], words[0], *words[2:]])
    program.until(lambda: program.shows(SignInView))
    sign_in(program, "kata sandi yang baru 9")
    assert not reminded(program)


def printed(program: ProgramInTest, paper: Path) -> list[str]:
    """The words as they stand on the paper, after two of them were typed back."""
    program.window.sheet_wanted.emit()
    dialog = program.page(RecoveryDialog)
    dialog.password.setText("bukan kata sandinya")
    dialog.pdf.click()
    program.settle()
    assert errors(dialog) == ["Kata sandi tidak cocok; coba lagi."]
    assert not paper.exists()

    dialog.password.setText(PASSWORD)
    dialog.pdf.click()
    program.settle()
    sheet = dialog._printing.sheet  # noqa: SLF001  # what the person reads on the paper
    assert sheet is not None
    text = text_of(paper)
    assert [word for word in sheet.words if word not in text] == []
    assert sheet.office in text

    first, second = (sheet.words[place - 1] for place in dialog._printing.asked)  # noqa: SLF001  # as above
    dialog.first.setText(second)
    dialog.second.setText(first)
    dialog.done_button.click()
    assert errors(dialog)
    dialog.first.setText(first.upper())
    dialog.second.setText(second[:4])
    dialog.done_button.click()
    program.settle()
    assert not dialog.isVisible()
    assert dialog._printing.sheet is None  # noqa: SLF001  # no word stays in memory
    return list(sheet.words)


def recover(program: ProgramInTest, words: list[str]) -> None:
    page = program.page(RecoveryEntryView)
    page.words.setPlainText("  ".join(words))
    page.password.setText("kata sandi yang baru 9")
    page.repeated.setText("kata sandi yang baru 9")
    page.go.click()
    program.settle()


def errors(page: SignInView | RecoveryEntryView | RecoveryDialog) -> list[str]:
    return [field.error() for field in page.findChildren(Field) if field.error()]


def text_of(paper: Path) -> str:
    with pypdfium2.PdfDocument(paper) as document:
        assert len(document) == 1
        page = document[0]
        width, height = page.get_size()
        assert (round(width), round(height)) == (595, 842)
        text = page.get_textpage()
        found: str = text.get_text_range()
        text.close()
        page.close()
    return found
