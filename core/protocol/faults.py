"""Faults: what the server answers when it cannot serve a request at all.

A fault has a code, an HTTP status and a body that starts with the fault magic, so that a client can tell the
server's own "no" from the login page of a captive portal or a proxy. What happens to single ops is not a fault: it
stands in the results of the reply.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from core.protocol.codec import CodecError, decode, encode

FAULT_MAGIC = b"PSGX"


class FaultCode(StrEnum):
    """Why a request was not served."""

    MALFORMED = "malformed"
    SIGNED_OUT = "signed_out"
    DEVICE_REVOKED = "device_revoked"
    NOT_FOUND = "not_found"
    WRONG_OFFSET = "wrong_offset"
    WRONG_HASH = "wrong_hash"
    TOO_LARGE = "too_large"
    TOO_OLD = "too_old"
    TOO_MANY = "too_many"
    BUSY = "busy"
    CODE_UNKNOWN = "code_unknown"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # the name of a fault, not a secret
    WEAK_PASSWORD = "weak_password"  # noqa: S105  # the name of a fault, not a secret
    STALE = "stale"
    SEALED = "sealed"


STATUS: Mapping[FaultCode, int] = MappingProxyType(
    {
        FaultCode.MALFORMED: 400,
        FaultCode.SIGNED_OUT: 401,
        FaultCode.DEVICE_REVOKED: 403,
        FaultCode.NOT_FOUND: 404,
        FaultCode.WRONG_OFFSET: 409,
        FaultCode.WRONG_HASH: 422,
        FaultCode.TOO_LARGE: 413,
        FaultCode.TOO_OLD: 426,
        FaultCode.TOO_MANY: 429,
        FaultCode.BUSY: 503,
        FaultCode.CODE_UNKNOWN: 403,
        FaultCode.CODE_EXPIRED: 403,
        FaultCode.CODE_USED: 403,
        FaultCode.WRONG_PASSWORD: 403,
        FaultCode.WEAK_PASSWORD: 422,
        FaultCode.STALE: 401,
        FaultCode.SEALED: 409,
    }
)


class Fault(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A fault, with a number where the code has one.

    It is the offset of a WRONG_OFFSET, the seconds to wait of a BUSY or TOO_MANY, and of a STALE (a proof of another
    time, or one that was shown before) the server's time in milliseconds. A WRONG_OFFSET to a long request says in
    `behind` from where on the end of its body is here, or is being taken, besides; 0: nothing of it.
    """

    code: FaultCode
    number: int = 0
    behind: int = 0


def write_fault(fault: Fault) -> bytes:
    """The body of a fault reply."""
    return FAULT_MAGIC + encode(fault)


def read_fault(body: bytes) -> Fault | None:
    """The fault in `body`, or None if the body is not ours (a proxy, a portal, an HTML page)."""
    if not body.startswith(FAULT_MAGIC):
        return None
    try:
        fault: Fault = decode(body[len(FAULT_MAGIC) :], Fault)
    except CodecError:
        return None
    return fault
