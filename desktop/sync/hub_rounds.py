"""Rounds with the hub of the office: what was done here is left with it, answers and rows are taken from it.

A hub is believed nothing that the server did not sign: what became of an op, which streams this PC may hold, where its
chain stands; and who holds which position, since to whom a secret letter is sealed hangs on that. An op stays in the
outbox until such an answer is here, so losing the hub loses nothing. Other rows that a hub hands out are compared with
the server's own once a day, word by word (`desktop.sync.comparing`).
"""

import os
from collections.abc import Callable, Iterable, Iterator

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.ids import StreamId, UserId
from core.domain.letters import IncomingLetter, is_sealed_letter
from core.domain.streams import DIRECTORY
from core.protocol.codec import CodecError, decode, encode
from core.protocol.hub import (
    KEY_PATH,
    NONCE_BYTES,
    HubReply,
    HubRequest,
    Parcel,
    Signed,
    Slip,
    parcel_payload,
    proof_payload,
    slip_payload,
)
from core.protocol.messages import PROTOCOL, Control, Data, Done, Frame
from core.protocol.ops import read_op
from desktop.storage.meta import HubNotes, Identity, SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import Store
from desktop.sync.client import SyncClient
from desktop.sync.comparing import counts_in, shall_compare
from desktop.sync.engine import Asked, RoundReport, SyncEngine
from desktop.sync.hub_client import HubClient
from desktop.sync.hub_directory import is_the_servers
from desktop.sync.hub_proof import appointment_of, statement_of
from desktop.sync.signing import DeviceKeys
from desktop.system.faults import EnvironmentFault, FaultOf

# So long a hub that is in touch with the server is given to bring the answer.
ANSWER_S = 20
MOST_EXCHANGES = 200
# Of so many acts at a time the screens are told that they came further.
MOST_SHOWN = 1000
# In the second exchange the server is asked for what numbers the hub did not have in the first.
_FOR_NUMBERS = 2


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """What came of meeting the hub; `enough` says that the server itself need not be visited now."""

    report: RoundReport
    enough: bool


class _Standing(msgspec.Struct, frozen=True):
    """Who this PC is, and what it knows of the server and of the hub."""

    identity: Identity
    facts: SyncFacts
    notes: HubNotes

    @property
    def server_key(self) -> bytes:
        """What the server signs with."""
        return self.identity.server_sign or self.notes.server_key


