"""The command line of the server: `serve`, `admin` and `bundle`. Plain Indonesian for people, JSON with --json."""

import argparse
import gc
import json
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from core.domain.ids import DeviceId, OfficeId, PositionId, TenantId, UserId
from core.domain.offices import Office, Role
from server.app import ServerConfig, ServerHandle, shipped_dictionary
from server.commands.alarms import AlarmCommands
from server.commands.auditing import AuditCommands
from server.commands.bundles import add_bundle_verbs
from server.commands.continuity import ContinuityCommands
from server.commands.hubs import HubCommands
from server.commands.incidents import IncidentCommands
from server.commands.numbers import Command, add_number_commands
from server.commands.plain_log import log_plainly
from server.services.desk import DirectoryError
from server.services.directory import REVOKED_HERE, IssuedCode, OfficeReport
from server.services.templates import TEMPLATES, PersonPlan
from server.storage.faults import StoreFault, StoreTrouble
from server.web.access_log import show_access

# New objects before the collector looks, and how many looks come before one at those that stayed.
COLLECT_AFTER = (20_000, 20, 20)

REASONS = {
    "unknown_tenant": "Belum ada wilayah. Jalankan `admin setup` lebih dahulu.",
    "unknown_office": "Kantor tidak ditemukan: {subject}.",
    "unknown_position": "Jabatan tidak ditemukan: {subject}.",
    "unknown_user": "Pengguna tidak ditemukan: {subject}.",
    "unknown_device": "Perangkat tidak ditemukan: {subject}.",
    "username_taken": "Nama pengguna kosong atau sudah dipakai: {subject}.",
    "bad_book": "Nama atau pola nomor tidak dapat dipakai: {subject}.",
    "unknown_book": "Buku nomor tidak ditemukan: {subject}.",
    "position_twice": "Jabatan disebut dua kali: {subject}.",
    "refused": "Tidak dapat dikerjakan menurut aturan ({subject}). Tidak ada yang diubah.",
    "people_unreadable": "Berkas daftar orang tidak dapat dibaca: {subject}.",
}
TROUBLES = {
    StoreTrouble.NEWER: "Basis data dibuat oleh program yang lebih baru. Tidak ada yang diubah; perbarui program ini.",
    StoreTrouble.DAMAGED: "Ada catatan di basis data yang tidak terbaca. Tidak ada yang diubah; hubungi pengelola.",
    StoreTrouble.UNSAFE_LINE: "Alamat PostgreSQL di mesin lain harus terenkripsi. Tidak ada yang dibuka; tambahkan"
    " ?sslmode=verify-full (atau require) pada alamatnya.",
    StoreTrouble.UNAVAILABLE: "Basis data tidak dapat dipakai sekarang. Tidak ada yang diubah; coba lagi nanti.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 only for success."""
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except DirectoryError as err:
        message = REASONS[err.reason].format(subject=err.subject)
        return _fail(options, code=err.reason, message=message)
    except StoreFault as err:
        return _fail(options, code=err.trouble.value, message=TROUBLES[err.trouble])
    except OSError as err:
        return _fail(options, code="os", message=f"Sistem menolak: {err}")


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C or SIGTERM."""
    log_plainly()
    show_access()
    config = ServerConfig(
        data=options.data,
        database_url=options.database,
        owner_url=options.migrate_database,
        tls=options.tls,
        names=tuple(options.name),
        dictionary=shipped_dictionary(),
    )
    listener = socket.create_server((options.host, options.port))
    host = options.name[0] if options.name else options.host
    url = f"{'https' if options.tls else 'http'}://{host}:{listener.getsockname()[1]}"
    with closing(ServerHandle(config)) as handle:
        _collect_seldom()
        handle.run(
            listener,
            ready=lambda: _say(options, {"url": url}, text=f"Peladen Pesagi siap di {url}. Ctrl+C menghentikannya."),
        )
    _say(options, {"stopped": True}, text="Peladen Pesagi berhenti.")
    return 0


def _collect_seldom() -> None:
    """Let the collector leave alone what was loaded, and not look after every few hundred objects.

    A group of fifties makes some ten thousand that are gone with it: what was looked through all day is never garbage,
    and looking through all of it stops every request for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def setup(options: argparse.Namespace) -> int:
    """Make an office with its positions and people; the region too, if there is none yet."""
    with closing(_open(options)) as handle:
        known = handle.admin.tenants()
        tenant = known[0].id if known else handle.admin.add_tenant(options.region, options.region)
        return _make_office(options, handle, tenant=tenant, region=options.region)


def office(options: argparse.Namespace) -> int:
    """Make one more office in the region."""
    with closing(_open(options)) as handle:
        tenant = _tenant(handle)
        region = handle.admin.listing(tenant).tenant.region
        return _make_office(options, handle, tenant=tenant, region=region)


def position(options: argparse.Namespace) -> int:
    """Make one more position."""
    with closing(_open(options)) as handle:
        number = handle.admin.add_position(
            _tenant(handle),
            OfficeId(options.office),
            title=options.title,
            role=Role[options.role.upper()],
            superior=None if options.superior is None else PositionId(options.superior),
        )
        _say(options, {"position": number}, text=f"Jabatan {number}: {options.title}")
        return 0


def user(options: argparse.Namespace) -> int:
    """Let one more person in, or change one."""
    positions = [PositionId(number) for number in options.position]
    with closing(_open(options)) as handle:
        tenant = _tenant(handle)
        known = handle.admin.find_user(tenant, options.username)
        if known is None:
            code = handle.admin.add_person(
                tenant, username=options.username, name=options.name or options.username, positions=positions
            )
            _say(options, _plain(code), text=_code_line(code))
            return 0
        person = handle.admin.change_person(
            tenant, known, name=options.name, positions=positions or None, active=not options.inactive
        )
        _say(options, _plain(person), text=f"Pengguna {person.username} diubah.")
        return 0


def code(options: argparse.Namespace) -> int:
    """A further one-time code for a person."""
    with closing(_open(options)) as handle:
        tenant = _tenant(handle)
        user_id = _user(handle, tenant, username=options.username)
        issued = handle.admin.new_code(tenant, user_id, reset_password=options.reset_password)
        _say(options, _plain(issued), text=_code_line(issued))
        return 0


def listing(options: argparse.Namespace) -> int:
    """Show the whole directory."""
    with closing(_open(options)) as handle:
        found = handle.admin.listing(_tenant(handle))
    titles = {one.number: one.title for one in found.positions}
    lines = [f"Wilayah: {found.tenant.region}"]
    lines += [f"Kantor {one.number}: {one.name}" for one in found.offices]
    lines += [f"Jabatan {one.number} (kantor {one.office}): {one.title}" for one in found.positions]
    lines += [
        f"Pengguna {one.number}: {one.username}, {one.name} - "
        + ", ".join(titles.get(held, str(held)) for held in one.positions)
        + ("" if one.active else " [nonaktif]")
        for one in found.people
    ]
    lines += [
        f"Perangkat {one.id.hex()}: {one.name}" + ("" if one.revoked_ms is None else " [dicabut]")
        for one in found.devices
    ]
    secret = ("sign_key", "seal_key", "head")
    plain = _plain(found)
    plain["devices"] = [
        {key: value for key, value in device.items() if key not in secret} for device in plain["devices"]
    ]
    _say(options, plain, text="\n".join(lines))
    return 0


def revoke_device(options: argparse.Namespace) -> int:
    """Shut a device out for good."""
    with closing(_open(options)) as handle:
        try:
            device = DeviceId(bytes.fromhex(options.device))
        except ValueError as err:
            raise DirectoryError("unknown_device", options.device) from err
        if not handle.admin.revoke_device(_tenant(handle), device, reason=options.reason):
            raise DirectoryError("unknown_device", options.device)
    _say(options, {"revoked": options.device}, text=f"Perangkat {options.device} dicabut.")
    return 0


def _answering(command: Command) -> Callable[[argparse.Namespace], int]:
    """A command of numbers as the command line runs it."""

    def run(options: argparse.Namespace) -> int:
        with closing(_open(options)) as handle:
            answer = command(options, handle.numbers, _tenant(handle))
        _say(options, answer.value, text=answer.text)
        return 0

    return run


def _make_office(options: argparse.Namespace, handle: ServerHandle, *, tenant: TenantId, region: str) -> int:
    plan = Office(number=OfficeId(0), name=options.office, short_name=options.short, region=region)
    people = None if options.people is None else _read_people(options.people)
    report = handle.admin.set_up_office(tenant, plan, positions=TEMPLATES[options.template], people=people)
    _say(options, _plain(report), text=_report_text(report, name=options.office))
    return 0


def _read_people(path: Path) -> list[PersonPlan]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[PersonPlan])
    except (OSError, msgspec.MsgspecError) as err:
        raise DirectoryError("people_unreadable", f"{path}: {err}") from err


