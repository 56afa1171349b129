"""A new PC fetches what is much as segments made beforehand: whatever happens meanwhile, it ends with what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from core.domain.dispositions import Disposition
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.offices import Role
from core.protocol.codec import decode_record
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.sync.rounds import OK, VisitReport
from desktop.sync.server_fault import ServerFault
from server.services import pull, snapshots
from server.services.snapshots import KEEP_MS, MakeReport
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, write_letter
from tests.journey.region import LETTERS, YEARS, Region
from tests.support.link import Link, LinkProfile
from tests.support.server import make_office, running_server

FAST = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
PART = 10
STEPS = ("segment-send", "part-received", "part-stored", "segment-finished")


class PowerCut(BaseException):
    """The PC is off."""


@pytest.fixture(autouse=True)
def small_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty letters are many, and a part is ten rows."""
    monkeypatch.setattr(snapshots, "PART_ROWS", PART)
    monkeypatch.setattr(snapshots, "STALE_ROWS", 5)
    monkeypatch.setattr(pull, "GLANCE_ROWS", 8)


@pytest.fixture
def region(kantor: Kantor) -> Region:
    """On each database."""
    made = Region(kantor)
    made.fill()
    return made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Region]:
    """On SQLite alone: what the PC does is the same on both."""
    with running_server(tmp_path) as server:
        region = Region(Kantor(server=server, office=make_office(server), pc=OfficePc))
        region.fill()
        region.maker().make_all()
        yield region


@pytest.fixture
def newcomer(small: Region) -> Iterator[OfficePc]:
    """A PC that has joined: it knows the newest rows, and what it has to fetch."""
    with OfficePc(small.kantor.server.config.data.parent / "pc-baru") as pc:
        assert pc.join(small.kantor.server.url, small.kantor.office.codes["camat"]).outcome == OK
        yield pc


def visit(pc: OfficePc, step: Callable[[str], None] = lambda _name: None, *, url: str = "") -> VisitReport:
    """One visit, whose steps are watched."""
    client = pc.client(url=url)
    try:
        return sync_parts(pc.opened, shipped_wire(), step=step).visits.visit(client, lambda: False)
    finally:
        client.close()


def loading(pc: OfficePc) -> tuple[int, int, int]:
    """(segments under way, parts of them in the tables, bytes of them here)."""
    with pc.opened.store.read() as uow:
        found = uow.segments.loading()
    return len(found), sum(one.parts for one in found), sum(one.received for one in found)


def count(pc: OfficePc) -> int:
    return len(pc.rows(IncomingLetter)) + len(pc.rows(Disposition))


# -- what the server makes


def test_a_segment_holds_the_rows_that_live_and_brings_them_to_a_new_pc(region: Region) -> None:
    letters = region.letters()
    region.write(msgspec.structs.replace(letters[3], subject="Perihal lain", involved=letters[3].involved[:1]))
    assert region.maker().make_all().made == 2, "one of the register, one of the section's inbox"

    for handle in ("tu", "kesos"):
        pc = region.kantor.pc(handle)
        assert loading(pc)[0] == 1
        assert visit(pc).outcome == OK
        region.check(pc)
        assert count(pc) >= LETTERS * 2 - 1


def test_what_changed_since_a_segment_was_made_comes_after_it(region: Region) -> None:
    region.maker().make_all()
    letters = region.letters()
    region.write(*(msgspec.structs.replace(one, subject="Baru") for one in letters[10:20]))
    pc = region.kantor.pc("tu")

    assert visit(pc).outcome == OK

    region.check(pc)
    assert sum(one.record.subject == "Baru" for one in pc.rows(IncomingLetter)) == 10


def test_a_first_visit_asks_once_more_only_if_something_came_since_its_segments(region: Region) -> None:
    region.maker().make_all()
    early, late = region.kantor.pc("tu"), region.kantor.pc("camat")

    first = visit(early)
    region.write(msgspec.structs.replace(region.letters()[7], subject="Baru"))
    second = visit(late)

    assert (first.outcome, first.requests) == (OK, 2), "what is new, and the segment"
    assert (second.outcome, second.requests) == (OK, 3)
    for pc in (early, late):
        assert visit(pc).outcome == OK
        region.check(pc)


