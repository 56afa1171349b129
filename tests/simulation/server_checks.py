"""What must hold on the server after any stretch: the log, its chains, the feed, the numbers."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Mapping, Sequence

from core.domain.attaching import AttachScans
from core.domain.conflicts import Conflict
from core.domain.errors import RefusalCode
from core.domain.held_acts import HeldAct
from core.domain.ids import DeviceId, PositionId, small_row_id
from core.domain.letters import IncomingLetter, Urgency
from core.domain.number_fates import NumberFate
from core.domain.numbering import NumberClaim, series_of
from core.domain.offices import Position
from core.domain.registering import RegisterLetter
from core.protocol.letter_sealing import letter_place
from core.protocol.messages import Outcome
from core.protocol.ops import GENESIS, chain, follows, read_op
from core.protocol.records import ACT_OF, KIND_OF
from server.app import ServerHandle
from tests.simulation.opening import Opener
from tests.simulation.pc import content_of
from tests.simulation.truth import Access, Logged, Truth

HELD = KIND_OF[HeldAct].code
REGISTER = ACT_OF[RegisterLetter].code
BRING_SCANS = frozenset({REGISTER, ACT_OF[AttachScans].code})
# The mark of letters whose number does not come from a block.
BY_HAND = Urgency.IMMEDIATE


def chains_verify(truth: Truth) -> None:
    """P4, P10: each device's ops follow one another without a gap, and the hashes over all of it are right."""
    heads: dict[tuple[DeviceId, int], tuple[int, bytes]] = {}
    audit = bytes(32)
    for line in truth.log:
        writer = (line.device, line.epoch)
        seq, head = heads.get(writer, (0, GENESIS))
        assert line.dev_seq == line.op.seq == seq + 1, f"op {line.dev_seq} of {writer} after {seq}"
        assert follows(line.op, head), f"op {line.dev_seq} of {writer} does not follow the one before it"
        assert chain(head, line.data) == line.head, f"op {line.dev_seq} of {writer} has another hash"
        heads[writer] = (line.dev_seq, line.head)
    for line in truth.whole_log:
        numbers = struct.pack(">QQQ", line.seq, line.received_ms, len(line.stored_result))
        audit = hashlib.sha256(audit + line.head + numbers + line.stored_result + line.made).digest()
        assert audit == line.audit, f"the hash over all ops breaks at {line.seq}"
    if truth.whole_log:
        assert truth.head[1] == audit, "the head holds another hash than the log"
    for device, state in truth.devices.items():
        seq, head = heads.get((device, state.epoch), (0, GENESIS))
        assert (state.next_seq, state.head) == (seq + 1, head), f"the chain of {device.hex()} ends elsewhere"


def proves_itself(handle: ServerHandle) -> None:
    """P4, P5: what `admin verify` walks is whole after whatever happened; files may be on their way."""
    (tenant,) = handle.admin.tenants()
    check = handle.verifying.verify(tenant.id)
    found = [problem for problem in (*check.audit.problems, *check.problems) if not problem.startswith("file ")]
    assert not found, found


def feed_holds_what_records_say(truth: Truth) -> None:
    """P5: each record lies in the streams that it names, at its newest number, and in no other."""
    present = {
        (stream, key): seq for stream, rows in truth.feed().items() for key, (seq, gone) in rows.items() if not gone
    }
    wanted = {
        (stream, key): row.rev
        for key, row in truth.rows.items()
        for stream in KIND_OF[type(row.record)].streams(row.record)
    }
    assert present.keys() == wanted.keys(), f"feed and records differ in {sorted(present.keys() ^ wanted.keys())[:3]}"
    for place, rev in wanted.items():
        assert present[place] == rev, f"{place} stands at {present[place]} in the feed, the record at {rev}"


def numbers_have_a_fate(truth: Truth, *, passed_over: bool) -> None:
    """P6: no two records hold a number, and each number up to the greatest was given to a record or a PC."""
    held: dict[tuple[int, int, str, int], bytes] = {}
    for (_, row_id), row in truth.rows.items():
        for claim in KIND_OF[type(row.record)].claims(row.record):
            place = (int(claim.office), claim.year, claim.series, claim.number)
            assert place not in held, f"{place} is held twice"
            held[place] = row_id
    entered = {
        (office, year, series, number): bytes(row_id)
        for office, year, series, number, row_id in truth.ask("SELECT office, year, series, number, row_id FROM number")
    }
    assert entered == held, f"numbers entered and held differ: {sorted(entered.items() ^ held.items())[:3]}"
    leased: set[tuple[int, int, str, int]] = set()
    for office, year, series, low, high in truth.ask("SELECT office, year, series, low, high FROM lease"):
        block = {(office, year, series, number) for number in range(low, high + 1)}
        assert not block & leased, f"a number of {low}..{high} was leased twice"
        leased |= block
    for office, year, series, highest in truth.ask("SELECT office, year, series, highest FROM number_series"):
        known = {
            number
            for of, in_year, of_series, number in held.keys() | leased
            if (of, in_year, of_series) == (office, year, series)
        }
        assert max(known, default=0) <= highest, f"{series} {year}: a number above {highest} is out"
        if passed_over:
            continue  # a server that came back from a copy leaves a stretch of each series out, on purpose
        strangers = set(range(1, highest + 1)) - known
        # A book that is typed in jumps: what it leaves out below its own numbers was never given to anybody.
        in_books = [number for number in known if (office, year, series, number) not in leased]
        assert not strangers or max(strangers) < max(in_books, default=0), f"{series} {year}: fate of {strangers}?"


