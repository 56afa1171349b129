"""What becomes of numbers: each ends as issued, void, returned or open, and none is handed out twice."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from core.domain.books import DEFAULT_BOOK, BookYear, YearBy
from core.domain.ids import BookId, DeviceId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.number_fates import Fate, FateCause, NumberFate
from core.domain.number_report import NumberState
from core.domain.numbering import series_of
from core.protocol.messages import NumberNeed
from core.protocol.ops import GENESIS
from server.services.number_books import BookAccount
from tests.support.acts import YEAR, dispose, register
from tests.support.device import Join, ScriptedDevice
from tests.support.number_acts import close, give_back, strike, void
from tests.support.server import ManualClock, OfficeInTest, RunningServer

Told = list[tuple[int, int, str, str]]


def ask(device: ScriptedDevice, office: OfficeInTest, *, book: BookId = DEFAULT_BOOK, year: int = YEAR) -> None:
    """Let a PC ask for a block."""
    device.sync(needs=[NumberNeed(office=office.office, year=year, series=series_of(book), remaining=0)])


def enter(device: ScriptedDevice, office: OfficeInTest, *numbers: int, handle: str = "tu", **more: object) -> bytes:
    """Register letters under numbers and send them; the row id of the last."""
    letter_id = b""
    for number in numbers:
        letter_id = device.new_id()
        device.act(register(letter_id, agenda_no=number, **more), position=office.positions[handle])
    device.sync()
    return letter_id


def codes(device: ScriptedDevice) -> list[str]:
    return [result.code for result in device.sync().results]


def account(server: RunningServer, office: OfficeInTest, *, book: BookId = DEFAULT_BOOK) -> BookAccount:
    return server.handle.numbers.account(office.tenant, office.office, YEAR, book=book)


def told(server: RunningServer, office: OfficeInTest, *, book: BookId = DEFAULT_BOOK) -> Told:
    """The account as (low, high, state, cause)."""
    spans = account(server, office, book=book).account.spans
    return [
        (one.low, one.high, one.state.value, "" if one.fate is None else one.fate.cause.name.lower()) for one in spans
    ]


def test_a_letter_entered_by_mistake_keeps_its_line_and_its_number(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk, head = join("tu"), join("camat")
    letter_id = enter(clerk, office, 0, 0)
    clerk.act(strike(clerk.new_id(), letter_id), position=office.positions["tu"])
    assert codes(clerk) == [""]

    head.sync()

    kept = head.replica.get(IncomingLetter, letter_id)
    assert kept is not None
    assert (kept.status, kept.agenda_no) == (LetterStatus.VOID, 2)
    assert [fate.reason for fate in head.replica.of(NumberFate)] == ["Tercatat dua kali"]
    assert told(server, office) == [(1, 1, "issued", ""), (2, 2, "struck", "by_hand")]
    assert enter(clerk, office, 0)
    assert account(server, office).account.highest == 3


def test_a_letter_that_was_handed_on_is_not_struck_and_a_struck_one_is_not_handed_on(
    join: Join, office: OfficeInTest
) -> None:
    clerk, head = join("tu"), join("camat")
    disposed, struck = enter(clerk, office, 0), enter(clerk, office, 0)
    head.sync()
    head.act(dispose(head.new_id(), disposed, office.positions["kesos"]), position=office.positions["camat"])
    head.sync()
    clerk.act(strike(clerk.new_id(), disposed), position=office.positions["tu"])
    clerk.act(strike(clerk.new_id(), struck), position=office.positions["tu"])
    assert codes(clerk) == ["letter_disposed", ""]
    head.act(dispose(head.new_id(), struck, office.positions["kesos"]), position=office.positions["camat"])

    assert codes(head) == ["letter_void"]


def test_a_number_that_a_person_voided_is_never_given_to_a_letter(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk = join("tu")
    clerk.act(void(clerk.new_id(), 2), position=office.positions["tu"])
    clerk.act(register(clerk.new_id(), agenda_no=2), position=office.positions["tu"])
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    assert codes(clerk) == ["", "number_taken", ""]
    assert told(server, office)[1:] == [(2, 2, "void", "by_hand"), (3, 3, "issued", "")]


def test_the_unused_rest_of_a_block_is_returned_once_and_by_its_holder_only(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    ask(clerk, office)
    enter(clerk, office, 1, 2)
    secretary.act(give_back(secretary.new_id(), 3, 50), position=office.positions["sekcam"])
    assert codes(secretary) == ["number_not_leased"]

    for low, high in ((2, 50), (3, 49), (3, 50), (3, 50)):
        clerk.act(give_back(clerk.new_id(), low, high), position=office.positions["tu"])

    assert codes(clerk) == ["number_not_leased", "number_not_leased", "", "number_not_leased"]
    assert told(server, office) == [(1, 2, "issued", ""), (3, 50, "returned", "device_retired")]
    ask(clerk, office)
    assert (clerk.leases[-1].low, clerk.leases[-1].high) == (51, 100)


def test_a_returned_number_may_still_be_given_to_a_late_letter(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk = join("tu")
    ask(clerk, office)
    enter(clerk, office, 1)
    clerk.act(give_back(clerk.new_id(), 2, 50), position=office.positions["tu"])
    clerk.sync()

    enter(clerk, office, 30)

    assert told(server, office) == [
        (1, 1, "issued", ""),
        (2, 29, "returned", "device_retired"),
        (30, 30, "issued", ""),
        (31, 50, "returned", "device_retired"),
    ]


def test_an_inserted_number_stands_beside_its_number_and_is_unique(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    enter(clerk, office, 125, 126)
    enter(clerk, office, 125, agenda_suffix="a")
    secretary.act(register(secretary.new_id(), agenda_no=125, agenda_suffix="a"), position=office.positions["sekcam"])
    secretary.act(register(secretary.new_id(), agenda_no=125, agenda_suffix="A"), position=office.positions["sekcam"])
    secretary.act(register(secretary.new_id(), agenda_suffix="a"), position=office.positions["sekcam"])

    assert codes(secretary) == ["number_taken", "suffix_malformed", "number_out_of_range"]
    found = account(server, office).account
    assert found.inserted == ((125, "a", False),)
    assert (found.issued, found.highest) == (2, 126)


def test_a_leased_number_whose_letter_is_refused_is_voided_with_that_reason(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk = join("tu")
    ask(clerk, office)
    clerk.act(register(clerk.new_id(), agenda_no=1, sender=" "), position=office.positions["tu"])
    clerk.act(register(clerk.new_id(), agenda_no=2), position=office.positions["tu"])

    assert codes(clerk) == ["sender_missing", ""]
    assert told(server, office) == [(1, 1, "void", "refused"), (2, 2, "issued", ""), (3, 50, "open", "")]
    assert [one.cause for one in clerk.replica.of(NumberFate)] == [FateCause.REFUSED]


def test_a_new_epoch_voids_what_was_left_and_what_was_printed_is_still_taken(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk = join("tu")
    ask(clerk, office)
    enter(clerk, office, 1, 2)
    clerk.epoch, clerk.next_seq, clerk.head = 2, 1, GENESIS
    ask(clerk, office)

    assert (clerk.leases[-1].low, clerk.leases[-1].high) == (51, 100)
    assert told(server, office)[1] == (3, 50, "void", "new_epoch")
    enter(clerk, office, 4)  # printed before the PC was restored, and sent only now
    assert told(server, office)[:4] == [
        (1, 2, "issued", ""),
        (3, 3, "void", "new_epoch"),
        (4, 4, "issued", ""),
        (5, 50, "void", "new_epoch"),
    ]
    clerk.act(give_back(clerk.new_id(), 5, 50), position=office.positions["tu"])
    assert codes(clerk) == ["number_not_leased"]


def test_a_revoked_device_leaves_no_number_without_a_reason(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk = join("tu")
    ask(clerk, office)
    enter(clerk, office, 1)

    server.admin.revoke_device(office.tenant, DeviceId(clerk.id))

    assert told(server, office) == [(1, 1, "issued", ""), (2, 50, "void", "device_retired")]


def test_after_an_older_copy_was_put_back_numbers_go_on_beyond_what_it_forgot(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    enter(clerk, office, 0)
    server.handle.continuity.put_back()
    ask(secretary, office)

    assert secretary.leases[-1].low == 502
    enter(clerk, office, 17)  # leased by what is forgotten
    assert told(server, office)[:4] == [
        (1, 1, "issued", ""),
        (2, 16, "void", "server_restored"),
        (17, 17, "issued", ""),
        (18, 501, "void", "server_restored"),
    ]


def test_a_book_that_an_older_copy_does_not_know_goes_on_beyond_what_was_leased_of_it(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk = join("tu")
    server.handle.continuity.put_back()  # of before the first block of the year
    ask(clerk, office)

    assert clerk.leases[-1].low == 501
    assert told(server, office)[0] == (1, 500, "void", "server_restored")


def test_a_closed_year_takes_no_new_letter_but_what_was_entered_before_the_closing(
    join: Join, office: OfficeInTest, server: RunningServer, clock: ManualClock
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    ask(clerk, office)
    enter(clerk, office, 1)
    clerk.act(register(clerk.new_id(), agenda_no=2), position=office.positions["tu"])  # cut off from here on
    secretary.act(close(YEAR), position=office.positions["sekcam"])
    assert codes(secretary) == ["book_still_running"]
    clock.advance(days=320)
    secretary.open_session(secretary.user, password="kopi robusta liwa")
    clerk.open_session(clerk.user, password="kopi robusta liwa")
    secretary.act(close(YEAR), position=office.positions["sekcam"])
    assert codes(secretary) == [""]
    assert account(server, office).closed_at is not None
    assert told(server, office) == [(1, 1, "issued", ""), (2, 50, "returned", "year_end")]
    clock.advance(seconds=60)

    clerk.act(register(clerk.new_id(), agenda_no=3), position=office.positions["tu"])

    assert codes(clerk) == ["", "book_closed"]
    assert told(server, office)[:2] == [(1, 2, "issued", ""), (3, 50, "returned", "year_end")]
    assert [one.year for one in clerk.replica.of(BookYear)] == [YEAR]


def test_books_of_one_office_count_for_themselves(join: Join, office: OfficeInTest, server: RunningServer) -> None:
    book = server.handle.numbers.add_book(office.tenant, office.office, name="Undangan", template="{urut:3}/U")
    clerk = join("tu")
    ask(clerk, office, book=book.number)

    enter(clerk, office, 0, 0)
    enter(clerk, office, 1, 0, book=book.number)

    assert (clerk.leases[-1].series, clerk.leases[-1].low) == (book.series, 1)
    assert told(server, office) == [(1, 2, "issued", "")]
    assert [one[:3] for one in told(server, office, book=book.number)] == [
        (1, 1, "issued"),
        (2, 50, "open"),
        (51, 51, "issued"),
    ]
    clerk.act(register(clerk.new_id(), book=BookId(77)), position=office.positions["tu"])
    assert codes(clerk) == ["unknown_book"]
    assert server.handle.numbers.set_active(office.tenant, book.number, active=False).year_by is YearBy.RECEIVED


def test_only_the_holder_of_a_series_is_given_blocks(join: Join, office: OfficeInTest, server: RunningServer) -> None:
    hub, clerk = join("tu"), join("sekcam")
    numbers = server.handle.numbers
    first = numbers.appoint(office.tenant, office.office, YEAR, holder=DeviceId(hub.id))
    ask(hub, office)
    ask(clerk, office)
    enter(hub, office, 1)
    assert clerk.leases == []

    second = numbers.appoint(office.tenant, office.office, YEAR, holder=DeviceId(clerk.id))
    ask(hub, office)
    ask(clerk, office)

    assert first < hub.leases[-1].fence < second
    assert [(one.low, one.high) for one in (*hub.leases, *clerk.leases)] == [(1, 50), (51, 100)]
    assert told(server, office)[1] == (2, 50, "void", "authority_moved")


def test_who_uses_many_numbers_gets_larger_blocks_and_who_uses_few_gets_smaller(
    join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    for _ in range(12):
        enter(clerk, office, *([0] * 3))
        clock.advance(days=1)
    clerk.open_session(clerk.user, password="kopi robusta liwa")

    ask(clerk, office)

    assert clerk.leases[-1].high - clerk.leases[-1].low + 1 == 9


class Walk:
    """Two PCs of one office that do things with numbers; `free` is what each holds, `used` what each issued."""

    def __init__(self, devices: dict[str, ScriptedDevice], office: OfficeInTest, seed: int) -> None:
        self.devices = devices
        self.office = office
        self.chance = random.Random(seed)
        self.used: dict[str, list[int]] = {handle: [] for handle in devices}
        self.free: dict[str, list[int]] = {handle: [] for handle in devices}
        self.handle = ""

    def step(self) -> None:
        self.handle = self.chance.choice(list(self.devices))
        self.chance.choice((self.enter, self.enter, self.lease, self.back, self.refused, self.strike, self.epoch))()

    def lease(self) -> None:
        device = self.devices[self.handle]
        before = len(device.leases)
        ask(device, self.office)
        for lease in device.leases[before:]:
            self.free[self.handle].extend(range(lease.low, lease.high + 1))

    def enter(self) -> None:
        free = self.free[self.handle]
        number = free.pop(0) if free else 0
        letter_id = enter(self.devices[self.handle], self.office, number, handle=self.handle)
        letter = self.devices[self.handle].replica.get(IncomingLetter, letter_id)
        assert letter is not None
        if number:
            self.used[self.handle].append(letter.agenda_no)

    def back(self) -> None:
        rest = _last_run(self.free[self.handle])
        if rest:
            device = self.devices[self.handle]
            self._act(give_back(device.new_id(), rest[0], rest[-1]))
            if codes(device) == [""]:
                self.free[self.handle] = [number for number in self.free[self.handle] if number not in rest]

    def refused(self) -> None:
        free, device = self.free[self.handle], self.devices[self.handle]
        if free:
            self._act(register(device.new_id(), agenda_no=free.pop(0), subject=""))
            self._act(void(device.new_id(), free.pop(0)) if free else register(device.new_id()))
            assert codes(device) == ["subject_missing", ""]

    def strike(self) -> None:
        device = self.devices[self.handle]
        letters = [one for one in device.replica.of(IncomingLetter) if one.status == LetterStatus.REGISTERED]
        if letters:
            self._act(strike(device.new_id(), self.chance.choice(letters).id))
            device.sync()

    def epoch(self) -> None:
        device = self.devices[self.handle]
        device.epoch, device.next_seq, device.head = device.epoch + 1, 1, GENESIS
        self.free[self.handle] = []
        self.enter()

    def _act(self, act: object) -> None:
        self.devices[self.handle].act(act, position=self.office.positions[self.handle])


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 8))])
def test_whatever_offices_do_every_number_has_one_fate_and_each_holder_counts_upwards(
    join: Join, office: OfficeInTest, server: RunningServer, seed: int
) -> None:
    walk = Walk({handle: join(handle) for handle in ("tu", "sekcam")}, office, seed)
    for _ in range(16):
        walk.step()

    found = account(server, office).account

    assert [n for span in found.spans for n in range(span.low, span.high + 1)] == list(range(1, found.highest + 1))
    assert NumberState.SKIPPED not in {span.state for span in found.spans}
    assert all(span.fate is not None or span.device is not None or not span.is_gap for span in found.spans)
    assert all(numbers == sorted(numbers) for numbers in walk.used.values())
    everyone = [number for numbers in walk.used.values() for number in numbers]
    assert len(everyone) == len(set(everyone))
    assert all(fate.fate in (Fate.VOID, Fate.RETURNED) for fate in walk.devices["tu"].replica.of(NumberFate))


def _last_run(numbers: Sequence[int]) -> list[int]:
    """The neighbouring numbers at the end."""
    run = list(numbers[-1:])
    for number in reversed(numbers[:-1]):
        if number != run[0] - 1:
            break
        run.insert(0, number)
    return run
