"""Offices, units, positions and the people who hold them.

A person acts through a position (jabatan), never as himself: powers, inboxes and signatures belong to the position,
so that a change of holder changes nothing else. These records are made by the server's administrator only.
"""

from enum import IntEnum

import msgspec

from core.domain.ids import OfficeId, PositionId, RowId, UnitId, UserId, small_row_id


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
    """A part of an office (seksi, subbagian, bidang)."""

    number: UnitId
    office: OfficeId
    name: str
    parent: UnitId | None = None

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class Position(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A jabatan. `order` is its place in lists of recipients; `superior` is one level up."""

    number: PositionId
    office: OfficeId
    unit: UnitId | None
    title: str
    role: Role
    order: int = 0
    superior: PositionId | None = None

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class Person(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Someone who may sign in, with the positions held now. Secrets are kept elsewhere."""

    number: UserId
    username: str
    name: str
    positions: tuple[PositionId, ...]
    active: bool = True

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: a person through one position."""

    user: UserId
    position: PositionId
    office: OfficeId
    role: Role


def actor_of(person: Person, position: Position) -> Actor:
    """The actor that `person` is while acting through `position`."""
    return Actor(user=person.number, position=position.number, office=position.office, role=position.role)
