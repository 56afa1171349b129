"""How long sessions last: by use, and never longer than the policy that the region chose says."""

from collections.abc import Mapping

from core.domain.passwords import PasswordPolicy
from core.domain.sessions import session_ends_ms
from core.domain.structuring import PASSWORD_RULE, PasswordRule
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from server.storage.database import TenantStore

TOKEN_LIFE_MS = 30 * 24 * 3600 * 1000
_RULE = KIND_OF[PasswordRule].code


def chosen_profile(store: TenantStore) -> str:
    """The name of the policy that the region wants; empty where it said nothing."""
    stored = store.records.get((_RULE, PASSWORD_RULE))
    if stored is None:
        return ""
    rule: PasswordRule = decode_record(_RULE, stored.payload)
    return rule.profile


class SessionTerms:
    """Says until when a token holds; asked anew whenever one is extended, so that a stricter policy holds at once."""

    def __init__(self, policies: Mapping[str, PasswordPolicy]) -> None:
        """With the policies that a region can choose."""
        self._policies = policies

    def ends_ms(self, store: TenantStore, *, began_ms: int) -> int:
        """The absolute end of a session for which the password was given at `began_ms`."""
        policy = self._policies.get(chosen_profile(store), PasswordPolicy())
        return session_ends_ms(began_ms=began_ms, most_days=policy.session_days)

    def expires_ms(self, store: TenantStore, *, began_ms: int, now_ms: int) -> int:
        """Until when a token holds that is in use now."""
        return min(now_ms + TOKEN_LIFE_MS, self.ends_ms(store, began_ms=began_ms))
