"""Two hundred words that give letters away, planted by real work, are found nowhere on the disk of the PC."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard

from core.domain.ids import LetterId
from desktop.app.crash import CrashLog
from desktop.services.archives import NewRecordFile
from desktop.services.clock import system_clock
from desktop.services.locksmith import STORE_KEY
from desktop.services.recovery import RecoveryService
from desktop.system.settings import Settings, write_settings
from tests.journey import stick
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.files import content_of
from tests.support.raw_store import decrypted_pages
from tests.support.server import make_office, running_server

# The end of every planted word.
MARK = "kenari"
LETTERS, SCANS = 36, 8
ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
ZSTD_HEAD = b"\x28\xb5\x2f\xfd"
LOOKED_INTO = 1024 * 1024


class Planted:
    """Gives out words that stand nowhere else."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self) -> str:
        self.words.append(os.urandom(5).hex() + MARK)
        return self.words[-1]


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of the program alone."""
    folder = tmp_path / "sementara"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def pc(tmp_path: Path, own_temp: Path) -> Iterator[OfficePc]:
    del own_temp
    with running_server(tmp_path / "server") as server, cheap_passwords(), OfficePc(tmp_path / "pc") as pc:
        office = make_office(server)
        for who in ("tu", "camat"):
            assert pc.join(server.url, office.codes[who]).outcome == "ok"
        yield pc


def test_two_hundred_planted_words_are_nowhere_on_the_disk(pc: OfficePc, tmp_path: Path, own_temp: Path) -> None:
    planted = Planted()
    scans = work(pc, planted, tmp_path)
    pc.visit()
    leave_traces(pc, planted)
    stick.write(pc, tmp_path / "flashdisk")

    assert len(planted.words) >= 200
    assert_planted(pc, planted, scans)
    places = (pc.folder, own_temp, tmp_path / "flashdisk")
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".db", ".json", ".log"}
    assert len([path for path in files if "berkas" in path.parts]) >= 2 * SCANS, "scans, and their thumbnails"
    assert [str(path) for path in files if gives_away(path.read_bytes())] == []
    assert [str(path) for path in files if MARK in str(path)] == []


@pytest.mark.parametrize(
    "hide",
    [
        lambda word: word.encode(),
        lambda word: word.upper().encode("utf-16-le"),
        lambda word: b"xx" + zlib.compress(word.encode() * 3),
        lambda word: b"xx" + zstandard.compress(word.encode() * 3),
    ],
    ids=["plain", "utf-16", "zlib", "zstd"],
)
def test_the_search_finds_a_word_however_it_lies_there(hide: object) -> None:
    assert callable(hide)
    assert gives_away(b"before" + hide(f"abc{MARK}") + b"behind")


def work(pc: OfficePc, planted: Planted, folder: Path) -> list[bytes]:
    """A day of the clerk and the head: letters with scans, a record file, dispositions. The hashes of the scans."""
    desk, head = pc.seat("tu"), pc.seat("camat")
    hashes: list[bytes] = []
    made: list[LetterId] = []
    for number in range(LETTERS):
        scans = []
        if number < SCANS:
            path = folder / f"{planted()}.pdf"
            path.write_bytes(text_pdf(planted()))
            scans.append(pc.take_scan(path))
            hashes.append(scans[-1].sha256)
            path.unlink()
        words = {field: planted() for field in ("letter_no", "sender", "summary")}
        letter = write_letter(pc, "tu", planted(), addressee=head.actor.position, scans=tuple(scans), **words)
        made.append(letter.letter_id)
    for letter_id in made:
        head.dispositions.issue(order(letter_id, desk.actor.position, note=planted()))
    kept = desk.files.open(NewRecordFile(classification="000.7.1.4", title=planted(), location=planted()))
    desk.letters.file(made[0], kept)
    return hashes


def leave_traces(pc: OfficePc, planted: Planted) -> None:
    """What else writes into the profile: a crash that quotes a letter, choices, a recovery sheet."""
    CrashLog(pc.folder).on_unexpected(ValueError(planted()))
    write_settings(pc.folder, Settings())
    opened = pc.opened
    RecoveryService(opened.profile, opened.vault, system_clock, secrets=()).make(opened.key, device_name=planted())


def assert_planted(pc: OfficePc, planted: Planted, scans: list[bytes]) -> None:
    """With the key all of it is there: the search would have had something to find."""
    key = pc.opened.vault.get(STORE_KEY)
    assert key is not None
    store = decrypted_pages(pc.opened.profile.store_path, key).lower()
    scanned = b"".join(content_of(pc.opened.files, sha256) for sha256 in scans)
    traces = 2  # the crash and the name of the device were never meant to be kept
    assert len([word for word in planted.words if word.encode() in store + scanned]) >= len(planted.words) - traces


def gives_away(data: bytes) -> bool:
    """Whether the mark can be read in it, in two encodings, plain or in a compressed stream."""
    if readable(data):
        return True
    for head in ZLIB_HEADS:
        for place in places_of(head, data):
            with suppress(zlib.error):
                if readable(zlib.decompressobj().decompress(data[place : place + LOOKED_INTO], LOOKED_INTO)):
                    return True
    for place in places_of(ZSTD_HEAD, data):
        with suppress(zstandard.ZstdError):
            opener = zstandard.ZstdDecompressor().decompressobj()
            if readable(opener.decompress(data[place : place + LOOKED_INTO])):
                return True
    return False


def readable(data: bytes) -> bool:
    small = data.lower()
    return any(MARK.encode(encoding) in small for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def places_of(head: bytes, data: bytes) -> Iterator[int]:
    place = data.find(head)
    while place >= 0:
        yield place
        place = data.find(head, place + 1)


def text_pdf(text: str) -> bytes:
    """A page with a line of text, as a scanner with text recognition makes it."""
    content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    return b"".join(
        (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"endobj\n4 0 obj<</Length %d>>stream\n%b\nendstream endobj\n" % (len(content), content),
            b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        )
    )
