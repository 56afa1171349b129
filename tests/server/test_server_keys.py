"""The server's own keys: one that signs, one that opens; made once, and taken over from a server that had more."""

from __future__ import annotations

from pathlib import Path

from core.domain.ids import DeviceId, TenantId
from core.protocol.hub import Slip
from core.protocol.sealing import PartyKeys
from server.services.server_keys import BUNDLES_ALONE_FILE, HUBS_ALONE_FILE, SEAL_FILE, SIGN_FILE, ensure_server_keys
from server.services.statements import Signer, is_statement_of


def test_the_keys_are_made_once(tmp_path: Path) -> None:
    made = ensure_server_keys(tmp_path)

    assert ensure_server_keys(tmp_path).sign_public == made.sign_public
    assert {path.name for path in tmp_path.iterdir()} == {SIGN_FILE, SEAL_FILE}


def test_of_two_signing_keys_the_one_that_every_pc_knows_stays(tmp_path: Path) -> None:
    seeds = {BUNDLES_ALONE_FILE: bytes(range(32)), SEAL_FILE: bytes(32), HUBS_ALONE_FILE: bytes(range(1, 33))}
    for name, seed in seeds.items():
        (tmp_path / name).write_bytes(seed)

    keys = ensure_server_keys(tmp_path)

    before = PartyKeys(seeds[BUNDLES_ALONE_FILE], seeds[SEAL_FILE])
    assert (keys.sign_public, keys.seal_public) == (before.sign_public, before.seal_public)
    assert {path.name for path in tmp_path.iterdir()} == {SIGN_FILE, SEAL_FILE}


def test_a_slip_does_not_pass_for_a_statement(tmp_path: Path) -> None:
    signer = Signer(ensure_server_keys(tmp_path))

    slip = signer.slip(Slip(tenant=TenantId(1), device=DeviceId(bytes(16)), epoch=1, last_seq=0))

    assert not is_statement_of(slip, signer.public)
