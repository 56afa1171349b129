"""The words of record files and of the letters in them."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.facts import LetterRow, RecordFileRow
from desktop.viewmodels.letter_row_texts import mark_words, secrecy_words, state_words, subject_text
from desktop.views.presented_rows import Cell, Wording
from desktop.widgets.dates import format_date
from desktop.widgets.figures import format_count


def file_words(row: RecordFileRow) -> Wording:
    """A line of the archive: mark, code, title, year, letters, place."""
    one, mark = row.record_file, mark_words(row.mark)
    sentence = QCoreApplication.translate(
        "RecordFiles", "{code}, {title}, tahun {year}, {count} surat, {location}, {mark}"
    )
    location = one.location or QCoreApplication.translate("RecordFiles", "tanpa lokasi")
    return Wording(
        cells=(
            Cell(icon=mark.icon, tone=mark.tone, tooltip=mark.text),
            Cell(text=one.classification),
            Cell(text=one.title, tooltip=one.title),
            Cell(text=str(one.year)),
            Cell(text=format_count(row.letters)),
            Cell(text=one.location),
        ),
        accessible=sentence.format(
            code=one.classification,
            title=one.title,
            year=one.year,
            count=format_count(row.letters),
            location=location,
            mark=mark.text,
        ),
    )


def choice_words(row: RecordFileRow) -> Wording:
    """A line of the list to choose a record file from: code, title, year."""
    one = row.record_file
    sentence = QCoreApplication.translate("RecordFiles", "{code}, {title}, tahun {year}")
    return Wording(
        cells=(Cell(text=one.classification), Cell(text=one.title), Cell(text=str(one.year))),
        accessible=sentence.format(code=one.classification, title=one.title, year=one.year),
    )


def letter_words(row: LetterRow) -> Wording:
    """A line of the letters in a record file: agenda, received, sender, subject."""
    agenda = row.agenda or QCoreApplication.translate("RecordFiles", "menyusul")
    subject, mark, secrecy = subject_text(row.subject), mark_words(row.mark), secrecy_words(row)
    sentence = QCoreApplication.translate("RecordFiles", "Agenda {agenda}, {date}, dari {sender}, {subject}, {state}")
    return Wording(
        cells=(
            Cell(text=agenda, tooltip=mark.text),
            Cell(text=format_date(row.received_on)),
            Cell(text=row.sender),
            Cell(text=subject, tooltip=subject, icon="" if secrecy is None else secrecy.icon),
        ),
        accessible=sentence.format(
            agenda=agenda,
            date=format_date(row.received_on),
            sender=row.sender,
            subject=subject,
            state=state_words(row.state).text.lower(),
        ),
    )
