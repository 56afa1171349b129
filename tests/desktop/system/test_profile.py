"""A profile: one folder of one installation, made once and never misread."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from desktop.system.durability import free_bytes, sync_folder
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import FORMAT, Profile, ProfileFacts, default_folder, write_whole

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights on folders")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(folder=tmp_path / "kantor" / "profil")


def written(profile: Profile, text: str) -> Profile:
    profile.folder.mkdir(parents=True, exist_ok=True)
    profile.facts_path.write_text(text, encoding="utf-8")
    return profile


def test_a_new_profile_is_made_with_its_folder_and_read_again(profile: Profile) -> None:
    assert profile.read_facts() is None

    made = profile.create(vault="file", practice=True)

    assert profile.read_facts() == made
    assert (made.vault, made.practice, made.format) == ("file", True, FORMAT)
    assert len(made.id) == 32


def test_an_existing_profile_is_left_as_it_is(profile: Profile) -> None:
    first = profile.create(vault="file", practice=True)

    assert profile.create(vault="keyring", practice=False) == first


def test_two_profiles_have_different_ids(tmp_path: Path) -> None:
    ids = {Profile(folder=tmp_path / name).create(vault="file", practice=False).id for name in ("a", "b")}

    assert len(ids) == 2


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"id": "x"}', '{"format": 1}', '{"format": "x"}', '{"format": null}', "\x00"],
)
def test_facts_that_cannot_be_read_are_told(profile: Profile, text: str) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        written(profile, text).read_facts()

    assert fault.value.code == FaultOf.STORE_UNREADABLE


@pytest.mark.parametrize("more", [{}, {"branch": "timur"}])
def test_a_newer_profile_is_refused_whatever_it_holds(profile: Profile, more: dict[str, str]) -> None:
    facts = {"id": "x", "vault": "file", "practice": False, "format": FORMAT + 1, **more}

    with pytest.raises(EnvironmentFault) as fault:
        written(profile, json.dumps(facts)).read_facts()

    assert (fault.value.code, fault.value.number) == (FaultOf.STORE_NEWER, FORMAT + 1)


def test_a_profile_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(EnvironmentFault) as fault:
        Profile(folder=tmp_path / "file" / "profil").write_facts(ProfileFacts(id="x", vault="file", practice=False))

    assert fault.value.code == FaultOf.DISK_FAILED


def test_everything_lies_in_the_folder(profile: Profile) -> None:
    paths = (
        profile.facts_path,
        profile.store_path,
        profile.files_path,
        profile.authority_path,
        profile.keys_path,
    )

    assert len({path.name for path in paths}) == 5
    assert {path.parent for path in paths} == {profile.folder}


def test_a_small_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "kecil.json"
    path.with_name("kecil.json.baru").write_bytes(b"left by a crash, and longer than what comes")

    write_whole(path, b"satu")
    write_whole(path, b"dua")

    assert path.read_bytes() == b"dua"
    assert [one.name for one in tmp_path.iterdir()] == ["kecil.json"]


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError("disk gone")

    path = tmp_path / "kecil.json"
    write_whole(path, b"lama")
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(OSError, match="disk gone"):
        write_whole(path, b"baru")

    assert path.read_bytes() == b"lama"


@posix_only
def test_a_private_file_is_at_no_moment_readable_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def look(descriptor: int) -> None:
        seen.append(os.fstat(descriptor).st_mode & 0o777)

    path = tmp_path / "kunci.json"
    leftover = path.with_name("kunci.json.baru")
    leftover.write_bytes(b"")
    leftover.chmod(0o666)
    with monkeypatch.context() as patch:
        patch.setattr("desktop.system.profile.os.fsync", look)
        write_whole(path, b"rahasia", private=True)

    assert seen[0] == 0o600
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_default_folder_follows_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    variable, name = ("LOCALAPPDATA", "Pesagi") if sys.platform == "win32" else ("XDG_DATA_HOME", "pesagi")
    monkeypatch.setenv(variable, str(tmp_path))

    assert default_folder() == tmp_path / name
    monkeypatch.delenv(variable)
    assert default_folder().name == name
    assert default_folder().is_absolute()


def test_a_folder_is_synced_and_tells_its_free_space(tmp_path: Path) -> None:
    sync_folder(tmp_path)

    assert free_bytes(tmp_path) > 0
