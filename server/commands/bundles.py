"""The verbs for sticks: `bundle in` takes what PCs sent, `bundle out` writes the answer for a PC."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from core.domain.ids import DeviceId, TenantId
from core.protocol.bundle import PART_BYTES, BundleFault, BundleTrouble
from core.protocol.faults import FaultCode
from server.app import ServerConfig, ServerHandle, shipped_dictionary
from server.services.bundle_answers import Answer
from server.services.bundles import TakenBundle
from server.services.faults import RequestFault

MIB = 1024 * 1024
DONE, FAILED, PARTLY = 0, 1, 5

TROUBLES: Mapping[str, str] = MappingProxyType(
    {
        BundleTrouble.NOT_OURS: "Tidak ada yang dimasukkan. Berkas itu bukan kiriman Pesagi; periksa isi flash disk.",
        BundleTrouble.OTHER_VERSION: "Tidak ada yang dimasukkan. Kiriman itu dari Pesagi versi lain; perbarui dahulu.",
        BundleTrouble.OTHER_TENANT: "Tidak ada yang dimasukkan. Kiriman itu milik kabupaten lain.",
        BundleTrouble.OTHER_RECIPIENT: "Tidak ada yang dimasukkan. Kiriman itu bukan untuk peladen ini.",
        BundleTrouble.DAMAGED: "Tidak ada yang dimasukkan. Kiriman itu rusak; minta kantor menyalinnya sekali lagi.",
        BundleTrouble.FORGED: "Tidak ada yang dimasukkan. Pengirimnya tidak dikenal atau tanda tangannya tidak cocok.",
        BundleTrouble.REVOKED: "Tidak ada yang dimasukkan. Komputer pengirimnya sudah dicabut.",
        BundleTrouble.NONE_FOUND: "Tidak ada yang dimasukkan. Tidak ada kiriman untuk peladen ini di tempat itu.",
        BundleTrouble.STOPPED: "Dihentikan. Yang sudah masuk tetap aman; ulangi kapan saja.",
        BundleTrouble.STICK_FULL: "Jawaban tidak ditulis karena flash disk penuh. Data peladen aman; kosongkan dahulu.",
        BundleTrouble.STICK_READ_ONLY: "Jawaban tidak ditulis karena flash disk terkunci. Data peladen aman.",
        BundleTrouble.STICK_FAILED: "Flash disk tidak terbaca atau tercabut. Data peladen aman; pasang lalu ulangi.",
        BundleTrouble.STICK_ALTERED: "Flash disk menyimpan isi yang lain dari yang ditulis. Ganti, lalu ulangi.",
    }
)
FAULTS: Mapping[str, str] = MappingProxyType(
    {
        FaultCode.SIGNED_OUT: "Tidak ada pengguna aktif di komputer itu. Tidak ada pekerjaannya yang dimasukkan.",
        FaultCode.DEVICE_REVOKED: "Komputer itu sudah dicabut. Tidak ada pekerjaannya yang dimasukkan.",
        FaultCode.NOT_FOUND: "Perangkat tidak ditemukan. Tidak ada yang ditulis.",
        FaultCode.TOO_OLD: "Pesagi di komputer itu harus diperbarui. Tidak ada pekerjaannya yang dimasukkan.",
    }
)


def add_bundle_verbs(verbs: Any, shared: argparse.ArgumentParser) -> None:
    """Put `bundle in` and `bundle out` under the other verbs."""
    bundle = verbs.add_parser("bundle", help="kiriman lewat flash disk").add_subparsers(required=True, metavar="ARAH")
    into = bundle.add_parser("in", parents=[shared], help="masukkan kiriman dari kantor")
    into.add_argument("places", type=Path, nargs="+", metavar="BERKAS", help="berkas atau folder")
    into.add_argument("--reply", type=Path, metavar="FOLDER", help="tulis jawabannya sekalian")
    into.set_defaults(run=_run(take))
    out = bundle.add_parser("out", parents=[shared], help="tulis jawaban untuk sebuah komputer")
    out.add_argument("folder", type=Path)
    out.add_argument("--device", required=True, help="nomor perangkat, lihat `admin list`")
    out.set_defaults(run=_run(answer))
    for verb in (into, out):
        verb.add_argument("--part-mib", type=int, default=PART_BYTES // MIB, help="besar satu berkas, paling banyak")


def take(options: argparse.Namespace, handle: ServerHandle) -> int:
    """Take bundles, and answer them if asked to."""
    found = handle.bundles.take(options.places, progress=_quiet, stopped=_never)
    lines = [_taken_line(one) for one in found.bundles]
    lines += [f"{name}: {_sentence(code)}" for name, code in found.troubles]
    if found.missing:
        lines.append(f"{found.missing} bagian kiriman tidak ada di sini; masukkan juga bila sudah disalin.")
    answers: list[dict[str, Any]] = []
    if options.reply is not None:
        for tenant, device in dict.fromkeys((one.tenant, one.device) for one in found.bundles):
            written = _answer(handle, options, tenant=tenant, device=device, folder=options.reply)
            answers.append({"device": device.hex(), **msgspec.to_builtins(written)})
            lines.append(_answer_line(written))
    whole = not (found.troubles or found.missing)
    taken = [
        {
            "device": one.device.hex(),
            "ops": one.ops,
            "refused": one.refused,
            "put_off": one.put_off,
            "scans": one.scans,
        }
        for one in found.bundles
    ]
    _say(
        options,
        {"ok": whole, "bundles": taken, "missing": found.missing, "troubles": found.troubles, "answers": answers},
        lines=lines,
    )
    return DONE if whole else PARTLY


def answer(options: argparse.Namespace, handle: ServerHandle) -> int:
    """Write the answer for one device."""
    try:
        device = DeviceId(bytes.fromhex(options.device))
    except ValueError as err:
        raise RequestFault(FaultCode.NOT_FOUND) from err
    for tenant in handle.admin.tenants():
        if any(one.id == device for one in handle.admin.listing(tenant.id).devices):
            written = _answer(handle, options, tenant=tenant.id, device=device, folder=options.folder)
            _say(options, {"ok": True, **msgspec.to_builtins(written)}, lines=[_answer_line(written)])
            return DONE
    raise RequestFault(FaultCode.NOT_FOUND)


def _answer(
    handle: ServerHandle, options: argparse.Namespace, *, tenant: TenantId, device: DeviceId, folder: Path
) -> Answer:
    return handle.bundles.answer(
        tenant, device, folder, part_bytes=options.part_mib * MIB, progress=_quiet, stopped=_never
    )


def _run(work: Callable[[argparse.Namespace, ServerHandle], int]) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        config = ServerConfig(
            data=options.data,
            database_url=options.database,
            owner_url=options.migrate_database,
            tls=options.tls,
            dictionary=shipped_dictionary(),
        )
        try:
            with closing(ServerHandle(config)) as handle:
                return work(options, handle)
        except BundleFault as err:
            return _fail(options, code=err.code.value, message=_sentence(err.code.value))
        except RequestFault as err:
            return _fail(options, code=err.fault.code.value, message=_sentence(err.fault.code.value))

    return run


def _sentence(code: str) -> str:
    general = f"Kiriman itu tidak dapat dilayani ({code}). Tidak ada yang hilang; hubungi pengembang."
    return TROUBLES.get(code) or FAULTS.get(code, general)


def _taken_line(one: TakenBundle) -> str:
    taken = f"{one.name}: {one.ops} pekerjaan ({one.refused} ditolak) dan {one.scans} pindaian baru dimasukkan."
    if not one.put_off:
        return taken
    return (
        f"{taken} {one.put_off} pekerjaan ditulis sebelum server dipulihkan dan belum dimasukkan: "
        "tidak ada yang hilang, PC mengirimnya lagi sesudah membaca jawaban ini."
    )


def _answer_line(written: Answer) -> str:
    return f"Jawaban ditulis: {', '.join(written.names)} ({written.scans} pindaian). Flash disk aman dicabut."


def _say(options: argparse.Namespace, value: dict[str, Any], *, lines: Iterable[str]) -> None:
    print(json.dumps(value, ensure_ascii=False) if options.json else "\n".join(lines), flush=True)


def _fail(options: argparse.Namespace, *, code: str, message: str) -> int:
    if options.json:
        print(json.dumps({"ok": False, "error": code, "message": message}, ensure_ascii=False), flush=True)
    else:
        print(message, file=sys.stderr)
    return FAILED


def _quiet(_done: int, _all: int) -> None:
    return


def _never() -> bool:
    return False
