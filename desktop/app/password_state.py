"""Which policy for passwords holds on a PC, and whether it asks somebody for another password; without a line too."""

import msgspec

from core.domain.ids import UserId
from desktop.app.opening import OpenProfile
from desktop.services.password_policies import is_overdue
from desktop.storage.password_rules import password_profile
from desktop.system.settings import read_settings


class PasswordDue(msgspec.Struct, frozen=True, kw_only=True):
    """That another password is asked for; `days` is how old the one of now is, None where that is not known."""

    days: int | None


def profile_of(opened: OpenProfile) -> str:
    """The name of the policy that holds on this PC."""
    chosen = read_settings(opened.profile.folder).password_policy
    with opened.store.read() as uow:
        return password_profile(uow.connection, chosen)


def password_due(opened: OpenProfile, user: UserId) -> PasswordDue | None:
    """Whether a person is to choose another password now."""
    days = opened.locksmith.password_age_days(user)
    return PasswordDue(days=days) if is_overdue(profile_of(opened), days) else None