def test_what_is_done_while_a_segment_comes_is_not_left_for_the_next_visit(region: Region) -> None:
    region.maker().make_all()
    pc = region.kantor.pc("tu")

    def act(name: str) -> None:
        if name == "segment-finished":
            write_letter(pc, "tu", "Di tengah jalan")

    assert (visit(pc, act).ops, pc.overview().waiting) == (1, 0)


def test_a_segment_from_which_a_row_left_is_given_to_nobody(region: Region) -> None:
    region.maker().make_all()
    region.reclassify(region.letters()[-1])
    (register,) = [one for one in region.segments() if len(one.streams) == len(YEARS)]

    pc = region.kantor.pc("tu")
    client = pc.client()
    with pytest.raises(ServerFault) as fault:
        next(client.fetch_segment(register.sha256, 0))
    client.close()

    assert fault.value.code == "not_found"
    assert loading(pc)[0] == 0
    region.check(pc)
    assert region.maker().make_all() == MakeReport(made=1, removed=1)


def test_a_segment_is_for_those_who_may_hold_all_its_streams(region: Region) -> None:
    region.maker().make_all()
    (register,) = [one for one in region.segments() if len(one.streams) == len(YEARS)]
    pc = region.kantor.pc("kesos")
    client = pc.client()

    with pytest.raises(ServerFault) as fault:
        next(client.fetch_segment(register.sha256, 0))
    client.close()

    assert fault.value.code == "not_found"


def test_segments_are_made_anew_when_much_has_changed_and_the_old_ones_stay_for_a_week(small: Region) -> None:
    assert small.maker().make_all() == MakeReport()
    letters = small.letters()
    small.write(*(msgspec.structs.replace(one, subject="Baru") for one in letters[:10]))

    assert small.maker(now_ms=2_000).make_all().made == 2
    assert len(small.segments()) == 4
    assert small.maker(now_ms=KEEP_MS + 2_001).make_all().removed == 2
    assert len(small.segments()) == 2


def test_a_server_without_its_segments_gives_the_rows_themselves(small: Region) -> None:
    for path in (small.kantor.server.config.data / "segments").rglob("*"):
        if path.is_file():
            path.unlink()

    with OfficePc(small.kantor.server.config.data.parent / "pc") as pc:
        assert pc.join(small.kantor.server.url, small.kantor.office.codes["tu"]).outcome == OK
        small.check(pc)
    assert small.maker().make_all().made == 2


# -- what the PC does


def test_the_newest_rows_are_here_before_any_segment(small: Region, newcomer: OfficePc) -> None:
    newest = sorted(small.letters(), key=lambda one: one.received_on)[-8:]

    assert {one.id for one in newest} <= {one.record.id for one in newcomer.rows(IncomingLetter)}
    assert len(newcomer.rows(Disposition)) == 8
    assert loading(newcomer) == (1, 0, 0)


@pytest.mark.parametrize("place", [1, 300, 900, 3_000, 5_000])
def test_a_cut_costs_no_byte_that_came(small: Region, newcomer: OfficePc, place: int) -> None:
    size = next(one.size for one in small.segments() if len(one.streams) == len(YEARS))
    with Link("127.0.0.1", small.kantor.server.port, profile=FAST) as link:
        client = newcomer.client(url=link.url)
        link.cut_after(place, "down")
        visits = sync_parts(newcomer.opened, shipped_wire()).visits
        outcomes = [visits.visit(client, lambda: False).outcome for _ in range(2)]
        cuts = link.counters.cuts
        client.close()

    assert outcomes[-1] == OK
    assert cuts == 1
    assert place < size
    # Bytes that were read are kept: what came twice is a round, not a part of the segment.
    assert client.traffic.down < size + 4_000
    small.check(newcomer)


@pytest.mark.parametrize("moment", STEPS)
@pytest.mark.parametrize("hit", [1, 3])
def test_a_power_cut_loses_nothing_that_was_written(small: Region, newcomer: OfficePc, moment: str, hit: int) -> None:
    seen: list[str] = []

    def fall_over(name: str) -> None:
        seen.append(name)
        if seen.count(moment) == hit:
            raise PowerCut

    if moment in ("segment-send", "segment-finished") and hit > 1:
        pytest.skip("there is one segment")
    with pytest.raises(PowerCut):
        visit(newcomer, fall_over)
    newcomer.restart()
    before = loading(newcomer)[1]
    again: list[str] = []
    assert visit(newcomer, again.append).outcome == OK

    small.check(newcomer)
    parts = LETTERS * 2 // PART
    assert again.count("part-stored") == (parts - before if moment != "segment-finished" else 0)


