"""Getting in: one-time codes, passwords, tokens, and being shut out."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import pytest
from argon2 import PasswordHasher

from core.domain.ids import DeviceId
from core.domain.letters import IncomingLetter
from core.protocol.access import token_hash
from core.protocol.escrow import seal_escrow
from core.protocol.faults import FaultCode
from core.protocol.messages import Outcome, SessionReply
from core.protocol.sealing import SEALED_KEY_BYTES
from server.services.passwords import PasswordService
from tests.support.acts import dispose, register
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer


@pytest.fixture
def fresh(server: RunningServer, clock: ManualClock) -> Callable[[], ScriptedDevice]:
    """A PC that nobody has enrolled."""
    return lambda: ScriptedDevice(server.url, server.wire, clock=clock)


Fresh = Callable[[], ScriptedDevice]


def fault_of(work: Callable[[], object]) -> tuple[FaultCode, int]:
    with pytest.raises(FaultAnswered) as caught:
        work()
    assert caught.value.fault is not None
    return caught.value.fault.code, caught.value.fault.number


def test_a_code_lets_one_person_in_on_one_pc(office: OfficeInTest, fresh: Fresh) -> None:
    pc = fresh()

    reply = pc.enrol(office.codes["tu"], password=PASSWORD)

    assert (reply.user, reply.epoch, reply.next_seq) == (office.users["tu"], 1, 1)
    assert len(reply.token) == 22
    assert pc.sync().results == ()
    assert fault_of(lambda: fresh().enrol(office.codes["tu"], password=PASSWORD)) == (FaultCode.CODE_USED, 0)


def test_a_code_may_be_typed_as_people_type(office: OfficeInTest, fresh: Fresh) -> None:
    typed = f"  {office.codes['tu'].lower().replace('-', ' ')} "

    assert fresh().enrol(typed, password=PASSWORD).user == office.users["tu"]


def test_an_enrolment_whose_reply_was_lost_is_repeated_with_a_fresh_token(
    office: OfficeInTest, fresh: Fresh, clock: ManualClock
) -> None:
    pc = fresh()
    lost: SessionReply = pc.enrol(office.codes["tu"], password=PASSWORD)

    again = pc.enrol(office.codes["tu"], password=PASSWORD)

    assert again.token != lost.token
    assert pc.sync().results == ()
    wrong = fault_of(lambda: pc.enrol(office.codes["tu"], password="kata sandi lain"))
    assert wrong == (FaultCode.WRONG_PASSWORD, 0)
    clock.advance(days=15)
    expired = fault_of(lambda: pc.enrol(office.codes["tu"], password=PASSWORD))
    assert expired == (FaultCode.CODE_EXPIRED, 0)


def test_a_deposited_key_goes_back_to_its_device_with_a_good_code_only(office: OfficeInTest, fresh: Fresh) -> None:
    pc, key = fresh(), os.urandom(32)
    server = pc.enrol(office.codes["tu"], password=PASSWORD).bundle_seal
    escrow = seal_escrow(key, server=server, device=pc.id)

    wrong = fault_of(lambda: pc.enrol("AAAA-AAAA-AAAA", password=PASSWORD, escrow=escrow))
    reply = pc.enrol(office.codes["camat"], password=PASSWORD, escrow=escrow)

    assert wrong == (FaultCode.CODE_UNKNOWN, 0)
    assert len(reply.opened) == SEALED_KEY_BYTES
    assert key not in reply.opened
    assert pc.enrol(office.codes["camat"], password=PASSWORD).opened == b""


def test_what_was_not_deposited_here_uses_no_code_up(office: OfficeInTest, fresh: Fresh) -> None:
    pc, other = fresh(), fresh()
    server = pc.enrol(office.codes["tu"], password=PASSWORD).bundle_seal
    strange = seal_escrow(bytes(32), server=server, device=other.id)

    for escrow in (strange, b"x", bytes(SEALED_KEY_BYTES)):
        asked = partial(pc.enrol, office.codes["camat"], password=PASSWORD, escrow=escrow)
        assert fault_of(asked) == (FaultCode.MALFORMED, 0)

    assert other.enrol(office.codes["camat"], password=PASSWORD).user == office.users["camat"]


@pytest.mark.parametrize("typed", ["AAAA-AAAA-AAAA", "salah", "", "!!!!"])
@pytest.mark.usefixtures("office")
def test_a_code_that_was_never_given_is_unknown(fresh: Fresh, typed: str) -> None:
    assert fault_of(lambda: fresh().enrol(typed, password=PASSWORD)) == (FaultCode.CODE_UNKNOWN, 0)


def test_a_code_ends_after_two_weeks(office: OfficeInTest, fresh: Fresh, clock: ManualClock) -> None:
    clock.advance(days=14)

    assert fault_of(lambda: fresh().enrol(office.codes["tu"], password=PASSWORD)) == (FaultCode.CODE_EXPIRED, 0)


def test_a_short_password_is_weak_and_leaves_the_code_unused(office: OfficeInTest, fresh: Fresh) -> None:
    pc = fresh()

    assert fault_of(lambda: pc.enrol(office.codes["tu"], password="sebelas huruf"[:11])) == (
        FaultCode.WEAK_PASSWORD,
        0,
    )
    assert pc.enrol(office.codes["tu"], password=PASSWORD).user == office.users["tu"]


def test_the_second_pc_of_a_person_wants_the_password_of_the_first(
    server: RunningServer, office: OfficeInTest, fresh: Fresh
) -> None:
    fresh().enrol(office.codes["tu"], password=PASSWORD)
    second = server.admin.new_code(office.tenant, office.users["tu"]).code
    pc = fresh()

    assert fault_of(lambda: pc.enrol(second, password="sandi yang lain")) == (FaultCode.WRONG_PASSWORD, 0)
    assert pc.enrol(second, password=PASSWORD).user == office.users["tu"]


def test_a_forgotten_password_is_chosen_anew_with_a_code_for_that(
    server: RunningServer, office: OfficeInTest, fresh: Fresh
) -> None:
    pc = fresh()
    pc.enrol(office.codes["tu"], password=PASSWORD)
    code = server.admin.new_code(office.tenant, office.users["tu"], reset_password=True).code

    pc.enrol(code, password="sandi baru sekali")

    assert pc.open_session(office.users["tu"], password="sandi baru sekali").user == office.users["tu"]


def test_two_people_share_a_pc_and_its_chain_of_ops(office: OfficeInTest, fresh: Fresh) -> None:
    pc = fresh()
    pc.enrol(office.codes["tu"], password=PASSWORD)
    pc.sync()
    pc.act(register(pc.new_id()), position=office.positions["tu"])
    pc.sync()

    reply = pc.enrol(office.codes["camat"], password="sandi milik camat")

    assert (reply.epoch, reply.next_seq, reply.head) == (1, 2, pc.head)
    letter_id = pc.replica.of(IncomingLetter)[0].id
    pc.act(
        dispose(pc.new_id(), letter_id, office.positions["kesos"]),
        position=office.positions["camat"],
        user=office.users["camat"],
    )
    assert [one.outcome for one in pc.sync().results] == [Outcome.ACCEPTED]


def test_a_pc_with_another_key_cannot_take_the_name_of_a_pc(office: OfficeInTest, fresh: Fresh) -> None:
    pc, thief = fresh(), fresh()
    pc.enrol(office.codes["tu"], password=PASSWORD)
    thief.id = pc.id

    assert fault_of(lambda: thief.enrol(office.codes["camat"], password=PASSWORD)) == (FaultCode.MALFORMED, 0)
    assert fault_of(lambda: thief.enrol(office.codes["tu"], password=PASSWORD)) == (FaultCode.CODE_USED, 0)


def test_signing_in_again_gives_a_new_token_and_voids_the_old_one(office: OfficeInTest, fresh: Fresh) -> None:
    pc = fresh()
    old = pc.enrol(office.codes["tu"], password=PASSWORD).token

    new = pc.open_session(office.users["tu"], password=PASSWORD).token

    assert new != old
    assert pc.request("POST", "/v1/sync", b"", token=old).status == 401
    assert pc.sync().results == ()


def test_who_is_not_enrolled_on_a_pc_cannot_sign_in_there(office: OfficeInTest, fresh: Fresh) -> None:
    pc, thief = fresh(), fresh()
    pc.enrol(office.codes["tu"], password=PASSWORD)
    thief.id = pc.id

    stolen_name = fault_of(lambda: thief.open_session(office.users["tu"], password=PASSWORD))
    assert stolen_name == (FaultCode.MALFORMED, 0)
    other = fault_of(lambda: pc.open_session(office.users["camat"], password=PASSWORD))
    # As of somebody who mistyped: who has an account is nobody's business.
    assert other == (FaultCode.WRONG_PASSWORD, 0)
    nobody = fault_of(lambda: pc.open_session(2**31, password=PASSWORD))  # type: ignore[arg-type]
    assert nobody == (FaultCode.NOT_FOUND, 0)


def test_wrong_passwords_cost_time_and_more_time(
    server: RunningServer, office: OfficeInTest, fresh: Fresh, clock: ManualClock
) -> None:
    pc = fresh()
    pc.enrol(office.codes["tu"], password=PASSWORD)
    user = office.users["tu"]

    def attempt(password: str) -> tuple[FaultCode, int]:
        return fault_of(lambda: pc.open_session(user, password=password))

    assert [attempt("salah sama sekali")[0] for _ in range(5)] == [FaultCode.WRONG_PASSWORD] * 5
    # Even the right one has to wait now: whoever guesses learns nothing.
    assert attempt(PASSWORD) == (FaultCode.TOO_MANY, 2)
    clock.advance(seconds=2)
    assert attempt("salah sama sekali") == (FaultCode.WRONG_PASSWORD, 0)
    assert attempt(PASSWORD) == (FaultCode.TOO_MANY, 4)
    # A restart forgets nothing.
    server.stop()
    server.start()
    assert attempt(PASSWORD) == (FaultCode.TOO_MANY, 4)
    clock.advance(seconds=4)
    assert pc.open_session(user, password=PASSWORD).user == user
    assert attempt("salah sama sekali") == (FaultCode.WRONG_PASSWORD, 0)


def test_a_token_lives_thirty_days_from_its_last_use(join: Join, office: OfficeInTest, clock: ManualClock) -> None:
    pc = join("tu")
    for _ in range(3):
        clock.advance(days=29)
        pc.sync()
    clock.advance(days=30)

    assert fault_of(pc.sync) == (FaultCode.SIGNED_OUT, 0)
    pc.open_session(office.users["tu"], password=PASSWORD)
    assert pc.sync().results == ()


def test_a_revoked_pc_is_shut_out_everywhere(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    pc = join("tu")
    assert server.admin.revoke_device(office.tenant, pc.id)
    code = server.admin.new_code(office.tenant, office.users["tu"]).code

    revoked = (FaultCode.DEVICE_REVOKED, 0)
    assert fault_of(pc.sync) == revoked
    assert fault_of(lambda: pc.open_session(office.users["tu"], password=PASSWORD)) == revoked
    assert fault_of(lambda: pc.enrol(code, password=PASSWORD)) == revoked
    assert not server.admin.revoke_device(office.tenant, DeviceId(bytes(16)))


def test_the_database_holds_neither_tokens_nor_codes_nor_passwords(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    pc = join("tu")

    account = server.handle.database.read(lambda unit: unit.of(office.tenant).accounts.get(office.users["tu"]))
    row = server.handle.database.read(lambda unit: unit.doors.by_token(token_hash(pc.token)))

    assert account is not None
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")
    assert row is not None
    if not server.config.database_url:
        content = b"".join(path.read_bytes() for path in server.config.data.glob("pesagi-server.db*"))
        for secret in (pc.token, PASSWORD, office.codes["tu"], office.codes["tu"].replace("-", "")):
            assert secret.encode() not in content


def test_a_password_costs_a_thief_64_mebibytes_a_guess() -> None:
    passwords = PasswordService()

    assert passwords.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_bytes_that_are_no_message_are_malformed(fresh: Fresh) -> None:
    pc = fresh()

    assert pc.request("POST", "/v1/enrol", b"<html>").status == 400
    assert pc.request("POST", "/v1/session", pc.wire.pack([1, 2, 3])).status == 400
    assert pc.request("POST", "/v1/enrol", bytes(20_000)).status == 413
    assert pc.request("GET", "/nothing", b"").fault is not None
    assert pc.request("GET", "/v1/ca", b"").status == 404


HASHED = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("hujan turun di ladang")


def test_a_password_that_was_changed_on_a_pc_counts_from_then_on_and_ends_other_sessions(
    office: OfficeInTest, fresh: Fresh, server: RunningServer
) -> None:
    user = office.users["tu"]
    first, second = fresh(), fresh()
    first.enrol(office.codes["tu"], password=PASSWORD)
    second.enrol(server.handle.admin.new_code(office.tenant, user).code, password=PASSWORD)
    before = first.token

    first.change_password(HASHED, user=user)

    assert first.token != before
    assert first.sync().results == ()
    assert fault_of(second.sync)[0] is FaultCode.SIGNED_OUT
    assert fault_of(lambda: second.open_session(user, password=PASSWORD))[0] is FaultCode.WRONG_PASSWORD
    second.open_session(user, password="hujan turun di ladang")
    assert second.sync().results == ()


def test_a_change_that_its_person_did_not_make_on_this_pc_is_not_taken(office: OfficeInTest, fresh: Fresh) -> None:
    pc, user = fresh(), office.users["tu"]
    pc.enrol(office.codes["tu"], password=PASSWORD)

    assert fault_of(lambda: pc.change_password(HASHED, user=user, signed="other"))[0] is FaultCode.MALFORMED
    assert fault_of(lambda: pc.change_password(HASHED, user=office.users["camat"]))[0] is FaultCode.MALFORMED
    for weak in ("", "hujan turun", HASHED.replace("argon2id", "argon2i"), HASHED.replace("m=64", "m=9999999")):
        assert fault_of(partial(pc.change_password, weak, user=user))[0] is FaultCode.WEAK_PASSWORD
    pc.open_session(user, password=PASSWORD)


def test_a_reset_ends_all_sessions_and_no_change_from_before_undoes_it(
    office: OfficeInTest, fresh: Fresh, server: RunningServer
) -> None:
    pc, user = fresh(), office.users["tu"]
    pc.enrol(office.codes["tu"], password=PASSWORD)

    code = server.handle.admin.new_code(office.tenant, user, reset_password=True).code

    assert fault_of(pc.sync)[0] is FaultCode.SIGNED_OUT
    assert fault_of(lambda: pc.change_password(HASHED, user=user))[0] is FaultCode.SIGNED_OUT
    assert fault_of(lambda: pc.open_session(user, password=PASSWORD))[0] is FaultCode.WRONG_PASSWORD
    pc.enrol(code, password="hujan turun di ladang")
    assert pc.sync().results == ()


def test_what_everybody_would_try_first_is_no_password(office: OfficeInTest, fresh: Fresh) -> None:
    assert fault_of(lambda: fresh().enrol(office.codes["tu"], password="Bismillah-12345"))[0] is FaultCode.WEAK_PASSWORD
