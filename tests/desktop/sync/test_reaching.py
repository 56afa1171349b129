"""The name service fails, lies or knows addresses that lead nowhere: the server is found as long as there is a way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from core.protocol.access import Bearer
from core.protocol.frames import Wire
from desktop.sync import reaching
from desktop.sync.client import SyncClient
from desktop.sync.live_client import LiveLine
from desktop.sync.reaching import AddressBook, reach
from desktop.system.faults import EnvironmentFault, FaultOf

NAME = "pesagi.contoh.go.id"


class Names:
    """A name service that a test can break. It stands in for the system's, which tests may not depend on."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked = 0

    def __call__(self, _host: str, port: int, *_: Any) -> list[Any]:
        self.asked += 1
        if not self.addresses:
            raise socket.gaierror(socket.EAI_AGAIN, "temporary failure")
        kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in self.addresses]
        return [(kind, socket.SOCK_STREAM, 0, "", (one, port)) for kind, one in zip(kinds, self.addresses, strict=True)]


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port at which whoever connects waits for ever: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.2", 0))
        listener.listen(0)
        port = int(listener.getsockname()[1])
        with socket.create_connection(("127.0.0.2", port)):
            yield port


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def test_a_silent_name_service_does_not_hide_a_server_that_was_reached_before(
    server: socket.socket, tmp_path: Path
) -> None:
    names = Names("127.0.0.1")
    path = tmp_path / "alamat.json"
    reach(AddressBook(path, resolve=names), NAME, port_of(server)).close()
    names.addresses = ()

    again = AddressBook(path, resolve=names)  # the program was started again
    with reach(again, NAME, port_of(server)) as line:
        assert line.getpeername()[0] == "127.0.0.1"

    assert names.asked == 2, "it is asked first every time"


def test_a_name_that_nobody_ever_knew_is_no_network(tmp_path: Path) -> None:
    client = SyncClient(f"http://{NAME}", Wire(b""), book=AddressBook(tmp_path / "alamat.json", resolve=Names()))
    with pytest.raises(EnvironmentFault) as fault:
        client.fetch("/v1/ca")
    client.close()

    assert fault.value.code is FaultOf.NO_NETWORK
    assert not (tmp_path / "alamat.json").exists()


def test_an_address_that_swallows_everything_costs_a_moment_and_not_the_connection(
    nobody: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "NEXT_S", 0.2)
    with socket.create_server(("127.0.0.1", nobody)):
        book = AddressBook(resolve=Names("127.0.0.2", "127.0.0.1"))
        with reach(book, NAME, nobody) as line:
            assert line.getpeername()[0] == "127.0.0.1"

        # The next time begins with the one that answered.
        assert [place.host for place in book.places(NAME, nobody)] == ["127.0.0.1", "127.0.0.2"]


def test_the_live_connection_passes_over_such_an_address_too(nobody: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "NEXT_S", 0.2)
    names = Names("127.0.0.2", "127.0.0.1")
    with socket.create_server(("127.0.0.1", nobody)) as server:
        line = LiveLine(f"http://{NAME}:{nobody}", access=Bearer(""), book=AddressBook(resolve=names))
        server.settimeout(10)
        line._connect(monotonic() + 10)  # noqa: SLF001  # no further than the connection
        server.accept()[0].close()
        line.close()


def test_a_wrong_answer_that_leads_nowhere_gives_way_to_what_is_known(server: socket.socket) -> None:
    names = Names("127.0.0.1")
    book = AddressBook(resolve=names)
    reach(book, NAME, port_of(server)).close()
    names.addresses = ("127.0.0.3",)  # nobody listens there

    with reach(book, NAME, port_of(server)) as line:
        assert line.getpeername()[0] == "127.0.0.1"


def test_a_server_that_moved_is_found_at_its_new_address(server: socket.socket) -> None:
    names = Names("127.0.0.1")
    book = AddressBook(resolve=names)
    reach(book, NAME, port_of(server)).close()
    names.addresses = ("127.0.0.4",)

    with socket.create_server(("127.0.0.4", port_of(server))), reach(book, NAME, port_of(server)) as line:
        assert line.getpeername()[0] == "127.0.0.4"


@pytest.mark.parametrize("text", [b"", b"[]", b'{"a": 3, "b": "no address"}', b"\xff", b'{"x": null}'])
def test_a_file_that_is_no_address_book_is_an_empty_one(server: socket.socket, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "alamat.json"
    path.write_bytes(text)
    book = AddressBook(path, resolve=Names("127.0.0.1"))

    reach(book, NAME, port_of(server)).close()

    assert b"127.0.0.1" in path.read_bytes()
