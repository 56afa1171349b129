"""The commands that look whether everything is whole: `admin audit`, `admin verify`, `admin head`."""

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import msgspec

from core.domain.ids import TenantId
from core.domain.server_room import ServerRun
from server.app import ServerHandle
from server.commands.continuity import Open, Say
from server.services.auditing import AuditReport
from server.services.verifying import ServerCheck

RUNS_SHOWN = 20


class AuditCommands:
    """The verbs; `open_server` and `say` are those of the command line."""

    def __init__(self, open_server: Open, say: Say) -> None:
        self._open = open_server
        self._say = say

    def add_admin(self, admin: Any, shared: argparse.ArgumentParser) -> None:
        """Add the verbs to `admin`."""
        walk = admin.add_parser("audit", parents=[shared], help="buktikan catatan tindakan dan kepala hariannya")
        walk.add_argument(
            "--known", metavar="NOMOR:RANTAI", help="kepala yang disimpan sebuah komputer, untuk dibandingkan"
        )
        walk.set_defaults(run=self.audit)
        admin.add_parser("verify", parents=[shared], help="periksa catatan, semua data, dan semua berkas").set_defaults(
            run=self.verify
        )
        admin.add_parser("head", parents=[shared], help="tanda tangani kepala harian sekarang").set_defaults(
            run=self.head
        )

    def audit(self, options: argparse.Namespace) -> int:
        """Walk the log of every region; 0 only if it is whole."""
        with closing(self._open(options)) as handle:
            reports = [handle.audit.audit(row.id, progress=_progress(options)) for row in handle.admin.tenants()]
            known = [self._known(options.known, handle, report.tenant) for report in reports] if options.known else []
            runs = {int(row.id): handle.console.runs(row.id) for row in handle.admin.tenants()}
        lines = [line for report in reports for line in (*_audit_lines(report), *_run_lines(runs[report.tenant]))]
        if known:
            lines.append(
                "Kepala yang disimpan komputer itu ada di sini."
                if any(known)
                else "Kepala yang disimpan komputer itu TIDAK ada di sini: catatan ini bukan kelanjutannya."
            )
        value: dict[str, Any] = {
            "regions": [{**_plain(report), "runs": _plain_runs(runs[report.tenant])} for report in reports]
        }
        if known:
            value["known"] = any(known)
        self._say(options, value, text="\n".join(lines))
        return 0 if all(report.whole for report in reports) and (not known or any(known)) else 1

    def verify(self, options: argparse.Namespace) -> int:
        """Check everything of every region; 0 only if it is whole."""
        with closing(self._open(options)) as handle:
            checks = [
                (row.id, handle.verifying.verify(row.id, progress=_progress(options))) for row in handle.admin.tenants()
            ]
        lines = [line for _, check in checks for line in _check_lines(check)]
        self._say(options, {"regions": [_plain(check) for _, check in checks]}, text="\n".join(lines))
        return 0 if all(check.whole for _, check in checks) else 1

    def head(self, options: argparse.Namespace) -> int:
        """Sign the head of today, if it is due."""
        with closing(self._open(options)) as handle:
            made = handle.daily_heads.make_due()
        text = (
            "Kepala harian ditandatangani." if made else "Kepala harian hari ini sudah ada, atau tidak ada yang baru."
        )
        self._say(options, {"made": made}, text=text)
        return 0

    @staticmethod
    def _known(named: str, handle: ServerHandle, tenant: TenantId) -> bool:
        """Whether a head that a PC holds is one of the region's."""
        number, _, chain = named.partition(":")
        if not number.isdecimal():
            return False
        found = handle.database.read(lambda unit: unit.of(tenant).daily_heads.behind(int(number) - 1, limit=1))
        return bool(chain) and any(
            one.head.number == int(number) and one.chain.hex().startswith(chain.lower()) for one in found
        )


def _audit_lines(report: AuditReport) -> list[str]:
    if report.whole:
        lines = [f"Wilayah {report.tenant}: {_count(report.ops)} catatan dan {report.heads} kepala harian utuh."]
    else:
        lines = [f"Wilayah {report.tenant}: catatan TIDAK utuh. Jangan ubah apa pun; simpan salinannya, lalu telusuri:"]
        lines += [f"  {problem}" for problem in report.problems]
    if report.uncovered:
        lines.append(f"  {_count(report.uncovered)} catatan lama belum memuat sidik data yang dihasilkannya.")
    return lines


def _run_lines(runs: list[ServerRun]) -> list[str]:
    """Who ran what at the server, the last commands."""
    if not runs:
        return []
    shown = runs[-RUNS_SHOWN:]
    head = f"  Perintah di peladen: {_count(len(runs))}; {len(shown)} yang terakhir:"
    return [head, *(f"    {run.at:%Y-%m-%d %H:%M}  {run.run_by}: {run.verb} {run.about}".rstrip() for run in shown)]


def _plain_runs(runs: list[ServerRun]) -> list[dict[str, str]]:
    return [
        {"at": run.at.isoformat(), "run_by": run.run_by, "verb": run.verb, "about": run.about}
        for run in runs[-RUNS_SHOWN:]
    ]


def _check_lines(check: ServerCheck) -> list[str]:
    if check.whole:
        summary = f"Semua {_count(check.letters)} surat dan {_count(check.files)} berkas utuh"
        return [f"{summary}; {_count(check.audit.ops)} catatan dan {check.audit.heads} kepala harian cocok."]
    lines = [] if check.audit.whole else _audit_lines(check.audit)
    if check.problems:
        lines.append("Data di server TIDAK cocok dengan catatannya. Tidak ada yang diubah:")
        lines += [f"  {problem}" for problem in check.problems]
    return lines


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _plain(report: AuditReport | ServerCheck) -> Any:
    return {**msgspec.to_builtins(report), "whole": report.whole}


def _progress(options: argparse.Namespace) -> Callable[[int], None]:
    """Says how far it is on the screen of a person, nothing to a program."""
    if options.json or not sys.stderr.isatty():
        return lambda _done: None
    return lambda done: print(f"\r{_count(done)} diperiksa", end="", file=sys.stderr, flush=True)
