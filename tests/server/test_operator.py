"""What a command at the server changes is an op in the log, with the name of who ran it; PCs hear of it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.domain.administering import CodeIssue, SuspendUser
from core.domain.books import NumberBook
from core.domain.ids import OfficeId, RowId, TenantId, small_row_id
from core.domain.offices import Office, Person, Role
from core.domain.revoking import RevokeDevice
from core.domain.server_room import SERVER_ROOM, SERVER_ROOM_DEVICE, SERVER_ROOM_POSITION, ServerRun
from core.protocol.codec import decode
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import Op, read_op
from core.protocol.records import ACT_BY_CODE
from server.__main__ import main
from server.app import ServerConfig, ServerHandle
from server.services.desk import Desk, DirectoryError
from server.services.operator_name import operator_name
from server.services.templates import TEMPLATES
from server.storage.op_log import BY_THE_SERVER
from tests.server.holding import outcome
from tests.support.device import Join
from tests.support.server import OfficeInTest, RunningServer

SETUP = ("admin", "setup", "--office", "Kantor A", "--short", "Kec. A", "--region", "Kabupaten A")
# What each verb that changes something does, after the note of who ran it.
CHANGING: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "setup": (SETUP, ()),
    "office": (
        ("admin", "office", "--office", "Kantor B", "--short", "Kec. B", "--template", "pekon"),
        ("office.add", *["position.open"] * 7, *["user.add", "code.issue"] * 7),
    ),
    "position": (("admin", "position", "--office", "1", "--title", "Kasi", "--role", "staff"), ("position.open",)),
    "user": (("admin", "user", "--username", "budi", "--position", "1"), ("user.add", "code.issue")),
    "user again": (
        ("admin", "user", "--username", "budi", "--name", "Budi S.", "--position", "2"),
        ("user.rename", "user.move", "user.suspend"),
    ),
    "code": (("admin", "code", "--username", "budi", "--reset-password"), ("code.issue",)),
    "book": (("admin", "book", "--office", "1", "--name", "Undangan"), ("book.set",)),
    "book again": (("admin", "book", "--office", "1", "--deactivate", "1"), ("book.set",)),
    "number-holder": (("admin", "number-holder", "--office", "1", "--year", "2026"), ()),
    "hub-code": (("admin", "hub-code", "--office", "1"), ()),
    "revoke-hub": (("admin", "revoke-hub", "--office", "1"), ()),
    "restored": (("admin", "restored"), ()),
}
# These look, sign what there is, or tidy: nobody's rights, names, numbers or devices change.
LOOKING = {"list", "numbers", "snapshots", "durable", "audit", "verify", "head", "alarms", "insiden"}
ON_A_DEVICE = {"revoke-device"}


def answer(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--data", str(data), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def ops_in(data: Path) -> list[Op]:
    """The ops of the server's own device, as the log holds them."""
    with closing(ServerHandle(ServerConfig(data=data))) as handle:
        return ops_of(handle, TenantId(1))


def ops_of(handle: ServerHandle, tenant: TenantId) -> list[Op]:
    walked = handle.database.read(lambda unit: unit.of(tenant).ops.walk(after=0, limit=10_000))
    own = [one for one in walked if one.writer.device == SERVER_ROOM_DEVICE]
    assert all(decode(one.logged.result, OpResult).outcome == Outcome.ACCEPTED for one in own)
    return [read_op(one.logged.op) for one in own]


def test_every_verb_of_the_administrator_either_leaves_an_op_or_only_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["admin", "no such verb"])
    told = capsys.readouterr().err.partition("choose from ")[2].rpartition(")")[0]
    verbs = {verb.strip(" '") for verb in told.split(",")}

    assert verbs == {name.split()[0] for name in CHANGING} | LOOKING | ON_A_DEVICE


def test_what_each_verb_changes_stands_in_the_log_and_the_log_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, (words, acts) in CHANGING.items():
        before = len(ops_in(tmp_path)) if name != "setup" else 0
        answer(tmp_path, capsys, *words)
        made = ops_in(tmp_path)[before:]
        assert [ACT_BY_CODE[op.act].name for op in made] == ["server.run", *acts], name
        assert made[0].read_act().run_by == operator_name()
        assert {(op.user, op.position) for op in made} == {(SERVER_ROOM, SERVER_ROOM_POSITION)}
        assert len({op.group for op in made}) == 1

    (region,) = answer(tmp_path, capsys, "admin", "audit")["regions"]
    assert region["whole"]
    assert [run["verb"] for run in region["runs"]][:3] == ["setup", "office", "position"]
    assert answer(tmp_path, capsys, "admin", "verify")["regions"][0]["whole"]
    assert main(["admin", "audit", "--data", str(tmp_path)]) == 0
    assert f"{operator_name()}: position Kasi, kantor 1" in capsys.readouterr().out


