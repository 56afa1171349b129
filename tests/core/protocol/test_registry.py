"""The registry is complete: no kind of record and no act goes without what the rest of the program needs of it."""

from __future__ import annotations

import inspect
from enum import Enum
from typing import Any

import msgspec
import pytest

from core.domain import (
    administering,
    archives,
    attendance,
    attending,
    books,
    conflicts,
    delegations,
    dispositions,
    handing_over,
    held_acts,
    joining,
    letter_readings,
    letters,
    number_fates,
    offices,
    person_keys,
    reading_secrets,
    recasting,
    reclassifying,
    replying,
    resealing,
    revoking,
    secrecy,
    server_room,
    structuring,
)
from core.protocol.records import (
    ACT_BY_CODE,
    ACT_OF,
    ACTS,
    KIND_BY_CODE,
    KIND_OF,
    KINDS,
    ActKind,
    MergePolicy,
    RecordKind,
    row_key,
)
from desktop.storage.base import metadata
from desktop.storage.unit_of_work import RECORD_TABLES
from tests import factories
from tests.core.protocol.golden_files import newest, subjects

every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
every_act = pytest.mark.parametrize("act", ACTS, ids=[act.name for act in ACTS])


@every_kind
def test_a_kind_has_a_factory(kind: RecordKind) -> None:
    assert type(factories.RECORDS[kind.struct]) is kind.struct


@every_act
def test_an_act_has_a_factory(act: ActKind) -> None:
    assert type(factories.ACTS[act.struct]) is act.struct


@every_kind
def test_a_kind_says_for_every_field_how_two_versions_meet(kind: RecordKind) -> None:
    assert set(kind.policies) == set(kind.struct.__struct_fields__)
    assert all(isinstance(policy, MergePolicy) for policy in kind.policies.values())


@every_kind
def test_a_kind_has_a_table_with_a_column_for_every_field(kind: RecordKind) -> None:
    table = RECORD_TABLES[kind.code]

    assert table.struct is kind.struct
    assert set(kind.struct.__struct_fields__) <= {column.name for column in table.table.columns}
    assert table.table.name in metadata.tables


@every_kind
def test_a_kind_names_its_streams_claims_and_files(kind: RecordKind) -> None:
    record = factories.RECORDS[kind.struct]

    assert kind.streams(record)
    assert isinstance(kind.claims(record), tuple)
    assert all(len(sha256) == 32 for sha256 in kind.attachments(record))
    assert row_key(record) == (kind.code, record.id)


@every_act
def test_an_act_has_a_rule_of_its_own(act: ActKind) -> None:
    assert list(inspect.signature(act.decide).parameters) == ["act", "context"]
    assert inspect.signature(act.decide).parameters["act"].annotation is act.struct


@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.name)
def test_everything_on_the_wire_has_a_golden_file(subject: Any) -> None:
    assert newest(subject.name).is_file()


def test_codes_and_names_stand_for_one_thing_only() -> None:
    for several in (KINDS, ACTS):
        assert len({one.code for one in several}) == len(several)
        assert len({one.name for one in several}) == len(several)
    assert (len(KIND_BY_CODE), len(KIND_OF)) == (len(KINDS), len(KINDS))
    assert (len(ACT_BY_CODE), len(ACT_OF)) == (len(ACTS), len(ACTS))


def test_no_record_of_the_domain_was_forgotten() -> None:
    registered = {*KIND_OF, *ACT_OF}
    parts = {
        dispositions.Recipient,
        dispositions.EarlierAnswer,
        offices.Acting,
        offices.Actor,
        offices.Handed,
        offices.OpenItems,
        held_acts.HeldNumber,
        person_keys.PersonKey,
        secrecy.SealedKey,
        recasting.ConflictTexts,
        recasting.NoteTexts,
        recasting.ResultTexts,
        letter_readings.LetterReading,
        letters.Arrival,
        attendance.Attendance,
        attendance.EventTime,
    }
    modules = (letters, dispositions, archives, offices, books, number_fates, held_acts, conflicts, person_keys)
    later = (
        reclassifying,
        delegations,
        recasting,
        resealing,
        revoking,
        structuring,
        server_room,
        secrecy,
        administering,
        letter_readings,
        attendance,
        attending,
        replying,
        reading_secrets,
        handing_over,
        joining,
    )
    for module in (*modules, *later):
        for name, found in inspect.getmembers(module, inspect.isclass):
            if found.__module__ == module.__name__ and issubclass(found, msgspec.Struct):
                assert found in registered | parts, name


@pytest.mark.parametrize("struct", [*KIND_OF, *ACT_OF], ids=lambda struct: struct.__name__)
def test_what_travels_is_frozen_and_an_array(struct: type[Any]) -> None:
    assert struct.__struct_config__.frozen
    assert struct.__struct_config__.array_like
    assert not issubclass(struct, Enum)
