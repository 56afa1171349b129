"""Payloads through every text field: kept as they were typed, found again, shown as plain text, written out as data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import Qt as RichText
from PySide6.QtGui import QTextDocument

from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter
from core.domain.notices import NoticeKind
from desktop.services.exporting import ExportService
from desktop.services.finding import LONGEST_SEARCH, FindService
from desktop.services.importing_tables import guess, header_word, read_table
from desktop.services.list_export import as_csv_cell
from desktop.services.notices import Notice
from desktop.services.papers.plain_text import visible
from desktop.storage.blobs import BlobFiles
from desktop.storage.checking import count_problems
from desktop.storage.unit_of_work import Store
from desktop.viewmodels.row_list import RowList
from desktop.views.messages import sentence_for
from desktop.views.notice_words import desktop_text
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.views.share_words import share_text
from desktop.widgets.labels import plain_tooltip
from tests.agenda_factory import EVENT
from tests.factories import HEAD, LETTER_ID, NOW, REGISTRAR, actor, disposition, letter, record_file
from tests.hostile.payloads import payloads
from tests.support.desks import Desk, entry, lease
from tests.support.stores import KEY, every, office_store, put

EVERYTHING = tuple(payloads())
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\x00\x07")
ROLE = int(Qt.ItemDataRole.ToolTipRole)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that has joined an office."""
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR,))
    yield opened
    opened.close()


def test_there_are_two_hundred_and_no_two_alike() -> None:
    assert len(EVERYTHING) >= 200
    assert len(set(EVERYTHING)) == len(EVERYTHING)


def test_every_field_of_a_letter_keeps_what_was_typed_or_says_in_a_sentence_why_not(store: Store) -> None:
    """Nothing of it runs, nothing is lost, and the tables are as whole as before."""
    lease(store, 1, 2_000)
    desk = Desk(store, REGISTRAR)
    typed: dict[bytes, str] = {}
    refusals: list[str] = []
    for text in EVERYTHING:
        filled = entry(subject=text, sender=text, letter_no=text[:100], summary=text)
        try:
            typed[desk.letters.register(filled).letter_id] = text
        except Refusal as refused:
            refusals.append(sentence_for(refused.code.value))

    assert all(sentence.endswith(".") for sentence in refusals)
    kept = {one.record.id: one.record for one in every(store, IncomingLetter)}
    assert set(kept) == set(typed)
    for letter_id, text in typed.items():
        one = kept[letter_id]
        fields = (one.subject, one.sender, one.letter_no, one.summary)
        assert [field.strip() for field in fields] == [text.strip(), text.strip(), text[:100].strip(), text.strip()]
    assert len(typed) > 0.9 * len(EVERYTHING)
    with store.read() as uow:
        assert count_problems(uow.connection) == ()


def test_the_search_takes_whatever_is_typed_and_finds_what_is_there(store: Store) -> None:
    put(store, [letter(subject="Undangan rapat koordinasi")])
    desk = Desk(store, REGISTRAR)

    for text in EVERYTHING:
        desk.rows(words=text)  # whatever it finds, it comes back

    assert [row.subject for row in desk.rows(words="rapat")] == ["Undangan rapat koordinasi"]
    assert [row.subject for row in desk.rows(words='rapat" OR rowid > 0 --')] == []


def test_notes_results_and_titles_keep_what_was_typed(store: Store) -> None:
    notes = [disposition(id=number.to_bytes(16, "big"), note=text) for number, text in enumerate(EVERYTHING, start=1)]
    put(store, [letter(), *notes])
    files = [
        msgspec.structs.replace(record_file(), id=number.to_bytes(16, "big"), title=text)
        for number, text in enumerate(EVERYTHING, start=1)
    ]
    put(store, files)

    assert sorted(one.record.note for one in every(store, Disposition)) == sorted(EVERYTHING)
    assert sorted(one.record.title for one in every(store, type(record_file()))) == sorted(EVERYTHING)


