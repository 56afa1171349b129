"""Codes from the office's own letters: counted, explained, and right among the first three."""

from __future__ import annotations

from core.domain.letters import SecurityLevel
from desktop.services.code_history import CodeHistory, CodeHistoryService
from desktop.services.practice.generator import PracticeGenerator
from tests.desktop.sample_office import CLERK, VILLAGES, SampleOffice

# Practice subjects are drawn from some hundred patterns: letters of a real office say less. The bound is for a fault.
HIT_AMONG_THREE = 0.95


def test_the_right_code_is_among_the_first_three_for_practice_letters_not_seen_before() -> None:
    letters = [
        (one.subject, one.sender, one.classification) for one in PracticeGenerator(7).letters(2400) if one.nasty is None
    ]
    history = CodeHistory(letters[:2000])

    hits = [code in [guess.code for guess in history.suggest(a, b, limit=3)] for a, b, code in letters[2000:]]

    assert sum(hits) / len(hits) >= HIT_AMONG_THREE


def test_a_guess_says_how_many_letters_speak_for_it() -> None:
    history = CodeHistory([("Permohonan cuti tahunan", "Camat", "850")] * 3 + [("Undangan rapat", "Bappeda", "005")])

    assert history.suggest("Cuti tahunan a.n. Siti", "", limit=3)[0] == ("850", 3)


def test_without_a_word_in_common_nothing_is_guessed_whoever_the_sender_is() -> None:
    history = CodeHistory([("Undangan rapat", "Bappeda", "005")])

    assert history.suggest("Pekan imunisasi", "Bappeda", limit=3) == ()
    assert CodeHistory(()).suggest("Undangan", "", limit=3) == ()


def test_only_letters_that_anybody_of_the_register_may_read_are_counted(kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Polres", "Operasi senyap", security=SecurityLevel.SECRET, classification="300.1")
    kecamatan.add_letter("Bappeda", "Undangan rapat", classification="000.1.5")

    history = CodeHistoryService(kecamatan.store, kecamatan.actor(CLERK)).read()

    assert [one.code for one in history.suggest("undangan operasi", "", limit=3)] == ["000.1.5"]
    nobody = CodeHistoryService(kecamatan.store, kecamatan.actor(VILLAGES)).read()
    assert nobody.suggest("undangan rapat", "", limit=3) == ()
    kecamatan.store.close()
