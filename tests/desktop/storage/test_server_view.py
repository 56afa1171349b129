"""What is told of a record that lost, and what the server still has to send of it."""

from __future__ import annotations

import msgspec

from desktop.storage.server_view import only_lost
from tests.factories import letter

KNOWN = letter()
MINE = msgspec.structs.replace(KNOWN, subject="Lain")


def test_where_nothing_but_the_loser_differs_nothing_follows() -> None:
    assert only_lost(MINE, KNOWN, {"subject"})


def test_what_won_follows() -> None:
    assert not only_lost(msgspec.structs.replace(MINE, sender="Dinas lain"), KNOWN, {"subject"})


def test_where_nothing_lost_everything_follows() -> None:
    assert not only_lost(MINE, KNOWN, set())


def test_what_the_server_never_had_follows() -> None:
    assert not only_lost(MINE, None, {"subject"})