def _open(options: argparse.Namespace) -> ServerHandle:
    config = ServerConfig(
        data=options.data,
        database_url=options.database,
        owner_url=options.migrate_database,
        tls=options.tls,
    )
    return ServerHandle(config)


def _tenant(handle: ServerHandle) -> TenantId:
    known = handle.admin.tenants()
    if not known:
        raise DirectoryError("unknown_tenant")
    return known[0].id


def snapshots(options: argparse.Namespace) -> int:
    """Make the snapshots that are missing or stale now; the server does it by itself every few minutes."""
    with closing(_open(options)) as handle:
        report = handle.snapshots.make_all()
    _say(options, _plain(report), text=f"Salinan awal: {report.made} dibuat, {report.removed} dihapus.")
    return 0


def _user(handle: ServerHandle, tenant: TenantId, *, username: str) -> UserId:
    found = handle.admin.find_user(tenant, username)
    if found is None:
        raise DirectoryError("unknown_user", username)
    return found


def _report_text(report: OfficeReport, *, name: str) -> str:
    lines = [f"Kantor {report.office}: {name}", "Kode sekali pakai, berikan kepada orangnya:"]
    return "\n".join([*lines, *(_code_line(issued) for issued in report.people)])


def _code_line(issued: IssuedCode) -> str:
    until = datetime.fromtimestamp(issued.expires_ms / 1000, UTC).date().isoformat()
    titles = ", ".join(issued.positions)
    return f"  {issued.code}  {issued.username}  {titles}  (berlaku sampai {until})"


