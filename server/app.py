"""Puts the server together: database, files, services, web application; and runs it."""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from starlette.applications import Starlette

from core.domain.passwords import PasswordPolicy
from core.protocol.enrolment import fingerprint
from core.protocol.frames import Wire
from resources.loading import read_bytes, read_text
from server.services.accounts import AccountService
from server.services.allowances import Allowances, Limits
from server.services.announcer import Announcer
from server.services.auditing import AuditService
from server.services.blobs import BlobService
from server.services.bundles import BundleService
from server.services.certificates import (
    ServerFiles,
    ensure_authority,
    ensure_server_certificate,
    read_authority,
)
from server.services.console import ServerConsole
from server.services.continuity import ContinuityService
from server.services.daily_heads import DailyHeadService
from server.services.directory import DirectoryService
from server.services.hubs import HubDirectory
from server.services.incidents import IncidentService
from server.services.leavings import Leavings
from server.services.number_books import NumberBookService
from server.services.operator_name import operator_name
from server.services.other_writers import OtherWriters
from server.services.passwords import MEMORY_KIB, PasswordService
from server.services.possession import Possession
from server.services.relay import RelayService
from server.services.revoking import RevocationService
from server.services.rewriting import Rewriting
from server.services.sealed_thread import opened_in_background
from server.services.sealed_work import SealedWorkService
from server.services.segments import SegmentService
from server.services.server_keys import ensure_console_keys, ensure_server_keys
from server.services.session_terms import SessionTerms
from server.services.snapshot_thread import made_in_background
from server.services.snapshots import SnapshotMaker
from server.services.statements import Signer
from server.services.sync import SyncService
from server.services.tokens import Clock, TokenService
from server.services.verifying import ServerVerifyService
from server.storage.blob_files import BlobFiles
from server.storage.database import Database
from server.storage.engine import sqlite_url
from server.storage.segment_files import SegmentFiles
from server.web.access_log import AccessLog
from server.web.accounts import AccountEndpoint
from server.web.application import build_application
from server.web.blobs import BlobEndpoint
from server.web.live import LiveEndpoint
from server.web.relay import RelayEndpoint
from server.web.revoking import RevocationEndpoint
from server.web.segments import SegmentEndpoint
from server.web.serving import WakingServer, run_server, waking_server
from server.web.sync import SyncEndpoint

DICTIONARY = "wire/dictionary-1.zdict"
LIMITS, LIMITS_FILE = "limits/server.json", "limits.json"
DATABASE_FILE = "pesagi-server.db"
BLOB_FOLDER = "blobs"
SEGMENT_FOLDER = "segments"
TLS_FOLDER = "tls"
BUNDLE_FOLDER = "bundle"
SEALED_FOLDER = "sealed"


def wall_clock_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, kw_only=True)
class ServerConfig:
    """How a server is set up. Without `database_url` the database is an SQLite file in `data`.

    `owner_url` leads to the same database as the role that owns its tables, where that is another one.

    With `tls` the server has a certificate authority of its own; `names` are the host names and addresses under
    which PCs reach it. `dictionary` must be the one that the PCs use. Without `limits` those of `limits.json` in `data`
    hold, or else the shipped ones.
    """

    data: Path
    database_url: str = ""
    owner_url: str = ""
    tls: bool = False
    names: tuple[str, ...] = ()
    dictionary: bytes = b""
    clock: Clock = wall_clock_ms
    password_memory_kib: int = MEMORY_KIB
    limits: Limits | None = None


def shipped_dictionary() -> bytes:
    """The zstd dictionary that is shipped with both programs."""
    return read_bytes(DICTIONARY)


def limits_in(data: Path) -> Limits:
    """How much a device may ask and bring: what the operator wrote into his folder, or else what is shipped.

    OSError names the file where it cannot be understood.
    """
    own = data / LIMITS_FILE
    try:
        return msgspec.json.decode(own.read_bytes() if own.exists() else read_bytes(LIMITS), type=Limits)
    except msgspec.MsgspecError as err:
        raise OSError(f"{own}: {err}") from err


def create_app(config: ServerConfig) -> Starlette:
    """The web application of a server whose database is up to date when this returns; StoreFault."""
    return ServerHandle(config).app


