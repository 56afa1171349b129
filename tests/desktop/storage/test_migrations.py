"""A store of each version before this one is brought up with everything in it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from core.domain.letters import IncomingLetter
from desktop.storage.opening import open_store
from desktop.storage.outbox import OpState
from tests.factories import NOW, letter
from tests.support.stores import KEY, every, put, store_of_schema

# What the outbox of schema 3 held; written down here, since the tables of today are others.
OP = (
    "INSERT INTO outbox (epoch, seq, op, head, act, user, position, state, code, field, conflicts, made_ms, "
    "settled_seq) "
    "VALUES (1, 1, x'90', x'00', 1, 171, 71, 1, '', '', x'90', 1, 5)"
)


def test_a_store_of_schema_3_gets_held_acts_and_keeps_its_ops_and_letters(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 3) as old, old.begin() as uow:
        uow.connection.execute(text(OP))

    store = open_store(path, KEY, NOW)
    put(store, [letter()])

    with store.read() as uow:
        (entry,) = uow.outbox.listed([OpState.ACCEPTED], 9)
        assert uow.connection.execute(text("SELECT count(*) FROM held_act")).scalar() == 0
    assert (entry.seq, entry.decided_by, entry.reason) == (1, 0, "")
    assert [one.record for one in every(store, IncomingLetter)] == [letter()]
    assert len(list(tmp_path.glob("*sebelum*"))) == 1
    store.close()
