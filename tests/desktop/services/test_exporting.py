"""Everything out in open formats: complete, provably whole, and without what is secret."""

from __future__ import annotations

import hashlib
import json
from enum import IntEnum
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import Disposition
from core.domain.ids import BlobHash, DispositionId, LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.records import KINDS
from desktop.services.exporting import NAMES, ExportService
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.conflict_factory import conflict
from tests.factories import SCAN, directory, disposition, held_act, letter, record_file
from tests.support.stores import KEY, every, put

SECRET_ID, SECRET_SHEET = LetterId(b"\x01" * 16), DispositionId(b"\x02" * 16)
SECRETS = ("Mutasi pejabat", "Sangat peka", "Jangan bocor", "Telah ditelepon")


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def full(store: Store, files: BlobFiles) -> Store:
    """An ordinary letter with one scan here and one missing, and a secret one with a scan."""
    open_scan, secret_scan = files.add_bytes(b"%PDF open"), files.add_bytes(b"%PDF secret")
    here = Attachment(sha256=BlobHash(open_scan[0]), size=open_scan[1], media=MediaType.PDF, pages=1, name="a.pdf")
    hidden = Attachment(sha256=BlobHash(secret_scan[0]), size=secret_scan[1], media=MediaType.PDF, pages=1)
    sheet = disposition()
    answered = msgspec.structs.replace(sheet.recipients[1], result=SECRETS[3])
    put(
        store,
        [
            letter(scans=(here, SCAN), subject='Kutip "ganda", koma; \n baris 👍'),
            letter(
                id=SECRET_ID, security=SecurityLevel.SECRET, subject=SECRETS[0], summary=SECRETS[1], scans=(hidden,)
            ),
            sheet,
            disposition(
                id=SECRET_SHEET,
                letter_id=SECRET_ID,
                security=SecurityLevel.TOP_SECRET,
                note=SECRETS[2],
                recipients=(answered,),
            ),
            record_file(),
        ],
    )
    return store


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def again(value: Any, hint: Any) -> Any:
    """A value of the export as the record had it."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint)
        return hint(**{field: again(one, hints[field]) for field, one in value.items()})
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return hint[value.upper()]
    inner: tuple[Any, ...] = getattr(hint, "__args__", ())
    if type(None) in inner:
        return None if value is None else again(value, next(one for one in inner if one is not type(None)))
    if isinstance(value, list):
        return tuple(again(one, inner[0]) for one in value)
    plain = getattr(hint, "__supertype__", hint)
    return bytes.fromhex(value) if plain is bytes else msgspec.convert(value, plain)


def test_what_was_exported_can_be_read_back_as_it_was(full: Store, files: BlobFiles, tmp_path: Path) -> None:
    ExportService(full, files).export(tmp_path / "out")

    for kind in KINDS:
        read = [again(line, kind.struct) for line in lines(tmp_path / "out", NAMES[kind.name])]
        kept = [one.record for one in every(full, kind.struct) if one.record.id not in (SECRET_ID, SECRET_SHEET)]
        found = [record for record in read if record.id not in (SECRET_ID, SECRET_SHEET)]
        assert sorted(found, key=lambda record: bytes(record.id)) == kept


def test_the_report_counts_what_was_written(full: Store, files: BlobFiles, tmp_path: Path) -> None:
    report = ExportService(full, files).export(tmp_path / "out")

    assert report.records == {
        "kantor": 2,
        "unit": 1,
        "jabatan": 10,
        "orang": 10,
        "surat_masuk": 2,
        "disposisi": 2,
        "berkas": 1,
        "buku_nomor": 0,
        "tahun_buku": 0,
        "nasib_nomor": 0,
        "pekerjaan_ditahan": 0,
        "perbedaan": 0,
        "surat_perintah": 0,
        "kunci_orang": 0,
        "kode_diberikan": 0,
        "komputer_dicabut": 0,
        "aturan_kata_sandi": 0,
        "perintah_peladen": 0,
        "sesi_diakhiri": 0,
        "daftar_instruksi": 0,
    }
    assert sum(report.records.values()) == len(directory()) + 5
    assert (report.files, report.missing) == (1, 1)


def test_what_is_secret_does_not_leave(full: Store, files: BlobFiles, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    ExportService(full, files).export(folder)

    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in SECRETS)
            assert b"%PDF secret" not in content
    (secret,) = (line for line in lines(folder, "surat_masuk") if line["id"] == SECRET_ID.hex())
    assert (secret["subject"], secret["summary"], secret["scans"]) == ("", "", [])
    assert secret["sender"] == letter().sender
    (sheet,) = (line for line in lines(folder, "disposisi") if line["id"] == SECRET_SHEET.hex())
    assert (sheet["note"], sheet["recipients"][0]["result"]) == ("", "")
    assert sheet["recipients"][0]["state"] == "answered"


@pytest.mark.parametrize(("security", "told"), [(SecurityLevel.OPEN, True), (SecurityLevel.SECRET, False)])
def test_of_what_is_held_over_a_secret_matter_nothing_but_the_frame_leaves(
    store: Store, files: BlobFiles, tmp_path: Path, *, security: SecurityLevel, told: bool
) -> None:
    put(store, [held_act(security=security, reason="Sudah dicatat")])

    ExportService(store, files).export(tmp_path / "out")

    (held,) = lines(tmp_path / "out", "pekerjaan_ditahan")
    assert held["user"] == held_act().user
    assert [bool(held[field]) for field in ("ops", "would", "files", "reason")] == [told] * 4


@pytest.mark.parametrize(("security", "told"), [(SecurityLevel.OPEN, True), (SecurityLevel.SECRET, False)])
def test_of_a_difference_over_a_secret_letter_no_value_leaves(
    store: Store, files: BlobFiles, tmp_path: Path, *, security: SecurityLevel, told: bool
) -> None:
    put(store, [conflict(security=security, base="Undangan", settled="Rapat")])

    ExportService(store, files).export(tmp_path / "out")

    (line,) = lines(tmp_path / "out", "perbedaan")
    assert line["wanted_by"] == conflict().wanted_by
    assert [bool(line[field]) for field in ("base", "stands", "wanted", "settled")] == [told] * 4


def test_the_manifest_names_every_file_with_its_hash(full: Store, files: BlobFiles, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    ExportService(full, files).export(folder)

    manifest = (folder / "manifest.sha256").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in manifest)}
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.sha256"
    }
    assert listed == found
    assert {"BACA.txt", "surat_masuk.jsonl"} < set(found)


def test_a_scan_is_named_by_its_content(full: Store, files: BlobFiles, tmp_path: Path) -> None:
    ExportService(full, files).export(tmp_path / "out")

    (scan,) = (tmp_path / "out" / "lampiran").iterdir()
    assert scan.name == f"{hashlib.sha256(scan.read_bytes()).hexdigest()}.pdf"


def test_a_folder_that_holds_something_is_left_alone(full: Store, files: BlobFiles, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("x", encoding="utf-8")

    with pytest.raises(EnvironmentFault) as fault:
        ExportService(full, files).export(folder)

    assert fault.value.code == FaultOf.DISK_FAILED
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_an_empty_store_is_exported_too(store: Store, files: BlobFiles, tmp_path: Path) -> None:
    report = ExportService(store, files).export(tmp_path / "out")

    assert (report.records["surat_masuk"], report.files) == (0, 0)
    assert lines(tmp_path / "out", "surat_masuk") == []


def test_every_kind_has_a_name_that_people_understand() -> None:
    assert {kind.name for kind in KINDS} == set(NAMES)
    assert {Disposition, IncomingLetter} <= {kind.struct for kind in KINDS}
