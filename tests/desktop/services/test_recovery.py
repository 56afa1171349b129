"""The recovery sheet: what is left when the keyring, the password and the server are gone."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.ids import UserId
from desktop.services.locksmith import STORE_KEY, Locksmith
from desktop.services.recovery import OtherSheet, RecoveryService, RecoverySheet
from desktop.services.recovery_words import WordsRefused
from desktop.system.credentials import FILE, Vault, open_vault
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.key_wraps import Cost
from desktop.system.profile import Profile

KEY = bytes(range(32))
CLERK = UserId(71)
PASSWORD, NEW_PASSWORD = "kopi robusta 27", "gunung pesagi 2262"
SIGN = "device-sign"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


def now() -> datetime:
    return datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


class Pc:
    """A PC whose store only a password opens; its keyring is a file."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile(folder=folder)
        self.vault: Vault = open_vault(self.profile, FILE, "p1")
        self.locksmith = Locksmith(self.profile, self.vault, now, cost=CHEAP)
        self.recovery = RecoveryService(self.profile, self.vault, now, secrets=(SIGN,))

    def lose_keyring(self) -> None:
        self.profile.keys_path.unlink()


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    (tmp_path / "pc").mkdir()
    pc = Pc(tmp_path / "pc")
    pc.vault.put(SIGN, b"\x07" * 32)
    pc.locksmith.admit(CLERK, "tu", PASSWORD, key=KEY)
    return pc


def sheet_of(pc: Pc, *, confirmed: bool = True) -> RecoverySheet:
    sheet = pc.recovery.make(KEY, device_name="PC-TU")
    if confirmed:
        pc.recovery.confirm(sheet.number)
    return sheet


def is_due(pc: Pc) -> bool:
    return pc.locksmith.sheet_is_due


def typed(sheet: RecoverySheet) -> str:
    return "\n".join(f"{number}. {word.upper()}" for number, word in enumerate(sheet.words, start=1))


def test_a_lost_keyring_comes_back_and_the_old_passwords_with_it(pc: Pc) -> None:
    sheet = sheet_of(pc)
    pc.lose_keyring()
    with pytest.raises(EnvironmentFault) as fault:
        pc.locksmith.open(CLERK, PASSWORD)
    assert fault.value.code is FaultOf.KEY_LOST

    assert pc.recovery.open(typed(sheet)) == KEY

    assert pc.locksmith.open(CLERK, PASSWORD) == KEY
    assert pc.vault.get(SIGN) == b"\x07" * 32
    assert pc.vault.get(STORE_KEY) is None


def test_a_forgotten_password_is_chosen_anew_without_any_server(pc: Pc) -> None:
    sheet = sheet_of(pc)

    pc.locksmith.admit(CLERK, "tu", NEW_PASSWORD, key=pc.recovery.open(typed(sheet)))

    assert pc.locksmith.open(CLERK, NEW_PASSWORD) == KEY


def test_a_changed_password_leaves_the_sheet_valid(pc: Pc) -> None:
    sheet = sheet_of(pc)
    pc.locksmith.admit(CLERK, "tu", NEW_PASSWORD, key=KEY)

    assert pc.recovery.open(typed(sheet)) == KEY


def test_an_office_is_recovered_from_a_copy_of_the_disk_on_another_pc(pc: Pc, tmp_path: Path) -> None:
    sheet = sheet_of(pc)
    shutil.copytree(pc.profile.folder, tmp_path / "lain")
    other = Pc(tmp_path / "lain")
    other.lose_keyring()

    assert other.recovery.open(typed(sheet)) == KEY
    assert other.locksmith.open(CLERK, PASSWORD) == KEY


def test_what_the_keyring_still_has_is_left_alone(pc: Pc) -> None:
    sheet = sheet_of(pc)
    pc.vault.put(SIGN, b"\x08" * 32)

    pc.recovery.open(typed(sheet))

    assert pc.vault.get(SIGN) == b"\x08" * 32


def test_an_unattended_pc_runs_again_without_a_password(pc: Pc) -> None:
    sheet = sheet_of(pc)
    pc.lose_keyring()

    RecoveryService(pc.profile, pc.vault, now, secrets=(SIGN,), unattended=True).open(typed(sheet))

    assert pc.vault.get(STORE_KEY) == KEY


def test_a_sheet_is_due_until_somebody_has_shown_that_the_paper_can_be_read(pc: Pc) -> None:
    assert is_due(pc)
    sheet = sheet_of(pc, confirmed=False)
    assert is_due(pc)
    assert pc.recovery.open(typed(sheet)) == KEY, "the paper may have been put away all the same"

    pc.recovery.confirm(sheet.number)

    assert not is_due(pc)
    assert pc.recovery.made() == (sheet.number, now())


def test_a_new_sheet_takes_the_place_of_the_old_one_when_it_is_confirmed(pc: Pc) -> None:
    first = sheet_of(pc)
    abandoned = [sheet_of(pc, confirmed=False) for _ in range(6)]
    assert pc.recovery.open(typed(first)) == KEY
    assert pc.recovery.open(typed(abandoned[-1])) == KEY

    second = sheet_of(pc)

    assert pc.recovery.open(typed(second)) == KEY
    for void in (first, abandoned[-1]):
        with pytest.raises(OtherSheet):
            pc.recovery.open(typed(void))


def test_wrong_words_change_nothing(pc: Pc) -> None:
    sheet = sheet_of(pc)
    pc.lose_keyring()
    with pytest.raises(WordsRefused):
        pc.recovery.open("bukan kata dari lembar")

    assert pc.vault.get(SIGN) is None
    assert pc.recovery.open(typed(sheet)) == KEY


def test_the_words_stand_nowhere_on_the_disk(pc: Pc) -> None:
    before = kept_by(pc)  # one of the words may be the name of a setting
    sheet = sheet_of(pc)
    kept = kept_by(pc)

    assert KEY.hex().encode() not in kept
    assert not [word for word in sheet.words if kept.count(b'"' + word.encode()) > before.count(b'"' + word.encode())]


def kept_by(pc: Pc) -> bytes:
    """All that lies in the profile."""
    return b"".join(path.read_bytes() for path in pc.profile.folder.rglob("*") if path.is_file())


def test_a_confirmed_sheet_lets_a_pc_be_locked_that_has_no_deposit(pc: Pc) -> None:
    pc.vault.put(STORE_KEY, KEY)
    sheet_of(pc, confirmed=False)
    pc.locksmith.forget_plain_key()
    assert not pc.locksmith.is_locked

    sheet_of(pc)
    pc.locksmith.forget_plain_key()

    assert pc.locksmith.is_locked
