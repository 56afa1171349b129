"""`admin insiden`: the sheet of facts for the notice that UU 27/2022 article 46 asks for after a breach."""

import argparse
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from core.domain.ids import DeviceId, TenantId, UserId
from core.domain.letters import SecurityLevel
from server.app import ServerHandle
from server.commands.continuity import Open, Say
from server.services.desk import DirectoryError
from server.services.incidents import Asked, IncidentSheet, SeenLetter

# The offices live by one time, which has no summer time.
_WIB = timezone(timedelta(hours=7), "WIB")
_LISTED = 50
_LEVELS = {
    SecurityLevel.OPEN: "biasa",
    SecurityLevel.RESTRICTED: "terbatas",
    SecurityLevel.SECRET: "rahasia",
    SecurityLevel.TOP_SECRET: "sangat rahasia",
}


class IncidentCommands:
    """The verb; `open_server` and `say` are those of the command line."""

    def __init__(self, open_server: Open, say: Say) -> None:
        self._open = open_server
        self._say = say

    def add_admin(self, admin: Any, shared: argparse.ArgumentParser) -> None:
        """Add the verb to `admin`."""
        verb = admin.add_parser(
            "insiden", parents=[shared], help="lembar fakta kegagalan pelindungan data pribadi (UU 27/2022 pasal 46)"
        )
        verb.add_argument("--device", default="", help="nomor perangkat yang hilang atau disusupi (lihat `admin list`)")
        verb.add_argument("--username", default="", help="orang yang terlibat")
        verb.add_argument("--from", dest="since", type=_moment, help="sejak, misalnya 2026-11-20 atau 2026-11-20T08:00")
        verb.add_argument("--until", type=_moment, help="sampai; tanpa ini sampai sekarang")
        verb.add_argument("--known", type=_moment, help="kapan kegagalan diketahui; tanpa ini sekarang")
        verb.set_defaults(run=self.sheet)

    def sheet(self, options: argparse.Namespace) -> int:
        """Print the sheet; nothing is changed, and nothing is sent to anybody."""
        with closing(self._open(options)) as handle:
            known = handle.admin.tenants()
            if not known:
                raise DirectoryError("unknown_tenant")
            sheet = self._asked(options, handle, known[0].id)
            region = known[0].region
        value = {"region": region, **_plain(sheet)}
        self._say(options, value, text="\n".join(_lines(sheet, region)))
        return 0

    @staticmethod
    def _asked(options: argparse.Namespace, handle: ServerHandle, tenant: TenantId) -> IncidentSheet:
        now = datetime.now(UTC)
        user: UserId | None = None
        if options.username:
            user = handle.admin.find_user(tenant, options.username)
            if user is None:
                raise DirectoryError("unknown_user", options.username)
        try:
            device = DeviceId(bytes.fromhex(options.device)) if options.device else None
            asked = Asked(
                since=options.since or datetime.fromtimestamp(0, UTC),
                until=options.until or now,
                known_at=options.known or now,
                device=device,
                user=user,
            )
            return handle.incidents.sheet(tenant, asked)
        except (ValueError, LookupError) as err:
            raise DirectoryError("unknown_device", options.device) from err


