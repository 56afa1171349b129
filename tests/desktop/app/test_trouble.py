"""What stands in the way of starting: one sentence that says whether the data is safe, and a way on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import msgspec
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from desktop.app.opening import OpenProfile, open_profile
from desktop.app.setting_up import SetUp
from desktop.storage.upgrade import SCHEMA
from desktop.system.credentials import FILE, KEYRING
from desktop.system.profile_wiping import FarewellNote
from desktop.views.first_start import FirstStartView
from desktop.views.sign_in import SignInView
from desktop.views.trouble_page import TroublePage
from tests.desktop.app.conftest import StartProgram

NEWER = "Data tetap utuh tetapi dibuat oleh Pesagi yang lebih baru. Perbarui program ini dahulu."
KEY_LOST = "Data tetap utuh, tetapi kuncinya tidak ditemukan. Masuk dengan lembar pemulihan, atau hubungi admin."
IN_USE = "Data tetap utuh. Pesagi sudah terbuka di komputer ini; pakai jendela yang sudah ada."
UNREADABLE = "Data tidak diubah tetapi tidak dapat dibuka dengan kunci komputer ini. Hubungi admin."
NO_KEYRING = "Tidak ada yang berubah. Penyimpan kunci komputer ini tidak tersedia; hubungi admin."
NOT_WRITABLE = "Data tidak diubah. Folder data tidak dapat ditulis; hubungi admin."
REVOKED = "Pekerjaan yang belum terkirim disegel untuk admin, data lain di sini dihapus; hubungi admin kantor."


@pytest.fixture
def practised(tmp_path: Path) -> Path:
    """A profile in which somebody has worked."""
    folder = tmp_path / "profil"
    SetUp(folder).practise(lambda *_: None)
    return folder


def newer_store(folder: Path) -> None:
    opened = open_profile(folder)
    with opened.store.begin() as uow:
        uow.connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA + 1}")
    opened.close()


def newer_profile(folder: Path) -> None:
    path = folder / "profile.json"
    facts = {**json.loads(path.read_text(encoding="utf-8")), "format": 2, "sesuatu": "baru"}
    path.write_text(json.dumps(facts), encoding="utf-8")


def torn_profile(folder: Path) -> None:
    (folder / "profile.json").write_text('{"id": "', encoding="utf-8")


def lost_key(folder: Path) -> None:
    (folder / "kunci.json").unlink()


def torn_key(folder: Path) -> None:
    (folder / "kunci.json").write_text("{", encoding="utf-8")


def key_of_another_pc(folder: Path) -> None:
    path = folder / "kunci.json"
    secrets = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**secrets, "store-key": "A" * 43 + "="}), encoding="utf-8")


TROUBLES = (
    (newer_store, NEWER),
    (newer_profile, NEWER),
    (torn_profile, UNREADABLE),
    (lost_key, KEY_LOST),
    (torn_key, KEY_LOST),
    (key_of_another_pc, UNREADABLE),
)


@pytest.mark.parametrize(("spoil", "sentence"), TROUBLES, ids=[spoil.__name__ for spoil, _ in TROUBLES])
def test_a_program_that_cannot_start_says_why(
    start_program: StartProgram, practised: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(practised)
    before = contents(practised)

    program = start_program()

    page = program.page(TroublePage)
    assert page.retry.isEnabled()
    assert page.quit.isEnabled()
    assert "Pesagi belum dapat dibuka" in program.labels()
    assert sentence in program.labels()
    assert contents(practised) == before, "looking at it changes nothing"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")
    }


def test_the_second_start_points_to_the_first_window(start_program: StartProgram, practised: Path) -> None:
    first = open_profile(practised)

    second = start_program()

    assert IN_USE in second.labels()
    first.close()
    second.page(TroublePage).retry.click()
    second.until(lambda: second.shows(SignInView))


def test_quitting_from_the_page_closes_the_window(start_program: StartProgram, practised: Path) -> None:
    lost_key(practised)
    program = start_program()

    program.page(TroublePage).quit.click()

    assert not program.window.isVisible()


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """A machine without any store of credentials."""
    backend = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring leaves its constructor untyped
    yield
    keyring.set_keyring(backend)


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_the_profile_stays_closed(start_program: StartProgram, tmp_path: Path) -> None:
    folder = tmp_path / "profil"
    open_with_keyring(folder)

    program = start_program()

    assert NO_KEYRING in program.labels()


def open_with_keyring(folder: Path) -> None:
    """A profile whose facts say that its keys lie in the keyring."""
    opened: OpenProfile = open_profile(folder, create=True, vault=FILE)
    opened.close()
    path = folder / "profile.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**facts, "vault": KEYRING}), encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in the place of the lock is another error there")
def test_a_folder_that_cannot_be_written_is_said(start_program: StartProgram, practised: Path) -> None:
    (practised / ".terpakai").unlink()
    (practised / ".terpakai").mkdir()

    program = start_program()

    assert NOT_WRITABLE in program.labels()


def test_a_folder_with_nothing_in_it_is_a_first_start(start_program: StartProgram, tmp_path: Path) -> None:
    (tmp_path / "profil").mkdir()

    assert start_program().shows(FirstStartView)


def test_a_pc_that_was_shut_out_says_so_in_one_sentence_and_is_erased(
    start_program: StartProgram, practised: Path
) -> None:
    note = FarewellNote(server="http://127.0.0.1:9", tenant=1, device="00" * 16, ticket="00", secrets=("store-key",))
    (practised / "dicabut.json").write_bytes(msgspec.json.encode(note))

    program = start_program()

    assert program.page(TroublePage).retry.isEnabled()
    assert "Komputer ini sudah dicabut" in program.labels()
    assert REVOKED in program.labels()
    assert not (practised / "pesagi.db").exists()
    assert not (practised / "kunci.json").exists()
