"""The words of an agenda book that is taken in: its fields, its lines, and why a line is not taken."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.book_import import SampleRow
from desktop.viewmodels.screen_facts import LineProblem
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.figures import format_count


def field_text(field: str) -> str:
    """What a field of the book is called; the empty text for none."""
    translate = QCoreApplication.translate
    return {
        "agenda_no": translate("ImportWords", "Nomor agenda"),
        "received_on": translate("ImportWords", "Tanggal terima"),
        "sender": translate("ImportWords", "Asal surat"),
        "letter_no": translate("ImportWords", "Nomor surat"),
        "letter_date": translate("ImportWords", "Tanggal surat"),
        "subject": translate("ImportWords", "Perihal"),
        "security": translate("ImportWords", "Sifat"),
        "urgency": translate("ImportWords", "Derajat"),
        "classification": translate("ImportWords", "Klasifikasi"),
        "due_on": translate("ImportWords", "Tenggat"),
        "summary": translate("ImportWords", "Ringkasan"),
    }.get(field, "")


def problem_text(code: str) -> str:
    """Why a line is not taken, in one sentence."""
    translate = QCoreApplication.translate
    own = {
        "line_malformed": translate("ImportWords", "Baris ini tidak terbaca sebagai tabel."),
        "number_malformed": translate("ImportWords", "Nomor agenda hanya boleh angka."),
        "date_malformed": translate(
            "ImportWords", "Bukan tanggal. Tulis seperti 05/03/2026, atau ubah format selnya menjadi tanggal."
        ),
        "word_unknown": translate("ImportWords", "Kata ini tidak dikenal, misalnya Biasa, Terbatas, Segera."),
        "number_taken": translate("ImportWords", "Nomor agenda ini sudah dipakai surat lain."),
        "sender_missing": translate("ImportWords", "Asal surat kosong."),
        "subject_missing": translate("ImportWords", "Perihal kosong."),
        "text_too_long": translate("ImportWords", "Teks ini terlalu panjang."),
    }
    return own.get(code) or sentence_for(code)


def problem_words(row: LineProblem) -> Wording:
    """A line of the list: where, which column, why."""
    line, column, why = format_count(row.line), field_text(row.column), problem_text(row.code)
    sentence = QCoreApplication.translate("ImportWords", "Baris {line}, {column}: {why}")
    return Wording(
        cells=(Cell(text=line), Cell(text=column), Cell(text=why, tooltip=why)),
        accessible=sentence.format(line=line, column=column, why=why),
    )


def sample_words(row: SampleRow) -> Wording:
    """One of the first lines as it is understood."""
    return Wording(
        cells=tuple(Cell(text=cell, tooltip=cell) for cell in row.cells),
        accessible=", ".join(cell for cell in row.cells if cell),
    )
