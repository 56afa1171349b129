"""Long requests over a line that drops: the same body goes on where it stopped.

`Pesagi-Body: <name> <offset> <size>` says of which body what follows is the rest, from which byte on; the name is the
start of its SHA-256. The server keeps what came of it. To whoever gives less than all it answers WRONG_OFFSET with how
much it has: so after a cut a request that gives nothing asks where to go on. When the body is complete it is taken as
if it had come at once. A server that keeps nothing, or has forgotten, is sent the whole.

So that the line is not empty meanwhile, the question may give the end of the body, or what lies before the end that is
there. It is answered before that has come; the answer says in `behind` from where on nothing need be sent.
"""

import hashlib
import re

import msgspec

BODY_HEADER = "Pesagi-Body"
# Longer ones may be gone on with. What is shorter goes through between two cuts of any line.
LONG_BYTES = 16 * 1024
_NAME_BYTES = 16
_FORM = re.compile(rf"([0-9a-f]{{{2 * _NAME_BYTES}}}) ([0-9]{{1,9}}) ([0-9]{{1,9}})")


class BodyPart(msgspec.Struct, frozen=True, kw_only=True):
    """Which body a request gives the rest of: its name, its size, and where that begins."""

    name: str
    size: int
    offset: int = 0

    def header(self) -> str:
        """As it is written."""
        return f"{self.name} {self.offset} {self.size}"

    def names(self, body: bytes | bytearray) -> bool:
        """Whether that is the body."""
        return len(body) == self.size and body_name(body) == self.name


def body_name(body: bytes | bytearray) -> str:
    """What a body is called."""
    return hashlib.sha256(body).digest()[:_NAME_BYTES].hex()


def read_part(header: str) -> BodyPart | None:
    """What stands in the header of a request, or None if it says nothing of that kind."""
    found = _FORM.fullmatch(header)
    if found is None:
        return None
    return BodyPart(name=found[1], offset=int(found[2]), size=int(found[3]))
