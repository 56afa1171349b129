"""Puts the change of a password together."""

from functools import partial

from desktop.app.session_services import SessionServices
from desktop.services.clock import system_clock
from desktop.services.password_change import PasswordChange, password_rules
from desktop.storage.password_rules import password_profile
from desktop.system.settings import read_settings
from desktop.viewmodels.password_entry import PasswordEntry
from desktop.views.password_dialog import PasswordDialog


def password_dialog(parts: SessionServices) -> PasswordDialog:
    """The dialog for whoever is signed in."""
    opened = parts.ground.opened
    with opened.store.read() as uow:
        profile = password_profile(uow.connection, read_settings(opened.profile.folder).password_policy)
    rules = password_rules(profile)
    change = PasswordChange(opened.store, opened.locksmith, system_clock, key=opened.key, rules=rules)
    entry = PasswordEntry(parts.ground.runner, partial(change.change, parts.session.person), parent=parts.owner)
    return PasswordDialog(parts.theme, entry, parent=parts.window)
