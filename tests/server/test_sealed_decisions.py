"""A superior's word over held work that opens a letter: the log tells nobody what it says while that is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from core.domain.acting import Signed
from core.domain.held_acts import AcceptHeld
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.reclassifying import ReclassifyLetter
from core.domain.resealing import SealLetter, UnsealLetter
from core.domain.secrecy import SEALED, SEALED_KEY_BYTES, SealedKey
from core.protocol.act_signing import Author, act_payload
from core.protocol.messages import Outcome
from core.protocol.person_keys import party_of
from tests.server.holding import one_held, outcome, take_position
from tests.server.test_person_keys import HEAD_PAIR, offer
from tests.server.test_sealed_again import WORDS, log_of
from tests.support.acts import register
from tests.support.device import Join, MadeOp, ScriptedDevice
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

ANYTHING_KNOWN = 1 << 40


@dataclass(frozen=True)
class Held:
    """A sealed letter that a secretary opened, and made less strict, after losing the position; and who decides."""

    head: ScriptedDevice
    letter_id: LetterId
    key: SealedKey
    made: tuple[MadeOp, ...]
    office: OfficeInTest

    def do(self, act: Any) -> tuple[Outcome, str]:
        """The head does something, signed."""
        chair, at_ms = self.office.positions["camat"], self.head.clock()
        author = Author(tenant=self.office.tenant, user=self.office.users["camat"], position=chair)
        signature = party_of(HEAD_PAIR).sign(act_payload(act, author, at_ms))
        self.head.act(act, position=chair, signed=Signed(signature=signature, at_ms=at_ms))
        return outcome(self.head)

    def accept(self) -> tuple[Outcome, str]:
        """The head accepts it, as the reader whom it was sealed to."""
        self.head.sync()
        return self.do(AcceptHeld(held_id=one_held(self.head).id, ops=tuple(one.data for one in self.made)))

    @property
    def letter(self) -> IncomingLetter | None:
        self.head.sync()
        return self.head.replica.get(IncomingLetter, self.letter_id)


@pytest.fixture
def held(server: RunningServer, office: OfficeInTest, join: Join) -> Held:
    secretary, head = join("sekcam"), join("camat")
    user, chair = office.users["camat"], office.positions["sekcam"]
    head.open_session(user, password=PASSWORD, offers=(offer(head, office, user),))
    letter_id = LetterId(secretary.new_id())
    key = SealedKey(user=user, key=b"8 bytes.", sealed=bytes(SEALED_KEY_BYTES))
    own = SealedKey(user=office.users["sekcam"], key=b"8 bytes.", sealed=bytes(SEALED_KEY_BYTES))
    sealed = {"security": SecurityLevel.SECRET, "subject": SEALED + "AAAA", "summary": SEALED + "BBBB"}
    secretary.act(register(letter_id, **sealed, keys=(key, own)), position=chair)
    base = secretary.sync().results[0].first_rev
    opening = UnsealLetter(letter_id=letter_id, base=base, subject=WORDS[0], summary=WORDS[1], scans=())
    lower = ReclassifyLetter(letter_id=letter_id, security=SecurityLevel.OPEN, seen=SecurityLevel.SECRET, base=base)
    made = tuple(secretary.act(act, position=chair, group=9) for act in (opening, lower))
    take_position(server, office, "sekcam", to="arsip")
    assert {one.outcome for one in secretary.sync().results} == {Outcome.HELD}
    return Held(head=head, letter_id=letter_id, key=key, made=made, office=office)


def is_told(server: RunningServer, office: OfficeInTest) -> bool:
    return any(word.encode() in log_of(server, office) for word in WORDS)


def test_a_word_that_is_refused_since_the_letter_was_made_stricter_is_covered(
    server: RunningServer, office: OfficeInTest, held: Held
) -> None:
    stricter = ReclassifyLetter(
        letter_id=held.letter_id, security=SecurityLevel.TOP_SECRET, seen=SecurityLevel.SECRET, base=ANYTHING_KNOWN
    )
    assert held.do(stricter) == (Outcome.ACCEPTED, "")

    assert held.accept() == (Outcome.REFUSED, "security_changed")

    assert not is_told(server, office)


def test_a_word_that_opened_the_letter_is_covered_when_it_is_sealed_again(
    server: RunningServer, office: OfficeInTest, held: Held
) -> None:
    assert held.accept() == (Outcome.ACCEPTED, "")
    assert held.letter is not None
    assert held.letter.subject == WORDS[0]
    assert is_told(server, office), "it lies in the clear for everybody"

    stricter = ReclassifyLetter(
        letter_id=held.letter_id, security=SecurityLevel.SECRET, seen=SecurityLevel.OPEN, base=ANYTHING_KNOWN
    )
    sealing = SealLetter(
        letter_id=held.letter_id,
        base=ANYTHING_KNOWN,
        keys=(held.key,),
        subject=SEALED + "AAAA",
        summary=SEALED + "BBBB",
        scans=(),
    )
    assert [held.do(act) for act in (stricter, sealing)] == [(Outcome.ACCEPTED, "")] * 2

    assert not is_told(server, office)
    assert not server.handle.audit.audit(office.tenant).problems
