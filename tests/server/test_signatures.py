"""The server takes an order only as the person signed it, once the person has a key."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.acting import UNSIGNED, Signed
from core.domain.dispositions import AnswerDisposition, Disposition
from core.domain.ids import DispositionId, LetterId, UserId
from core.protocol.act_signing import Author, Prover, Standing, act_payload
from core.protocol.messages import Outcome
from core.protocol.person_keys import KeyOffer, offer_payload, party_of
from tests.server.test_person_keys import published
from tests.support.acts import dispose, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import PASSWORD, OfficeInTest

OWN, OTHER = bytes(range(64)), bytes(range(64, 128))


class Chair:
    """The head at one PC, with a key that the server knows, and a letter to decide on."""

    def __init__(self, office: OfficeInTest, join: Join) -> None:
        self.office = office
        tu = join("tu")
        self.letter = LetterId(tu.new_id())
        tu.act(register(self.letter, addressee=office.positions["camat"]), position=office.positions["tu"])
        assert [one.outcome for one in tu.sync().results] == [Outcome.ACCEPTED]
        self.pc = join("camat")
        self.user = office.users["camat"]
        self.show(OWN)

    def show(self, pair: bytes, *, lost: bool = False) -> None:
        """Let the server know a key."""
        party = party_of(pair)
        payload = offer_payload(
            self.office.tenant, self.user, self.pc.id, sign=party.sign_public, seal=party.seal_public
        )
        offer = KeyOffer(
            sign=party.sign_public,
            seal=party.seal_public,
            wrap=b"wrapped",
            proof=party.sign(payload),
            device_signature=self.pc.key.sign(payload),
            lost=lost,
        )
        self.pc.open_session(self.user, password=PASSWORD, offers=(offer,))
        self.pc.sync()

    def signed(self, act: Any, *, pair: bytes = OWN, user: UserId | None = None, later_ms: int = 0) -> Signed:
        author = Author(
            tenant=self.office.tenant,
            user=self.user if user is None else user,
            position=self.office.positions["camat"],
        )
        at_ms = self.pc.clock() + later_ms
        return Signed(signature=party_of(pair).sign(act_payload(act, author, at_ms)), at_ms=at_ms)

    def order(self) -> Any:
        return dispose(self.pc.new_id(), self.letter, self.office.positions["sekcam"])

    def send(self, act: Any, signed: Signed, *, known: int | None = None) -> tuple[Outcome, str]:
        self.pc.act(act, position=self.office.positions["camat"], signed=signed, known=known)
        result = self.pc.sync().results[-1]
        return result.outcome, result.code


@pytest.fixture
def chair(office: OfficeInTest, join: Join) -> Chair:
    return Chair(office, join)


def test_a_signed_order_is_taken_and_anybody_can_prove_it(chair: Chair, join: Join) -> None:
    act = chair.order()

    assert chair.send(act, chair.signed(act)) == (Outcome.ACCEPTED, "")

    secretary = join("sekcam")
    order = secretary.replica.get(Disposition, act.disposition_id)
    assert order is not None
    assert secretary.session is not None
    prover = Prover(chair.office.tenant, secretary.session.bundle_sign)
    assert prover.order(order, published(secretary, chair.user)) is Standing.VALID


def test_an_order_that_is_not_what_its_author_signed_is_refused(chair: Chair) -> None:
    act = chair.order()
    moved = msgspec.structs.replace(act, disposition_id=DispositionId(chair.pc.new_id()))
    forged = (
        (act, chair.signed(act, pair=OTHER)),
        (act, chair.signed(act, user=chair.office.users["sekcam"])),
        (act, chair.signed(moved)),
        (act, chair.signed(msgspec.structs.replace(act, note="Jangan"))),
        (act, chair.signed(msgspec.structs.replace(act, letter_id=LetterId(bytes(16))))),
        (act, chair.signed(AnswerDisposition(disposition_id=act.disposition_id, result="x"))),
        (act, chair.signed(act, later_ms=5)),
        (act, Signed(signature=b"x", at_ms=chair.pc.clock())),
    )

    assert {chair.send(one, signed) for one, signed in forged} == {(Outcome.REFUSED, "signature_wrong")}
    assert chair.send(act, UNSIGNED) == (Outcome.REFUSED, "signature_missing")
    assert chair.send(act, chair.signed(act)) == (Outcome.ACCEPTED, "")


def test_what_a_pc_could_not_know_is_not_held_against_its_people(chair: Chair) -> None:
    unsigned, late = chair.order(), chair.order()
    before = chair.pc.replica.directory_cursor
    assert chair.send(unsigned, UNSIGNED, known=0) == (Outcome.ACCEPTED, "")

    chair.show(OTHER, lost=True)

    assert chair.send(late, chair.signed(late), known=before) == (Outcome.ACCEPTED, "")
    after = chair.order()
    assert chair.send(after, chair.signed(after)) == (Outcome.REFUSED, "signature_wrong")
    assert chair.send(after, chair.signed(after, pair=OTHER)) == (Outcome.ACCEPTED, "")
    pc: ScriptedDevice = chair.pc
    standing = [
        Prover(chair.office.tenant, pc.session.bundle_sign).order(order, published(pc, chair.user))
        for order in (pc.replica.get(Disposition, one.disposition_id) for one in (unsigned, after))
        if order is not None and pc.session is not None
    ]
    assert standing == [Standing.NONE, Standing.VALID]
