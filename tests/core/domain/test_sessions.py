"""Who may end whose sessions, and how old one may become."""

from __future__ import annotations

import pytest

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId, UserId
from core.domain.sessions import (
    DAY_MS,
    RENEW_BEFORE_DAYS,
    EndSessions,
    SessionEnd,
    end_sessions,
    session_ends_ms,
    wants_renewal,
)
from tests.admin_factory import END_SESSIONS, ISSUE_ID
from tests.factories import HEAD, NOW, OFFICE_ADMIN, SECTION, actor, user_of
from tests.support.records import MemoryRecords


def context(position: PositionId, *records: SessionEnd) -> Context:
    return Context(actor=actor(position), now=NOW, records=MemoryRecords(*records))


def test_everybody_ends_the_own_sessions_and_only_an_administrator_those_of_others() -> None:
    own = EndSessions(end_id=ISSUE_ID, user=user_of(SECTION))

    for position in (SECTION, OFFICE_ADMIN):
        (made,) = end_sessions(own, context(position)).records
        assert made == SessionEnd(
            id=ISSUE_ID, user=own.user, ended_by=user_of(position), ended_as=position, ended_at=NOW
        )
    with pytest.raises(Refusal) as refused:
        end_sessions(own, context(HEAD))
    assert refused.value.code is RefusalCode.NOT_ALLOWED


def test_what_a_mended_pc_sends_again_is_done_and_another_end_of_the_same_id_is_none() -> None:
    (made,) = end_sessions(END_SESSIONS, context(OFFICE_ADMIN)).records
    assert isinstance(made, SessionEnd)

    assert end_sessions(END_SESSIONS, context(OFFICE_ADMIN, made)) == Decision(records=())
    with pytest.raises(Refusal) as refused:
        end_sessions(EndSessions(end_id=made.id, user=user_of(HEAD)), context(OFFICE_ADMIN, made))
    assert refused.value.code is RefusalCode.ALREADY_EXISTS
    with pytest.raises(Refusal) as unknown:
        end_sessions(EndSessions(end_id=made.id, user=UserId(9_999)), context(OFFICE_ADMIN))
    assert unknown.value.code is RefusalCode.UNKNOWN_USER


def test_a_pc_asks_for_a_fresh_session_two_weeks_before_it_must() -> None:
    ends_ms = session_ends_ms(began_ms=5 * DAY_MS, most_days=30)

    assert ends_ms == 35 * DAY_MS
    asks_ms = ends_ms - RENEW_BEFORE_DAYS * DAY_MS
    moments = [wants_renewal(ends_ms=ends_ms, now_ms=one) for one in (asks_ms - 1, asks_ms, ends_ms + DAY_MS)]
    assert moments == [False, True, True]
    assert not wants_renewal(ends_ms=0, now_ms=ends_ms), "a server of before says nothing of it"