def test_the_pcs_get_the_rows_and_hear_who_did_it(server: RunningServer, office: OfficeInTest, join: Join) -> None:
    clerk = join("tu")
    budi = server.admin.add_person(office.tenant, username="budi", name="Budi", positions=[office.positions["kesos"]])
    server.admin.change_person(office.tenant, budi.user, name="Budi Santoso")
    book = server.handle.numbers.add_book(office.tenant, office.office, name="Undangan", template="{urut:3}")
    clerk.sync()

    person = clerk.replica.get(Person, small_row_id(budi.user))
    assert person is not None
    assert person.name == "Budi Santoso"
    assert [one.number for one in clerk.replica.of(NumberBook)] == [book.number]
    assert [one.user for one in clerk.replica.of(CodeIssue)] == [budi.user]
    runs = sorted((run.verb, run.run_by) for run in clerk.replica.of(ServerRun))
    assert runs == [(verb, operator_name()) for verb in ("book", "setup", "user", "user")]


def test_what_the_rules_refuse_leaves_nothing_not_even_the_note(server: RunningServer, office: OfficeInTest) -> None:
    before = ops_of(server.handle, office.tenant), server.admin.listing(office.tenant)

    with pytest.raises(DirectoryError, match="username_malformed"):
        server.admin.add_person(office.tenant, username="Bu Di", name="Budi", positions=[office.positions["tu"]])
    with pytest.raises(DirectoryError, match="name_missing"):
        server.admin.change_person(office.tenant, office.users["tu"], name="  ", active=False)

    assert (ops_of(server.handle, office.tenant), server.admin.listing(office.tenant)) == before


def test_nobody_at_a_pc_can_act_as_the_operator_or_shut_his_device_out(
    server: RunningServer, office: OfficeInTest, join: Join
) -> None:
    clerk = join("tu")
    clerk.act(SuspendUser(user=office.users["camat"], active=False), user=SERVER_ROOM, position=SERVER_ROOM_POSITION)
    assert outcome(clerk)[0] == Outcome.REFUSED

    place = server.admin.add_position(office.tenant, office.office, title="Diskominfo", role=Role.REGION_ADMIN)
    server.admin.change_person(office.tenant, office.users["tu"], positions=[place])
    clerk.sync()
    clerk.act(
        RevokeDevice(device=RowId(SERVER_ROOM_DEVICE), office=office.office, name="x", reason="x"), position=place
    )
    assert outcome(clerk) == (Outcome.REFUSED, "unknown_device")
    assert not server.admin.revoke_device(office.tenant, SERVER_ROOM_DEVICE)
    assert SERVER_ROOM_DEVICE not in {row.id for row in server.admin.listing(office.tenant).devices}


def test_a_server_from_before_there_were_ops_of_the_operator_goes_on_with_the_first_command(tmp_path: Path) -> None:
    with closing(ServerHandle(ServerConfig(data=tmp_path))) as handle:
        tenant = handle.admin.add_tenant("A", "Kabupaten A")

        def as_it_was(unit: Any) -> None:
            store = unit.of(tenant)
            store.head.lock()
            desk = Desk(store)
            desk.put(Office(number=OfficeId(1), name="Kantor A", short_name="A", region="Kabupaten A"))
            desk.add_positions(OfficeId(1), TEMPLATES["pekon"])
            desk.write(1_000)

        handle.database.write(as_it_was)
        further = Office(number=OfficeId(0), name="Kantor B", short_name="Kec. B", region="Kabupaten A")
        report = handle.admin.set_up_office(tenant, further, positions=TEMPLATES["pekon"])

        assert report.office == 2
        assert len(ops_of(handle, tenant)) == 1 + 1 + 7 + 2 * 7
        assert {one.region for one in handle.admin.listing(tenant).offices} == {"Kabupaten A"}
        walked = handle.database.read(lambda unit: unit.of(tenant).ops.walk(after=0, limit=1))
        assert walked[0].writer == BY_THE_SERVER
        assert handle.verifying.verify(tenant).whole


def test_a_key_that_was_lost_is_made_anew_and_the_chain_goes_on(tmp_path: Path) -> None:
    whole = False
    for turn in range(2):
        with closing(ServerHandle(ServerConfig(data=tmp_path))) as handle:
            tenant = handle.admin.tenants()[0].id if turn else handle.admin.add_tenant("A", "Kabupaten A")
            place = Office(number=OfficeId(0), name=f"Kantor {turn}", short_name="Kec. A", region="Kabupaten A")
            handle.admin.set_up_office(tenant, place, positions=TEMPLATES["pekon"][:1])
            whole = handle.verifying.verify(tenant).whole
        (tmp_path / "tls" / "console.key").unlink()

    assert whole
