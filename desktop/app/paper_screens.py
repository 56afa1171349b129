"""Builds what prints: the dialog, and the services and processes behind it."""

import os
from datetime import date

from desktop.app.session_services import SessionServices
from desktop.services.agenda import AgendaService
from desktop.services.classification_names import CodeNames
from desktop.services.clock import local_date, system_clock
from desktop.services.dispositions import DispositionService
from desktop.services.import_striking import ImportStrikingService
from desktop.services.importing import ImportService
from desktop.services.list_export import ListExportService
from desktop.services.papers.agenda_page import AgendaPageService
from desktop.services.papers.books import BookService
from desktop.services.papers.disposition_sheet import DispositionSheetService
from desktop.services.papers.making import PaperService
from desktop.services.papers.slips import SlipService
from desktop.services.papers.summary import SummaryService
from desktop.system.import_choices import ImportChoices
from desktop.system.print_choices import PrintChoices
from desktop.viewmodels.book_import import BookImport
from desktop.viewmodels.list_export import ListExport
from desktop.viewmodels.paper_desk import PaperDesk, PaperTools
from desktop.views.import_dialog import ImportDialog
from desktop.views.list_exporter import ListExporter
from desktop.views.paper_dialog import PaperDialog


def paper_dialog(parts: SessionServices) -> PaperDialog:
    """Cetak."""
    opened, session = parts.ground.opened, parts.session
    sheets = DispositionSheetService(
        opened.store, session, system_clock, register=parts.register, instructions=parts.instructions
    )
    tools = PaperTools(parts.ground.typesetter, parts.ground.pages, PrintChoices(opened.profile.folder))
    dispositions = DispositionService(opened.store, session.actor, system_clock, os.urandom)
    agenda = AgendaService(opened.store, session.actor, system_clock, dispositions)
    service = PaperService(
        sheets,
        SlipService(session, system_clock, register=parts.register),
        books=BookService(opened.store, session, system_clock),
        summaries=SummaryService(opened.store, session, system_clock, names=CodeNames(parts.ground.catalogue)),
        agendas=AgendaPageService(session, system_clock, agenda=agenda),
        clock=system_clock,
    )
    desk = PaperDesk(service, tools, parts.ground.runner, today=_today, parent=parts.owner)
    return PaperDialog(parts.theme, desk, parent=parts.window)


def list_exporter(parts: SessionServices) -> ListExporter:
    """Ekspor daftar."""
    service = ListExportService(parts.ground.opened.store, parts.session, parts.register)
    return ListExporter(ListExport(service, parts.ground.runner, parent=parts.owner), parts.window)


def import_dialog(parts: SessionServices) -> ImportDialog:
    """Impor buku agenda."""
    opened, runner = parts.ground.opened, parts.ground.runner
    service = ImportService(opened.store, parts.session.actor, system_clock)
    striking = ImportStrikingService(opened.store, parts.session.actor, system_clock, os.urandom, importing=service)
    choices = ImportChoices(opened.profile.folder)
    book = BookImport(service, choices, runner, striking=striking, parent=parts.owner)
    return ImportDialog(parts.theme, book, parent=parts.window)


def _today() -> date:
    return local_date(system_clock())
