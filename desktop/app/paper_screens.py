"""Builds what prints: the dialog, and the services and processes behind it."""

from desktop.app.session_services import SessionServices
from desktop.services.clock import local_date, system_clock
from desktop.services.papers.disposition_sheet import DispositionSheetService
from desktop.services.papers.making import PaperService
from desktop.system.print_choices import PrintChoices
from desktop.viewmodels.paper_desk import PaperDesk, PaperTools
from desktop.views.paper_dialog import PaperDialog


def paper_dialog(parts: SessionServices) -> PaperDialog:
    """Cetak."""
    opened, session = parts.ground.opened, parts.session
    sheets = DispositionSheetService(
        opened.store, session, system_clock, register=parts.register, instructions=parts.instructions
    )
    tools = PaperTools(parts.ground.typesetter, parts.ground.pages, PrintChoices(opened.profile.folder))
    today = local_date(system_clock())
    desk = PaperDesk(PaperService(sheets), tools, parts.ground.runner, today=today, parent=parts.owner)
    return PaperDialog(parts.theme, desk, parent=parts.window)
