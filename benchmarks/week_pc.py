"""The PC of the week benchmark, in a process of its own: one visit, without files, and its facts as one JSON line.

python -m benchmarks.week_pc FOLDER URL
"""

import json
import sys
import time
from pathlib import Path

import msgspec

from desktop.app.opening import open_profile
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire


def main(folder: Path, url: str) -> None:
    """Visit and report."""
    opened = open_profile(folder)
    with opened.store.begin() as uow:
        identity = uow.meta.identity()
        if identity is None:
            raise RuntimeError("not joined")
        uow.meta.write(msgspec.structs.replace(identity, server=url))
    parts = sync_parts(opened, shipped_wire())
    client = parts.make_client()
    begun = time.monotonic()
    visit = parts.visits.visit(client, lambda: False, files=False)
    seconds = time.monotonic() - begun
    client.close()
    opened.close()
    print(json.dumps({"outcome": visit.outcome, "changed": visit.rows, "seconds": round(seconds, 2)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