def effects_once(log: Mapping[bytes, Sequence[Logged]]) -> None:
    """P3: an act took effect once at the most, whatever the ways it came and however often."""
    for lines in log.values():
        # What is held has not taken effect: its revision is that of the record that keeps it.
        effects = [line for line in lines if line.result.first_rev and line.result.outcome != Outcome.HELD]
        assert len(effects) <= 1, f"took effect {len(effects)} times: {effects[0].op.read_act()}"


def nothing_lost(log: Mapping[bytes, Sequence[Logged]], told: Collection[bytes], *, shown: Collection[bytes]) -> None:
    """P2: what a person was told is saved stands in the log, or its refusal on the list of that person."""
    lost = [content for content in map(content_of, told) if content not in log and content not in shown]
    assert not lost, f"{len(lost)} of {len(told)} confirmed acts are lost, first {lost[0]!r}"


def held_acts_are_kept(truth: Truth, opener: Opener) -> None:
    """P2: what was held is there as it came, for a superior to decide over or decided."""
    for line in truth.log:
        if line.result.outcome == Outcome.HELD:
            row = truth.rows.get((HELD, bytes.fromhex(line.result.field)))
            kept = [] if row is None else [content_of(data) for data in opener.held(row.record)]
            assert content_of(line.data) in kept, f"what was held is lost: {line.op.read_act()}"


def lost_values_are_kept(truth: Truth, opener: Opener) -> None:
    """P2: each value that lost stands in a conflict record, under the name of its author unless it had lost before."""
    kept = {
        (one.letter_id, one.field, wanted)
        for one in (row.record for row in truth.rows.values())
        if isinstance(one, Conflict)
        for wanted in (one.wanted, opener.text(one.wanted, one.letter_id, letter_place(one.letter_id, one.field)))
    }
    for line in truth.log:
        for lost in line.result.conflicts:
            if not (lost.stands or lost.wanted):
                continue  # told once more of what was covered since; the first answer names it
            # Acts that were held are performed by whoever accepts them, and that act names no letter.
            letter = getattr(line.op.read_act(), "letter_id", None)
            found = any(
                letter in (None, of)
                and name == lost.field
                and wanted in (lost.wanted, opener.text_of(lost.wanted, of, letter_place(of, name)))
                for of, name, wanted in kept
            )
            assert found, f"{lost} of {line.op.user} lost and is kept nowhere"


def by_content(truth: Truth) -> dict[bytes, list[Logged]]:
    """The lines of the log that an act came to: one, unless a mended PC sent it again."""
    found: dict[bytes, list[Logged]] = {}
    for line in truth.log:
        found.setdefault(content_of(line.data), []).append(line)
    return found


def numbers_from_leases_hold(truth: Truth, made_in: Mapping[bytes, int], given_again: Collection[NumberClaim]) -> None:
    """P6: a number that a PC took from its block was never given to another one.

    Only lines of old books and what was numbered by hand may meet a number that somebody holds already; what a person
    voided while another PC held it in its block; what a hub that was put back gave out once more (`given_again`); and
    what a PC wrote after its disk was put back or copied, before it was in touch again: it comes in a later epoch than
    that which it was made in (`made_in`, by content).
    """
    for line in truth.log:
        if line.result.code != RefusalCode.NUMBER_TAKEN or line.op.act != REGISTER:
            continue
        if made_in.get(content_of(line.data)) != line.epoch:
            continue
        act = line.op.read_act()
        claim = _claim_of(truth, line.op.position, act)
        holders = [row.record for row in truth.rows.values() if claim in KIND_OF[type(row.record)].claims(row.record)]
        by_hand = any(getattr(one, "urgency", None) == BY_HAND for one in (act, *holders))
        voided = any(isinstance(one, NumberFate) for one in holders)
        excused = by_hand or voided or claim in given_again
        assert excused, f"{act.agenda_no} of {act.agenda_year} was given to two PCs: {holders}"


def _claim_of(truth: Truth, position: PositionId, act: RegisterLetter) -> NumberClaim:
    """The number that a letter was to be entered under, in the office of who entered it."""
    place = truth.rows[KIND_OF[Position].code, small_row_id(position)].record
    return NumberClaim(
        office=place.office,
        year=act.agenda_year,
        series=series_of(act.book),
        number=act.agenda_no,
        suffix=act.agenda_suffix,
    )


def scans_arrived(truth: Truth, told: Collection[bytes], access: Access, *, held_back: Collection[bytes]) -> None:
    """P2 for files: the scans that were brought here, with a letter or to it, are on the server, whole, if they stand.

    What another PC brought to the letter waits there until somebody of that PC may send it; so does here what is
    `held_back` for the seal of a letter of which nobody here hears any more.
    """
    complete = {bytes(sha) for (sha,) in truth.ask("SELECT sha256 FROM blob WHERE completed_ms IS NOT NULL")}
    for data in told:
        op = read_op(data)
        if op.act not in BRING_SCANS:
            continue
        act = op.read_act()
        row = truth.rows.get((KIND_OF[IncomingLetter].code, act.letter_id))
        standing = set() if row is None else {scan.sha256 for scan in row.record.scans}
        for scan in act.scans:
            waits = scan.sha256 in held_back and row is not None and not access.allows(row.record)
            arrived = scan.sha256 in complete or scan.sha256 not in standing
            assert arrived or waits, f"a scan of letter {act.letter_id.hex()} never arrived"
