"""The password policies that are shipped, by name; a PC names the one that is switched on."""

import msgspec

from core.domain.passwords import PasswordPolicy
from resources.loading import read_bytes

USUAL = "umum"


def policy_named(name: str) -> PasswordPolicy:
    """The policy with this name; the usual one where there is none."""
    policies = msgspec.json.decode(read_bytes("passwords/policies.json"), type=dict[str, PasswordPolicy])
    return policies.get(name, policies[USUAL])


def is_overdue(name: str, age_days: int | None) -> bool:
    """Whether a policy wants another password by now; of one whose age is not known too, as soon as ages count.

    The usual policy wants none for ever, and is not even read.
    """
    most = 0 if name == USUAL else policy_named(name).max_age_days
    return most > 0 and (age_days is None or age_days >= most)
