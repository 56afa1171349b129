"""One backup is put back a second time: what went out after the first time is in no copy."""

from __future__ import annotations

from core.domain.books import DEFAULT_BOOK
from core.domain.numbering import series_of
from core.protocol.messages import NumberNeed
from tests.support.acts import YEAR, register
from tests.support.device import Join
from tests.support.server import OfficeInTest, RunningServer


def test_no_number_goes_out_that_went_out_after_the_first_time(
    join: Join, office: OfficeInTest, server: RunningServer
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id(), agenda_no=0), position=office.positions["tu"])
    clerk.sync()

    # 1 is in the backup. After it was put back once, 502 and what follows were leased, and are forgotten.
    server.handle.continuity.put_back(times=2)
    clerk.sync(needs=[NumberNeed(office=office.office, year=YEAR, series=series_of(DEFAULT_BOOK), remaining=0)])

    assert clerk.leases[-1].low == 1002
