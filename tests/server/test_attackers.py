"""People who mean harm and have more than strangers: a clerk with Python at a shared PC, somebody in the line.

Each test is an attack as somebody would try it. What shows beside it is in `docs/security.md` (Threats).
"""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import UTC, datetime

import msgspec
import pytest
from argon2 import PasswordHasher

from core.domain.administering import IssueCode, MoveUser
from core.domain.attachments import Attachment, MediaType
from core.domain.delegations import OpenDelegation
from core.domain.ids import BlobHash, RowId
from core.domain.letters import IncomingLetter
from core.domain.offices import ActingKind, Role, Scope
from core.domain.sessions import EndSessions
from core.protocol.enrolment import ALPHABET, code_hash, fingerprint, new_code
from core.protocol.faults import FaultCode
from core.protocol.messages import ChainBreak, Outcome, own_password_payload
from core.protocol.person_keys import party_of
from core.protocol.small_files import SMALL_FILES_PATH
from tests.server.test_person_keys import HEAD_PAIR, offer
from tests.support.acts import register
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer

SCAN = b"%PDF-1.7 rahasia jabatan"
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def database_url() -> str:
    """Nothing of it depends on the database."""
    return ""


class Shared:
    """A PC that an administrator, who has keys, shares with a clerk; the clerk has all that lies on it."""

    def __init__(self, server: RunningServer, office: OfficeInTest, clock: ManualClock) -> None:
        self.office = office
        place = server.admin.add_position(office.tenant, office.office, title="Admin Kantor", role=Role.OFFICE_ADMIN)
        issued = server.admin.add_person(office.tenant, username="admin.sukau", name="Admin", positions=[place])
        self.admin, self.place = issued.user, place
        self.pc = ScriptedDevice(server.url, server.wire, clock=clock)
        self.pc.enrol(issued.code, password=PASSWORD)
        self.pc.open_session(self.admin, password=PASSWORD, offers=(offer(self.pc, office, self.admin),))
        self.admins_token = self.pc.token
        self.pc.enrol(office.codes["tu"], password=PASSWORD)
        self.pc.sync()


