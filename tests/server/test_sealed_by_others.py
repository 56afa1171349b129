"""Whatever makes a letter one for its readers alone: of what came about it in the clear the server keeps no word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from core.domain.acting import Signed
from core.domain.conflicts import Conflict
from core.domain.held_acts import AcceptHeld, HeldAct
from core.domain.ids import LetterId, UserId
from core.domain.letters import IncomingLetter, SecurityLevel, is_for_readers
from core.domain.recasting import ConflictTexts
from core.domain.reclassifying import ReclassifyLetter
from core.domain.replying import EndReply, ExpectReply
from core.domain.resealing import SealLetter, UnsealLetter
from core.domain.secrecy import SEALED, SEALED_KEY_BYTES, SealedKey
from core.protocol.act_signing import Author, act_payload
from core.protocol.messages import Outcome
from core.protocol.person_keys import party_of
from core.protocol.records import KIND_OF
from server.storage.database import UnitOfWork
from server.storage.segments import SegmentRow, SegmentStream
from tests.server.holding import outcome, send_again, take_position
from tests.server.test_person_keys import HEAD_PAIR, offer
from tests.server.test_sealed_again import WORDS, log_of
from tests.support.acts import amend, dispose, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

ANYTHING_KNOWN = 1 << 40
TEXTS = {"subject": SEALED + "AAAA", "summary": SEALED + "BBBB"}


@dataclass(frozen=True)
class Desk:
    """The head of an office, who has keys, and a secretary whose work is held; a clerk."""

    server: RunningServer
    office: OfficeInTest
    head: ScriptedDevice
    secretary: ScriptedDevice
    clerk: ScriptedDevice

    @property
    def reader(self) -> SealedKey:
        return SealedKey(user=self.office.users["camat"], key=b"8 bytes.", sealed=bytes(SEALED_KEY_BYTES))

    @property
    def sealed(self) -> dict[str, Any]:
        """What a letter is registered with that is sealed to the head."""
        own = SealedKey(user=self.office.users["sekcam"], key=b"8 bytes.", sealed=bytes(SEALED_KEY_BYTES))
        return {"security": SecurityLevel.SECRET, **TEXTS, "keys": (self.reader, own)}

    def sealing(self, letter_id: LetterId) -> SealLetter:
        subject, summary = TEXTS["subject"], TEXTS["summary"]
        return SealLetter(
            letter_id=letter_id, base=ANYTHING_KNOWN, keys=(self.reader,), subject=subject, summary=summary, scans=()
        )

    def seal(self, letter_id: LetterId) -> None:
        """The clerk raises and seals a letter, with what lost in it."""
        letter = self.letter(letter_id)
        assert letter is not None
        summary = TEXTS["summary"] if letter.summary else ""
        lost = tuple(
            ConflictTexts(
                conflict_id=one.id, rev=ANYTHING_KNOWN, base=SEALED + "C", stands=SEALED + "D", wanted=SEALED + "E"
            )
            for one in self.head.replica.of(Conflict)
        )
        stricter = ReclassifyLetter(
            letter_id=letter_id, security=SecurityLevel.SECRET, seen=SecurityLevel.OPEN, base=ANYTHING_KNOWN
        )
        self.write("tu", stricter)
        self.write("tu", replace(self.sealing(letter_id), summary=summary, conflicts=lost))
        assert [one.outcome for one in self.clerk.sync().results] == [Outcome.ACCEPTED] * 2

    def write(self, who: str, act: Any, **how: Any) -> None:
        """Somebody does something; it waits."""
        device = {"sekcam": self.secretary, "tu": self.clerk}[who]
        device.act(act, position=self.office.positions[who], **how)

    def held(self, *acts: Any, together: bool = False) -> list[HeldAct]:
        """What the secretary does comes after she lost her position."""
        for act in acts:
            self.write("sekcam", act, group=9 if together else 0)
        take_position(self.server, self.office, "sekcam", to="arsip")
        assert {one.outcome for one in self.secretary.sync().results} == {Outcome.HELD}
        self.head.sync()
        return sorted(self.head.replica.of(HeldAct), key=lambda one: [len(one.ops), one.received_at])

    def do(self, act: Any) -> tuple[Outcome, str]:
        """The head does something, signed."""
        chair, at_ms = self.office.positions["camat"], self.head.clock()
        author = Author(tenant=self.office.tenant, user=UserId(self.office.users["camat"]), position=chair)
        signature = party_of(HEAD_PAIR).sign(act_payload(act, author, at_ms))
        self.head.act(act, position=chair, signed=Signed(signature=signature, at_ms=at_ms))
        return outcome(self.head)

    def make_segments(self) -> None:
        """One of each stream."""

        def work(unit: UnitOfWork) -> None:
            store = unit.of(self.office.tenant)
            for at, row in enumerate(store.streams.all()):
                key, of = row.key, SegmentStream(stream=row.id, cursor=row.last, rows=1)
                made = SegmentRow(
                    sha256=bytes([at]) * 32,
                    kind=key.kind,
                    owner=key.owner,
                    level=key.level,
                    size=1,
                    made_ms=1,
                    streams=(of,),
                )
                store.segments.add(made)

        self.server.handle.database.write(work)

    def segments_with(self, held: HeldAct) -> list[SegmentRow]:
        """Those in which something held may lie."""

        def work(unit: UnitOfWork) -> list[SegmentRow]:
            store = unit.of(self.office.tenant)
            ids = {row.id for row in store.streams.all() if row.key in KIND_OF[HeldAct].streams(held)}
            return [row for row in store.segments.all() if any(one.stream in ids for one in row.streams)]

        return self.server.handle.database.read(work)

    def letter(self, letter_id: LetterId) -> IncomingLetter | None:
        self.head.sync()
        return self.head.replica.get(IncomingLetter, letter_id)

    def is_sealed(self, letter_id: LetterId) -> bool:
        letter = self.letter(letter_id)
        return letter is not None and is_for_readers(letter)

    @property
    def words(self) -> set[str]:
        """Those that stand in the clear in the log, and in what is held."""
        self.head.sync()
        held = b"".join(data for one in self.head.replica.of(HeldAct) for data in one.ops)
        held += b"".join(data for one in self.head.replica.of(HeldAct) for _, data in one.would)
        return {word for word in WORDS if word.encode() in log_of(self.server, self.office) + held}


@pytest.fixture
def desk(server: RunningServer, office: OfficeInTest, join: Join) -> Desk:
    secretary, head, clerk = join("sekcam"), join("camat"), join("tu")
    user = office.users["camat"]
    head.open_session(user, password=PASSWORD, offers=(offer(head, office, user),))
    return Desk(server=server, office=office, head=head, secretary=secretary, clerk=clerk)


def test_what_was_refused_about_a_sealed_letter_whose_registration_was_held_is_covered_when_that_is_accepted(
    desk: Desk, database_url: str
) -> None:
    letter_id = LetterId(desk.secretary.new_id())
    (held,) = desk.held(register(letter_id, **desk.sealed))
    opening = UnsealLetter(letter_id=letter_id, base=0, subject=WORDS[0], summary=WORDS[1], scans=())
    assert desk.do(opening) == (Outcome.REFUSED, "unknown_letter")
    assert desk.words == set(WORDS)

    assert desk.do(AcceptHeld(held_id=held.id)) == (Outcome.ACCEPTED, "")

    assert desk.is_sealed(letter_id)
    assert not desk.words
    assert not desk.server.handle.audit.audit(desk.office.tenant).problems
    assert desk.server.handle.database.write_anew() == ("postgresql" not in database_url), "copies of it may stay"


def test_what_was_refused_about_a_sealed_letter_is_covered_when_a_mended_pc_brings_it_once_more(desk: Desk) -> None:
    """Its registration was refused before, by a person who has the position by now."""
    letter_id = LetterId(desk.secretary.new_id())
    made = desk.secretary.act(register(letter_id, **desk.sealed), position=desk.office.positions["tu"])
    assert outcome(desk.secretary)[0] is Outcome.REFUSED
    opening = UnsealLetter(letter_id=letter_id, base=0, subject=WORDS[0], summary=WORDS[1], scans=())
    assert desk.do(opening) == (Outcome.REFUSED, "unknown_letter")

    take_position(desk.server, desk.office, "sekcam", to="tu")
    send_again(desk.secretary, made, epoch=2)

    assert outcome(desk.secretary) == (Outcome.ACCEPTED, "")
    assert desk.is_sealed(letter_id)
    assert not desk.words


def test_what_is_held_about_a_sealed_letter_that_is_held_itself_is_sealed_when_that_is_accepted(desk: Desk) -> None:
    letter_id = LetterId(desk.secretary.new_id())
    opening = UnsealLetter(letter_id=letter_id, base=0, subject=WORDS[0], summary=WORDS[1], scans=())
    desk.write("sekcam", register(letter_id, **desk.sealed))
    held = desk.held(opening)
    (letter,) = [one for one in held if WORDS[0].encode() not in one.ops[0]]
    assert desk.words == set(WORDS)
    desk.make_segments()

    assert desk.do(AcceptHeld(held_id=letter.id)) == (Outcome.ACCEPTED, "")

    assert desk.is_sealed(letter_id)
    assert not desk.words
    assert not desk.segments_with(letter), "whoever loads one of them would be told"


def test_a_letter_that_is_sealed_by_a_superiors_word_is_covered_as_if_the_author_had_been_heard(desk: Desk) -> None:
    letter_id = LetterId(desk.clerk.new_id())
    desk.write("tu", register(letter_id, subject=WORDS[0]))
    desk.clerk.sync()
    desk.secretary.sync()
    desk.write("sekcam", amend(letter_id, {"summary": WORDS[1]}, {"summary": ANYTHING_KNOWN}))
    stricter = ReclassifyLetter(
        letter_id=letter_id, security=SecurityLevel.SECRET, seen=SecurityLevel.OPEN, base=ANYTHING_KNOWN
    )
    held = desk.held(stricter, replace(desk.sealing(letter_id), summary=""), together=True)
    assert desk.words == set(WORDS)

    assert desk.do(AcceptHeld(held_id=held[-1].id)) == (Outcome.ACCEPTED, "")

    assert desk.is_sealed(letter_id)
    assert not desk.words


def test_of_a_held_correction_that_lost_when_it_was_accepted_the_answer_keeps_no_word_once_its_letter_is_sealed(
    desk: Desk,
) -> None:
    """The superior's word names the letter nowhere, and its answer both values."""
    letter_id = LetterId(desk.clerk.new_id())
    desk.write("tu", register(letter_id))
    desk.write("tu", amend(letter_id, {"subject": WORDS[0]}, {"subject": ANYTHING_KNOWN}))
    desk.clerk.sync()
    (held,) = desk.held(amend(letter_id, {"subject": WORDS[1]}, {"subject": 0}))
    assert desk.do(AcceptHeld(held_id=held.id)) == (Outcome.CONFLICT, "")
    assert desk.words == set(WORDS)

    desk.seal(letter_id)

    assert desk.is_sealed(letter_id)
    assert not desk.words
    assert not desk.server.handle.audit.audit(desk.office.tenant).problems


