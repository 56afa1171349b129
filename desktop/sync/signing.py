"""The device's own keys: Ed25519 to sign what it sends, X25519 for what is sealed to it."""

from core.protocol.sealing import SEED_BYTES, PartyKeys

KEY_BYTES = SEED_BYTES


class DeviceKeys(PartyKeys):
    """The private keys, as 32 bytes each; they never leave the keyring but in here."""
