"""Faults of the surroundings: disk, lock, network, clock. Not rules, not bugs: retry or tell the person.

The sentence that a person reads is made from the code in `views.messages`.
"""

from enum import StrEnum


class FaultOf(StrEnum):
    """What in the surroundings failed."""

    DISK_FULL = "disk_full"
    DISK_FAILED = "disk_failed"
    STORE_LOCKED = "store_locked"
    STORE_NEWER = "store_newer"
    STORE_UNREADABLE = "store_unreadable"
    STORE_DAMAGED = "store_damaged"
    STORE_MISSING = "store_missing"
    KEYRING_MISSING = "keyring_missing"
    KEY_LOST = "key_lost"
    LOCKED = "locked"
    PROFILE_IN_USE = "profile_in_use"
    FILE_MISSING = "file_missing"
    FILE_UNREADABLE = "file_unreadable"
    FILE_DAMAGED = "file_damaged"
    NO_NETWORK = "no_network"
    PORTAL = "portal"
    TIMED_OUT = "timed_out"
    CERTIFICATE = "certificate"
    CERTIFICATE_DATE = "certificate_date"
    WRONG_AUTHORITY = "wrong_authority"
    SERVER_FAILED = "server_failed"
    SERVER_SAID_NO = "server_said_no"
    NOT_ENROLLED = "not_enrolled"
    ALREADY_JOINED = "already_joined"
    PRACTICE_PROFILE = "practice_profile"
    NOBODY_MAY = "nobody_may"
    PC_REVOKED = "pc_revoked"
    PAPER_FAILED = "paper_failed"
    PAPER_TOO_LONG = "paper_too_long"
    NO_SCANNER = "no_scanner"
    SCANNER_FAILED = "scanner_failed"


class EnvironmentFault(Exception):
    """Something around the program failed; `code` says what, `detail` helps support and holds no letter text."""

    def __init__(self, code: FaultOf, detail: str = "", *, number: int = 0) -> None:
        """A fault with its code."""
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail
        self.number = number
