"""An administrator of the database means harm: any statement, the server's own program, but not its keys.

Single edits of every column are made in `tests/faults/test_tampering.py`, a log that was written anew as a whole in
`tests/server/test_audit.py`; here is what takes more than an edit.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.domain.administering import MoveUser
from core.domain.ids import UserId, small_row_id
from core.domain.offices import Person
from core.protocol.codec import decode_record, encode
from core.protocol.messages import Outcome
from core.protocol.records import KIND_OF
from server.services.verifying import ServerCheck
from tests.server.audited_office import ServerCopy, resting_server
from tests.server.test_attackers import Shared
from tests.support.server import ManualClock, OfficeInTest, RunningServer

PERSON = KIND_OF[Person].code


@pytest.fixture
def database_url() -> str:
    """What is found hangs on the log, not on the database: the edits of both are the same statements."""
    return ""


@pytest.fixture(scope="module")
def rest(tmp_path_factory: pytest.TempPathFactory) -> ServerCopy:
    """A server at rest, which no test changes."""
    return resting_server(tmp_path_factory.mktemp("database"))


@pytest.fixture
def copy(rest: ServerCopy, tmp_path: Path) -> ServerCopy:
    return rest.again(tmp_path / "copy")


def person_rows(copy: ServerCopy) -> list[tuple[bytes, Person]]:
    rows = copy.ask("SELECT id, payload FROM record WHERE kind = ? ORDER BY id", PERSON)
    return [(row_id, decode_record(PERSON, payload)) for row_id, payload in rows]


def pretend_that_the_log_begins_now(copy: ServerCopy) -> None:
    """Records from before the log was kept need not stand in it: so everything shall be from before."""
    copy.ask("UPDATE tenant_head SET logged_from = seq + 1000")


@pytest.mark.parametrize("pretends", [False, True])
def test_a_user_whom_he_puts_in_with_the_rights_of_another_is_found(copy: ServerCopy, pretends: bool) -> None:  # noqa: FBT001
    (_, like), *_ = person_rows(copy)
    new = msgspec.structs.replace(like, number=UserId(4_242), username="penyusup", name="Penyusup")
    ((rev,),) = copy.ask("SELECT max(seq) + 1 FROM feed")
    copy.ask(
        "INSERT INTO record (tenant, kind, id, rev, payload, field_revs) VALUES (?, ?, ?, ?, ?, ?)",
        *(copy.tenant, PERSON, small_row_id(new.number), rev, encode(new), encode({})),
    )
    copy.ask(
        "INSERT INTO feed (tenant, stream, kind, row_id, seq, gone) SELECT tenant, stream, kind, ?, ?, 0 FROM feed "
        "WHERE kind = ? LIMIT 1",
        *(small_row_id(new.number), rev, PERSON),
    )
    copy.ask("UPDATE stream SET last = ? WHERE id = (SELECT stream FROM feed WHERE seq = ?)", rev, rev)
    copy.ask("UPDATE tenant_head SET seq = ?", rev)
    if pretends:
        pretend_that_the_log_begins_now(copy)

    problems = copy.check().problems

    assert f"record {PERSON} {small_row_id(new.number).hex()}: not as it was logged" in problems


def test_a_position_that_he_gives_to_a_user_of_his_is_found(copy: ServerCopy) -> None:
    (row_id, person), (_, other), *_ = person_rows(copy)
    both = msgspec.structs.replace(person, positions=(*person.positions, *other.positions))
    copy.ask("UPDATE record SET payload = ? WHERE kind = ? AND id = ?", encode(both), PERSON, row_id)
    pretend_that_the_log_begins_now(copy)

    assert not copy.check().whole


def test_the_tail_of_the_log_that_he_cuts_off_with_its_rows_is_missed_by_who_keeps_the_head(copy: ServerCopy) -> None:
    """What was signed is beyond the log then; that the newest heads are gone too, a PC knows (`test_daily_heads`)."""
    ((cut,),) = copy.ask("SELECT seq FROM daily_head WHERE number = 2")
    for table, column in (("op_log", "seq"), ("record", "rev"), ("feed", "seq")):
        copy.ask(f"DELETE FROM {table} WHERE {column} > ?", cut)  # noqa: S608  # tables of our own

    assert "head 3: beyond the log" in copy.audit().problems


def test_a_right_that_he_gives_in_the_name_of_an_administrator_by_the_servers_own_program_is_found(
    server: RunningServer, office: OfficeInTest, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All hashes fit, since the server made them; the administrator's signature nobody can make."""
    shared = Shared(server, office, clock)
    clock.advance(days=1)
    grab = MoveUser(user=office.users["tu"], positions=(office.positions["camat"],))

    def check() -> ServerCheck:
        return server.handle.verifying.verify(office.tenant)

    assert check().whole
    with monkeypatch.context() as patched:
        patched.setattr("server.services.push.check_signature", lambda *_args, **_more: None)
        shared.pc.act(grab, position=shared.place, user=shared.admin)
        assert shared.pc.sync().results[-1].outcome is Outcome.ACCEPTED

    (problem,) = check().audit.problems
    assert problem.endswith(": signature")
