"""The commands of hubs: `hub` runs one, `admin hub-code` names one, `admin revoke-hub` shuts them out."""

import argparse
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from core.domain.ids import OfficeId
from core.protocol.enrolment import CodeMalformed
from server.app import ServerHandle, shipped_dictionary
from server.commands.plain_log import log_plainly
from server.hub import HubConfig, HubHandle, NotEnrolled
from server.services.hub_line import LineDown, ServerSaidNo

Open = Callable[[argparse.Namespace], ServerHandle]
Say = Callable[..., None]
Fail = Callable[..., int]


class HubCommands:
    """The verbs; `open_server`, `say` and `fail` are those of the command line."""

    def __init__(self, open_server: Open, say: Say, fail: Fail) -> None:
        self._open = open_server
        self._say = say
        self._fail = fail

    def add_hub(self, verbs: Any) -> None:
        """Add `hub`."""
        running = verbs.add_parser("hub", help="jalankan hub kantor di jaringan setempat")
        running.add_argument("--data", type=Path, required=True, help="folder hub")
        running.add_argument("--upstream", required=True, help="alamat peladen pusat")
        running.add_argument("--code", default="", help="kode hub, hanya untuk pertama kali")
        running.add_argument("--host", default="0.0.0.0")  # noqa: S104  # the PCs of the office have to reach it
        running.add_argument("--port", type=int, default=8471)
        running.add_argument("--tls", action="store_true", help="pakai sertifikat dari peladen pusat")
        running.add_argument("--quiet", action="store_true", help="jangan umumkan hub di jaringan kantor (mDNS)")
        running.add_argument("--json", action="store_true", help="keluaran JSON")
        running.set_defaults(run=self.run)

    def add_admin(self, admin: Any, shared: argparse.ArgumentParser) -> None:
        """Add `hub-code` and `revoke-hub` to `admin`."""
        naming = admin.add_parser("hub-code", parents=[shared], help="kode sekali pakai untuk hub sebuah kantor")
        naming.add_argument("--office", type=int, required=True)
        naming.set_defaults(run=self.code)
        ending = admin.add_parser("revoke-hub", parents=[shared], help="cabut hub sebuah kantor")
        ending.add_argument("--office", type=int, required=True)
        ending.set_defaults(run=self.revoke)

    def run(self, options: argparse.Namespace) -> int:
        """Serve the PCs of the office until Ctrl+C or SIGTERM."""
        log_plainly()
        config = HubConfig(
            data=options.data,
            upstream=options.upstream,
            code=options.code,
            tls=options.tls,
            dictionary=shipped_dictionary(),
            announced=not options.quiet,
        )
        try:
            handle = HubHandle(config)
        except (NotEnrolled, CodeMalformed):
            message = "Folder ini belum menjadi hub. Mintalah kode dengan `admin hub-code`, lalu pakai --code."
            return self._fail(options, code="hub_code", message=message)
        except ServerSaidNo as err:
            message = f"Peladen pusat menolak ({err.code.value}). Tidak ada yang diubah; mintalah kode baru."
            return self._fail(options, code=err.code.value, message=message)
        except LineDown as err:
            message = f"Peladen pusat tidak terjangkau ({err}). Tidak ada yang diubah; coba lagi nanti."
            return self._fail(options, code="line_down", message=message)
        listener = socket.create_server((options.host, options.port))
        url = f"{'https' if options.tls else 'http'}://{options.host}:{listener.getsockname()[1]}"
        with closing(handle):
            handle.run(
                listener,
                ready=lambda: self._say(options, {"url": url}, text=f"Hub Pesagi siap di {url}."),
            )
        self._say(options, {"stopped": True}, text="Hub Pesagi berhenti.")
        return 0

    def code(self, options: argparse.Namespace) -> int:
        """Name a hub. The earlier one is shut out when the new one comes."""
        with closing(self._open(options)) as handle:
            code = handle.hubs.new_code(handle.admin.tenants()[0].id, OfficeId(options.office))
        self._say(options, {"code": code}, text=f"Kode hub (berlaku 14 hari): {code}")
        return 0

    def revoke(self, options: argparse.Namespace) -> int:
        """Shut out the hub of an office."""
        with closing(self._open(options)) as handle:
            count = handle.hubs.revoke(handle.admin.tenants()[0].id, OfficeId(options.office))
        self._say(options, {"revoked": count}, text=f"{count} hub dicabut.")
        return 0
