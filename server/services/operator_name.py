"""How the operating system calls who runs a command: text for the log, no proof of anything."""

import getpass
import os
import socket

NOBODY_KNOWN = "tidak dikenal"


def operator_name() -> str:
    """`user@machine`; behind `sudo` who asked for it too. Whatever cannot be printed is left out."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = NOBODY_KNOWN
    asked = os.environ.get("SUDO_USER", "")
    name = f"{user} (sudo: {asked})" if asked and asked != user else user
    plain = "".join(letter for letter in f"{name}@{socket.gethostname()}" if letter.isprintable())
    return plain or NOBODY_KNOWN
