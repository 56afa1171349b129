"""The commands against loss: `backup`, `admin durable`, `admin restored`."""

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from server.app import ServerHandle
from server.services.console import Command

Open = Callable[[argparse.Namespace], ServerHandle]
Say = Callable[..., None]

# Each time takes 500 numbers of every series: more than this is a slip of the hand.
_MOST_TIMES = 20


class ContinuityCommands:
    """The verbs; `open_server` and `say` are those of the command line."""

    def __init__(self, open_server: Open, say: Say) -> None:
        self._open = open_server
        self._say = say

    def add_backup(self, verbs: Any, shared: argparse.ArgumentParser) -> None:
        """Add `backup`."""
        copying = verbs.add_parser("backup", parents=[shared], help="salin basis data dan berkas ke folder cadangan")
        copying.add_argument("--to", type=Path, required=True, help="folder cadangan, sebaiknya di luar mesin ini")
        copying.set_defaults(run=self.backup)

    def add_admin(self, admin: Any, shared: argparse.ArgumentParser) -> None:
        """Add `durable` and `restored` to `admin`."""
        safe = admin.add_parser("durable", parents=[shared], help="nyatakan cadangan selesai (PostgreSQL)")
        safe.add_argument("--seq", type=int, help="nomor saat cadangan dimulai; tanpa ini: sampai sekarang")
        safe.set_defaults(run=self.durable)
        restored = admin.add_parser("restored", parents=[shared], help="nyatakan basis data baru dipulihkan")
        restored.add_argument(
            "--times",
            type=_times,
            default=1,
            help="sudah berapa kali cadangan yang sama ini dipulihkan, termasuk kali ini",
        )
        restored.set_defaults(run=self.restored)

    def backup(self, options: argparse.Namespace) -> int:
        """Make or renew a backup; works while the server serves."""
        with closing(self._open(options)) as handle:
            report = handle.continuity.back_up(options.to)
        text = f"Cadangan selesai dan sudah dibaca ulang: {options.to} (+{report.files_added} berkas)."
        if report.files_damaged:
            text += (
                f"\n{len(report.files_damaged)} berkas di server rusak dan tidak disalin; salinan lama di cadangan,"
                " bila ada, tetap utuh. Periksa penyimpanan server, lalu ambil berkas itu dari cadangan:\n"
                + "\n".join(f"  {name}" for name in report.files_damaged)
            )
        self._say(options, msgspec.to_builtins(report, str_keys=True), text=text)
        return 1 if report.files_damaged else 0

    def durable(self, options: argparse.Namespace) -> int:
        """Note that a backup made by other means is finished."""
        with closing(self._open(options)) as handle:
            noted = {int(row.id): handle.continuity.call_safe(row.id, options.seq) for row in handle.admin.tenants()}
        text = "\n".join(f"Wilayah {tenant}: aman sampai nomor {seq}." for tenant, seq in noted.items())
        self._say(options, {"safe_up_to": {str(tenant): seq for tenant, seq in noted.items()}}, text=text)
        return 0

    def restored(self, options: argparse.Namespace) -> int:
        """Let PCs send again what an older copy of the database has lost."""
        with closing(self._open(options)) as handle:
            command = Command(verb="restored")
            regions = handle.continuity.put_back(
                times=options.times, note=lambda unit, tenant: handle.console.within(unit, tenant, command)
            )
        lines = [
            f"Wilayah {one.tenant}: hitungan baru {one.feed_epoch}; {one.series_passed_over} seri nomor dilompati."
            for one in regions
        ]
        lines.append("Komputer kantor akan membandingkan datanya dan mengirim ulang yang hilang.")
        self._say(options, {"regions": msgspec.to_builtins(regions)}, text="\n".join(lines))
        return 0


def _times(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= _MOST_TIMES:
        return int(text)
    raise argparse.ArgumentTypeError(f"harus angka 1 sampai {_MOST_TIMES}")
