"""One of every message, whole and with sensible values; one fault stands for all, since only its code differs."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

import msgspec

from core.domain.acting import FieldConflict
from core.domain.dispositions import IssueDisposition
from core.domain.ids import DeviceId, LetterId, StreamId, TenantId
from core.domain.letters import IncomingLetter
from core.domain.numbering import INCOMING_AGENDA, NumberLease
from core.domain.streams import DIRECTORY, StreamKey, StreamKind
from core.protocol.access import TurnRequest
from core.protocol.brevity import Moved, ToldOp, shorten, tell
from core.protocol.bundle import SERVER, Manifest, OpSpan, PartHead, Section, SectionKind, UpMessage
from core.protocol.codec import decode, encode, to_columns
from core.protocol.devices import Aside, DeviceNote, DeviceState, DevicesTold, StreamCount
from core.protocol.faults import Fault, FaultCode
from core.protocol.live import DIALECT, LiveRequest, Settled
from core.protocol.messages import (
    PROTOCOL,
    SCHEMA,
    Block,
    ChainBreak,
    ChainState,
    Control,
    Data,
    Done,
    EnrolRequest,
    NumberNeed,
    OpResult,
    Outcome,
    PasswordRequest,
    SessionReply,
    SessionRequest,
    Slice,
    StreamBuckets,
    StreamCheck,
    StreamChecked,
    StreamGrant,
    SyncRequest,
    Verdict,
)
from core.protocol.ops import OP_VERSION, Op
from core.protocol.own_sessions import SessionNote, SessionsTold
from core.protocol.person_keys import KeptKey, KeyOffer, PersonEscrow
from core.protocol.records import ACT_OF, KIND_OF
from core.protocol.revoking import OrderRequest, RevocationOrder
from tests.factories import DEVICE_ID, HEAD, HELD_ID, OFFICE, REGISTRAR, SCAN, issue, letter, user_of


def op(**changes: Any) -> Op:
    act = issue()
    plain = Op(
        version=OP_VERSION,
        seq=118,
        prev=bytes(range(8)),
        user=user_of(HEAD),
        position=HEAD,
        act=ACT_OF[IssueDisposition].code,
        args=msgspec.Raw(encode(act)),
        check=b"\x01\x02\x03\x04",
        group=0,
        wall_ms=1_773_628_200_123,
        offset_ms=-1_250,
        uncertainty_ms=180,
        known=40_031,
        signature=bytes(range(64)),
    )
    return msgspec.structs.replace(plain, **changes)


_LEASE = NumberLease(office=OFFICE, year=2026, series=INCOMING_AGENDA, low=401, high=450, fence=9)
_REGISTER = StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, level=0, year=2026)
_BUNDLE = bytes(range(100, 116))
_STATE = DeviceState(version="0.1.0", waiting=3, files=1, skew_s=-12, free_mb=40_960, unbacked_h=26)
_QUESTION = SyncRequest(protocol=PROTOCOL, schema=SCHEMA, epoch=1, feed_epoch=7, sent_ms=1_773_628_200_123, grants=4)
MESSAGES: Mapping[type[Any], Any] = types.MappingProxyType(
    {
        Op: op(),
        SyncRequest: SyncRequest(
            protocol=PROTOCOL,
            schema=SCHEMA,
            epoch=3,
            feed_epoch=7,
            sent_ms=1_773_628_200_123,
            grants=4,
            ops=(encode(op()),),
            signature=bytes(64),
            cursors=((StreamId(12), 40_031), (StreamId(15), 40_008)),
            offers=((SCAN.sha256, SCAN.size),),
            needs=(NumberNeed(office=OFFICE, year=2026, series=INCOMING_AGENDA, remaining=12),),
            hold=25,
            next_seq=119,
            checks=(StreamCheck(stream=StreamId(12), count=812, total=bytes(range(8))),),
            buckets=(StreamBuckets(stream=StreamId(12), sums=bytes(range(128))),),
            held=(HELD_ID,),
            aside=Aside(state=_STATE, since=1_773_628_000_000),
            dialect=DIALECT,
        ),
        OrderRequest: OrderRequest(
            tenant=TenantId(1), device=DeviceId(bytes(range(16))), sent_ms=1_773_628_200_123, signature=bytes(64)
        ),
        RevocationOrder: RevocationOrder(
            tenant=TenantId(1), device=DeviceId(bytes(range(16))), revoked_ms=1_773_628_150_000, signature=bytes(64)
        ),
        Control: Control(
            feed_epoch=7,
            now_ms=1_773_628_201_000,
            grants=5,
            results=(
                OpResult(seq=118, first_rev=40_110, late_s=7200, whole=bytes(range(4))),
                OpResult(
                    seq=119,
                    outcome=Outcome.CONFLICT,
                    same=False,
                    conflicts=(FieldConflict(field="subject", stands="Undangan", wanted="Rapat"),),
                ),
                OpResult(seq=120, outcome=Outcome.REFUSED, same=False, code="not_allowed", field="recipients"),
                OpResult(seq=121, outcome=Outcome.HELD, first_rev=40_112, same=False, field=HELD_ID.hex()),
            ),
            granted=(
                StreamGrant(stream=StreamId(1), key=DIRECTORY, priority=1),
                StreamGrant(stream=StreamId(12), key=_REGISTER, priority=2),
            ),
            leases=(_LEASE,),
            offsets=((SCAN.sha256, 65_536),),
            durable=39_900,
            next_s=240,
            chain=ChainState(epoch=4, next_seq=17, why=ChainBreak.FORK),
            extents=((1, 812, bytes(range(8))), (2, 40, bytes(8))),
            checked=(StreamChecked(stream=StreamId(12), cursor=40_112, same=True),),
            verdicts=(Verdict(held_id=HELD_ID, accepted=False, by=user_of(HEAD), reason="Sudah dicatat."),),
            devices=DevicesTold(
                until=1_773_628_201_000,
                whole=True,
                notes=(
                    DeviceNote(
                        device=DeviceId(bytes(range(16))),
                        name="PC-SEKRETARIAT",
                        users=(user_of(HEAD),),
                        seen_ms=1_773_628_100_000,
                        told_ms=1_773_628_100_000,
                        state=_STATE,
                        revoked_ms=1_773_628_150_000,
                        sealed=81_920,
                        opened=True,
                    ),
                    DeviceNote(
                        device=DeviceId(bytes(range(1, 17))),
                        name="",
                        users=(),
                        seen_ms=1_773_628_140_000,
                        hub_of=int(OFFICE),
                    ),
                ),
                streams=(StreamCount(kind=3, owner=int(OFFICE), level=0, rows=812),),
            ),
        ),
        Data: Data(
            stream=StreamId(12),
            cursor=40_077,
            blocks=(
                Block(
                    kind=KIND_OF[IncomingLetter].code,
                    columns=decode(encode(to_columns([letter(), letter(id=LetterId(bytes(16)))])), list[Any]),
                    revs=[40_070, 7],
                    gone=[bytes(15) + b"\x02"],
                ),
            ),
        ),
        Slice: Slice(
            stream=StreamId(12),
            cursor=40_112,
            parts=16,
            which=(3, 11),
            blocks=(
                Block(
                    kind=KIND_OF[IncomingLetter].code,
                    columns=decode(encode(to_columns([letter()])), list[list[Any]]),
                    revs=[40_070],
                ),
            ),
        ),
        Done: Done(more=True),
        EnrolRequest: EnrolRequest(
            protocol=PROTOCOL,
            code="7K3M9QWX2ABC",
            device=DEVICE_ID,
            sign_key=bytes(32),
            seal_key=bytes(range(32)),
            device_name="PC Tata Usaha",
            password="rahasia sekali",
            escrow=bytes(range(80)),
            ring_escrows=(PersonEscrow(user=user_of(REGISTRAR), sealed=bytes(range(112))),),
            nonce=bytes(range(8)),
            signature=bytes(64),
        ),
        SessionRequest: SessionRequest(
            protocol=PROTOCOL,
            device=DEVICE_ID,
            user=user_of(REGISTRAR),
            password="rahasia sekali",
            sent_ms=1_773_628_200_123,
            signature=bytes(64),
            offers=(
                KeyOffer(
                    sign=bytes(range(32)),
                    seal=bytes(range(32, 64)),
                    wrap=bytes(range(120)),
                    proof=bytes(64),
                    device_signature=bytes(range(64)),
                    lost=True,
                ),
            ),
            nonce=bytes(range(8)),
        ),
        TurnRequest: TurnRequest(protocol=PROTOCOL, chosen=bytes(range(32))),
        PasswordRequest: PasswordRequest(
            protocol=PROTOCOL,
            device=DEVICE_ID,
            user=user_of(REGISTRAR),
            chosen="$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            sent_ms=1_773_628_200_123,
            signature=bytes(64),
            wraps=((bytes(32), b"wrapped"),),
            own=bytes(64),
        ),
        SessionReply: SessionReply(
            tenant=TenantId(1),
            user=user_of(REGISTRAR),
            token="t0k3n",
            epoch=1,
            next_seq=1,
            head=bytes(32),
            feed_epoch=7,
            bundle_sign=bytes(range(32)),
            bundle_seal=bytes(range(32, 64)),
            opened=bytes(range(80)),
            ring=bytes(range(112)),
            keys=(KeptKey(sign=bytes(range(32)), wrap=bytes(range(120)), active=True),),
            ends_ms=1_781_404_200_123,
            password_ms=1_773_628_200_123,
        ),
        SessionsTold: SessionsTold(
            sessions=(
                SessionNote(device=DEVICE_ID, name="PC TU 1", began_ms=1_773_628_200_123, seen_ms=1_776_220_200_000),
            )
        ),
        PartHead: PartHead(
            version=1, tenant=TenantId(1), sender=DEVICE_ID, recipient=SERVER, bundle=_BUNDLE, part=1, parts=2
        ),
        Manifest: Manifest(
            protocol=PROTOCOL,
            tenant=TenantId(1),
            sender=DEVICE_ID,
            recipient=SERVER,
            recipient_key=bytes(range(32, 64)),
            bundle=_BUNDLE,
            made_ms=1_773_628_200_123,
            parts=(
                (Section(kind=SectionKind.MESSAGE, sha256=bytes(32), size=4711),),
                (Section(kind=SectionKind.FILE, sha256=bytes(range(32)), size=1_234_567),),
            ),
            epoch=1,
            next_seq=119,
            spans=(OpSpan(first=117, last=118, head=bytes(32)),),
            cursors=((StreamId(1), 40), (StreamId(12), 4711)),
            answers=bytes(range(16)),
        ),
        UpMessage: UpMessage(requests=(_QUESTION,), wants=(bytes(range(32)),), have=(bytes(32),)),
        Fault: Fault(code=FaultCode.WRONG_OFFSET, number=118),
        LiveRequest: LiveRequest(
            ops=(encode(op()),),
            signature=bytes(range(64)),
            cursors=((StreamId(12), 40_077),),
            offers=((SCAN.sha256, SCAN.size),),
            needs=(NumberNeed(office=OFFICE, year=2026, series=INCOMING_AGENDA, remaining=12),),
            brief=tuple(one for one in (shorten(encode(op())),) if one),
            in_rows=True,
        ),
        ToldOp: tell(op(), first_rev=40_110, received_ms=1_773_628_201_000),
        Moved: Moved(streams=(StreamId(12), StreamId(15)), above=1),
        Settled: Settled(
            results=(OpResult(seq=118, first_rev=40_070),),
            leases=(_LEASE,),
            offsets=((SCAN.sha256, 65_536),),
            durable=39_900,
            dialect=DIALECT,
        ),
    }
)
