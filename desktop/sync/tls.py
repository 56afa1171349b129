"""TLS to a server with a certificate authority of its own: as few bytes and as much proof as TLS 1.3 gives.

Such a server is always ours and always speaks TLS 1.3, so nothing older is offered: a hello without what only TLS 1.2
would need is 292 bytes shorter. And the ticket that the server gave with the last connection is shown at the next one,
which then needs no certificate: 290 bytes and two signatures less, on a line that drops often. A ticket proves no less
than the certificate that came before it: only who holds the server's secrets can make use of it, it is good for the
same name and the same authority alone, and the keys of each connection are agreed on anew. It lives in memory only.
"""

import socket
import ssl
import threading
from pathlib import Path
from typing import Any, Self

from desktop.system.faults import EnvironmentFault, FaultOf

# OpenSSL: not valid yet, has ended.
_BY_DATE = (9, 10)


class _TicketSocket(ssl.SSLSocket):
    """Keeps the ticket when the first bytes of an answer are here: the server sends it before them."""

    _kept = False

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002  # as the standard library calls it
        """As usual."""
        got = super().read(len, buffer)
        context = self.context
        if not self._kept and isinstance(context, TicketContext):
            self._kept = True
            context.keep(self.server_hostname, self.session)
        return got


class TicketContext(ssl.SSLContext):
    """Connects with the newest ticket for a name, if there is one. From any thread."""

    sslsocket_class = _TicketSocket
    _tickets: dict[str, ssl.SSLSession]

    def __new__(cls, protocol: int = ssl.PROTOCOL_TLS_CLIENT, *args: Any, **named: Any) -> Self:
        """Without any ticket."""
        made = super().__new__(cls, protocol, *args, **named)
        made._tickets = {}
        return made

    def keep(self, name: str | None, session: ssl.SSLSession | None) -> None:
        """Show this the next time."""
        if name is not None and session is not None and session.has_ticket:
            self._tickets[name] = session

    def wrap_socket(  # noqa: PLR0917  # as the standard library has it
        self,
        sock: socket.socket,
        server_side: bool = False,  # noqa: FBT001, FBT002  # as above
        do_handshake_on_connect: bool = True,  # noqa: FBT001, FBT002  # as above
        suppress_ragged_eofs: bool = True,  # noqa: FBT001, FBT002  # as above
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """As usual."""
        known = self._tickets.get(server_hostname) if isinstance(server_hostname, str) else None
        return super().wrap_socket(
            sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session or known
        )


class TlsContexts:
    """The contexts of one program: connections of one authority share one, and so its tickets. From any thread."""

    def __init__(self) -> None:
        """Without any ticket."""
        self._guard = threading.Lock()
        self._contexts: dict[tuple[bytes, str], TicketContext] = {}

    def of(self, authority: Path, *, name: str = "") -> TicketContext:
        """The context for servers of an authority; `OSError` if its file is not there or holds none.

        `name` is that of a certificate which is compared by somebody else: it never shares a context with others.
        """
        pem = authority.read_bytes()
        with self._guard:
            known = self._contexts.get((pem, name))
            if known is None:
                known = self._contexts[pem, name] = _made(pem)
        return known


def _made(pem: bytes) -> TicketContext:
    usual = ssl.create_default_context()
    context = TicketContext(ssl.PROTOCOL_TLS_CLIENT)
    context.options, context.verify_flags = usual.options, usual.verify_flags
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.hostname_checks_common_name = False
    context.load_verify_locations(cadata=pem.decode("ascii", "replace"))
    return context


def certificate_fault(error: BaseException) -> EnvironmentFault:
    """Why a certificate was not believed: by the date that this PC shows, or for whatever it is.

    The libraries wrap the reason into errors of their own, some as their cause, some as what they were made with.
    """
    todo, seen = [error], set[int]()
    while todo:
        one = todo.pop()
        if isinstance(one, ssl.SSLCertVerificationError) and one.verify_code in _BY_DATE:
            return EnvironmentFault(FaultOf.CERTIFICATE_DATE, type(error).__name__)
        seen.add(id(one))
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        todo += [each for each in inner if isinstance(each, BaseException) and id(each) not in seen]
    return EnvironmentFault(FaultOf.CERTIFICATE, type(error).__name__)
