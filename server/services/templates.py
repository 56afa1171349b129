"""The positions with which an office usually starts: kecamatan, perangkat daerah, pekon; and first user names."""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import msgspec

from core.domain.offices import Role


class PositionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A position to be made; `handle` is the first part of the user name of its holder."""

    title: str
    role: Role
    handle: str
    superior: str | None = None


class PersonPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A person to be let in; `positions` are titles within the office."""

    username: str
    name: str
    positions: tuple[str, ...]


# Words in the short name of an office that say what it is and not which.
_KINDS_OF_OFFICE = frozenset({"kec", "kecamatan", "dinas", "badan", "kantor", "pekon", "kelurahan", "kel"})


def people_of(positions: Sequence[PositionPlan], short_name: str, *, taken: Collection[str]) -> tuple[PersonPlan, ...]:
    """One user for each position, named after it until somebody enters the real names: `camat.sukau`."""
    words = [word for word in re.findall(r"[a-z0-9]+", short_name.lower()) if word not in _KINDS_OF_OFFICE]
    office = "".join(words)
    used = set(taken)
    people = []
    for plan in positions:
        wanted = f"{plan.handle}.{office}" if office else plan.handle
        username, copy = wanted, 2
        while username in used:
            username, copy = f"{wanted}{copy}", copy + 1
        used.add(username)
        people.append(PersonPlan(username=username, name=plan.title, positions=(plan.title,)))
    return tuple(people)


def _kecamatan() -> tuple[PositionPlan, ...]:
    head, secretary = "Camat", "Sekretaris Kecamatan"
    return (
        PositionPlan(title=head, role=Role.HEAD, handle="camat"),
        PositionPlan(title=secretary, role=Role.SECRETARY, handle="sekcam", superior=head),
        PositionPlan(title="Petugas Tata Usaha", role=Role.REGISTRAR, handle="tu", superior=secretary),
        PositionPlan(title="Kasi Tata Pemerintahan", role=Role.STAFF, handle="tapem", superior=head),
        PositionPlan(title="Kasi Pemberdayaan Masyarakat dan Pekon", role=Role.STAFF, handle="pmp", superior=head),
        PositionPlan(title="Kasi Ketenteraman dan Ketertiban Umum", role=Role.STAFF, handle="trantib", superior=head),
        PositionPlan(title="Kasi Kesejahteraan Sosial", role=Role.STAFF, handle="kesos", superior=head),
        PositionPlan(title="Kasi Pelayanan Umum", role=Role.STAFF, handle="pelayanan", superior=head),
        PositionPlan(title="Kasubbag Umum dan Kepegawaian", role=Role.STAFF, handle="umum", superior=secretary),
        PositionPlan(title="Kasubbag Perencanaan dan Keuangan", role=Role.STAFF, handle="keuangan", superior=secretary),
        PositionPlan(title="Arsiparis", role=Role.ARCHIVIST, handle="arsip", superior=secretary),
    )


def _agency() -> tuple[PositionPlan, ...]:
    head, secretary = "Kepala Dinas", "Sekretaris Dinas"
    return (
        PositionPlan(title=head, role=Role.HEAD, handle="kadis"),
        PositionPlan(title=secretary, role=Role.SECRETARY, handle="sekdis", superior=head),
        PositionPlan(title="Petugas Tata Usaha", role=Role.REGISTRAR, handle="tu", superior=secretary),
        PositionPlan(title="Kepala Bidang I", role=Role.STAFF, handle="kabid1", superior=head),
        PositionPlan(title="Kepala Bidang II", role=Role.STAFF, handle="kabid2", superior=head),
        PositionPlan(title="Kepala Bidang III", role=Role.STAFF, handle="kabid3", superior=head),
        PositionPlan(title="Kasubbag Umum dan Kepegawaian", role=Role.STAFF, handle="umum", superior=secretary),
        PositionPlan(title="Kasubbag Perencanaan dan Keuangan", role=Role.STAFF, handle="keuangan", superior=secretary),
        PositionPlan(title="Arsiparis", role=Role.ARCHIVIST, handle="arsip", superior=secretary),
    )


def _pekon() -> tuple[PositionPlan, ...]:
    head, secretary = "Peratin", "Juru Tulis"
    return (
        PositionPlan(title=head, role=Role.HEAD, handle="peratin"),
        PositionPlan(title=secretary, role=Role.SECRETARY, handle="jurutulis", superior=head),
        PositionPlan(title="Kaur Tata Usaha dan Umum", role=Role.REGISTRAR, handle="tu", superior=secretary),
        PositionPlan(title="Kaur Keuangan", role=Role.STAFF, handle="keuangan", superior=secretary),
        PositionPlan(title="Kasi Pemerintahan", role=Role.STAFF, handle="pemerintahan", superior=head),
        PositionPlan(title="Kasi Kesejahteraan", role=Role.STAFF, handle="kesejahteraan", superior=head),
        PositionPlan(title="Kasi Pelayanan", role=Role.STAFF, handle="pelayanan", superior=head),
    )


TEMPLATES: Mapping[str, tuple[PositionPlan, ...]] = MappingProxyType(
    {"kecamatan": _kecamatan(), "opd": _agency(), "pekon": _pekon()}
)
