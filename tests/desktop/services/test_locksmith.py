"""Who opens the store of a PC: people with their passwords, none of them instead of another."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from core.domain.ids import DeviceId, UserId
from core.protocol.escrow import hand_back, open_returned
from core.protocol.sealing import PartyKeys, SealBroken
from desktop.services.locksmith import DEVICE_SHARE, STORE_KEY, Locksmith, Shown, SignInRefused, TooManyTries
from desktop.system.credentials import FILE, Vault, open_vault
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.key_wraps import Cost
from desktop.system.profile import Profile

KEY = bytes(range(32))
CLERK, HEAD = UserId(71), UserId(72)
PASSWORDS = {CLERK: "kopi robusta 27", HEAD: "gunung pesagi 2262"}
SERVER, NEW_SERVER = PartyKeys(b"\x03" * 32, b"\x04" * 32), PartyKeys(b"\x05" * 32, b"\x06" * 32)
DEVICE, OTHER_DEVICE = DeviceId(b"\x07" * 16), DeviceId(b"\x08" * 16)
ADDRESS = "https://pesagi.contoh.go.id"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


def deposit(locksmith: Locksmith) -> None:
    locksmith.deposit(KEY, server=ADDRESS, pinned=True, device=DEVICE, recipient=SERVER.seal_public)


class Watch:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(folder=tmp_path)


@pytest.fixture
def vault(profile: Profile) -> Vault:
    vault = open_vault(profile, FILE, "p1")
    vault.put(STORE_KEY, KEY)
    return vault


@pytest.fixture
def locksmith(profile: Profile, vault: Vault, watch: Watch) -> Locksmith:
    locksmith = Locksmith(profile, vault, watch, cost=CHEAP, ticks=lambda: watch().timestamp())
    for user, password in PASSWORDS.items():
        locksmith.admit(user, f"u{user}", password, key=KEY)
    return locksmith


def shown(user: UserId, name: str = "Siti") -> Shown:
    return Shown(user=user, username=f"u{user}", name=name, title="Camat", order=1)


def test_everybody_opens_it_with_the_own_password_only(locksmith: Locksmith) -> None:
    for user, password in PASSWORDS.items():
        assert locksmith.open(user, password) == KEY
    with pytest.raises(SignInRefused):
        locksmith.open(CLERK, PASSWORDS[HEAD])
    with pytest.raises(SignInRefused):
        locksmith.open(UserId(99), PASSWORDS[HEAD])


def test_it_is_locked_once_the_plain_key_is_forgotten(locksmith: Locksmith, vault: Vault) -> None:
    deposit(locksmith)
    before = locksmith.is_locked

    locksmith.forget_plain_key()

    assert (before, locksmith.is_locked) == (False, True)
    assert vault.get(STORE_KEY) is None
    assert locksmith.open(CLERK, PASSWORDS[CLERK]) == KEY


def test_a_key_that_nobody_else_could_give_back_is_not_forgotten(locksmith: Locksmith, vault: Vault) -> None:
    locksmith.forget_plain_key()

    assert vault.get(STORE_KEY) == KEY


def test_what_is_deposited_can_be_opened_by_the_server_for_this_pc_alone(locksmith: Locksmith) -> None:
    deposit(locksmith)
    escrow = locksmith.wraps().escrow
    assert escrow is not None
    device = PartyKeys(os.urandom(32), os.urandom(32))

    back = hand_back(escrow.sealed, by=SERVER, device=DEVICE, recipient=device.seal_public)

    assert open_returned(back, by=device, device=DEVICE) == KEY
    with pytest.raises(SealBroken):
        hand_back(escrow.sealed, by=SERVER, device=OTHER_DEVICE, recipient=device.seal_public)
    with pytest.raises(SealBroken):
        hand_back(escrow.sealed, by=device, device=DEVICE, recipient=device.seal_public)
    with pytest.raises(SealBroken):
        open_returned(back, by=SERVER, device=DEVICE)
    assert KEY not in msgspec.json.encode(locksmith.wraps())


def test_it_is_deposited_anew_when_the_server_has_another_key(locksmith: Locksmith) -> None:
    deposit(locksmith)
    first = locksmith.wraps().escrow
    deposit(locksmith)
    assert locksmith.wraps().escrow == first

    locksmith.deposit(KEY, server=ADDRESS, pinned=True, device=DEVICE, recipient=NEW_SERVER.seal_public)

    assert locksmith.wraps().escrow != first


def test_the_only_key_is_never_forgotten(profile: Profile, vault: Vault, watch: Watch) -> None:
    Locksmith(profile, vault, watch).forget_plain_key()

    assert vault.get(STORE_KEY) == KEY


def test_an_unattended_pc_keeps_the_plain_key(profile: Profile, vault: Vault, watch: Watch) -> None:
    locksmith = Locksmith(profile, vault, watch, unattended=True, cost=CHEAP)
    locksmith.admit(CLERK, "u71", PASSWORDS[CLERK], key=KEY)
    deposit(locksmith)

    locksmith.forget_plain_key()

    assert vault.get(STORE_KEY) == KEY
    assert not locksmith.is_locked


def test_a_new_password_ends_the_old_one(locksmith: Locksmith) -> None:
    locksmith.admit(CLERK, "u71", "kata sandi yang baru", key=KEY)

    assert locksmith.open(CLERK, "kata sandi yang baru") == KEY
    with pytest.raises(SignInRefused):
        locksmith.open(CLERK, PASSWORDS[CLERK])
    assert locksmith.open(HEAD, PASSWORDS[HEAD]) == KEY


def test_after_five_wrong_passwords_even_the_right_one_waits(locksmith: Locksmith, watch: Watch) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused):
            locksmith.open(CLERK, "salah")

    with pytest.raises(TooManyTries) as caught:
        locksmith.open(CLERK, PASSWORDS[CLERK])
    assert caught.value.seconds == 30
    assert locksmith.open(HEAD, PASSWORDS[HEAD]) == KEY

    watch.now += timedelta(seconds=30)
    assert locksmith.open(CLERK, PASSWORDS[CLERK]) == KEY


def test_a_lost_keyring_is_told_and_costs_no_try(locksmith: Locksmith, vault: Vault) -> None:
    vault.delete(DEVICE_SHARE)

    for _ in range(9):
        with pytest.raises(EnvironmentFault) as caught:
            locksmith.open(CLERK, PASSWORDS[CLERK])
        assert caught.value.code == FaultOf.KEY_LOST


def test_who_left_the_office_opens_nothing_any_more(locksmith: Locksmith) -> None:
    locksmith.show_as("Kantor Kecamatan Sukau", [shown(HEAD)], gone={CLERK})

    with pytest.raises(SignInRefused):
        locksmith.open(CLERK, PASSWORDS[CLERK])
    assert locksmith.open(HEAD, PASSWORDS[HEAD]) == KEY


def test_the_last_wrap_stays_or_nobody_could_open_the_store(locksmith: Locksmith) -> None:
    locksmith.show_as("Kantor Kecamatan Sukau", [], gone={CLERK, HEAD})

    assert locksmith.open(CLERK, PASSWORDS[CLERK]) == KEY


def test_names_are_kept_for_the_page_before_the_store_is_open(locksmith: Locksmith) -> None:
    locksmith.show_as("Kantor Kecamatan Sukau", [shown(HEAD, "Siti Aminah")], gone=())
    locksmith.admit(HEAD, "u72", "kata sandi yang baru", key=KEY)

    wraps = locksmith.wraps()
    head = wraps.of(HEAD)
    assert wraps.office == "Kantor Kecamatan Sukau"
    assert head is not None
    assert (head.name, head.title) == ("Siti Aminah", "Camat")
    assert locksmith.knows(CLERK), "who is not in the directory just now keeps the wrap"
