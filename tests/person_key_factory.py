"""The keys of a person: one that was lost, and the one that followed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from core.domain.ids import DeviceId, UserId
from core.domain.person_keys import PersonKey, PersonKeys

SIGNED: Mapping[str, Any] = MappingProxyType({"signature": bytes(range(64)), "signed_ms": 1_773_628_200_123})
SINCE = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)


def person_keys(user: UserId) -> PersonKeys:
    key = PersonKey(
        sign=bytes(range(32)),
        seal=bytes(range(32, 64)),
        since=SINCE,
        device=DeviceId(bytes(range(16))),
        device_key=bytes(32),
        device_signature=bytes(64),
        statement=bytes(range(64)),
    )
    lost = msgspec.structs.replace(key, sign=bytes(32), until=SINCE)
    return PersonKeys(number=user, keys=(lost, key))
