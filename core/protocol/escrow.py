"""A copy of a store's key that the server can open, for people who forgot their passwords.

The PC seals its key to the server's key for bundles and keeps the seal itself: the server holds nothing of it. With a
fresh one-time code the PC shows it, and gets the key back sealed to its own: so it takes the PC, the server and an
administrator together to open a store without its password.
"""

from core.domain.ids import DeviceId
from core.protocol.sealing import PartyKeys, seal_key

_TO_SERVER = b"pesagi-escrow-1"
_TO_DEVICE = b"pesagi-escrow-opened-1"


def seal_escrow(key: bytes, *, server: bytes, device: DeviceId) -> bytes:
    """`key` so that only the server with the public key `server` can open it, and only for this device."""
    return seal_key(key, server, bound=_TO_SERVER + device)


def hand_back(escrow: bytes, *, by: PartyKeys, device: DeviceId, recipient: bytes) -> bytes:
    """The key in `escrow`, sealed to the device whose public key is `recipient`; SealBroken."""
    return seal_key(by.open_key(escrow, bound=_TO_SERVER + device), recipient, bound=_TO_DEVICE + device)


def open_returned(returned: bytes, *, by: PartyKeys, device: DeviceId) -> bytes:
    """The key that the server handed back to this device; SealBroken."""
    return by.open_key(returned, bound=_TO_DEVICE + device)
