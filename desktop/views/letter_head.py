"""The head above a sheet: how urgent and how secret, what it is about, whose letter it is."""

from PySide6.QtWidgets import QWidget

from core.domain.letters import SecurityLevel, Urgency
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.inbox_entries import InboxEntry
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.views.disposition_cards import subject_of
from desktop.widgets.badges import Pill
from desktop.widgets.boxes import Column, Row
from desktop.widgets.dates import format_date
from desktop.widgets.figures import format_count
from desktop.widgets.labels import Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

# A letter's number must not be broken at its slashes; this character forbids it and is never seen.
WORD_JOINER = "\u2060"
NO_BREAK = "\u00a0"


class LetterHead(Surface):
    """Pills, subject and one line of facts."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, edges=Edge.BOTTOM, parent=parent)
        self._urgency = Pill(theme)
        self._security = Pill(theme)
        self._due = Pill(theme)
        self._differences = Pill(theme)
        self._subject = Label(theme, role=TextRole.ROW_TITLE, wrap=True)
        self._facts = Label(theme, role=TextRole.CAPTION, tabular=True, wrap=True)
        pills = Row(theme)
        pills.add(self._urgency, self._security, self._due, self._differences, None)
        column = Column(theme, gap=6, margins=(16, 12, 16, 12), parent=self)
        column.add(pills, self._subject, self._facts)

    def show_letter(self, view: LetterView) -> None:
        """Show a letter."""
        letter = view.letter
        words, tone, icon = self._urgency_words(letter.urgency)
        self._urgency.set_pill(words, tone, icon=icon)
        words, tone, icon = self._security_words(letter.security)
        self._security.set_pill(words, tone, icon=icon)
        self._due.setVisible(letter.due_on is not None)
        if letter.due_on is not None:
            text = self.tr("Tenggat {date}").format(date=format_date(letter.due_on))
            self._due.set_pill(text, Tone.NEUTRAL, icon="calendar")
        self._differences.setVisible(view.conflicts > 0)
        text = self.tr("{count} perbedaan").format(count=format_count(view.conflicts))
        self._differences.set_pill(text, Tone.INFO, icon="git-compare")
        for pill in (self._urgency, self._security):
            pill.show()
        self._subject.setText(subject_text(view.subject))
        agenda = self.tr("Agenda {number}").format(number=view.agenda) if view.agenda else self.tr("Nomor menyusul")
        day = format_date(letter.letter_date) if letter.letter_date else ""
        facts = [letter.sender, _unbroken(letter.letter_no), *(one.replace(" ", NO_BREAK) for one in (day, agenda))]
        # A point stays with what it stands behind: no line begins with one.
        self._facts.setText(f"{NO_BREAK}· ".join(fact for fact in facts if fact))

    def show_entry(self, entry: InboxEntry) -> None:
        """Show what is known of a letter that has not arrived yet."""
        for pill in (self._urgency, self._security, self._due, self._differences):
            pill.hide()
        self._subject.setText(subject_of(entry))
        self._facts.setText(entry.who)

    def _urgency_words(self, urgency: Urgency) -> tuple[str, Tone, str]:
        return {
            Urgency.NORMAL: (self.tr("Biasa"), Tone.NEUTRAL, ""),
            Urgency.URGENT: (self.tr("Segera"), Tone.WARNING, "clock"),
            Urgency.IMMEDIATE: (self.tr("Sangat segera"), Tone.DANGER, "alarm"),
        }[urgency]

    def _security_words(self, security: SecurityLevel) -> tuple[str, Tone, str]:
        return {
            SecurityLevel.OPEN: (self.tr("Biasa/Terbuka"), Tone.INFO, ""),
            SecurityLevel.RESTRICTED: (self.tr("Terbatas"), Tone.WARNING, ""),
            SecurityLevel.SECRET: (self.tr("Rahasia"), Tone.DANGER, "lock"),
            SecurityLevel.TOP_SECRET: (self.tr("Sangat rahasia"), Tone.DANGER, "lock"),
        }[security]


def _unbroken(text: str) -> str:
    return text.replace("/", f"/{WORD_JOINER}")