class ServerHandle:
    """A server in this process: its parts, and the means to run and to stop it."""

    def __init__(self, config: ServerConfig) -> None:
        config.data.mkdir(parents=True, exist_ok=True)
        self._config = config
        self._tls = config.data / TLS_FOLDER
        now = datetime.fromtimestamp(config.clock() / 1000, UTC)
        authority = ensure_authority(self._tls, now) if config.tls else read_authority(self._tls)
        url = config.database_url or sqlite_url(config.data / DATABASE_FILE)
        self.database = Database(url, config.clock, owner_url=config.owner_url)
        self.database.open()
        self.announcer = Announcer()
        keys = ensure_server_keys(self._tls)
        possession = Possession(keys, config.clock)
        allowances = Allowances(config.limits or limits_in(config.data), time.monotonic)
        policies = msgspec.json.decode(read_bytes("passwords/policies.json"), type=dict[str, PasswordPolicy])
        terms = SessionTerms(policies)
        self.tokens = TokenService(
            self.database, config.clock, possession=possession, allowances=allowances, terms=terms
        )
        files = BlobFiles(config.data / BLOB_FOLDER)
        blobs = BlobService(self.database, files, config.clock)
        self.continuity = ContinuityService(
            self.database, files, config.clock, authority=self._tls, sealed=config.data / SEALED_FOLDER
        )
        self.others = OtherWriters(self.database, self.announcer)
        segment_files = SegmentFiles(config.data / SEGMENT_FOLDER)
        segments = SegmentService(self.database, segment_files)
        self.snapshots = SnapshotMaker(self.database, segment_files, config.clock)
        self.sync = SyncService(self.database, config.clock, blobs=blobs, segments=segments, announcer=self.announcer)
        passwords = PasswordService(
            memory_kib=config.password_memory_kib,
            common=frozenset(read_text("passwords/common.txt").split()),
            policies=policies,
        )
        self.accounts = AccountService(
            self.database,
            config.clock,
            passwords=passwords,
            bundle_keys=keys,
            terms=terms,
            announcer=self.announcer,
        )
        wire = Wire(config.dictionary)
        self.bundles = BundleService(
            self.database,
            config.clock,
            sync=self.sync,
            blobs=blobs,
            keys=keys,
            wire=wire,
            folder=config.data / BUNDLE_FOLDER,
        )
        self.console = ServerConsole(
            self.database,
            config.clock,
            keys=ensure_console_keys(self._tls),
            announcer=self.announcer,
            run_by=operator_name(),
            random_bytes=os.urandom,
        )
        self.admin = DirectoryService(
            self.database,
            config.clock,
            console=self.console,
            authority="" if authority is None else fingerprint(authority.der),
        )
        self.numbers = NumberBookService(self.database, config.clock, console=self.console, announcer=self.announcer)
        log = AccessLog()
        self.app = build_application(
            SyncEndpoint(self.tokens, self.sync, wire=wire, announcer=self.announcer),
            BlobEndpoint(self.tokens, blobs, allowances),
            SegmentEndpoint(self.tokens, segments),
            live=LiveEndpoint(self.tokens, self.sync, wire=wire, announcer=self.announcer),
            accounts=AccountEndpoint(
                self.accounts,
                self.tokens,
                wire,
                authority_pem=authority.pem if config.tls and authority is not None else b"",
                log=log,
            ),
            log=log,
            announcer=self.announcer,
            others=self.others,
        )
        self.daily_heads = DailyHeadService(self.database, config.clock, keys=keys)
        self.audit = AuditService(self.database, server_key=keys.sign_public)
        self.verifying = ServerVerifyService(self.database, files, self.audit)
        self.incidents = IncidentService(self.database)
        self.leavings = Leavings(self.database, files, bundles=self.bundles)
        self.rewriting = Rewriting(self.database)
        signer = Signer(keys)
        self.hubs = HubDirectory(
            self.database,
            config.clock,
            signer=signer,
            possession=possession,
            console=self.console,
            announcer=self.announcer,
            tls=self._tls if config.tls else None,
            authority="" if authority is None else fingerprint(authority.der),
        )
        relay = RelayService(self.database, config.clock, sync=self.sync, signer=signer, blobs=blobs, segments=segments)
        self.app.router.routes.extend(
            RelayEndpoint(self.hubs, relay, wire=wire, announcer=self.announcer, allowances=allowances).routes()
        )
        revocations = RevocationService(self.database, keys=keys)
        self.sealed = SealedWorkService(
            self.database,
            config.clock,
            revocations=revocations,
            bundles=self.bundles,
            folder=config.data / SEALED_FOLDER,
        )
        self.sync.revocations_changed = self.sealed.due.set
        self.app.router.routes.extend(
            RevocationEndpoint(revocations, self.sealed, wire=wire, allowances=allowances).routes()
        )
        self._server: WakingServer | None = None

    def run(self, listener: socket.socket, *, ready: Callable[[], None]) -> None:
        """Serve on a listening socket until `stop` or a signal; `ready` is called when requests are taken."""
        files = self._server_certificate(listener) if self._config.tls else None
        self._server = waking_server(self.app, files, announcer=self.announcer, ready=ready)
        beside = made_in_background(self.snapshots, self.daily_heads, self.leavings, self.rewriting)
        with beside, opened_in_background(self.sealed):
            run_server(self._server, listener)

    def stop(self) -> None:
        """Let `run` return after the requests under way are answered. From any thread."""
        if self._server is not None:
            self._server.ask_to_exit()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def _server_certificate(self, listener: socket.socket) -> ServerFiles:
        host = str(listener.getsockname()[0])
        names = {*self._config.names, "localhost", "127.0.0.1", *({host} - {"0.0.0.0", "::"})}  # noqa: S104  # not bound here
        now = datetime.fromtimestamp(self._config.clock() / 1000, UTC)
        return ensure_server_certificate(self._tls, names, now)
