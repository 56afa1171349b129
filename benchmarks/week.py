"""A PC comes back after a week: 40 new letters, 60 new dispositions, and 100 rows whose state changed.

The yardstick is the zstd -19 dump of the changed rows as JSON lines, fetched by one GET over the same emulated line.

    python -m benchmarks.week [LETTERS DISPOSITIONS]
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.bootstrap import one_pc, plain
from benchmarks.measuring import report
from benchmarks.office_server import change, fill, office_rows, serving_process, set_up
from benchmarks.yardsticks import download_seconds, zstd19_dump
from core.domain.dispositions import Disposition, RecipientState
from core.domain.letters import LetterStatus
from tests.support.line import LinkCounters
from tests.support.link import OFFICE_LINE, Link

LETTERS, DISPOSITIONS = 1_000, 1_500
NEW_LETTERS, NEW_DISPOSITIONS, CHANGED = 40, 60, 50


def main(letters: int, dispositions: int) -> None:
    """Measure and print one JSON line."""
    made, ordered, _ = office_rows(letters + NEW_LETTERS, dispositions)
    before, new = made[:letters], made[letters:]
    ids = {one.id for one in before}
    old_orders = [one for one in ordered if one.letter_id in ids]
    new_orders = [one for one in ordered if one.letter_id not in ids][:NEW_DISPOSITIONS]
    held, held_back = old_orders[: len(old_orders) - NEW_DISPOSITIONS], old_orders[-NEW_DISPOSITIONS:]
    new_orders += held_back[: NEW_DISPOSITIONS - len(new_orders)]
    moved = [msgspec.structs.replace(one, status=LetterStatus.DONE, open_answers=0) for one in before[-CHANGED:]]
    answered = [_answered(one) for one in held[-CHANGED:]]
    changes: list[Any] = [*new, *new_orders, *moved, *answered]
    dump = zstd19_dump(plain(record) for record in changes)
    with tempfile.TemporaryDirectory(prefix="pesagi-week-") as scratch:
        data, folder, wanted = Path(scratch) / "server", Path(scratch) / "pc", Path(scratch) / "wanted.json"
        wanted.write_text("{}")
        code = next(code for name, code in set_up(data).items() if name.startswith("tu"))
        fill(data, before, held)
        with serving_process(data) as (port, pid):
            one_pc(folder, port, pid, profile=OFFICE_LINE, code=code, wanted=wanted)
        change(data, changes)
        with serving_process(data) as (port, _):
            facts, line = come_back(folder, port)
    limit = download_seconds(dump, OFFICE_LINE)
    report(
        "week",
        {
            "rows": len(changes),
            "limit": {"bytes": limit.total_bytes, "seconds": round(limit.seconds, 2)},
            "bytes": line.total,
            "bytes_up": line.up,
            "bytes_ratio": round(line.total / limit.total_bytes, 3),
            "round_trips": line.turns,
            "connections": line.connections,
            "seconds_ratio": round(facts["seconds"] / limit.seconds, 3),
            "seconds_in_rtt": round(facts["seconds"] / OFFICE_LINE.rtt_s, 2),
            **facts,
        },
    )


def come_back(folder: Path, port: int) -> tuple[dict[str, Any], LinkCounters]:
    """One visit of the PC, on a new connection, by its own command."""
    with Link("127.0.0.1", port, profile=OFFICE_LINE) as link:
        command = [sys.executable, "-m", "benchmarks.week_pc", str(folder), link.url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts, link.counters


def _answered(sheet: Disposition) -> Disposition:
    first, *others = sheet.recipients
    at = sheet.issued_at
    told = msgspec.structs.replace(
        first, state=RecipientState.ANSWERED, read_at=at, answered_at=at, result="Sudah ditindaklanjuti."
    )
    return msgspec.structs.replace(sheet, recipients=(told, *others))


if __name__ == "__main__":
    main(*([int(one) for one in sys.argv[1:3]] or [LETTERS, DISPOSITIONS]))
