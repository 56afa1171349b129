"""The words of practice letters fit together, and name nobody and no place that exists."""

from __future__ import annotations

import re

import msgspec
import pytest

from desktop.services.practice.vocabulary import Vocabulary

# Filled from the day, from the stock of names, or from other values.
OWN_PLACES = {"tahun", "bulan", "nama", "pekon_a", "pekon_b"}
# The region that a practice office must not be taken for, and who governs it.
REAL = ("Liwa", "Lampung", "Balik Bukit", "Belalau", "Kenali", "Sekincau", "Turgak", "Parosil", "Hasnurin")


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return Vocabulary.load()


def test_all_ninety_subjects_are_there_and_most_come_in(words: Vocabulary) -> None:
    assert [pattern.no for pattern in words.subjects.patterns] == list(range(1, 91))
    assert sum(bool(pattern.senders) for pattern in words.subjects.patterns) > 60


def test_every_place_of_a_subject_can_be_filled(words: Vocabulary) -> None:
    places = {place for one in words.subjects.patterns for place in re.findall(r"\{(\w+)\}", one.pattern)}

    assert places - set(words.subjects.values) == OWN_PLACES


def test_every_sender_of_a_subject_exists_and_every_sender_writes(words: Vocabulary) -> None:
    known = {sender.key for sender in words.senders}
    named = {key for one in words.subjects.patterns for key in one.senders}
    writing = {sender.key for one in words.subjects.patterns for sender in words.senders_of(one)}

    assert named - known == {"@pekon"}
    assert known - writing <= {"cv"}


def test_every_number_shape_can_be_filled(words: Vocabulary) -> None:
    for sender in words.senders:
        number = sender.number.format(code="800.1.3.2", no=12, year=2026, month=5, roman="V")
        assert not sender.number or "12" in number


def test_the_mix_adds_up_and_each_part_has_subjects(words: Vocabulary) -> None:
    assert sum(share.share for share in words.subjects.mix) == 100
    assert len(words.subjects.months) == 12
    for share in words.subjects.mix:
        assert any(
            one.senders and one.code.startswith(share.group) and one.is_invitation == share.invitation
            for one in words.subjects.patterns
        )


def test_nothing_names_the_real_region(words: Vocabulary) -> None:
    everything = msgspec.json.encode(words).decode()

    assert [name for name in REAL if name in everything] == []
