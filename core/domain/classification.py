"""The shape of an archive classification code.

Codes of Permendagri 83/2022 and of the older 78/2012 are numbers parted by dots (`800.1.11.1`, `005`, `188.45`).
Letters from elsewhere carry other schemes, so any code that looks like one is taken; which code means what is data.
"""

import re

from core.domain.errors import Refusal, RefusalCode

_CODE = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,5}")
MAX_CODE = 24


def check_code(code: str, *, field: str = "classification") -> None:
    """Refuse what is neither empty nor digits parted by single dots."""
    if code and (len(code) > MAX_CODE or not _CODE.fullmatch(code)):
        raise Refusal(RefusalCode.CLASSIFICATION_MALFORMED, field)


def normalize_code(typed: str) -> str:
    """What a person typed, without blanks and closing dots: ` 000.1.2. ` -> `000.1.2`."""
    return re.sub(r"\s+", "", typed).strip(".")
