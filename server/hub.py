"""Puts a hub together: its copy of the office's rows, its lines to the server, its web application; and runs it."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.protocol.access import Access, Bearer, Pass, pair_key
from core.protocol.codec import decode, encode
from core.protocol.enrolment import fingerprint, read_code
from core.protocol.frames import Wire
from core.protocol.hub import HubEnrolReply, HubEnrolRequest, HubFacts, Signed
from core.protocol.messages import PROTOCOL
from core.protocol.sealing import PartyKeys
from server.app import wall_clock_ms
from server.services.announcer import Announcer
from server.services.certificates import ServerFiles, write_secret
from server.services.hub_announcing import HubAnnouncement
from server.services.hub_erasing import HubErasing
from server.services.hub_files import HubFiles
from server.services.hub_line import HubLine, LineDown, fetch_authority
from server.services.hub_proof import HubProof
from server.services.hub_segments import HubSegments
from server.services.hub_service import HubService
from server.services.hub_uplink import HubUplink
from server.services.hub_uploads import HubUploads
from server.services.segments import SegmentService
from server.services.statements import is_statement_of
from server.services.tokens import Clock
from server.storage.blob_files import BlobFiles
from server.storage.database import Database, UnitOfWork
from server.storage.engine import sqlite_url
from server.storage.heads import TenantRow
from server.storage.hub_items import ItemKind
from server.storage.segment_files import SegmentFiles
from server.web.hub import HubEndpoint
from server.web.serving import WakingServer, run_server, waking_server

IDENTITY_FILE = "hub.msgpack"
AUTHORITY_FILE = "authority.pem"
CERTIFICATE_FILE = "hub.pem"
KEY_FILE = "hub.key"
SIGN_FILE = "hub-sign.key"
SEAL_FILE = "hub-seal.key"
DATABASE_FILE = "pesagi-hub.db"
BLOB_FOLDER = "blobs"
SEGMENT_FOLDER = "segments"
# A PC waits this long at most until the server has said whether it knows it.
ASK_S = 15.0
KEY_BYTES = 32


class NotEnrolled(Exception):
    """The folder holds no hub yet: a one-time code is needed."""


@dataclass(frozen=True, kw_only=True)
class HubConfig:
    """How a hub is set up. `code` is needed once; `upstream` is the address of the server.

    An `announced` hub is found by the PCs of its network; `interfaces` are addresses of network cards, none: all.
    """

    data: Path
    upstream: str
    code: str = ""
    tls: bool = False
    dictionary: bytes = b""
    clock: Clock = wall_clock_ms
    announced: bool = False
    interfaces: tuple[str, ...] = ()


class HubHandle:
    """A hub in this process: its parts, and the means to run and to stop it."""

    def __init__(self, config: HubConfig) -> None:
        """Open, and enrol with the code if this folder has not; NotEnrolled, LineDown, ServerSaidNo."""
        config.data.mkdir(parents=True, exist_ok=True)
        self._config = config
        self._wire = Wire(config.dictionary)
        self.identity = self._known() or self._enrol()
        self._access = self._make_access()
        facts = HubFacts(tenant=self.identity.tenant, office=self.identity.office, hub=self.identity.hub)
        self.facts = facts
        self.database = Database(sqlite_url(config.data / DATABASE_FILE), config.clock)
        self.database.open()
        self.database.write(self._found)
        self.announcer = Announcer()
        proof = HubProof(self.database, facts, self._path(SIGN_FILE))
        blobs, segments = BlobFiles(config.data / BLOB_FOLDER), SegmentFiles(config.data / SEGMENT_FOLDER)
        self.uplink = HubUplink(
            self.database,
            config.clock,
            facts=facts,
            make_line=self._line,
            announcer=self.announcer,
            learn_key=self._learn_key,
            sign_key=proof.public,
            segments=HubSegments(self.database, config.clock, facts.tenant, files=segments, arriving=blobs),
            erasing=HubErasing(self.database, facts.tenant, files=blobs, segments=segments),
        )
        service = HubService(
            self.database,
            config.clock,
            facts=facts,
            server_key=lambda: self.identity.server_key,
            announcer=self.announcer,
            segments=SegmentService(self.database, segments),
            online=lambda: self.uplink.online,
            wake=self.uplink.wake,
        )
        files = HubFiles(blobs, facts.tenant, self._line)
        self.uploads = HubUploads(self.database, blobs, facts.tenant, clock=config.clock, make_line=self._line)
        self.app = HubEndpoint(
            service,
            files,
            self.uploads,
            wire=self._wire,
            announcer=self.announcer,
            proof=proof,
            ask=lambda: self.uplink.ask_for_statements(ASK_S),
        ).application()
        self._server: WakingServer | None = None

    def run(self, listener: socket.socket, *, ready: Callable[[], None]) -> None:
        """Serve on a listening socket until `stop` or a signal; `ready` is called when requests are taken."""
        tls = ServerFiles(certificate=self._path(CERTIFICATE_FILE), key=self._path(KEY_FILE))
        self._server = waking_server(self.app, tls if self._config.tls else None, announcer=self.announcer, ready=ready)
        self.uplink.start()
        self.uploads.start()
        announcement = HubAnnouncement(self.facts, secure=self._config.tls, interfaces=self._config.interfaces)
        if self._config.announced:
            announcement.begin(listener)
        try:
            run_server(self._server, listener)
        finally:
            announcement.end()
            self.uploads.stop()
            self.uplink.stop()

    def stop(self) -> None:
        """Let `run` return after the requests under way are answered. From any thread."""
        if self._server is not None:
            self._server.ask_to_exit()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def _known(self) -> HubEnrolReply | None:
        path = self._path(IDENTITY_FILE)
        return decode(path.read_bytes(), HubEnrolReply) if path.exists() else None

    def _enrol(self) -> HubEnrolReply:
        if not self._config.code:
            raise NotEnrolled
        code, authority_print = read_code(self._config.code)
        if authority_print:
            pem = fetch_authority(self._config.upstream)
            der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
            if fingerprint(der) != authority_print:
                raise LineDown("the server is not the one of the code")
            write_secret(self._path(AUTHORITY_FILE), pem)
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        line = self._line_for(None)
        try:
            reply = line.enrol(
                HubEnrolRequest(protocol=PROTOCOL, code=code, tls_key=public, seal_key=self._seal_keys().seal_public)
            )
        finally:
            line.close()
        pem_key = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_secret(self._path(KEY_FILE), pem_key)
        write_secret(self._path(CERTIFICATE_FILE), reply.certificate)
        write_secret(self._path(IDENTITY_FILE), encode(reply))
        return reply

    def _learn_key(self, key: bytes) -> None:
        """The server may have got another key since this hub came: the line that its authority proves tells it."""
        if len(key) == KEY_BYTES and key != self.identity.server_key:
            self.identity = msgspec.structs.replace(self.identity, server_key=key)
            write_secret(self._path(IDENTITY_FILE), encode(self.identity))
            self.database.write(self._drop_unsigned)

    def _drop_unsigned(self, unit: UnitOfWork) -> None:
        """Forget statements that the server's key does not prove: the server makes new ones."""
        items = unit.of(self.identity.tenant).items
        for number, device, body in items.listed(ItemKind.STATEMENT):
            if not is_statement_of(decode(body, Signed), self.identity.server_key):
                items.remove(ItemKind.STATEMENT, device, number=number)

    def _found(self, unit: UnitOfWork) -> None:
        """Make the tenant that everything in the copy belongs to."""
        if unit.tenants.get(self.identity.tenant) is None:
            unit.tenants.add(TenantRow(id=self.identity.tenant, name="", region="", feed_epoch=0))
        self._drop_unsigned(unit)

    def _line(self) -> HubLine:
        return self._line_for(self._access)

    def _line_for(self, access: Access | None) -> HubLine:
        authority = self._path(AUTHORITY_FILE)
        return HubLine(
            self._config.upstream,
            self._wire,
            access=access,
            authority=authority if authority.exists() else None,
        )

    def _make_access(self) -> Access:
        """The token with the key that proves it; a hub that came before there were keys shows it alone."""
        token = self.identity.token
        if not self.identity.seal_key:
            return Bearer(token)
        return Pass(token, pair_key(self._seal_keys(), self.identity.seal_key), wall_ms=self._config.clock)

    def _seal_keys(self) -> PartyKeys:
        """The hub's own, made once."""
        path = self._path(SEAL_FILE)
        if not path.exists():
            write_secret(path, os.urandom(KEY_BYTES))
        return PartyKeys(path.read_bytes(), path.read_bytes())

    def _path(self, name: str) -> Path:
        return self._config.data / name
