"""A request that cannot be served."""

from core.protocol.faults import Fault, FaultCode


class RequestFault(Exception):
    """The request is answered with `fault` and nothing else; nothing of it was kept."""

    def __init__(self, code: FaultCode, number: int = 0, *, behind: int = 0) -> None:
        super().__init__(f"{code.value} {number}" if number else code.value)
        self.fault = Fault(code=code, number=number, behind=behind)
