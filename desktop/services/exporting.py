"""Everything out, in open formats: JSON lines, the files as they came, and a manifest of hashes.

What is secret (rahasia and above) leaves without its subject, summary and scans, and without what was noted and
answered on it: a folder on a desk has no locks.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgspec

from core.domain.attachments import Attachment
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.held_acts import HeldAct
from core.domain.letters import IncomingLetter, SecurityLevel, without_secrets
from core.protocol.records import KINDS
from desktop.storage.blobs import BlobFiles, disk_fault
from desktop.storage.unit_of_work import Store, UnitOfWork

NAMES = {
    "office": "kantor",
    "unit": "unit",
    "position": "jabatan",
    "person": "orang",
    "letter": "surat_masuk",
    "disposition": "disposisi",
    "record_file": "berkas",
    "number_book": "buku_nomor",
    "book_year": "tahun_buku",
    "number_fate": "nasib_nomor",
    "held_act": "pekerjaan_ditahan",
    "conflict": "perbedaan",
    "delegation": "surat_perintah",
    "person_keys": "kunci_orang",
    "code_issue": "kode_diberikan",
    "revocation": "komputer_dicabut",
    "password_rule": "aturan_kata_sandi",
    "server_run": "perintah_peladen",
    "session_end": "sesi_diakhiri",
    "instruction_choice": "daftar_instruksi",
}
README = """Salinan data Pesagi.

Setiap berkas .jsonl berisi satu catatan JSON per baris (UTF-8).
Folder lampiran berisi pindaian, dinamai menurut SHA-256 isinya; kolom scans pada surat_masuk.jsonl serta sheets dan
files pada disposisi.jsonl menunjuk ke sana.
manifest.sha256 memuat SHA-256 setiap berkas. Surat rahasia disalin tanpa perihal, ringkasan, dan pindaian;
disposisinya tanpa catatan dan hasil, pekerjaan yang ditahan dan perbedaan atasnya tanpa isi.
"""


class ExportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was written."""

    folder: str
    records: dict[str, int]
    files: int
    missing: int


class ExportService:
    """Writes the content of a store into a folder."""

    def __init__(self, store: Store, files: BlobFiles) -> None:
        """Over the open store and its files."""
        self._store = store
        self._files = files

    def export(self, folder: Path) -> ExportReport:
        """Write everything into `folder`, which must be new or empty."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise FileExistsError(folder.name)
            counts, wanted = self._write_records(folder)
            copied, missing = self._copy_files(folder / "lampiran", wanted)
            (folder / "BACA.txt").write_text(README, encoding="utf-8")
            _write_manifest(folder)
        except OSError as err:
            raise disk_fault(err) from err
        return ExportReport(folder=str(folder), records=counts, files=copied, missing=missing)

    def _write_records(self, folder: Path) -> tuple[dict[str, int], dict[bytes, str]]:
        counts: dict[str, int] = {}
        wanted: dict[bytes, str] = {}
        with self._store.read() as uow:
            for kind in KINDS:
                path = folder / f"{NAMES.get(kind.name, kind.name)}.jsonl"
                counts[path.stem] = 0
                with path.open("w", encoding="utf-8", newline="\n") as writer:
                    for record in _records(uow, kind.code):
                        shown = _without_secrets(record)
                        writer.write(json.dumps(_plain(shown), ensure_ascii=False) + "\n")
                        counts[path.stem] += 1
                        wanted.update({file.sha256: file.media.name.lower() for file in _files_of(shown)})
                    writer.flush()
                    os.fsync(writer.fileno())
        return counts, wanted

    def _copy_files(self, folder: Path, wanted: dict[bytes, str]) -> tuple[int, int]:
        folder.mkdir()
        copied = 0
        for sha256, ending in wanted.items():
            if self._files.has(sha256):
                self._files.copy_out(sha256, folder / f"{sha256.hex()}.{ending}")
                copied += 1
        return copied, len(wanted) - copied


def _files_of(record: Any) -> tuple[Attachment, ...]:
    if isinstance(record, IncomingLetter):
        return record.scans
    return record.files if isinstance(record, Disposition) else ()


def _records(uow: UnitOfWork, kind: int) -> Iterator[Any]:
    return uow.table(kind).every(uow.connection)


def _without_secrets(record: Any) -> Any:
    if isinstance(record, IncomingLetter) and record.is_secret:
        return without_secrets(record)
    if isinstance(record, Disposition) and record.security >= SecurityLevel.SECRET:
        recipients = tuple(
            msgspec.structs.replace(one, result="", earlier=(), files=(), withdrawn_reason="")
            for one in record.recipients
        )
        return msgspec.structs.replace(record, note="", recipients=recipients, sheets=())
    if isinstance(record, HeldAct) and record.security >= SecurityLevel.SECRET:
        return msgspec.structs.replace(record, ops=(), would=(), files=(), reason="", sealed=(), keys=())
    if isinstance(record, Conflict) and record.security >= SecurityLevel.SECRET:
        settled = None if record.settled is None else ""
        return msgspec.structs.replace(record, base=None, stands="", wanted="", settled=settled)
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _write_manifest(folder: Path) -> None:
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as reader:
                digest = hashlib.file_digest(reader, "sha256").hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / "manifest.sha256").write_text("".join(lines), encoding="utf-8", newline="\n")
