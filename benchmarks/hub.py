"""What an office of five PCs costs its slow line with a hub, against one PC that reads the same without one.

Each PC begins with an empty store and fetches the office's register. Joining and what only the server may tell (the
one-time code, the server's key) goes over the line for every PC; rows go once. An inbox in which a secret letter lies
is not given to a hub, and goes over the line for the PC that holds it (`--secrets`). Prints one JSON line.
"""

import argparse
import json
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.office_server import fill, office_rows
from core.domain.letters import SecurityLevel
from desktop.system.settings import Settings, write_settings
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc
from tests.support.hub import running_hub
from tests.support.line import LinkProfile
from tests.support.link import Link
from tests.support.server import RunningServer, make_office, running_server

QUICK = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
TARGET = 1.1
PEOPLE = ("tu", "camat", "sekcam", "kesos", "pmp")


def measure(letters: int, folder: Path, *, secrets: bool) -> dict[str, object]:
    """Bytes over the line, up and down, for one PC without a hub and for the hub with five PCs behind it."""
    with running_server(folder / "server") as server, ExitStack() as stack:
        office = make_office(server)
        made, dispositions, _ = office_rows(letters, letters * 3 // 2)
        if not secrets:
            made = [one for one in made if one.security < SecurityLevel.SECRET]
            dispositions = [one for one in dispositions if one.security < SecurityLevel.SECRET]
        fill(server.config.data, made, dispositions)
        codes = {handle: _new_code(server, office.usernames[handle]) for handle in PEOPLE}
        alone = _line_bytes(server, folder / "alone", codes={"tu": codes["tu"]}, hub_url="off")
        codes = {handle: _new_code(server, office.usernames[handle]) for handle in PEOPLE}
        wan = stack.enter_context(Link("127.0.0.1", server.port, profile=QUICK))
        hub = stack.enter_context(running_hub(folder / "hub", server, office, upstream=wan.url))
        hub.filled(server)
        _visit_all(stack, folder / "behind", wan.url, codes=codes, hub_url=hub.url)
        together = wan.counters.up + wan.counters.down
    return {
        "benchmark": "hub",
        "letters": letters,
        "with_secret_letters": secrets,
        "one_pc_bytes": alone,
        "five_pcs_with_hub_bytes": together,
        "ratio": round(together / alone, 3),
        "target": TARGET,
    }


def _new_code(server: RunningServer, username: str) -> str:
    tenant = server.admin.tenants()[0].id
    user = server.admin.find_user(tenant, username)
    assert user is not None  # noqa: S101  # made by the template
    return server.admin.new_code(tenant, user).code


def _line_bytes(server: RunningServer, folder: Path, *, codes: dict[str, str], hub_url: str) -> int:
    with Link("127.0.0.1", server.port, profile=QUICK) as wan, ExitStack() as stack:
        _visit_all(stack, folder, wan.url, codes=codes, hub_url=hub_url)
        return wan.counters.up + wan.counters.down


def _visit_all(stack: ExitStack, folder: Path, url: str, *, codes: dict[str, str], hub_url: str) -> None:
    for handle, code in codes.items():
        place = folder / handle
        pc = stack.enter_context(OfficePc(place))
        write_settings(place, Settings(hub=hub_url))
        pc.join(url, code)
        pc.sync()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=2000)
    parser.add_argument("--secrets", action="store_true", help="with secret letters, whose inboxes no hub carries")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, cheap_passwords():
        print(json.dumps(measure(options.letters, Path(folder), secrets=options.secrets)))


if __name__ == "__main__":
    main()
