"""The line between server and PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from server.storage.engine import is_private, open_engine
from server.storage.faults import StoreFault, StoreTrouble


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("postgresql:///pesagi", True),
        ("postgresql://pesagi@localhost/pesagi", True),
        ("postgresql://pesagi@127.0.0.1:5433/pesagi?sslmode=disable", True),
        ("postgresql://pesagi@[::1]/pesagi", True),
        ("postgresql:///pesagi?host=/var/run/postgresql", True),
        ("postgresql://pesagi@dbhost/pesagi", False),
        ("postgresql://pesagi@dbhost/pesagi?sslmode=prefer", False),
        ("postgresql://pesagi@dbhost/pesagi?sslmode=disable", False),
        ("postgresql:///pesagi?host=dbhost", False),
        ("postgresql://pesagi@localhost/pesagi?hostaddr=10.1.2.3", False),
        ("postgresql://pesagi@dbhost/pesagi?sslmode=require", True),
        ("postgresql://pesagi@dbhost/pesagi?sslmode=verify-full", True),
    ],
)
def test_a_database_on_another_machine_is_reached_by_a_line_that_nobody_reads(address: str, *, private: bool) -> None:
    assert is_private(make_url(address)) is private
    if not private:
        with pytest.raises(StoreFault) as fault:
            open_engine(address)
        assert fault.value.trouble is StoreTrouble.UNSAFE_LINE
