"""The wire with the dictionary that is shipped with the program."""

from core.protocol.frames import Wire
from resources.loading import read_bytes

DICTIONARY = "wire/dictionary-1.zdict"


def shipped_wire() -> Wire:
    """Both sides ship the same dictionary; a change of it is a change of the protocol."""
    return Wire(read_bytes(DICTIONARY))
