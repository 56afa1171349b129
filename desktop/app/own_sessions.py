"""The list of somebody's own sessions, over the line."""

from datetime import UTC, datetime

from core.domain.ids import UserId
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from desktop.app.opening import OpenProfile
from desktop.app.passes import Passes
from desktop.app.syncing import enrolled_identity
from desktop.services.sessions import SessionLine
from desktop.sync.client import SyncClient
from desktop.sync.enrolment import token_name
from desktop.sync.own_sessions import sessions_told
from desktop.sync.reaching import AddressBook
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf


def own_sessions(opened: OpenProfile, wire: Wire, user: UserId) -> tuple[SessionLine, ...]:
    """The PCs on which a person is signed in at the server, this one first; what is not known without a line.

    EnvironmentFault; what the server said no to is SERVER_SAID_NO with its code as the detail.
    """
    identity = enrolled_identity(opened)
    token = opened.vault.get(token_name(user))
    if token is None:
        # Another person's session says nothing of this one's.
        raise EnvironmentFault(FaultOf.SERVER_SAID_NO, FaultCode.SIGNED_OUT.value)
    client = SyncClient(
        identity.server,
        wire,
        authority=opened.profile.authority_path if identity.authority else None,
        access=Passes(opened).with_token(token.decode()),
        book=AddressBook(opened.profile.addresses_path),
    )
    try:
        notes = sessions_told(client, wire).sessions
    except ServerFault as err:
        raise EnvironmentFault(FaultOf.SERVER_SAID_NO, err.code.value) from err
    finally:
        client.close()
    lines = [
        SessionLine(
            device=note.device,
            name=note.name,
            here=note.device == identity.device,
            began_at=datetime.fromtimestamp(note.began_ms / 1000, UTC),
            seen_at=datetime.fromtimestamp(note.seen_ms / 1000, UTC),
        )
        for note in notes
    ]
    return tuple(sorted(lines, key=lambda line: not line.here))
