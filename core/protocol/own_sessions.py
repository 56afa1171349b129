"""What somebody hears of the own sessions at the server: on which PCs, since when, and the last contact of each."""

import msgspec

from core.domain.ids import DeviceId

SESSIONS_PATH = "/v1/sessions"


class SessionNote(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A session that holds: its PC, when the password was given for it, and when that PC was last in touch.

    Both moments are of the server's clock, in milliseconds; the contact is noted at most once an hour.
    """

    device: DeviceId
    name: str
    began_ms: int
    seen_ms: int


class SessionsTold(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All sessions of whoever asked, the latest contact first."""

    sessions: tuple[SessionNote, ...]
