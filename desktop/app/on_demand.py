"""Parts of the program that are loaded when they are first needed.

The start is measured (`benchmarks/startup.py`): whatever the first window does not need - the network, the practice
generator, the screens behind the first - must not be paid for before it stands. An import inside a function would
hide the shape of the program from the tools that watch it; loading by name is done here, in one place, with a list.
"""

import importlib
from collections.abc import Callable
from typing import Any

SEED_PRACTICE = "desktop.services.practice.seeding:seed_practice"
JOIN_OFFICE = "desktop.app.syncing:join_or_say_why"
COME_BACK = "desktop.app.syncing:come_back_or_say_why"
SETTLE_JOIN = "desktop.app.syncing:settle_join"
SHIPPED_WIRE = "desktop.app.wire:shipped_wire"
HUB_SEARCH = "desktop.workers.hub_search:HubSearch"
START_SYNC = "desktop.app.sync_start:start_sync"
FINISH_FAREWELL = "desktop.app.farewell:finish"
LEFT_BY_FAREWELL = "desktop.app.farewell:what_was_left"
HAND_IN_SEALED = "desktop.app.farewell:hand_in_sealed"
START_UPKEEP = "desktop.app.upkeep_start:start_upkeep"
START_SCAN_TEXTS = "desktop.app.scan_text_start:start_scan_texts"
STICK_POST = "desktop.app.bundling:StickPost"
FIND_DESK = "desktop.app.finding:FindDesk"
LETTER_FORM = "desktop.views.letter_form:LetterForm"
FIRST_START_VIEW = "desktop.views.first_start:FirstStartView"
SIGN_IN_VIEW = "desktop.views.sign_in:SignInView"
CODE_ENTRY = "desktop.viewmodels.code_entry:CodeEntry"
CODE_ENTRY_VIEW = "desktop.views.code_entry:CodeEntryView"
RECOVER = "desktop.app.recovery:recover"
RECOVERY_DIALOG = "desktop.app.recovery:recovery_dialog"
RECOVERY_ENTRY = "desktop.viewmodels.recovery_entry:RecoveryEntry"
RECOVERY_ENTRY_VIEW = "desktop.views.recovery_entry:RecoveryEntryView"
CHANGE_DIALOG = "desktop.app.passwords:password_dialog"
SESSIONS_DIALOG = "desktop.app.passwords:sessions_dialog"
TROUBLE_PAGE = "desktop.views.trouble_page:TroublePage"
HOME_SCREEN = "desktop.app.screens:home_screen"
DISPOSITION_SCREEN = "desktop.app.screens:disposition_screen"
ARCHIVE_SCREEN = "desktop.app.screens:archive_screen"
PEOPLE_SCREEN = "desktop.app.screens:people_screen"
SYNC_SCREEN = "desktop.app.screens:sync_screen"
SCAN_SCREEN = "desktop.app.scanning:scan_screen"
AGENDA_SCREEN = "desktop.app.screens:agenda_screen"
LATE_SEALING = "desktop.app.late_sealing:LateSeals"
NOTICES = "desktop.app.notice_start:NoticeStart"
TOUR = "desktop.app.tour:TourStart"
LONE_NOTICE = "desktop.app.lone_notice:LoneNotice"
HAND_OVER_NOTICE = "desktop.app.hand_over_notice:HandOverNotice"
NOTICES_DIALOG = "desktop.views.notices_dialog:NoticesDialog"
LETTER_EVENTS = "desktop.app.agenda_parts:letter_events"
REPLY_ASKING = "desktop.app.reply_asking:ReplyAsking"
FILING_DIALOG = "desktop.app.screens:filing_dialog"
DATA_CHECK_DIALOG = "desktop.app.screens:data_check_dialog"
NUMBER_DIALOG = "desktop.app.screens:number_dialog"
RECLASSIFY_DIALOG = "desktop.app.screens:reclassify_dialog"
IMPORT_DIALOG = "desktop.app.paper_screens:import_dialog"
LIST_EXPORTER = "desktop.app.paper_screens:list_exporter"
PAPER_DIALOG = "desktop.app.paper_screens:paper_dialog"
PASSPORT_PRINTER = "desktop.app.screens:passport_printer"
MERGE_DIALOG = "desktop.app.screens:merge_dialog"
TRASH_DIALOG = "desktop.views.trash_dialog:TrashDialog"
COLUMN_DIALOG = "desktop.views.column_dialog:ColumnDialog"
MARKING = "desktop.app.marking:Marking"
TABLE_MEMORY = "desktop.app.table_memory:TableMemory"
PILE_DIALOG = "desktop.app.screens:pile_dialog"
STRIKE_DIALOG = "desktop.app.screens:strike_dialog"


def load(name: str) -> Callable[..., Any]:
    """The function behind one of the names above."""
    module, function = name.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found
