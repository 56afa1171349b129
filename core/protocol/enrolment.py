"""One-time codes, as they are printed and typed.

A code is twelve characters of Crockford's base 32 (no I, L, O, U; 60 bits). Where the server has a certificate
authority of its own, eight more characters (40 bits, stretched) follow, so that a PC that has never met the
server can tell it from an impostor: `7K3M-9QWX-2ABC-F4D1-8YZP`.

The authority is told to whoever asks, so an impostor has years to make one for the same eight characters. Of a plain
hash 2^40 are minutes on one graphics card; stretched by scrypt over 64 MiB each try costs a tenth of a second, and all
of them some thousand years of a processor.
"""

import base64
import hashlib
from functools import lru_cache

from core.domain.ids import RandomBytes

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARS = 12
FINGERPRINT_CHARS = 8
_FINGERPRINT_BYTES = 5
_COST, _BLOCK, _ROOM = 2**16, 8, 80 * 1024 * 1024
_GROUP = 4
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FROM_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)


class CodeMalformed(ValueError):
    """What was typed cannot be a one-time code."""


def new_code(random_bytes: RandomBytes) -> str:
    """A fresh code without groups."""
    return _base32(random_bytes(8))[:CODE_CHARS]


@lru_cache(8)
def fingerprint(authority_der: bytes) -> str:
    """Eight characters that stand for a certificate authority (its DER bytes); takes a tenth of a second."""
    stretched = hashlib.scrypt(
        authority_der, salt=b"pesagi-authority-2", n=_COST, r=_BLOCK, p=1, maxmem=_ROOM, dklen=_FINGERPRINT_BYTES
    )
    return _base32(stretched)[:FINGERPRINT_CHARS]


def print_code(code: str, authority: str = "") -> str:
    """The code as it is shown, in groups of four."""
    text = code + authority
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def read_code(typed: str) -> tuple[str, str]:
    """(code, fingerprint or the empty text) of what a person typed; CodeMalformed if it cannot be a code."""
    text = "".join(typed.split()).replace("-", "").upper().translate(_LOOKALIKES)
    if any(character not in ALPHABET for character in text):
        raise CodeMalformed
    if len(text) not in (CODE_CHARS, CODE_CHARS + FINGERPRINT_CHARS):
        raise CodeMalformed
    return text[:CODE_CHARS], text[CODE_CHARS:]


def code_hash(code: str) -> bytes:
    """What the server keeps of a code."""
    return hashlib.sha256(b"pesagi-code-1" + code.encode()).digest()


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").translate(_FROM_BASE32)
