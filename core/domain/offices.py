"""Offices, units, positions and the people who hold them.

A person acts through a position (jabatan), never as himself: powers, inboxes and signatures belong to the position,
so that a change of holder changes nothing else. Who holds no position may still act in one for a time, as the letter of
order of a delegation says (Plt., Plh., Pj.): then everything is done in the position's name, and marked.
"""

from datetime import datetime
from enum import IntEnum

import msgspec

from core.domain.ids import OfficeId, PositionId, RowId, UnitId, UserId, small_row_id

NO_DELEGATION = RowId(b"")


class Role(IntEnum):
    """What a position is for; the powers of each role stand in `permissions`."""

    REGISTRAR = 1  # petugas tata usaha, agendaris, pencatat surat
    SECRETARY = 2  # sekretaris
    HEAD = 3  # pimpinan: camat, kepala dinas
    STAFF = 4  # konseptor, staf, kepala seksi
    ARCHIVIST = 5  # arsiparis
    OFFICE_ADMIN = 6  # admin kantor
    REGION_ADMIN = 7  # admin Diskominfo
    INSPECTOR = 8  # pemeriksa: reads, changes nothing


class Office(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One OPD, kecamatan or pekon; owns letters and number series."""

    number: OfficeId
    name: str
    short_name: str
    region: str
    code: str = ""

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class Unit(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A part of an office (seksi, subbagian, bidang); not `active` if it was retired: what refers to it stays."""

    number: UnitId
    office: OfficeId
    name: str
    parent: UnitId | None = None
    active: bool = True

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class OpenItems(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What lies open in a position: to decide, to answer, letters in hand, secret letters whose keys are another's."""

    to_decide: int
    to_answer: int
    in_hand: int
    to_reseal: int


class Handed(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """That a position was handed over: from whom (0: it was vacant), to whom, by whom, when, and what lay open."""

    leaving: UserId
    successor: UserId
    by: UserId
    position: PositionId
    at: datetime
    items: OpenItems | None = None


class Position(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A jabatan. `order` is its place in lists of recipients; `superior` is one level up; `handed` its hand-overs."""

    number: PositionId
    office: OfficeId
    unit: UnitId | None
    title: str
    role: Role
    order: int = 0
    superior: PositionId | None = None
    handed: tuple[Handed, ...] = ()

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class ActingKind(IntEnum):
    """How somebody acts in a position that is another's, or nobody's."""

    PLT = 1  # pelaksana tugas: the position is vacant
    PLH = 2  # pelaksana harian: its holder is away for some days
    PJ = 3  # penjabat: the position is vacant and filled by appointment


class Scope(IntEnum):
    """What a letter of order hands over of a position's powers; the powers of each stand in `permissions`."""

    DISPOSE = 1  # to dispose, answer, decide
    NUMBER = 2  # to register, number and file


class Acting(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The right to act in a position for a time; `cut_at` if it was ended before its day."""

    delegation: RowId
    position: PositionId
    kind: ActingKind
    scopes: tuple[Scope, ...]
    starts_at: datetime
    ends_at: datetime
    cut_at: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.starts_at <= at < (self.cut_at or self.ends_at)


class Person(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Someone who may sign in, with the positions held now and the rights to act in others. Secrets are elsewhere."""

    number: UserId
    username: str
    name: str
    positions: tuple[PositionId, ...]
    active: bool = True
    acting: tuple[Acting, ...] = ()

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: a person through one position, `under` a right to act in it if it is not the person's own."""

    user: UserId
    position: PositionId
    office: OfficeId
    role: Role
    under: Acting | None = None

    @property
    def delegation(self) -> RowId:
        """The delegation under which is acted; empty where the position is the person's own."""
        return NO_DELEGATION if self.under is None else self.under.delegation


def actor_of(person: Person, position: Position) -> Actor:
    """The actor that `person` is while acting through `position` as its holder."""
    return Actor(user=person.number, position=position.number, office=position.office, role=position.role)


def acting_at(person: Person, position: PositionId, at: datetime) -> Acting | None:
    """The right by which the person acts in a position at a moment: of several the one that began last."""
    holding = [one for one in person.acting if one.position == position and one.holds_at(at)]
    return max(holding, key=lambda one: (one.starts_at, one.delegation), default=None)


def actor_at(person: Person, position: Position, at: datetime) -> Actor | None:
    """The actor that `person` is in `position` at a moment: its holder, or who acts in it; None if neither.

    The same on the PC and on the server: it looks at nothing but the person and the time of the act.
    """
    if position.number in person.positions:
        return actor_of(person, position)
    under = acting_at(person, position.number, at)
    return None if under is None else msgspec.structs.replace(actor_of(person, position), under=under)


def chairs_at(person: Person, at: datetime) -> tuple[PositionId, ...]:
    """Every position in which the person may act at a moment: the own ones first."""
    acting = [one.position for one in person.acting if one.holds_at(at)]
    return tuple(dict.fromkeys((*person.positions, *acting) if acting else person.positions))
