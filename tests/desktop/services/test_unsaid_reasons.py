"""Of what is secret no reason is kept, so none leaves the PC either."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.domain.following_up import WithdrawDisposition
from core.domain.letters import SecurityLevel
from core.domain.replying import EndReply
from core.protocol.ops import read_op
from desktop.services.dispositions import Order
from desktop.services.following_up import FollowUpService
from desktop.services.replies import ReplyService
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from tests.desktop.services.test_secrecy import register, sign_in, waiting
from tests.factories import HEAD, NOW, REGISTRAR, SECTION, actor
from tests.support.desks import lease
from tests.support.person_keys import give_keys
from tests.support.stores import KEY

WHY = "Perkara selisih kas sudah selesai"


@pytest.fixture
def office(store: Store) -> Store:
    give_keys(store, HEAD, REGISTRAR, SECTION)
    lease(store, 1, 50)
    return store


def acts(store: Store, kind: type[Any]) -> list[Any]:
    made = [read_op(one.op).read_act() for one in waiting(store)]
    return [act for act in made if isinstance(act, kind)]


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
@pytest.mark.parametrize(("level", "said"), [(SecurityLevel.OPEN, WHY), (SecurityLevel.SECRET, "")])
def test_why_there_is_no_answer_is_told_of_what_is_not_secret(
    office: Store, tmp_path: Path, level: SecurityLevel, said: str, *, several: bool
) -> None:
    files = BlobFiles(tmp_path / "berkas", KEY, reserve=0)
    letter_id = register(office, files, security=level, reply_by=date(2026, 4, 1))
    service = ReplyService(office, actor(REGISTRAR), lambda: NOW)

    if several:
        service.end_all([letter_id], reason=WHY)
    else:
        service.end(letter_id, reason=WHY)

    assert [act.reason for act in acts(office, EndReply)] == [said]


@pytest.mark.parametrize(("level", "said"), [(SecurityLevel.OPEN, WHY), (SecurityLevel.SECRET, "")])
def test_why_a_disposition_is_withdrawn_is_told_of_what_is_not_secret(
    office: Store, tmp_path: Path, level: SecurityLevel, said: str
) -> None:
    letter_id = register(office, BlobFiles(tmp_path / "berkas", KEY, reserve=0), security=level)
    order = Order(letter_id=letter_id, recipients=(SECTION,), instructions=(2,))
    made = sign_in(office, HEAD).dispositions.issue(order)

    FollowUpService(office, actor(HEAD), lambda: NOW).withdraw(made, (SECTION,), WHY)

    assert [act.reason for act in acts(office, WithdrawDisposition)] == [said]
