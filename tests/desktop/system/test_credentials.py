"""Secrets: kept by the system where it can, in a private file where it cannot, and lost secrets are told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import pytest
from keyring.errors import KeyringError

from desktop.system.credentials import (
    FILE,
    KEYRING,
    SERVICE,
    FileVault,
    KeyringVault,
    Vault,
    keyring_available,
    open_vault,
)
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile
from tests.support.credentials import MemoryKeyring

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights on folders")
SECRET = bytes(range(256))[:64]


@pytest.fixture(params=[FILE, KEYRING])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    return open_vault(Profile(folder=tmp_path), request.param, "p1")


def test_a_secret_comes_back_as_it_was_put(vault: Vault) -> None:
    assert vault.get("store-key") is None

    vault.put("store-key", SECRET)
    vault.put("token-171", b"")

    assert vault.get("store-key") == SECRET
    assert vault.get("token-171") == b""


def test_a_secret_is_replaced_and_forgotten(vault: Vault) -> None:
    vault.put("store-key", b"old")
    vault.put("store-key", SECRET)
    assert vault.get("store-key") == SECRET

    vault.delete("store-key")
    vault.delete("store-key")
    assert vault.get("store-key") is None


def test_secrets_survive_the_program(vault: Vault, tmp_path: Path) -> None:
    vault.put("store-key", SECRET)
    kind = FILE if isinstance(vault, FileVault) else KEYRING

    assert open_vault(Profile(folder=tmp_path), kind, "p1").get("store-key") == SECRET


def test_profiles_do_not_see_each_others_secrets(memory_keyring: MemoryKeyring) -> None:
    KeyringVault("p1").put("store-key", SECRET)

    assert KeyringVault("p2").get("store-key") is None
    assert memory_keyring.get_password(SERVICE, "p1/store-key") is not None


def test_a_secret_too_long_for_windows_is_a_defect(memory_keyring: MemoryKeyring) -> None:
    with pytest.raises(ValueError, match="characters"):
        KeyringVault("p1").put("store-key", bytes(1_000))

    assert memory_keyring.get_password(SERVICE, "p1/store-key") is None


def test_a_system_without_a_keyring_is_told() -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # keyring leaves it untyped

    assert not keyring_available()
    with pytest.raises(EnvironmentFault) as fault:
        KeyringVault("p1")
    assert fault.value.code == FaultOf.KEYRING_MISSING


def test_a_system_with_a_keyring_offers_it() -> None:
    assert keyring_available()


def test_a_keyring_that_breaks_is_told(memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_anything: Any) -> None:
        raise KeyringError

    vault = KeyringVault("p1")
    monkeypatch.setattr(memory_keyring, "get_password", fail)
    monkeypatch.setattr(memory_keyring, "set_password", fail)

    with pytest.raises(EnvironmentFault) as reading:
        vault.get("store-key")
    with pytest.raises(EnvironmentFault) as writing:
        vault.put("store-key", SECRET)
    assert (reading.value.code, writing.value.code) == (FaultOf.KEYRING_MISSING, FaultOf.KEYRING_MISSING)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"store-key": 7}', '{"store-key": "not base64!"}', '{"store-key": "abc"}']
)
def test_a_damaged_file_of_secrets_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kunci.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(EnvironmentFault) as fault:
        FileVault(path).get("store-key")

    assert fault.value.code == FaultOf.KEY_LOST
    assert path.read_text(encoding="utf-8") == text


def test_a_damaged_secret_of_the_keyring_is_told(memory_keyring: MemoryKeyring) -> None:
    memory_keyring.set_password(SERVICE, "p1/store-key", "not base64!")

    with pytest.raises(EnvironmentFault) as fault:
        KeyringVault("p1").get("store-key")

    assert fault.value.code == FaultOf.KEY_LOST


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        FileVault(tmp_path / "missing" / "kunci.json").put("store-key", SECRET)

    assert fault.value.code == FaultOf.DISK_FAILED


@posix_only
def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "kunci.json"
    before = os.umask(0)
    try:
        FileVault(path).put("store-key", SECRET)
        FileVault(path).put("token-171", SECRET)
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600


def test_the_file_holds_one_text_a_secret(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "kunci.json")
    vault.put("store-key", SECRET)
    vault.put("token-171", b"t")

    assert set(json.loads((tmp_path / "kunci.json").read_text(encoding="utf-8"))) == {"store-key", "token-171"}
