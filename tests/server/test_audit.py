"""The log proves itself: its chains, its running hash, and the heads that are signed over it once a day."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from core.protocol.daily_heads import HeadsTold, chains_of, head_payload, unpack_heads
from core.protocol.sealing import is_signed
from server.__main__ import main
from server.services.ledger import running_hash
from server.storage.database import Database
from server.storage.engine import sqlite_url
from server.storage.heads import NO_AUDIT
from tests.server.audited_office import DATABASE, ServerCopy, resting_server, three_days
from tests.support.device import Join, ScriptedDevice
from tests.support.server import ManualClock, OfficeInTest, RunningServer

LAST = {
    "LAST_OP": "seq = (SELECT max(seq) FROM op_log)",
    "LAST_LETTER": "kind = 5 AND rev = (SELECT max(rev) FROM record WHERE kind = 5)",
    "LAST_ORDER": "kind = 6 AND seq = (SELECT max(seq) FROM feed WHERE kind = 6)",
}
JUNK = bytes(64)


@pytest.fixture(scope="module")
def rest(tmp_path_factory: pytest.TempPathFactory) -> ServerCopy:
    """A server at rest, which no test changes."""
    return resting_server(tmp_path_factory.mktemp("audit"))


@pytest.fixture
def copy(rest: ServerCopy, tmp_path: Path) -> ServerCopy:
    return rest.again(tmp_path / "copy")


def told(device: ScriptedDevice, known: int) -> HeadsTold | None:
    data = device.sync(head=known).control.heads
    return unpack_heads(data) if data else None


def test_on_either_database_an_honest_log_is_whole_and_its_heads_reach_the_pcs(
    server: RunningServer, office: OfficeInTest, join: Join, clock: ManualClock
) -> None:
    key = three_days(server, office, join, clock)
    pc = join("sekcam")

    check = server.handle.verifying.verify(office.tenant)
    begin, rest = told(pc, 0), told(pc, 1)

    assert (check.whole, check.problems, check.audit.problems) == (True, (), ())
    assert (check.letters, check.files, check.audit.heads, check.audit.uncovered) == (3, 3, 3, 0)
    assert begin is not None
    assert rest is not None
    assert begin.before is not None
    assert [head.number for head in begin.heads] == [3]
    assert [head.number for head in rest.heads] == [2, 3]
    (last,) = chains_of(begin.before, begin.heads, tenant=office.tenant)
    assert is_signed(head_payload(last), begin.signature, by=key)
    assert len(pc.sync(head=2).control.heads) == 98
    assert told(pc, 3) is None
    assert pc.sync().control.heads == b""
    assert server.handle.daily_heads.make_due() == 0


@pytest.mark.parametrize(
    ("statement", "values", "where"),
    [
        ("UPDATE op_log SET result = ? WHERE LAST_OP", [JUNK], "running hash"),
        ("UPDATE op_log SET received_ms = received_ms + 1 WHERE LAST_OP", [], "running hash"),
        ("UPDATE op_log SET made = NULL WHERE LAST_OP", [], "running hash"),
        ("UPDATE op_log SET op = ? WHERE LAST_OP", [JUNK], "unreadable"),
        ("DELETE FROM op_log WHERE LAST_OP", [], "end of its chain"),
        ("UPDATE tenant_head SET audit_hash = ?", [JUNK], "end: running hash"),
        ("UPDATE daily_head SET day = day + 1 WHERE number = 2", [], "head 2: chain"),
        ("UPDATE daily_head SET signature = ? WHERE number = 3", [JUNK], "head 3: signature"),
        ("DELETE FROM daily_head WHERE number = 2", [], "head 3: chain"),
    ],
)
def test_a_change_of_the_log_or_its_heads_is_found(
    copy: ServerCopy, statement: str, values: list[object], where: str
) -> None:
    change(copy, statement, *values)

    assert any(where in problem for problem in copy.audit().problems)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE record SET payload = substr(payload, 1, length(payload) - 1) || x'91' WHERE LAST_LETTER", []),
        ("UPDATE record SET rev = rev - 1 WHERE LAST_LETTER", []),
        ("UPDATE record SET field_revs = ? WHERE LAST_LETTER", [b"\x80"]),
        ("DELETE FROM record WHERE kind = 3 AND rev = (SELECT max(rev) FROM record WHERE kind = 3)", []),
        ("DELETE FROM feed WHERE LAST_ORDER AND stream = (SELECT min(stream) FROM feed WHERE LAST_ORDER)", []),
        ("UPDATE number SET row_id = ? WHERE number = (SELECT max(number) FROM number)", [bytes(16)]),
    ],
)
def test_a_change_of_a_record_its_streams_or_its_number_is_found(
    copy: ServerCopy, statement: str, values: list[object]
) -> None:
    change(copy, statement, *values)

    check = copy.check()

    assert (check.audit.whole, check.whole) == (True, False)


def test_a_file_that_is_not_what_its_name_says_is_found(copy: ServerCopy) -> None:
    copy.blobs[0].write_bytes(b"lain")
    copy.blobs[1].unlink()

    assert len(copy.check().problems) == 2


def test_a_log_that_was_written_anew_as_a_whole_does_not_fit_the_signed_heads(copy: ServerCopy) -> None:
    forge(copy)

    problems = copy.audit().problems

    assert set(problems) == {"head 1: log", "head 2: log", "head 3: log"}


def test_a_log_that_was_forged_with_its_heads_is_not_what_a_pc_was_told(
    copy: ServerCopy, capsys: pytest.CaptureFixture[str]
) -> None:
    ((chain,),) = copy.ask("SELECT chain FROM daily_head WHERE number = 2")
    other = hashlib.sha256(chain).hexdigest()

    assert main(["admin", "audit", "--data", str(copy.folder), "--known", f"2:{chain.hex()}"]) == 1  # another key
    assert "Kepala yang disimpan komputer itu ada di sini." in capsys.readouterr().out
    assert main(["admin", "audit", "--data", str(copy.folder), "--known", f"2:{other}"]) == 1
    assert "TIDAK ada di sini" in capsys.readouterr().out


def change(copy: ServerCopy, statement: str, *values: object) -> None:
    for name, which in LAST.items():
        statement = statement.replace(name, which)
    copy.ask(statement, *values)


def forge(copy: ServerCopy) -> None:
    """Change when the first op came, and make every running hash after it fit again: what an administrator can do."""
    database = Database(sqlite_url(copy.folder / DATABASE))
    log = database.read(lambda unit: unit.of(copy.tenant).ops.walk(after=0, limit=10_000))
    database.close()
    running = NO_AUDIT
    for one in (walked.logged for walked in log):
        later = msgspec.structs.replace(one, received_ms=one.received_ms + 1)
        running = running_hash(running, later)
        values = (later.received_ms, running, one.seq)
        copy.ask("UPDATE op_log SET received_ms = ?, audit_hash = ? WHERE seq = ?", *values)
    copy.ask("UPDATE tenant_head SET audit_hash = ?", running)