def test_of_a_correction_that_emptied_a_text_and_lost_the_answer_keeps_no_word_once_its_letter_is_sealed(
    desk: Desk,
) -> None:
    """Without what its author saw it says nothing itself, and is answered with what stands."""
    letter_id = LetterId(desk.clerk.new_id())
    desk.write("tu", register(letter_id))
    desk.write("tu", amend(letter_id, {"summary": WORDS[0]}, {"summary": ANYTHING_KNOWN}))
    desk.clerk.sync()
    desk.write("sekcam", amend(letter_id, {"summary": ""}, {"summary": 0}))
    assert [one.outcome for one in desk.secretary.sync().results] == [Outcome.CONFLICT]

    desk.seal(letter_id)

    assert desk.is_sealed(letter_id)
    assert not desk.words


def test_a_letter_whose_words_in_the_clear_are_corrected_away_is_covered(desk: Desk) -> None:
    letter_id, secretary = LetterId(desk.clerk.new_id()), desk.office.positions["sekcam"]
    secret = {"security": SecurityLevel.SECRET, "subject": WORDS[0]}
    desk.write("tu", register(letter_id, addressee=desk.office.positions["camat"], **secret))
    desk.clerk.sync()
    desk.head.sync()
    order = replace(dispose(desk.head.new_id(), letter_id, secretary), note=SEALED + "CCCC", keys=(desk.reader,))
    assert desk.do(order) == (Outcome.ACCEPTED, "")
    assert desk.words == {WORDS[0]}
    assert not desk.is_sealed(letter_id), "its note alone is"

    desk.write("tu", amend(letter_id, {"subject": ""}, {"subject": ANYTHING_KNOWN}))
    assert [one.outcome for one in desk.clerk.sync().results] == [Outcome.ACCEPTED]

    assert desk.is_sealed(letter_id)
    assert not desk.words


def test_what_takes_effect_without_its_words_is_covered_where_the_letter_is_sealed(desk: Desk) -> None:
    letter_id = LetterId(desk.clerk.new_id())
    desk.write("tu", register(letter_id, **desk.sealed))
    desk.write("tu", ExpectReply(letter_id=letter_id, by=date(2026, 3, 20)))
    desk.clerk.sync()

    desk.write("tu", EndReply(letter_id=letter_id, answer_no="", reason=WORDS[0]))
    assert [one.outcome for one in desk.clerk.sync().results] == [Outcome.ACCEPTED]

    assert desk.is_sealed(letter_id)
    assert not desk.words


def test_what_everybody_may_read_of_a_sealed_letter_stays_in_the_clear(desk: Desk) -> None:
    letter_id = LetterId(desk.clerk.new_id())
    desk.write("tu", register(letter_id, **desk.sealed))
    desk.write("tu", amend(letter_id, {"sender": WORDS[0]}, {"sender": ANYTHING_KNOWN}))
    assert [one.outcome for one in desk.clerk.sync().results] == [Outcome.ACCEPTED] * 2

    assert desk.is_sealed(letter_id)
    assert desk.words == {WORDS[0]}
