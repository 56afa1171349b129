"""Every code has a sentence of its own, in the language of the house."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication

from core.domain.errors import RefusalCode
from core.protocol.bundle import BundleTrouble
from core.protocol.faults import FaultCode
from desktop.system.faults import FaultOf
from desktop.system.page_messages import PageTrouble
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import SIGN_IN_REFUSED, UNEXPECTED
from desktop.views.messages import sentence_for

CODES = [
    *(code.value for kind in (RefusalCode, FaultOf, FaultCode, PageTrouble, EntryCode, BundleTrouble) for code in kind),
    SIGN_IN_REFUSED,
    UNEXPECTED,
]
BANNED = ("error", "sync", "pending", "conflict", "login", "exception", "gagal total", "!", "apakah anda yakin")
MOST_SENTENCES = 2
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence(code: str) -> None:
    sentence = sentence_for(code)

    assert sentence.endswith(".")
    # The general sentence is for codes that this program does not know.
    assert sentence.split(" kode ")[0] != sentence_for("xyz").split(" kode ")[0]


@pytest.mark.parametrize("code", CODES)
def test_no_sentence_uses_a_banned_word(code: str) -> None:
    said = sentence_for(code).lower()

    assert [word for word in BANNED if re.search(rf"(?<!\w){re.escape(word)}", said)] == []


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_is_short(code: str) -> None:
    said = sentence_for(code)

    assert len(re.findall(r"[.;](?:\s|$)", said)) <= MOST_SENTENCES + 1
    assert len(said) <= 130


def test_a_code_that_is_not_known_is_named_for_support() -> None:
    assert "xyz" in sentence_for("xyz")
    assert QApplication.instance() is not None
