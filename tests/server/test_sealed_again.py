"""What a mended PC sends once more about a letter that was sealed since: known again, and told by the log to nobody."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.reclassifying import ReclassifyLetter
from core.domain.resealing import SealLetter, UnsealLetter
from core.domain.secrecy import SEALED, SEALED_KEY_BYTES, SealedKey
from core.protocol.bundle import Manifest, UpMessage
from core.protocol.codec import encode
from core.protocol.messages import Outcome, SyncRequest
from server.app import BUNDLE_FOLDER
from server.services.bundle_answers import Asked
from server.services.bundles import ASKED
from server.services.console import Command
from server.storage.op_log import FoundOp, OpLog
from tests.server.holding import send_again
from tests.server.test_person_keys import offer
from tests.support.acts import amend, register
from tests.support.device import Join, MadeOp, ScriptedDevice
from tests.support.server import PASSWORD, OfficeInTest, RunningServer
from tests.wire_factories import MESSAGES

WORDS = ("kanari-pertama", "kanari-kedua")


@pytest.fixture
def sealed_since(join: Join, office: OfficeInTest) -> tuple[ScriptedDevice, list[MadeOp], bytes]:
    """A letter that was registered and corrected in the clear, and then raised and sealed; its PC, and what it made."""
    clerk, head = join("tu"), join("camat")
    user, chair = office.users["camat"], office.positions["tu"]
    head.open_session(user, password=PASSWORD, offers=(offer(head, office, user),))
    letter_id = LetterId(clerk.new_id())
    clerk.act(register(letter_id, subject=WORDS[0]), position=chair)
    clerk.act(amend(letter_id, {"subject": WORDS[1]}, {"subject": 1}), position=chair)
    made = list(clerk.pending)
    clerk.sync()
    act = ReclassifyLetter(letter_id=letter_id, security=SecurityLevel.SECRET, seen=SecurityLevel.OPEN, base=1 << 40)
    clerk.act(act, position=chair)
    key = SealedKey(user=user, key=b"8 bytes.", sealed=bytes(SEALED_KEY_BYTES))
    sealing = SealLetter(letter_id=letter_id, base=1 << 40, keys=(key,), subject=SEALED + "AAAA", summary="", scans=())
    clerk.act(sealing, position=chair)
    assert {one.outcome for one in clerk.sync().results} == {Outcome.ACCEPTED}
    return clerk, made, letter_id


def test_a_question_by_stick_that_says_it_in_the_clear_is_kept_no_longer(
    server: RunningServer, office: OfficeInTest, sealed_since: tuple[ScriptedDevice, list[MadeOp], bytes]
) -> None:
    clerk, made, _ = sealed_since
    folder = server.config.data / BUNDLE_FOLDER / ASKED
    folder.mkdir(exist_ok=True)
    open_letter = clerk.act(register(clerk.new_id()), position=office.positions["tu"]).data
    clerk.sync()
    for name, data in ((f"{office.tenant}-aa", made[1].data), (f"{office.tenant}-bb", open_letter)):
        question = SyncRequest(protocol=1, schema=1, epoch=1, feed_epoch=0, sent_ms=0, grants=0, ops=(data,))
        asked = Asked(manifest=MESSAGES[Manifest], message=UpMessage(requests=(question,)))
        (folder / name).write_bytes(encode(asked))

    server.handle.leavings.clear()

    assert [path.name for path in folder.iterdir()] == [f"{office.tenant}-bb"]


def log_of(server: RunningServer, office: OfficeInTest) -> bytes:
    lines = server.handle.database.read(lambda unit: unit.of(office.tenant).ops.walk(after=0, limit=100))
    return b"".join(line.logged.op + line.logged.result for line in lines)


@pytest.mark.parametrize("which", [0, 1], ids=["registered", "corrected"])
def test_what_was_done_in_the_clear_is_done_once_and_the_letter_stays_sealed(
    server: RunningServer, office: OfficeInTest, sealed_since: tuple[ScriptedDevice, list[MadeOp], bytes], which: int
) -> None:
    clerk, made, letter_id = sealed_since

    send_again(clerk, made[which], epoch=2)
    (result,) = clerk.sync().results

    letter = clerk.replica.get(IncomingLetter, letter_id)
    assert letter is not None
    assert (result.outcome, result.code, result.first_rev, letter.subject) == (Outcome.ACCEPTED, "", 0, SEALED + "AAAA")
    assert not any(word.encode() in log_of(server, office) for word in WORDS)


def test_what_was_refused_in_the_clear_before_a_server_that_was_put_back_knew_the_letter_is_covered_when_it_comes(
    server: RunningServer, office: OfficeInTest, join: Join
) -> None:
    clerk, other = join("tu"), join("camat")
    user = office.users["camat"]
    other.open_session(user, password=PASSWORD, offers=(offer(other, office, user),))
    server.handle.continuity.put_back()
    for one in (clerk, other):
        one.feed_epoch = one.sync().control.feed_epoch
    letter_id = LetterId(clerk.new_id())
    key = SealedKey(user=user, key=b"8 bytes.", sealed=bytes(SEALED_KEY_BYTES))
    opening = UnsealLetter(letter_id=letter_id, base=1 << 40, subject=WORDS[0], summary=WORDS[1], scans=())
    other.act(opening, position=office.positions["camat"])
    assert [one.code for one in other.sync().results] == ["unknown_letter"]
    assert all(word.encode() in log_of(server, office) for word in WORDS)

    sealed = {"security": SecurityLevel.SECRET, "subject": SEALED + "AAAA", "keys": (key,)}
    clerk.act(register(letter_id, **sealed), position=office.positions["tu"])
    assert [one.outcome for one in clerk.sync().results] == [Outcome.ACCEPTED]

    assert not any(word.encode() in log_of(server, office) for word in WORDS)


def test_a_server_that_was_put_back_reads_its_whole_log_for_no_sealed_letter_that_was_made_since(
    server: RunningServer, office: OfficeInTest, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, head = join("tu"), join("camat")
    user = office.users["camat"]
    head.open_session(user, password=PASSWORD, offers=(offer(head, office, user),))
    console = server.handle.console
    server.handle.continuity.put_back(note=lambda unit, of: console.within(unit, of, Command(verb="restored")))
    clerk.feed_epoch = clerk.sync().control.feed_epoch
    clerk.sync()
    read: list[Sequence[bytes]] = []

    def naming(_log: OpLog, ids: Sequence[bytes]) -> list[FoundOp]:
        read.append(ids)
        return []

    monkeypatch.setattr(OpLog, "naming", naming)
    key = SealedKey(user=user, key=b"8 bytes.", sealed=bytes(SEALED_KEY_BYTES))
    sealed = {"security": SecurityLevel.SECRET, "subject": SEALED + "AAAA", "keys": (key,)}

    clerk.act(register(clerk.new_id(), **sealed), position=office.positions["tu"])
    clerk.act(register(clerk.new_id(), **sealed), position=office.positions["tu"], known=0)

    assert [one.outcome for one in clerk.sync().results] == [Outcome.ACCEPTED] * 2
    assert len(read) == 1, "the second was made before: the server may have lost it"