def test_what_is_done_here_goes_up_between_two_parts(small: Region, newcomer: OfficePc) -> None:
    steps: list[str] = []
    newcomer.join(small.kantor.server.url, small.kantor.office.codes["sekcam"])

    def work(name: str) -> None:
        steps.append(name)
        if name == "part-stored" and steps.count(name) == 2:
            write_letter(newcomer, "sekcam", "Sambil menunggu")

    assert visit(newcomer, work).outcome == OK

    between = steps[steps.index("part-stored") + 1 :]
    assert between.index("control-stored") < len(between) - 1 - between[::-1].index("part-stored")
    small.check(newcomer)
    assert "Sambil menunggu" in {one.subject for one in small.letters()}


def after_two_parts(do: Callable[[], None]) -> Callable[[str], None]:
    """Do something on the server while the segment is under way."""
    steps: list[str] = []

    def watch(name: str) -> None:
        steps.append(name)
        if name == "part-stored" and steps.count(name) == 2:
            do()
            raise PowerCut

    return watch


def test_a_right_that_ends_meanwhile_takes_away_what_came(small: Region, newcomer: OfficePc) -> None:
    office = small.kantor.office

    def take_away() -> None:
        small.kantor.server.admin.change_person(
            office.tenant, office.users["camat"], positions=[office.positions["kesos"]]
        )

    with pytest.raises(PowerCut):
        visit(newcomer, after_two_parts(take_away))
    for _ in range(3):
        assert visit(newcomer).outcome == OK

    small.check(newcomer)
    with newcomer.opened.store.read() as uow:
        assert len(uow.streams.ids()) == 2


def test_a_right_that_ends_leaves_the_inbox_whole(small: Region, newcomer: OfficePc) -> None:
    """The register was to bring the letters of the inbox too."""
    office = small.kantor.office

    def take_away() -> None:
        head = small.ask(lambda store: store.records.get((3, office.positions["camat"].to_bytes(4, "big"))))
        position = decode_record(3, head.payload)
        small.write(msgspec.structs.replace(position, role=Role.STAFF))

    with pytest.raises(PowerCut):
        visit(newcomer, after_two_parts(take_away))
    for _ in range(3):
        assert visit(newcomer).outcome == OK

    small.check(newcomer)
    assert count(newcomer) == LETTERS * 2


def test_a_letter_that_becomes_secret_meanwhile_moves_and_nothing_is_left_behind(
    small: Region, newcomer: OfficePc
) -> None:
    letter = small.letters()[-2]

    with pytest.raises(PowerCut):
        visit(newcomer, after_two_parts(lambda: small.reclassify(letter)))
    for _ in range(2):
        assert visit(newcomer).outcome == OK

    small.check(newcomer)
    here = newcomer.letter(letter.id)
    assert here is not None
    assert here.security == SecurityLevel.SECRET


def test_bytes_that_are_not_the_segment_are_not_believed(small: Region, newcomer: OfficePc) -> None:
    row = next(one for one in small.segments() if len(one.streams) == len(YEARS))
    path = small.kantor.server.config.data / "segments" / str(small.kantor.office.tenant) / row.sha256.hex()
    content = bytearray(path.read_bytes())
    content[-9] ^= 0xFF
    path.write_bytes(bytes(content))

    visit(newcomer)
    path.unlink()
    for _ in range(2):
        assert visit(newcomer).outcome == OK

    small.check(newcomer)


def test_a_server_that_was_put_back_begins_anew(small: Region, newcomer: OfficePc) -> None:
    with pytest.raises(PowerCut):
        visit(newcomer, after_two_parts(lambda: None))
    with newcomer.opened.store.begin() as uow:
        facts = uow.meta.sync()
        uow.meta.write(msgspec.structs.replace(facts, feed_epoch=facts.feed_epoch + 1))

    assert visit(newcomer).outcome == OK

    small.check(newcomer)
