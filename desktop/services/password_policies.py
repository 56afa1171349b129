"""The password policies that are shipped, by name; a PC names the one that is switched on."""

import msgspec

from core.domain.passwords import PasswordPolicy
from resources.loading import read_bytes

USUAL = "umum"


def policy_named(name: str) -> PasswordPolicy:
    """The policy with this name; the usual one where there is none."""
    policies = msgspec.json.decode(read_bytes("passwords/policies.json"), type=dict[str, PasswordPolicy])
    return policies.get(name, policies[USUAL])


def most_age_days(name: str) -> int:
    """How many days a password may be the same under a policy; 0: for ever. The usual one is not even read."""
    return 0 if name == USUAL else policy_named(name).max_age_days
