"""What services make and the screens and dialogs behind the first window show; else as `facts`."""

from desktop.services.administering import NewCode, PositionRow, UserRow
from desktop.services.agenda import AgendaItem, Decided
from desktop.services.conflicts import ConflictRow, Voice
from desktop.services.devices import Alarms, DeviceLine, Worry
from desktop.services.finding import FoundDisposition, FoundPerson
from desktop.services.handing_over import DutyRow, HandedRow, OpenLetter
from desktop.services.held_acts import HeldItem, WhyHeld
from desktop.services.home import HomeCounts, HomeFacts
from desktop.services.importing import ImportReport, LineProblem
from desktop.services.importing_tables import FIELDS as IMPORT_FIELDS
from desktop.services.joining import MergeChoice, Merged
from desktop.services.notices import Notice
from desktop.services.numbers import FateCause, NumberState, Span
from desktop.services.orders import NewOrder, OrderRow, OrderState
from desktop.services.papers.forms import AGENDA_FORMS, BOOK_FORMS, PAPER_SIZES, Form, PaperWish, sizes_for
from desktop.services.passport import Passport, SignedLine
from desktop.services.replies import AwaitedReply, Nearness
from desktop.services.sessions import SessionLine
from desktop.services.structuring import AccessRow, BookRow, NewOffice, OfficeRow, UnitRow
from desktop.services.trash import Thrown, ThrownKind
from desktop.system.notice_file import NoticeChoice

__all__ = [
    "AGENDA_FORMS",
    "BOOK_FORMS",
    "IMPORT_FIELDS",
    "PAPER_SIZES",
    "AccessRow",
    "AgendaItem",
    "Alarms",
    "AwaitedReply",
    "BookRow",
    "ConflictRow",
    "Decided",
    "DeviceLine",
    "DutyRow",
    "FateCause",
    "Form",
    "FoundDisposition",
    "FoundPerson",
    "HandedRow",
    "HeldItem",
    "HomeCounts",
    "HomeFacts",
    "ImportReport",
    "LineProblem",
    "MergeChoice",
    "Merged",
    "Nearness",
    "NewCode",
    "NewOffice",
    "NewOrder",
    "Notice",
    "NoticeChoice",
    "NumberState",
    "OfficeRow",
    "OpenLetter",
    "OrderRow",
    "OrderState",
    "PaperWish",
    "Passport",
    "PositionRow",
    "SessionLine",
    "SignedLine",
    "Span",
    "Thrown",
    "ThrownKind",
    "UnitRow",
    "UserRow",
    "Voice",
    "WhyHeld",
    "Worry",
    "sizes_for",
]
