"""Puts the recovery sheet together: making one for an open profile, and coming in with one."""

import platform
from contextlib import suppress
from functools import partial
from pathlib import Path

from core.domain.ids import UserId
from desktop.app.opening import OpenProfile, locksmith_of, open_profile, vault_of
from desktop.app.password_state import profile_of
from desktop.app.session_services import SessionServices
from desktop.services.clock import system_clock
from desktop.services.locksmith import SignInRefused
from desktop.services.password_change import password_rules
from desktop.services.recovery import RecoveryService, RecoverySheet
from desktop.services.sign_in import SignInService
from desktop.sync.enrolment import SEAL_KEY, SIGN_KEY
from desktop.system.credentials import Vault
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile
from desktop.viewmodels.recovery_printing import RecoveryPrinting
from desktop.views.recovery_dialog import RecoveryDialog


def recovery_dialog(parts: SessionServices) -> RecoveryDialog:
    """The dialog that prints a sheet for the PC on which this person works."""
    opened = parts.ground.opened
    service = recovery_of(opened.profile, opened.vault)
    printing = RecoveryPrinting(
        parts.ground.runner,
        partial(make_sheet, opened, service, parts.session.person.number),
        partial(confirm_sheet, opened, service),
        parent=parts.owner,
    )
    return RecoveryDialog(parts.theme, printing, parent=parts.window)


def make_sheet(opened: OpenProfile, service: RecoveryService, user: UserId, password: str) -> RecoverySheet:
    """A new sheet for somebody who gives the password once more; SignInRefused."""
    SignInService(opened.store, opened.locksmith, key=opened.key).sign_in(user, password)
    return service.make(opened.key, device_name=platform.node() or "PC")


def confirm_sheet(opened: OpenProfile, service: RecoveryService, number: str) -> None:
    """The paper can be read: it may be all that opens a store whose people have their wraps."""
    service.confirm(number)
    SignInService(opened.store, opened.locksmith, key=opened.key).lock_up()


def recover(folder: Path, opened: OpenProfile | None, words: str, user: UserId, password: str) -> None:
    """Let a person of the PC in with a new password, by the words of its sheet.

    The password is held to the rules that hold on this PC. WordsRefused, OtherSheet, PasswordRefused and
    EnvironmentFault: nothing has changed.
    """
    profile = Profile(folder=folder)
    locksmith = opened.locksmith if opened is not None else locksmith_of(folder)
    if locksmith is None:
        raise EnvironmentFault(FaultOf.NOT_ENROLLED)
    wrap = locksmith.wraps().of(user)
    key = recovery_of(profile, vault_of(profile)).open(words)
    with suppress(SignInRefused):
        # Whoever still knows the password keeps the own keys with it.
        locksmith.unlock(user, password)
        return
    _require(folder, opened, password, user=user, key=key)
    locksmith.admit(user, wrap.username if wrap else "", password, key=key)
    locksmith.end_try(user)


def _require(folder: Path, opened: OpenProfile | None, password: str, *, user: UserId, key: bytes) -> None:
    """PasswordRefused if the rules of this PC, which stand in its store, say no."""
    at = opened or open_profile(folder, key=key)
    try:
        with at.store.read() as uow:
            person = uow.directory.person(user)
        about = () if person is None else (person.name, person.username)
        password_rules(profile_of(at)).require(password, about=about)
    finally:
        if opened is None:
            at.close()


def recovery_of(profile: Profile, vault: Vault) -> RecoveryService:
    """The sheets of a profile; with the keys of the device, so that it stays the device that the server knows."""
    facts = profile.read_facts()
    unattended = facts is not None and facts.unattended
    return RecoveryService(profile, vault, system_clock, secrets=(SIGN_KEY, SEAL_KEY), unattended=unattended)