def _moment(text: str) -> datetime:
    """A day or a moment, of the office's time where it names no other."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_WIB)


def _lines(sheet: IncidentSheet, region: str) -> list[str]:
    asked = sheet.asked
    begin = "awal catatan" if asked.since.timestamp() == 0 else _at(asked.since)
    return [
        "LEMBAR FAKTA KEGAGALAN PELINDUNGAN DATA PRIBADI",
        f"{region} - UU 27/2022 pasal 46. Dibuat dari catatan peladen; tidak ada yang diubah atau dikirim.",
        f"Diketahui {_at(asked.known_at)}. Pemberitahuan tertulis kepada subjek data dan lembaga paling lambat",
        f"{_at(sheet.deadline)} (3 x 24 jam).",
        "",
        f"1. DATA YANG DAPAT TERLIHAT ({begin} sampai {_at(asked.until)})",
        *_data_lines(sheet),
        "",
        "2. KAPAN DAN BAGAIMANA",
        *_how_lines(sheet),
        "",
        "3. PENANGANAN DAN PEMULIHAN (lengkapi)",
        *_done_lines(sheet),
    ]


def _data_lines(sheet: IncidentSheet) -> list[str]:
    letters = sheet.letters
    shut = sum(one.sealed and not one.opens for one in letters)
    lines = [
        f"   {len(letters)} surat ({sum(one.scans for one in letters)} pindaian) dan {sheet.dispositions} disposisi:",
        "   nomor, tanggal, asal surat, perihal, isi ringkas, catatan, laporan, nama dan jabatan orang.",
        f"   Dari antaranya {shut} surat rahasia tersegel untuk orang lain: hanya baris registernya yang terlihat.",
    ]
    lines += [f"   - {_letter_line(one)}" for one in letters[:_LISTED]]
    if len(letters) > _LISTED:
        lines.append(f"   - dan {len(letters) - _LISTED} surat lagi; selengkapnya dengan --json")
    return lines


def _letter_line(one: SeenLetter) -> str:
    known = [one.received_on, f"agenda {one.agenda or 'menyusul'}", one.letter_no, _LEVELS[one.security]]
    known += [text for text in (one.sender, one.subject) if text]
    if one.sealed:
        known.append("tersegel, dapat dibuka olehnya" if one.opens else "tersegel")
    known += [f"{'dicetak' if each.printed else 'dibuka'} {each.name} {_at(each.at)}" for each in one.readings]
    return "; ".join(text for text in known if text)


def _how_lines(sheet: IncidentSheet) -> list[str]:
    people = [f"   Orang: {one.name} ({one.username}) - {', '.join(one.positions) or '-'}" for one in sheet.people]
    devices = [
        f"   Perangkat {one.name} ({one.id.hex()}), terakhir terhubung {_at_ms(one.last_seen_ms)}"
        + ("" if one.revoked_ms is None else f", dicabut {_at_ms(one.revoked_ms)}")
        for one in sheet.devices
    ]
    acts = [f"   {one.act}: {one.count} kali, {_at(one.first)} sampai {_at(one.last)}" for one in sheet.acts]
    lines = [*(people or ["   Orang: tidak diketahui"]), *devices, "   Yang tercatat dilakukan dalam kurun itu:"]
    lines += acts or ["   tidak ada"]
    if sheet.unreadable:
        lines.append(f"   {sheet.unreadable} catatan tidak terbaca oleh program ini.")
    lines.append(
        "   Surat biasa dan terbatas tidak dicatat pembacanya; yang disebut dapat terlihat, belum tentu dilihat."
    )
    return lines


def _done_lines(sheet: IncidentSheet) -> list[str]:
    lines = [
        f"   [{'x' if one.revoked_ms is not None else ' '}] Perangkat {one.name} dicabut (`admin revoke-device`)"
        for one in sheet.devices
    ]
    lines += [
        "   [ ] Kata sandi orang yang terlibat diganti (`admin code --reset-password`)",
        "   [ ] Catatan peladen dibuktikan utuh (`admin audit`, `admin verify`)",
        "   [ ] Subjek data diberi tahu; lembaga diberi tahu",
    ]
    return lines


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(_WIB):%d-%m-%Y %H.%M} WIB"


def _at_ms(moment_ms: int) -> str:
    return _at(datetime.fromtimestamp(moment_ms // 1000, UTC))


def _plain(value: Any) -> Any:
    """Structs as maps, bytes as hexadecimal digits, moments as ISO 8601."""
    if isinstance(value, msgspec.Struct):
        return {field: _plain(getattr(value, field)) for field in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value
