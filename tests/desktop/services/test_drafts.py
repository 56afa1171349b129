"""The letter somebody is entering outlives the program; of a secret one only what the agenda book shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.domain.letters import SecurityLevel
from desktop.services.drafts import DraftService
from desktop.services.letters import LetterEntry
from desktop.storage.letter_drafts import keep_draft
from desktop.storage.opening import open_store
from tests.desktop.draft_typist import ACTOR
from tests.desktop.sample_office import CLERK, HEAD, NOW, TODAY, SampleOffice
from tests.support.stores import KEY, empty_store

ENTRY = LetterEntry(
    received_on=TODAY, letter_no="005/1", letter_date=None, sender="Bappeda", subject="Undangan", summary="Dua lembar"
)


@pytest.fixture
def office(kecamatan: SampleOffice) -> Iterator[SampleOffice]:
    yield kecamatan
    kecamatan.store.close()


def test_a_draft_comes_back_to_whoever_entered_it(office: SampleOffice) -> None:
    DraftService(office.store, office.actor(CLERK)).keep(ENTRY)

    assert DraftService(office.store, office.actor(CLERK)).kept() == ENTRY
    assert DraftService(office.store, office.actor(HEAD)).kept() is None


def test_of_a_secret_letter_no_word_for_its_readers_is_kept(office: SampleOffice) -> None:
    drafts = DraftService(office.store, office.actor(CLERK))
    drafts.keep(ENTRY)
    drafts.keep(msgspec.structs.replace(ENTRY, security=SecurityLevel.SECRET))

    kept = drafts.kept()
    assert kept is not None
    assert (kept.sender, kept.subject, kept.summary) == ("Bappeda", "", "")
    with office.store.read() as uow:
        assert uow.meta.residue().log


def test_a_letter_and_its_draft_are_never_both_there(office: SampleOffice) -> None:
    drafts = DraftService(office.store, office.actor(CLERK))
    drafts.keep(ENTRY)

    office.letters(CLERK).register(ENTRY)

    assert drafts.kept() is None


def test_a_draft_that_cannot_be_read_is_none(office: SampleOffice) -> None:
    actor = office.actor(CLERK)
    with office.store.begin() as uow:
        keep_draft(uow.connection, actor.user, actor.position, b"\xc1 not a draft")

    assert DraftService(office.store, actor).kept() is None


def test_what_was_typed_before_the_program_was_killed_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    empty_store(path).close()
    typist = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.draft_typist", str(path)], stdout=subprocess.PIPE, text=True
    )
    assert typist.stdout is not None
    on_disk = int(typist.stdout.readline())  # it goes on typing meanwhile
    typist.kill()
    typist.wait()
    typist.stdout.close()

    store = open_store(path, KEY, NOW)
    kept = DraftService(store, ACTOR).kept()
    store.close()
    assert kept is not None
    assert len(kept.subject) >= on_disk > 0
