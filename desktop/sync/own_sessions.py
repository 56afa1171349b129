"""Asks the server where somebody is signed in."""

from core.protocol.codec import CodecError
from core.protocol.frames import NotOurs, Wire
from core.protocol.own_sessions import SESSIONS_PATH, SessionsTold
from desktop.sync.client import SyncClient
from desktop.system.faults import EnvironmentFault, FaultOf


def sessions_told(client: SyncClient, wire: Wire) -> SessionsTold:
    """The sessions of whose token the client shows; ServerFault, EnvironmentFault."""
    try:
        told: SessionsTold = wire.unpack(client.fetch(SESSIONS_PATH), SessionsTold)
    except NotOurs as err:
        raise EnvironmentFault(FaultOf.PORTAL) from err
    except CodecError as err:
        raise EnvironmentFault(FaultOf.SERVER_FAILED, "sessions") from err
    return told
