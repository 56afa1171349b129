"""Puts the change of a password together, and the sessions of a person, which are ended by it."""

import os
from functools import partial

from core.domain.offices import Person
from desktop.app.opening import OpenProfile
from desktop.app.own_sessions import own_sessions
from desktop.app.password_state import profile_of
from desktop.app.session_services import SessionServices
from desktop.app.wire import shipped_wire
from desktop.services.clock import system_clock
from desktop.services.password_change import PasswordChange, password_rules
from desktop.services.password_policies import policy_named
from desktop.services.sessions import OwnSessions
from desktop.viewmodels.password_entry import PasswordEntry
from desktop.viewmodels.session_entry import SessionEntry
from desktop.views.password_dialog import PasswordDialog
from desktop.views.sessions_dialog import SessionsDialog


def password_dialog(parts: SessionServices) -> PasswordDialog:
    """The dialog for whoever is signed in."""
    opened = parts.ground.opened
    entry = PasswordEntry(
        parts.ground.runner,
        partial(change_password, opened, parts.session.person),
        policy=lambda: policy_named(profile_of(opened)),
        parent=parts.owner,
    )
    return PasswordDialog(parts.theme, entry, parent=parts.window)


def sessions_dialog(parts: SessionServices) -> SessionsDialog:
    """The dialog with the sessions of whoever is signed in, which ends those on other PCs."""
    opened = parts.ground.opened
    look = partial(own_sessions, opened, shipped_wire(), parts.session.person.number)
    service = OwnSessions(opened.store, parts.session.actor, system_clock, os.urandom, locksmith=opened.locksmith)
    entry = SessionEntry(parts.ground.runner, service.end, look, parent=parts.owner)
    return SessionsDialog(parts.theme, entry, parent=parts.window)


def change_password(opened: OpenProfile, person: Person, old: str, new: str) -> None:
    """As PasswordChange does, by the rules of now: the region may have set others since the window opened."""
    rules = password_rules(profile_of(opened))
    PasswordChange(opened.store, opened.locksmith, system_clock, key=opened.key, rules=rules).change(person, old, new)