@pytest.fixture
def shared(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Shared:
    return Shared(server, office, clock)


def test_who_shares_a_pc_with_an_administrator_gives_himself_no_right_in_his_name(
    shared: Shared, office: OfficeInTest, clock: ManualClock
) -> None:
    """A code that resets a password, a position, an order to act for somebody: the device alone signs none of it."""
    now = datetime.fromtimestamp(clock() / 1000, UTC)
    clerk = office.users["tu"]
    grabs = (
        IssueCode(
            issue_id=RowId(shared.pc.new_id()),
            user=office.users["camat"],
            code_hash=code_hash(new_code(os.urandom)),
            resets=True,
        ),
        MoveUser(user=clerk, positions=(office.positions["camat"],)),
        OpenDelegation(
            delegation_id=RowId(shared.pc.new_id()),
            kind=ActingKind.PLT,
            position=office.positions["camat"],
            replaces=office.users["camat"],
            acting_user=clerk,
            acting_position=office.positions["tu"],
            scopes=(Scope.DISPOSE,),
            order_no="800/1",
            order_date=now.date(),
            starts_at=now,
            ends_at=now.replace(year=now.year + 1),
        ),
        EndSessions(end_id=RowId(shared.pc.new_id()), user=shared.admin),
    )
    for act in grabs:
        for known in (None, 0):  # also when the PC says that it knew of no key
            shared.pc.act(act, position=shared.place, user=shared.admin, known=known)
            result = shared.pc.sync().results[-1]
            assert (result.outcome, result.code) == (Outcome.REFUSED, "signature_missing"), type(act).__name__


def test_who_shares_a_pc_chooses_nobody_elses_password(shared: Shared) -> None:
    """Token and keys of the PC are at hand; without the old password the person's own key is not."""
    chosen = CHEAP.hash("kata sandi penyerang")
    assert shared.pc.session is not None
    shared.pc.session = msgspec.structs.replace(shared.pc.session, token=shared.admins_token, user=shared.admin)

    with pytest.raises(FaultAnswered) as refused:
        shared.pc.change_password(chosen, user=shared.admin)

    assert refused.value.fault is not None
    assert refused.value.fault.code is FaultCode.MALFORMED
    own = party_of(HEAD_PAIR).sign(own_password_payload(shared.admin, chosen, wraps=()))
    shared.pc.change_password(chosen, user=shared.admin, own=own)


def test_who_has_one_account_acts_as_nobody_whose_pc_it_is_not(join: Join, office: OfficeInTest) -> None:
    pc = join("tu")
    for handle in ("camat", "sekcam"):
        pc.act(register(pc.new_id()), position=office.positions[handle], user=office.users[handle])
        assert pc.sync().results[-1].outcome is Outcome.REFUSED
    pc.act(register(pc.new_id()), position=office.positions["camat"])
    assert pc.sync().results[-1].outcome is Outcome.REFUSED


def test_a_number_that_was_given_out_is_not_given_again_nor_written_over(join: Join, office: OfficeInTest) -> None:
    first, thief = join("tu"), join("sekcam")
    first.act(register(first.new_id(), agenda_no=41), position=office.positions["tu"])
    assert first.sync().results[-1].outcome is Outcome.ACCEPTED
    (letter,) = first.replica.of(IncomingLetter)

    thief.act(register(thief.new_id(), agenda_no=41), position=office.positions["sekcam"])
    thief.act(register(letter.id, subject="Diganti"), position=office.positions["sekcam"])
    results = thief.sync().results
    first.sync()

    refused = [(Outcome.REFUSED, "number_taken"), (Outcome.REFUSED, "already_exists")]
    assert [(one.outcome, one.code) for one in results] == refused
    assert first.replica.of(IncomingLetter) == [letter]


def test_the_hash_of_a_file_opens_it_to_nobody_who_may_not_read_its_letter(join: Join, office: OfficeInTest) -> None:
    clerk, head, other = join("tu"), join("camat"), join("kesos")
    name = hashlib.sha256(SCAN).digest()
    scan = Attachment(sha256=BlobHash(name), size=len(SCAN), media=MediaType.PDF, pages=1, name="surat.pdf")
    clerk.act(register(clerk.new_id(), scans=(scan,)), position=office.positions["tu"])
    clerk.sync()
    assert clerk.upload(name, SCAN, size=len(SCAN)).status == 204

    def ways(pc: ScriptedDevice) -> list[bool]:
        """Whether each way to a file gives this one."""
        answers = pc.download(name), pc.request("POST", SMALL_FILES_PATH, name, token=pc.token)
        return [SCAN in one.body for one in answers]

    assert ways(head) == [True, True]
    assert ways(other) == [False, False]
    assert other.download(name).status == 404  # as one that is not there


def test_an_authority_that_was_made_to_look_like_ours_costs_more_than_a_graphics_card_has() -> None:
    """Who sits in the line at joining has to hit forty bits; a plain hash of them was minutes."""
    der = os.urandom(600)

    eight = fingerprint(der)

    assert len(eight) == 8  # characters
    plain = base64.b32encode(hashlib.sha256(der).digest()[:5]).decode()
    assert eight != plain.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET))
    assert eight != fingerprint(der[:-1] + bytes([der[-1] ^ 1]))


def test_who_backdates_what_he_did_is_on_record_with_how_late_it_came(join: Join, office: OfficeInTest) -> None:
    """The keys of the PC are his, so the op is sound; when the server had it he cannot choose."""
    clerk, head = join("tu"), join("camat")
    month_ms = 30 * 24 * 3600 * 1000
    letter_id = clerk.new_id()

    clerk.act(register(letter_id), position=office.positions["tu"], wall_ms=clerk.clock() - month_ms)
    clerk.sync()
    head.sync()

    (letter,) = head.replica.of(IncomingLetter)
    assert [round(one.late_s / 86_400) for one in letter.receipts] == [30]


def test_who_takes_back_on_his_pc_what_was_sent_takes_nothing_back(join: Join, office: OfficeInTest) -> None:
    """He has the store's key and the chain: he writes another history under the same numbers, and sends that."""
    clerk, head = join("tu"), join("camat")
    clerk.act(register(clerk.new_id(), subject="Yang memberatkan"), position=office.positions["tu"])
    before = clerk.next_seq, clerk.head
    clerk.act(register(clerk.new_id(), subject="Yang dihapusnya"), position=office.positions["tu"])
    assert [one.outcome for one in clerk.sync().results] == [Outcome.ACCEPTED] * 2

    clerk.next_seq, clerk.head = before
    clerk.act(register(clerk.new_id(), subject="Yang tidak apa-apa"), position=office.positions["tu"])
    answer = clerk.sync()
    head.sync()

    assert answer.results == ()
    assert answer.control.chain is not None
    assert answer.control.chain.why is ChainBreak.FORK
    assert {one.subject for one in head.replica.of(IncomingLetter)} == {"Yang memberatkan", "Yang dihapusnya"}
