"""What the server says where it serves a request not at all."""

from core.protocol.faults import Fault, FaultCode


class ServerFault(Exception):
    """The server itself said no to a request."""

    def __init__(self, fault: Fault) -> None:
        """Carry the fault."""
        super().__init__(fault.code.value)
        self.fault = fault

    @property
    def code(self) -> FaultCode:
        """Why."""
        return self.fault.code
