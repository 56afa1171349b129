"""10,000 letters and 15,000 dispositions to an empty PC over 1 Mbit/s with 300 ms round trip, searchable at the end.

The yardstick is the zstd -19 dump of the same rows as JSON lines, fetched by one GET over the same emulated line. A
second PC does the same over a line that is cut each 64 kB; its yardsticks are the bytes of the first and its own
bytes over the rate with two round trips a cut. `line_ratio` is to what the line itself took for the bytes, connections
and turns that there were: what is above 1 is time in which nobody waited for the line.

    python -m benchmarks.bootstrap [LETTERS DISPOSITIONS]
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measuring import cpu_seconds, report
from benchmarks.office_server import fill, make_snapshots, office_rows, serving_process, set_up
from benchmarks.yardsticks import computed_seconds, download_seconds, line_seconds, zstd19_dump
from core.domain.letters import IncomingLetter
from tests.support.line import LinkCounters
from tests.support.link import OFFICE_LINE, Link, LinkProfile

LETTERS, DISPOSITIONS = 10_000, 15_000
FIRST = 200
CUT_BYTES = 65_536
CUT_LINE = LinkProfile(
    up_bps=OFFICE_LINE.up_bps,
    down_bps=OFFICE_LINE.down_bps,
    rtt_s=OFFICE_LINE.rtt_s,
    cut_every_bytes=CUT_BYTES,
    cut_direction="down",
)
PEOPLE = ("tu", "sekcam")


def main(letters: int, dispositions: int) -> None:
    """Measure and print one JSON line."""
    made, ordered, _ = office_rows(letters, dispositions)
    dump = zstd19_dump(plain(record) for record in [*made, *ordered])
    with tempfile.TemporaryDirectory(prefix="pesagi-bootstrap-") as scratch:
        data = Path(scratch) / "server"
        codes = set_up(data)
        fill(data, made, ordered)
        make_snapshots(data)
        wanted = Path(scratch) / "wanted.json"
        wanted.write_text(json.dumps({"letters": [one.id.hex() for one in newest(made)]}))
        with serving_process(data) as (port, pid):
            runs = []
            for person, profile in zip(PEOPLE, (OFFICE_LINE, CUT_LINE), strict=True):
                code = next(code for name, code in codes.items() if name.startswith(person))
                runs.append(one_pc(Path(scratch) / person, port, pid, profile=profile, code=code, wanted=wanted))
    limit = download_seconds(dump, OFFICE_LINE)
    (whole, line), (cut, cut_line) = runs
    for facts in (whole, cut):
        if facts["outcome"] != "ok" or tuple(facts.pop("counts")) != (len(made), len(ordered)):
            raise RuntimeError(str(facts))
    patient = computed_seconds(cut_line.total, OFFICE_LINE) + (cut_line.cuts - 1) * 2 * OFFICE_LINE.rtt_s
    report(
        "bootstrap",
        {
            "letters": len(made),
            "dispositions": len(ordered),
            "limit": {
                "bytes": limit.total_bytes,
                "seconds": round(limit.seconds, 2),
                "computed_seconds": round(computed_seconds(len(dump), OFFICE_LINE), 2),
            },
            "bytes": line.total,
            "bytes_ratio": round(line.total / limit.total_bytes, 3),
            "seconds_ratio": round(whole["seconds"] / limit.seconds, 3),
            "line_ratio": round(whole["seconds"] / line_seconds(line, OFFICE_LINE), 3),
            "connections": line.connections,
            "round_trips": line.turns,
            "usable_rtt": {name: round(at / OFFICE_LINE.rtt_s, 2) for name, at in whole["usable_s"].items()},
            **whole,
            "cut": {
                **cut,
                "bytes": cut_line.total,
                "cuts": cut_line.cuts,
                "bytes_ratio": round(cut_line.total / line.total, 3),
                "patient_seconds": round(patient, 2),
                "seconds_ratio": round(cut["seconds"] / patient, 3),
                "line_ratio": round(cut["seconds"] / line_seconds(cut_line, OFFICE_LINE), 3),
            },
        },
    )


def newest(letters: list[IncomingLetter]) -> list[IncomingLetter]:
    """The letters on top of the register."""
    return sorted(letters, key=lambda one: (one.received_on, one.id))[-FIRST:]


def one_pc(
    folder: Path, port: int, server: int, *, profile: LinkProfile, code: str, wanted: Path
) -> tuple[dict[str, Any], LinkCounters]:
    """Let one PC join (not measured: its round trip is another's) and fetch everything; its facts, and the line's."""
    with Link("127.0.0.1", port, profile=profile) as link:
        command = [sys.executable, "-m", "benchmarks.bootstrap_pc", str(folder), link.url, code, str(wanted)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with process:
            if process.stdin is None or process.stdout is None or process.stdout.readline() != "ready\n":
                raise RuntimeError("the PC did not join")
            link.reset_counters()
            before = cpu_seconds(server) or 0.0
            process.stdin.write("go\n")
            process.stdin.flush()
            facts: dict[str, Any] = json.loads(process.stdout.readline())
            facts["server_cpu_s"] = round((cpu_seconds(server) or 0.0) - before, 2)
            return facts, link.counters


def plain(record: Any) -> dict[str, Any]:
    """A record as a JSON object, its ids as hex."""
    return {name: _plain(getattr(record, name)) for name in record.__struct_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, msgspec.Struct):
        return plain(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return msgspec.to_builtins(value)


if __name__ == "__main__":
    main(*([int(one) for one in sys.argv[1:3]] or [LETTERS, DISPOSITIONS]))