class HubRounds:
    """Runs rounds with a hub over one store."""

    def __init__(self, store: Store, engine: SyncEngine, keys: DeviceKeys, wall_ms: Callable[[], int]) -> None:
        self._store = store
        self._engine = engine
        self._keys = keys
        self._wall_ms = wall_ms
        self._proof = b""
        self._left: set[bytes] = set()
        self._server_wanted = False

    def meet(self, hub: HubClient, user: UserId, cancelled: Callable[[], bool]) -> Meeting:
        """Leave with the hub what waits and take what it has; it was introduced. EnvironmentFault, ServerFault."""
        report = RoundReport()
        self._server_wanted = False
        ask, asked, taken = False, False, 0
        exchanges = 0
        left: set[tuple[int, int]] = set()
        while True:
            exchanges += 1
            parcel = self._parcel(user, ask=ask, files=ask or exchanges == 1, numbers=exchanges == _FOR_NUMBERS)
            if parcel is not None and parcel.last_seq:
                if exchanges > _FOR_NUMBERS and (parcel.epoch, parcel.last_seq) in left:
                    # The hub holds another epoch of this device, or less than it was given: once is enough.
                    parcel = None
                else:
                    left.add((parcel.epoch, parcel.last_seq))
            request = self._request(parcel=parcel, taken=taken)
            reply = self._exchange(hub, request, report)
            grants = self._standing().facts.grants
            told = grants != request.grants
            taken = reply.slips[-1][0] if reply.slips else taken
            if parcel is not None and reply.online and not reply.slips:
                taken = self._await_answer(hub, report, taken)
            # The list of streams is the server's to give: where the hub has it not, it is asked for once in a meeting.
            ask = not asked and reply.grants != grants
            asked = asked or ask
            if (
                cancelled()
                or exchanges == MOST_EXCHANGES
                or not (parcel or reply.slips or told or ask or self._is_dry(exchanges))
            ):
                return Meeting(report=report, enough=self._is_enough(reply))

    def _await_answer(self, hub: HubClient, report: RoundReport, taken: int) -> int:
        for _ in range(3):
            request = self._request(parcel=None, taken=taken)
            reply = self._exchange(hub, msgspec.structs.replace(request, hold=ANSWER_S), report)
            if reply.slips:
                return reply.slips[-1][0]
            if not reply.online:
                break
        return taken

    def _exchange(self, hub: HubClient, request: HubRequest, report: RoundReport) -> HubReply:
        report.requests += 1
        reply, frames = hub.exchange(request)
        for _, signed in reply.slips:
            self._take_slip(signed, report)
        if reply.statement is not None:
            self._take_statement(reply.statement, report)
        facts = self._note(reply)
        if reply.feed_epoch == facts.feed_epoch and not facts.compare:
            cursors = dict(request.cursors)
            asked = Asked(epoch=0, cursors=cursors, told=dict(cursors))
            self._engine.take_reply(self._known(frames, reply.directory), report, _never, asked=asked)
        return reply

    def _take_slip(self, signed: Signed, report: RoundReport) -> None:
        """Store what the server answered; what it did not sign is forgotten."""
        here = self._standing()
        identity, facts = here.identity, here.facts
        try:
            key = Ed25519PublicKey.from_public_bytes(here.server_key)
            key.verify(signed.signature, slip_payload(signed.body))
            slip: Slip = decode(signed.body, Slip)
            if (slip.tenant, slip.device) != (identity.tenant, identity.device):
                raise EnvironmentFault(FaultOf.SERVER_FAILED, "slip")
            control: Control | None = decode(slip.control, Control) if slip.control else None
        except (InvalidSignature, ValueError, CodecError) as err:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, "slip") from err
        if control is None:
            # What stands against this PC, or only against what the hub made of its parcel: the server tells which.
            self._server_wanted = True
            return
        if control.results and not self._is_of_own_chain(slip):
            # It lay at the hub while this PC was put back: the same numbers are other ops here now.
            control = msgspec.structs.replace(control, results=())
        if control.now_ms < facts.told_ms:
            # The server has told this PC more meanwhile, by a shorter way.
            if control.feed_epoch != counts_in(facts):
                return  # it was put back since: what it says was taken then may be lost
            control = msgspec.structs.replace(control, granted=(), grants=facts.grants, chain=None)
        self._engine.take_reply([control, Done()], report, _never, asked=Asked(epoch=slip.epoch))

    def _take_statement(self, signed: Signed, report: RoundReport) -> None:
        """Take over the list of streams that the server signed, unless it has told this PC another one since."""
        here = self._standing()
        identity, facts = here.identity, here.facts
        said = statement_of(signed, server_key=here.server_key, tenant=identity.tenant, device=identity.device)
        if said is None or not said.granted or said.made_ms < facts.told_ms or said.expires_ms < self._wall_ms():
            return
        if facts.compare or not said.feed_epoch == facts.feed_epoch == counts_in(facts):
            return  # the server was put back: its streams may have other numbers
        control = Control(feed_epoch=said.feed_epoch, now_ms=said.made_ms, grants=said.grants, granted=said.granted)
        self._engine.take_reply([control, Done()], report, _never, asked=Asked(epoch=0))

    def _is_of_own_chain(self, slip: Slip) -> bool:
        with self._store.read() as uow:
            entry = uow.outbox.of_epoch(slip.epoch, [slip.last_seq]).get(slip.last_seq)
        return not slip.head or (entry is not None and entry.head == slip.head)

    def _note(self, reply: HubReply) -> SyncFacts:
        """Note what the hub has; what is known of the server."""
        epoch, seq = reply.held
        with self._store.begin() as uow:
            notes = uow.meta.hub()
            uow.meta.write(
                msgspec.structs.replace(
                    notes, epoch=epoch, seq=seq, grants=reply.grants, met_ms=self._wall_ms(), online=reply.online
                )
            )
            uow.leases.add(reply.leases)
            if (epoch, seq) != (notes.epoch, notes.seq):
                # Screens that show how far a row has come read it again.
                before = min(seq, notes.seq) if notes.epoch == epoch else 0
                moved = uow.outbox.touched_by([one.id for one in uow.outbox.waiting(MOST_SHOWN, after=before)])
                uow.changed.update(key for keys in moved.values() for key in keys)
            return uow.meta.sync()

    def _known(self, frames: Iterable[Frame], directory: Signed | None) -> Iterator[Frame]:
        """The rows of streams that this PC knows it may hold; nothing else is taken from a hub.

        Of the `directory` only what the server signed; it is asked itself where that does not fit.
        """
        people: list[Data] = []
        with self._store.read() as uow:
            known = {number: key for key, number in uow.streams.ids().items()}
        for frame in frames:
            if isinstance(frame, Data) and known.get(frame.stream) == DIRECTORY:
                people.append(frame)
            elif isinstance(frame, Data) and frame.stream in known:
                self._note_stream(frame.stream)
                yield frame
            elif isinstance(frame, Done):
                if is_the_servers(self._store, directory, people, server_key=self._standing().server_key):
                    yield from people
                elif people:
                    self._server_wanted = True
                yield frame

    def _note_stream(self, stream: StreamId) -> None:
        """Rows of it come by a hub: what they say is compared the next time."""
        if stream in self._standing().notes.streams:
            return
        with self._store.begin() as uow:
            notes = uow.meta.hub()
            uow.meta.write(msgspec.structs.replace(notes, streams=(*notes.streams, stream)))

    def _request(self, *, parcel: Parcel | None, taken: int) -> HubRequest:
        here = self._standing()
        identity, facts = here.identity, here.facts
        request, _ = self._engine.make_request(push=True)
        numbered: tuple[int, ...] = ()
        if request.needs:
            with self._store.read() as uow:
                numbered = tuple(uow.leases.highest(one.office, one.year, one.series) for one in request.needs)
        return HubRequest(
            protocol=PROTOCOL,
            device=identity.device,
            proof=self._proof,
            # As long as it is not known which streams this PC may hold, rows would be of no use.
            feed_epoch=facts.feed_epoch if facts.grants and not facts.compare else 0,
            cursors=request.cursors,
            parcel=parcel,
            taken=taken,
            needs=request.needs,
            numbered=numbered,
            grants=facts.grants,
        )

    def _parcel(self, user: UserId, *, ask: bool, files: bool, numbers: bool) -> Parcel | None:
        """What waits behind the op that the hub has, sealed by this device; None if there is nothing to send.

        With `ask` the server is asked for the list of streams where this PC has none or an old one, with `files`
        whether it has what was left at the hub, with `numbers` for numbers where this PC has none left.
        """
        here = self._standing()
        identity, notes = here.identity, here.notes
        held = notes.seq if notes.epoch == identity.epoch else 0
        request, _ = self._engine.make_request(push=True, after=held)
        outdated = not request.grants or notes.grants != request.grants
        # The hub gives numbers out of its own block, so that they go up in order; the server is asked when it has none.
        needs = tuple(need for need in request.needs if not need.remaining) if numbers else ()
        # Of what was left at a hub the server alone says that it is there.
        offers = tuple(one for one in request.offers if one[0] in self._left) if files else ()
        if not request.ops and not (ask and outdated) and not needs and not offers:
            return None
        parcel = Parcel(
            device=identity.device,
            user=user,
            epoch=request.epoch,
            last_seq=read_op(request.ops[-1]).seq if request.ops else 0,
            body=encode(msgspec.structs.replace(request, cursors=(), offers=offers, needs=needs)),
            signature=b"",
        )
        return msgspec.structs.replace(parcel, signature=self._keys.sign(parcel_payload(identity.tenant, parcel)))

    def _is_dry(self, exchanges: int) -> bool:
        """Whether the hub was asked for numbers and had none, so that the server is to be asked."""
        if exchanges >= _FOR_NUMBERS:
            return False
        request, _ = self._engine.make_request(push=True)
        return any(not need.remaining for need in request.needs)

    def may_leave(self, sha256: bytes) -> bool:
        """Whether a hub may have a file: never one that lies in the clear of a letter that it may not carry."""
        with self._store.read() as uow:
            row = uow.blobs.get(sha256)
            letter = None if row is None or row.letter is None else uow.get(IncomingLetter, row.letter)
            return letter is not None and (not letter.is_secret or is_sealed_letter(letter))

    def note_left(self, sha256: bytes) -> None:
        """A file lies at the hub: the server is asked by the hub if it has come. From any lane."""
        self._left.add(sha256)

    def introduce(self, hub: HubClient, server: SyncClient) -> None:
        """Let the hub prove that it is the one of this office, and show it who asks. From any lane.

        EnvironmentFault, ServerFault; nothing was said to what is not the hub.
        """
        here = self._standing()
        if not here.server_key:
            # This PC joined before the server told its key to all.
            key = server.fetch(KEY_PATH)
            with self._store.begin() as uow:
                uow.meta.write(msgspec.structs.replace(uow.meta.hub(), server_key=key))
        nonce = os.urandom(NONCE_BYTES)
        facts, here = hub.about(nonce), self._standing()
        identity, notes = here.identity, here.notes
        appointment = appointment_of(facts, nonce, server_key=here.server_key, tenant=identity.tenant)
        if appointment is None or appointment.expires_ms < self._wall_ms() or appointment.since_ms < notes.since_ms:
            raise EnvironmentFault(FaultOf.PORTAL, "not the hub")
        if (notes.hub, notes.since_ms, notes.address) != (facts.hub, appointment.since_ms, hub.address):
            self._note_hub(facts.hub, appointment.since_ms, hub.address)
        self._proof = self._keys.sign(proof_payload(identity.tenant, facts.hub, identity.device))
        hub.show(identity.device, self._proof)

    def _note_hub(self, hub: bytes, since_ms: int, address: str) -> None:
        with self._store.begin() as uow:
            notes = uow.meta.hub()
            if notes.hub and notes.hub != hub:
                # What the other one held, this one does not; nor is it to blame for what that one changed.
                notes = msgspec.structs.replace(notes, epoch=0, seq=0, altered=0)
            uow.meta.write(msgspec.structs.replace(notes, hub=hub, since_ms=since_ms, address=address))

    def _standing(self) -> _Standing:
        with self._store.read() as uow:
            identity, facts, notes = uow.meta.identity(), uow.meta.sync(), uow.meta.hub()
        if identity is None or identity.practice:
            raise EnvironmentFault(FaultOf.NOT_ENROLLED)
        return _Standing(identity, facts, notes)

    def _is_enough(self, reply: HubReply) -> bool:
        """Whether the server itself can be left alone: all is answered, and nothing is to be had from it alone.

        What a hub keeps to itself goes the straight way at the next visit.
        """
        with self._store.read() as uow:
            facts, waiting = uow.meta.sync(), uow.outbox.count(OpState.WAITING)
        return (
            reply.online
            and not waiting
            and not reply.withheld
            and not self._server_wanted
            and (reply.feed_epoch, reply.grants) == (facts.feed_epoch, facts.grants)
            and not shall_compare(self._store, facts, self._wall_ms())
        )


def _never() -> bool:
    return False
