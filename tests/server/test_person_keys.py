"""The keys of people: the server vouches for what their password and their PC show, and for nothing else."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.ids import DeviceId, UserId, small_row_id
from core.domain.person_keys import PersonKeys
from core.protocol.faults import FaultCode
from core.protocol.messages import SessionReply
from core.protocol.person_keys import KeyOffer, KeyRing, is_vouched, offer_payload, party_of
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.server import PASSWORD, OfficeInTest

WRAP = b"only the password opens this"
HEAD_PAIR, CLERK_PAIR = bytes(range(64)), bytes(range(64, 128))


def offer(
    pc: ScriptedDevice, office: OfficeInTest, user: UserId, *, pair: bytes = HEAD_PAIR, lost: bool = False
) -> KeyOffer:
    party = party_of(pair)
    payload = offer_payload(office.tenant, user, pc.id, sign=party.sign_public, seal=party.seal_public)
    return KeyOffer(
        sign=party.sign_public,
        seal=party.seal_public,
        wrap=WRAP,
        proof=party.sign(payload),
        device_signature=pc.key.sign(payload),
        lost=lost,
    )


def published(pc: ScriptedDevice, user: UserId) -> PersonKeys:
    pc.sync()
    found = pc.replica.get(PersonKeys, small_row_id(user))
    assert found is not None
    return found


def test_everybody_learns_a_key_and_can_check_who_stands_for_it(office: OfficeInTest, join: Join) -> None:
    camat, tu = join("camat"), join("tu")
    user = office.users["camat"]

    camat.open_session(user, password=PASSWORD, offers=(offer(camat, office, user),))

    key = published(tu, user).keys[0]
    reply: SessionReply = camat.open_session(user, password=PASSWORD)
    server = reply.bundle_sign
    assert is_vouched(office.tenant, user, key, server=server)
    assert not is_vouched(office.tenant, office.users["tu"], key, server=server)
    for changes in ({"seal": bytes(32)}, {"device": DeviceId(bytes(16))}, {"device_key": bytes(32)}):
        assert not is_vouched(office.tenant, user, msgspec.structs.replace(key, **changes), server=server)


def test_what_the_password_opens_is_told_to_its_person_alone(office: OfficeInTest, join: Join) -> None:
    camat, tu = join("camat"), join("tu")
    user = office.users["camat"]
    camat.open_session(user, password=PASSWORD, offers=(offer(camat, office, user),))

    assert [key.wrap for key in camat.open_session(user, password=PASSWORD).keys] == [WRAP]
    assert tu.open_session(office.users["tu"], password=PASSWORD).keys == ()
    with pytest.raises(FaultAnswered):
        camat.open_session(user, password="kata sandi yang salah")


def test_a_key_that_follows_a_loss_ends_those_before_and_none_is_forgotten(office: OfficeInTest, join: Join) -> None:
    camat, user = join("camat"), office.users["camat"]
    camat.open_session(user, password=PASSWORD, offers=(offer(camat, office, user),))

    fresh = offer(camat, office, user, pair=CLERK_PAIR, lost=True)
    shown = camat.open_session(user, password=PASSWORD, offers=(fresh,))
    reply = camat.open_session(user, password=PASSWORD)

    assert shown.keys == (), "who shows keys was told of the others with the session before"
    first, second = published(camat, user).keys
    assert (first.until is None, second.until) == (False, None)
    assert [(key.sign, key.active) for key in reply.keys] == [(second.sign, True), (first.sign, False)]

    again = offer(camat, office, user)
    camat.open_session(user, password=PASSWORD, offers=(again,))
    assert published(camat, user).keys == (first, second), "what ended stands no more, whoever shows it again"


def test_nobody_passes_off_keys_as_anothers(office: OfficeInTest, join: Join) -> None:
    camat, tu = join("camat"), join("tu")
    user = office.users["camat"]
    good, other = offer(camat, office, user), offer(tu, office, office.users["tu"])
    forged = (
        msgspec.structs.replace(good, proof=other.proof),
        msgspec.structs.replace(good, device_signature=other.device_signature),
        offer(camat, office, office.users["tu"]),
        offer(tu, office, user),
        msgspec.structs.replace(good, seal=bytes(32)),
        msgspec.structs.replace(good, wrap=bytes(4096)),
        msgspec.structs.replace(good, wrap=b""),
    )

    for one in forged:
        with pytest.raises(FaultAnswered) as caught:
            camat.open_session(user, password=PASSWORD, offers=(one,))
        assert caught.value.fault is not None
        assert caught.value.fault.code == FaultCode.MALFORMED
    assert camat.open_session(user, password=PASSWORD).keys == ()


def test_a_ring_of_pairs_is_read_as_it_was_written() -> None:
    ring = KeyRing((HEAD_PAIR, CLERK_PAIR))

    assert KeyRing.read(ring.data) == ring
    assert ring.with_pairs((CLERK_PAIR, HEAD_PAIR)) == ring
