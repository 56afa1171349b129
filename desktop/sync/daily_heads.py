"""Asks for the server's daily heads, proves that they continue what this PC has seen, and keeps them."""

from core.protocol.daily_heads import (
    ASK_NOTHING,
    HeadError,
    HeadsTold,
    chains_of,
    head_payload,
    unpack_heads,
)
from core.protocol.messages import Control
from core.protocol.sealing import is_signed
from desktop.storage.daily_heads import KeptHead
from desktop.storage.unit_of_work import UnitOfWork

# A head is made once a day: so long after the last one nothing is asked for.
_FRESH_MS = 20 * 3600 * 1000
_BEGIN_ANEW = 0


def head_asked(uow: UnitOfWork, now_ms: int) -> int:
    """The number of the head that a request shall name: that of the newest one here, once a day.

    Where the server's last answer did not continue it, none is named: the server begins anew, which is proof by itself.
    """
    newest = uow.daily_heads.newest()
    if newest is None or uow.meta.heads().doubted:
        return _BEGIN_ANEW
    return ASK_NOTHING if 0 <= now_ms - newest.told_ms < _FRESH_MS else newest.head.number


def take_heads(uow: UnitOfWork, control: Control, now_ms: int) -> None:
    """Keep the heads of an answer; what the server did not sign is left out.

    Heads that do not continue those that are here begin a line of their own. They are believed as little or as much as
    the others: that there are two lines is what is to be known.
    """
    key = _server_key(uow)
    identity = uow.meta.identity()
    if not control.heads or not key or identity is None:
        return
    try:
        told = unpack_heads(control.heads)
    except HeadError:
        return
    newest = uow.daily_heads.newest()
    before = _before(uow, told, newest)
    if before is None:
        return
    chains = chains_of(before, told.heads, tenant=identity.tenant)
    if not is_signed(head_payload(chains[-1]), told.signature, by=key):
        # It continues something else than what is here, or is nobody's word: asked for anew, it has to say which.
        _doubt(uow, doubted=told.before is None)
        return
    line = 1 if newest is None else newest.line + (0 if _continues(uow, told, chains, newest) else 1)
    last = told.heads[-1].number
    uow.daily_heads.add(
        [
            KeptHead(
                line=line,
                head=head,
                chain=chain,
                signature=told.signature if head.number == last else b"",
                feed_epoch=control.feed_epoch,
                told_ms=now_ms,
            )
            for head, chain in zip(told.heads, chains, strict=True)
        ]
    )
    _doubt(uow, doubted=False)


def _before(uow: UnitOfWork, told: HeadsTold, newest: KeptHead | None) -> bytes | None:
    """The chain before the first of the heads; None where it was left out and is not here."""
    if told.before is not None:
        return told.before
    if newest is None:
        return None
    held = uow.daily_heads.at(newest.line, told.heads[0].number - 1)
    return None if held is None else held.chain


def _continues(uow: UnitOfWork, told: HeadsTold, chains: list[bytes], newest: KeptHead) -> bool:
    """Whether the heads continue those of the newest line, or are among them."""
    first = told.heads[0].number
    held = uow.daily_heads.at(newest.line, first - 1)
    if held is not None:
        return told.before is None or held.chain == told.before
    same = uow.daily_heads.at(newest.line, first)
    return same is not None and same.chain == chains[0]


def _doubt(uow: UnitOfWork, *, doubted: bool) -> None:
    notes = uow.meta.heads()
    if notes.doubted != doubted:
        uow.meta.write(type(notes)(doubted=doubted))


def _server_key(uow: UnitOfWork) -> bytes:
    identity = uow.meta.identity()
    return b"" if identity is None else identity.server_sign or uow.meta.hub().server_key
