"""What services make and the first window shows. A view takes these names from here: it may not know the services.

What the screens behind it show is in `screen_facts`, which is loaded with them.
"""

from desktop.services.acting_titles import ActingNote
from desktop.services.archives import NewRecordFile, RecordFileRow
from desktop.services.arrivals import ArrivalView
from desktop.services.classification import ClassificationCode
from desktop.services.disposition_chain import in_chain
from desktop.services.history import Event, HistoryLine
from desktop.services.letters import Registered
from desktop.services.register import DispositionView, FoundScan, LetterQuery, LetterRow, LetterView, SyncMark
from desktop.services.senders import SenderHint
from desktop.services.signatures import NO_SIGNATURE, SignatureView, Standing
from desktop.services.sync_center import Care, LineState, OpState, QueueItem, SyncOverview, Trouble
from desktop.services.twins import Twin

__all__ = [
    "NO_SIGNATURE",
    "ActingNote",
    "ArrivalView",
    "Care",
    "ClassificationCode",
    "DispositionView",
    "Event",
    "FoundScan",
    "HistoryLine",
    "LetterQuery",
    "LetterRow",
    "LetterView",
    "LineState",
    "NewRecordFile",
    "OpState",
    "QueueItem",
    "RecordFileRow",
    "Registered",
    "SenderHint",
    "SignatureView",
    "Standing",
    "SyncMark",
    "SyncOverview",
    "Trouble",
    "Twin",
    "in_chain",
]