def test_an_imported_book_is_read_as_text(store: Store, tmp_path: Path) -> None:
    lines = io.StringIO()
    rows = csv.writer(lines)
    rows.writerow(["Nomor Agenda", "Tanggal Terima", "Nomor Surat", "Pengirim", "Perihal"])
    readable = [text for text in EVERYTHING if "\x00" not in text and text.strip()]
    for number, text in enumerate(readable, start=1):
        rows.writerow([number, "05/03/2026", f"005/{number}/2026", f"Dinas {number}", text])
    book = tmp_path / "agenda.csv"
    book.write_bytes(lines.getvalue().encode())

    report = Desk(store, REGISTRAR).importing.agenda_csv(book)

    subjects = {one.record.letter_no: one.record.subject for one in every(store, IncomingLetter)}
    assert report.added + len(report.problems) == len(readable)
    assert report.added > 0.9 * len(readable)
    for number, text in enumerate(readable, start=1):
        if f"005/{number}/2026" in subjects:
            assert " ".join(subjects[f"005/{number}/2026"].split()) == " ".join(text.split())


def test_places_reasons_and_notes_by_another_hand_keep_what_was_typed(store: Store) -> None:
    made = [
        letter(id=number.to_bytes(16, "big"), agenda_no=number, **{**EVENT, "event_place": text, "reply_reason": text})
        for number, text in enumerate(EVERYTHING, start=1)
    ]
    notes = [
        disposition(id=number.to_bytes(16, "big"), letter_id=one.id, entered_as=REGISTRAR, note=one.event_place)
        for number, one in enumerate(made, start=1)
    ]
    put(store, [*made, *notes])

    kept = [one.record for one in every(store, IncomingLetter)]
    assert sorted((one.event_place, one.reply_reason) for one in kept) == sorted((one, one) for one in EVERYTHING)
    assert sorted(one.record.note for one in every(store, Disposition)) == sorted(EVERYTHING)


def test_what_leaves_the_window_is_plain_lines_whatever_is_in_it(store: Store) -> None:
    """Desktops of Linux read the text of a notice as markup; a messenger makes links, and shows turned words turned."""
    put(store, [letter(**EVENT), disposition(entered_as=REGISTRAR)])
    view = Desk(store, HEAD).register.letter(LETTER_ID)
    assert view is not None
    (chain,) = view.dispositions
    lines = len(share_text(view, str).splitlines())
    for text in EVERYTHING:
        typed = msgspec.structs.replace(view.letter, sender=text, letter_no=text[:200], event_place=text, summary=text)
        noted = msgspec.structs.replace(chain.disposition, note=text)
        by = msgspec.structs.replace(chain, disposition=noted, from_title=text)
        shared = share_text(msgspec.structs.replace(view, letter=typed, subject=text, dispositions=(by,)), str)
        shown = Notice(
            key="a", kind=NoticeKind.ASSIGNED, letter=LETTER_ID, at=NOW, subject=text, security=typed.security, who=text
        )
        told = desktop_text([shown])[1]

        assert len(shared.splitlines()) == lines, text
        assert not {"<", ">", "\n", *TURNING} & set(told), text
        assert not TURNING & set(shared), text
        assert literal_of(visible(text)).replace("<", "\u2039").replace(">", "\u203a") in literal_of(told)


def test_searches_that_are_kept_and_those_in_the_palette_are_only_words(store: Store) -> None:
    put(store, [letter(subject="Undangan rapat koordinasi"), disposition(note="Hadir")])
    finder = FindService(store, actor(REGISTRAR))
    for text in EVERYTHING:
        finder.save(text)
        finder.dispositions(text)
        finder.people(text)

    kept = finder.saved()

    assert set(kept) == {words[:LONGEST_SEARCH] for text in EVERYTHING if (words := " ".join(text.split()))}
    for one in kept:
        finder.drop(one)
    assert finder.saved() == ()


