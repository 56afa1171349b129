"""What services make and views show. A view takes these names from here: it may not know the services."""

from desktop.services.acting_titles import ActingNote
from desktop.services.administering import NewCode, PositionRow, UserRow
from desktop.services.agenda import AgendaChair, AgendaItem, Decided, Delegate, EventView, week_of
from desktop.services.archives import NewRecordFile, RecordFileRow
from desktop.services.arrivals import ArrivalView
from desktop.services.classification import ClassificationCode
from desktop.services.conflicts import ConflictRow, Voice
from desktop.services.devices import Alarms, DeviceLine, Worry
from desktop.services.disposition_chain import in_chain
from desktop.services.finding import FoundDisposition, FoundPerson
from desktop.services.handing_over import DutyRow, HandedRow, OpenLetter
from desktop.services.held_acts import HeldItem, WhyHeld
from desktop.services.history import Event, HistoryLine
from desktop.services.home import HomeCounts, HomeFacts
from desktop.services.importing import ImportReport, LineProblem
from desktop.services.importing_tables import FIELDS as IMPORT_FIELDS
from desktop.services.instructions import Instruction
from desktop.services.joining import MergeChoice, Merged
from desktop.services.letters import Registered
from desktop.services.notices import Notice
from desktop.services.numbers import FateCause, NumberState, Span
from desktop.services.orders import NewOrder, OrderRow, OrderState
from desktop.services.papers.forms import (
    AGENDA_FORMS,
    BOOK_FORMS,
    LETTER_FORMS,
    PAPER_SIZES,
    Form,
    PaperWish,
    sizes_for,
)
from desktop.services.passport import ChainFacts, Passport, SignedLine
from desktop.services.register import DispositionView, FoundScan, LetterQuery, LetterRow, LetterView, SyncMark
from desktop.services.replies import AwaitedReply, Nearness
from desktop.services.senders import SenderHint
from desktop.services.signatures import NO_SIGNATURE, SignatureView, Standing
from desktop.services.structuring import AccessRow, BookRow, NewOffice, OfficeRow, UnitRow
from desktop.services.sync_center import Care, LineState, OpState, QueueItem, SyncOverview, Trouble
from desktop.services.trash import Thrown, ThrownKind
from desktop.services.twins import Twin
from desktop.system.notice_file import NoticeChoice

__all__ = [
    "AGENDA_FORMS",
    "BOOK_FORMS",
    "IMPORT_FIELDS",
    "LETTER_FORMS",
    "NO_SIGNATURE",
    "PAPER_SIZES",
    "AccessRow",
    "ActingNote",
    "AgendaChair",
    "AgendaItem",
    "Alarms",
    "ArrivalView",
    "AwaitedReply",
    "BookRow",
    "Care",
    "ChainFacts",
    "ClassificationCode",
    "ConflictRow",
    "Decided",
    "Delegate",
    "DeviceLine",
    "DispositionView",
    "DutyRow",
    "Event",
    "EventView",
    "FateCause",
    "Form",
    "FoundDisposition",
    "FoundPerson",
    "FoundScan",
    "HandedRow",
    "HeldItem",
    "HistoryLine",
    "HomeCounts",
    "HomeFacts",
    "ImportReport",
    "Instruction",
    "LetterQuery",
    "LetterRow",
    "LetterView",
    "LineProblem",
    "LineState",
    "MergeChoice",
    "Merged",
    "Nearness",
    "NewCode",
    "NewOffice",
    "NewOrder",
    "NewRecordFile",
    "Notice",
    "NoticeChoice",
    "NumberState",
    "OfficeRow",
    "OpState",
    "OpenLetter",
    "OrderRow",
    "OrderState",
    "PaperWish",
    "Passport",
    "PositionRow",
    "QueueItem",
    "RecordFileRow",
    "Registered",
    "SenderHint",
    "SignatureView",
    "SignedLine",
    "Span",
    "Standing",
    "SyncMark",
    "SyncOverview",
    "Thrown",
    "ThrownKind",
    "Trouble",
    "Twin",
    "UnitRow",
    "UserRow",
    "Voice",
    "WhyHeld",
    "Worry",
    "in_chain",
    "sizes_for",
    "week_of",
]
