"""What went wrong, as the code that a view turns into a sentence."""

import logging
from typing import NamedTuple

from core.domain.errors import Refusal
from core.protocol.bundle import BundleFault
from core.protocol.faults import FaultCode
from desktop.services.locksmith import SignInRefused
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_renderer import ScanRefused

logger = logging.getLogger(__name__)

UNEXPECTED = "unexpected"
SIGN_IN_REFUSED = "sign_in_refused"
_SERVER_CODES = frozenset(code.value for code in FaultCode)


class Failure(NamedTuple):
    """A stable code, and the field it is about or the empty text."""

    code: str
    field: str = ""


def failure_of(error: Exception) -> Failure:
    """The failure behind an exception of background work.

    What is neither a refusal nor a fault of the surroundings is a bug: it is logged here with its trace, and
    the person is told that something unexpected happened, so that no screen waits for ever.
    """
    match error:
        case Refusal():
            return Failure(error.code.value, error.field)
        case ScanRefused():
            return Failure(error.code.value, "scans")
        case EnvironmentFault() | BundleFault():
            if error.code is FaultOf.SERVER_SAID_NO and error.detail in _SERVER_CODES:
                return Failure(error.detail)
            return Failure(error.code.value)
        case SignInRefused():
            return Failure(SIGN_IN_REFUSED, "password")
    logger.error("background work failed", exc_info=error)
    return Failure(UNEXPECTED)