def test_headers_of_a_table_from_outside_are_only_names(tmp_path: Path) -> None:
    readable = [text for text in EVERYTHING if "\x00" not in text]
    for start in range(0, len(readable), 12):
        lines = io.StringIO()
        csv.writer(lines).writerows([["Perihal", *readable[start : start + 12]], ["Undangan"]])
        book = tmp_path / "agenda.csv"
        book.write_bytes(lines.getvalue().encode())

        headers = read_table(book).headers

        assert guess(headers) == ("subject", *[""] * (len(headers) - 1))
        assert guess(headers, {header_word(headers[-1]): "sender"})[-1] in ("sender", ""), "what a person explained"


def test_an_export_is_data_and_its_files_are_named_by_their_hash(store: Store, tmp_path: Path) -> None:
    files = BlobFiles(tmp_path / "berkas", KEY, reserve=0)
    sha256, size = files.add_bytes(b"%PDF-1.7 pindaian")
    names = [text for text in EVERYTHING if text][:200]
    scans = [Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name=text) for text in names]
    put(
        store,
        [
            letter(id=number.to_bytes(16, "big"), agenda_no=number, subject=text, scans=(scan,))
            for number, (text, scan) in enumerate(zip(names, scans, strict=True), start=1)
        ],
    )
    target = tmp_path / "keluar"

    ExportService(store, files).export(target)

    for path in target.rglob("*"):
        assert path.resolve().is_relative_to(target.resolve())
        assert all(sign.isalnum() or sign in "._-" for sign in path.name), path.name
    written = [line for path in target.rglob("*.jsonl") for line in path.read_bytes().split(b"\n") if line]
    texts = {json.loads(line).get("subject") for line in written}
    assert set(names) <= texts


def test_no_cell_of_a_list_for_a_spreadsheet_begins_a_formula_or_breaks_its_line() -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([as_csv_cell(text), "penjaga"] for text in EVERYTHING)

    rows = list(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";"))

    assert [row[1] for row in rows] == ["penjaga"] * len(EVERYTHING)
    for (cell, _), text in zip(rows, EVERYTHING, strict=True):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "\x00")), text
        assert literal_of(visible(text)) in literal_of(cell)


def test_no_tooltip_of_a_table_makes_markup_of_data() -> None:
    """Qt takes a tooltip for markup when it looks like some, and would fetch the picture that it names."""
    source: RowList[str] = RowList(len, columns=1)
    source.replace(EVERYTHING)
    model = PresentedRows(source, worded, headers=("Perihal",))
    source.setParent(model)

    for row, text in enumerate(EVERYTHING):
        shown = model.index(row, 0).data(ROLE) or ""
        assert literal(shown) == literal_of(text), text


def worded(text: str) -> Wording:
    return Wording(cells=(Cell(text=text, tooltip=text),), accessible=text)


def test_a_tooltip_shows_what_was_typed() -> None:
    for text in EVERYTHING:
        assert literal(plain_tooltip(text)) == literal_of(text), text


def literal(tooltip: str) -> str:
    """What a person reads of a tooltip, as Qt decides it."""
    if not RichText.mightBeRichText(tooltip):
        return literal_of(tooltip)
    document = Unfetching()
    document.setHtml(tooltip)
    assert document.asked == [], tooltip
    return literal_of(document.toPlainText())


def literal_of(text: str) -> str:
    """Without what a line of text cannot show, and what Qt's own strings do not keep."""
    return "".join(sign for sign in "".join(text.split()) if sign not in "\x00\ufeff\ufffe\ufffc\ufdd0\ufdd1")


class Unfetching(QTextDocument):
    """Notes what it is asked to fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def loadResource(self, _kind: int, name: QUrl | str) -> object:  # noqa: N802  # Qt calls it so
        """Nothing is fetched."""
        self.asked.append(str(name))
        return None
