"""Papers as PDFs, made by a child process with a limit on time and memory (`paper_worker`).

The process is started when the first paper is wanted and kept until `close`, so that a paper that is changed in a
dialog comes at once. It is killed when it takes too long, and started again when it has died.
"""

import io
import logging
from typing import Final, Self

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.kept_process import KeptProcess
from desktop.system.page_messages import Troubled, Typeset, Typesetted
from desktop.system.page_process import Worker

logger = logging.getLogger(__name__)

PAPER_WORKER: Final = Worker("desktop.system.paper_worker", "--paper-worker")
# A book of several thousand lines takes ten seconds on a PC that is busy with other things.
TIMEOUT_S: Final = 90.0


class Typesetter:
    """Fills forms; one caller at a time, but any thread may `close`."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        """Nothing is started before the first paper."""
        self._timeout_s = timeout_s
        self._process = KeptProcess(PAPER_WORKER, _broken)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def typeset(self, form: str, data: bytes) -> bytes:
        """The form of that name in `resources/papers`, filled with `data` (JSON), as a PDF.

        EnvironmentFault with PAPER_FAILED or PAPER_TOO_LONG.
        """
        with self._process.held():
            child = self._process.living()
            reply = child.ask(Typeset(form=form, data=data), io.BytesIO(), self._timeout_s)
            if reply is None:
                self._process.drop()
                code = FaultOf.PAPER_TOO_LONG if child.timed_out else FaultOf.PAPER_FAILED
                raise EnvironmentFault(code, "the paper process ended")
        if isinstance(reply, Typesetted):
            return reply.pdf
        detail = reply.detail if isinstance(reply, Troubled) else "another answer"
        logger.info("paper refused: %s", detail)
        raise EnvironmentFault(FaultOf.PAPER_FAILED, detail)

    @property
    def process_number(self) -> int | None:
        """The number by which the system knows the paper process, while there is one."""
        return self._process.number

    def rest(self) -> None:
        """End the process until the next paper: it holds some 100 MB."""
        self._process.rest()

    def close(self) -> None:
        """End the process; a call that waits for it in another thread fails, and so do later ones."""
        self._process.close()


def _broken(why: str) -> EnvironmentFault:
    return EnvironmentFault(FaultOf.PAPER_FAILED, why)
