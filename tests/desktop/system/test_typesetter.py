"""The paper process makes PDFs of our own forms only, may die at any time, and never outlives its typesetter."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.print_choices import FILE, PrintChoice, PrintChoices
from desktop.system.typesetter import Typesetter
from tests.support.papers import pages_of


@pytest.fixture
def typesetter() -> Iterator[Typesetter]:
    with Typesetter() as running:
        yield running


def sheet_data(orders: int = 0) -> bytes:
    order = {
        "place": "1", "at": "2026-03-16T09:30", "from": "Camat", "person": "", "acting": {}, "note": "Wakili",
        "signature": {"standing": "none", "name": "", "at": "", "missing": False}, "due": "", "instructions": [],
        "recipients": [{"title": "Kasi", "read": "", "answered": "", "result": ""}],
    }  # fmt: skip
    facts = {
        "paper": {"width": 210, "height": 297}, "title": "Lembar disposisi", "office": "Kantor", "region": "",
        "practice": False, "level": 0, "printed": {"person": "A", "position": "B", "at": "2026-03-16T09:30"},
        "code": ["10", "01"], "blank": {"recipients": [], "instructions": []}, "orders": [order] * orders,
        "letter": {
            "sender": "Bappeda", "agenda": "", "number": "", "received": "2026-03-16", "dated": "", "security": 0,
            "urgency": 0, "subject": "Rapat", "classification": "",
        },
    }  # fmt: skip
    return json.dumps(facts).encode()


@pytest.mark.parametrize("form", ["tidak_ada", "../fonts/Inter", "/etc/passwd", "kertas.typ", ""])
def test_nothing_but_a_shipped_form_is_filled(typesetter: Typesetter, form: str) -> None:
    with pytest.raises(EnvironmentFault) as failed:
        typesetter.typeset(form, sheet_data())

    assert failed.value.code is FaultOf.PAPER_FAILED


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b"[1, 2"])
def test_what_does_not_fill_a_form_is_refused_and_the_next_paper_comes(typesetter: Typesetter, data: bytes) -> None:
    with pytest.raises(EnvironmentFault):
        typesetter.typeset("lembar_disposisi", data)

    (page,) = pages_of(typesetter.typeset("lembar_disposisi", sheet_data()))
    assert "Bappeda" in page.text


def test_a_process_that_ended_is_replaced_and_after_closing_there_is_none(typesetter: Typesetter) -> None:
    first = typesetter.typeset("lembar_disposisi", sheet_data())
    typesetter.rest()
    again = typesetter.typeset("lembar_disposisi", sheet_data())
    typesetter.close()

    assert first[:5] == again[:5] == b"%PDF-"
    with pytest.raises(EnvironmentFault):
        typesetter.typeset("lembar_disposisi", sheet_data())


def test_a_paper_that_takes_too_long_is_given_up_with_a_word_of_its_own() -> None:
    with Typesetter(timeout_s=0.1) as hurried, pytest.raises(EnvironmentFault) as failed:
        hurried.typeset("lembar_disposisi", sheet_data(orders=5000))

    assert failed.value.code is FaultOf.PAPER_TOO_LONG


def test_paper_and_printer_are_remembered_for_each_form(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("profil")
    PrintChoices(folder).keep("lembar_disposisi", PrintChoice(size="half_folio", printer="Epson L3110"))
    PrintChoices(folder).keep("buku_agenda", PrintChoice(size="f4"))

    assert PrintChoices(folder).of("lembar_disposisi") == PrintChoice(size="half_folio", printer="Epson L3110")
    assert PrintChoices(folder).of("lain") == PrintChoice()
    (folder / FILE).write_bytes(b"{rusak")
    assert PrintChoices(folder).of("buku_agenda") == PrintChoice()