def _plain(value: msgspec.Struct) -> Any:
    return msgspec.to_builtins(_named(value))


def _named(value: Any) -> Any:
    """Structs as maps, also those that travel as arrays; bytes as hexadecimal digits."""
    if isinstance(value, msgspec.Struct):
        return {field: _named(getattr(value, field)) for field in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [_named(one) for one in value]
    return value.hex() if isinstance(value, bytes) else value


def _say(options: argparse.Namespace, value: Any, *, text: str) -> None:
    print(json.dumps(value, ensure_ascii=False) if options.json else text, flush=True)


def _fail(options: argparse.Namespace, *, code: str, message: str) -> int:
    if options.json:
        print(json.dumps({"error": code, "message": message}, ensure_ascii=False), flush=True)
    else:
        print(message, file=sys.stderr)
    return 1


def _shared_options() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", type=Path, required=True, help="folder peladen")
    shared.add_argument("--database", default="", help="alamat PostgreSQL; tanpa ini SQLite di dalam folder")
    shared.add_argument("--migrate-database", default="", help="alamat yang sama sebagai pemilik tabel, bila berbeda")
    shared.add_argument("--tls", action="store_true", help="pakai sertifikat buatan sendiri")
    shared.add_argument("--json", action="store_true", help="keluaran JSON")
    return shared


def _parser() -> argparse.ArgumentParser:
    shared = _shared_options()
    parser = argparse.ArgumentParser(prog="pesagi-server", description="Peladen Pesagi")
    verbs = parser.add_subparsers(required=True, metavar="PERINTAH")
    serving = verbs.add_parser("serve", parents=[shared], help="layani komputer kantor")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8470)
    serving.add_argument("--name", action="append", default=[], help="nama atau alamat peladen, boleh berulang")
    serving.set_defaults(run=serve)
    admin = verbs.add_parser("admin", help="kelola kantor dan orang").add_subparsers(required=True, metavar="KERJA")
    for name, run, about in (
        ("setup", setup, "buat wilayah dan kantor pertama"),
        ("office", office, "tambah kantor"),
    ):
        making = admin.add_parser(name, parents=[shared], help=about)
        making.add_argument("--office", required=True, help="nama kantor")
        making.add_argument("--short", required=True, help="nama pendek")
        making.add_argument("--template", choices=sorted(TEMPLATES), default="kecamatan")
        making.add_argument("--people", type=Path, help="berkas JSON: [{username, name, positions: [jabatan]}]")
        if name == "setup":
            making.add_argument("--region", required=True, help="kabupaten")
        making.set_defaults(run=run)
    place = admin.add_parser("position", parents=[shared], help="tambah jabatan")
    place.add_argument("--office", type=int, required=True)
    place.add_argument("--title", required=True)
    place.add_argument("--role", choices=[role.name.lower() for role in Role], required=True)
    place.add_argument("--superior", type=int)
    place.set_defaults(run=position)
    person = admin.add_parser("user", parents=[shared], help="tambah atau ubah pengguna")
    person.add_argument("--username", required=True)
    person.add_argument("--name")
    person.add_argument("--position", type=int, action="append", default=[], help="nomor jabatan, boleh berulang")
    person.add_argument("--inactive", action="store_true", help="nonaktifkan")
    person.set_defaults(run=user)
    ticket = admin.add_parser("code", parents=[shared], help="kode sekali pakai baru")
    ticket.add_argument("--username", required=True)
    ticket.add_argument("--reset-password", action="store_true", help="sandi dipilih lagi saat kode dipakai")
    ticket.set_defaults(run=code)
    admin.add_parser("list", parents=[shared], help="tampilkan semuanya").set_defaults(run=listing)
    add_number_commands(admin, shared, _answering)
    admin.add_parser(
        "snapshots", parents=[shared], help="buat salinan awal untuk komputer baru, sekarang"
    ).set_defaults(run=snapshots)
    device = admin.add_parser("revoke-device", parents=[shared], help="cabut perangkat")
    device.add_argument("--device", required=True, help="nomor perangkat")
    device.add_argument("--reason", default=REVOKED_HERE, help="alasan, dibaca admin kantor")
    device.set_defaults(run=revoke_device)
    add_bundle_verbs(verbs, shared)
    _add_further(verbs, admin, shared)
    return parser


def _add_further(verbs: Any, admin: Any, shared: argparse.ArgumentParser) -> None:
    """The verbs that lie in modules of their own."""
    continuity = ContinuityCommands(_open, _say)
    continuity.add_backup(verbs, shared)
    continuity.add_admin(admin, shared)
    AuditCommands(_open, _say).add_admin(admin, shared)
    AlarmCommands(_open, _say).add_admin(admin, shared)
    IncidentCommands(_open, _say).add_admin(admin, shared)
    hubs = HubCommands(_open, _say, _fail)
    hubs.add_hub(verbs)
    hubs.add_admin(admin, shared)


if __name__ == "__main__":
    sys.exit(main())
