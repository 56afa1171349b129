"""The words of the small scales of a letter: how secret, how urgent, by which way."""

from PySide6.QtCore import QCoreApplication

from core.domain.letters import Channel, SecurityLevel, Urgency
from desktop.viewmodels.facts import ArrivalView
from desktop.widgets.dates import format_date
from desktop.widgets.theme import Tone

PillLook = tuple[Tone, str]
"""The tone of a pill and its icon, which may be empty."""


def security_text(security: SecurityLevel) -> str:
    """Sifat keamanan."""
    translate = QCoreApplication.translate
    return {
        SecurityLevel.OPEN: translate("LetterWords", "Biasa/Terbuka"),
        SecurityLevel.RESTRICTED: translate("LetterWords", "Terbatas"),
        SecurityLevel.SECRET: translate("LetterWords", "Rahasia"),
        SecurityLevel.TOP_SECRET: translate("LetterWords", "Sangat rahasia"),
    }[security]


def security_look(security: SecurityLevel) -> PillLook:
    """How loudly it is said."""
    return {
        SecurityLevel.OPEN: (Tone.INFO, ""),
        SecurityLevel.RESTRICTED: (Tone.WARNING, "shield-lock"),
        SecurityLevel.SECRET: (Tone.DANGER, "lock"),
        SecurityLevel.TOP_SECRET: (Tone.DANGER, "lock"),
    }[security]


def urgency_text(urgency: Urgency) -> str:
    """Derajat."""
    translate = QCoreApplication.translate
    return {
        Urgency.NORMAL: translate("LetterWords", "Biasa"),
        Urgency.URGENT: translate("LetterWords", "Segera"),
        Urgency.IMMEDIATE: translate("LetterWords", "Sangat segera"),
    }[urgency]


def urgency_look(urgency: Urgency) -> PillLook:
    """How loudly it is said."""
    return {
        Urgency.NORMAL: (Tone.NEUTRAL, ""),
        Urgency.URGENT: (Tone.WARNING, "clock"),
        Urgency.IMMEDIATE: (Tone.DANGER, "alarm"),
    }[urgency]


def channel_text(channel: Channel) -> str:
    """Kanal."""
    translate = QCoreApplication.translate
    return {
        Channel.PAPER: translate("LetterWords", "Surat fisik"),
        Channel.SRIKANDI: translate("LetterWords", "SRIKANDI"),
        Channel.WHATSAPP: translate("LetterWords", "WhatsApp"),
        Channel.EMAIL: translate("LetterWords", "Surel"),
        Channel.COURIER: translate("LetterWords", "Pos atau kurir"),
    }[channel]


def arrival_text(one: ArrivalView) -> str:
    """One arrival of a letter: the day, the way, the pages that came, the line of the book that was made of it."""
    translate = QCoreApplication.translate
    parts = [format_date(one.received_on), channel_text(one.channel)]
    first, last = one.pages
    if first and first == last:
        parts.append(translate("LetterWords", "pindaian hlm. {first}").format(first=first))
    elif first:
        parts.append(translate("LetterWords", "pindaian hlm. {first}-{last}").format(first=first, last=last))
    else:
        parts.append(translate("LetterWords", "tanpa pindaian lain"))
    if one.letter_id is not None:
        number = one.struck or translate("LetterWords", "menyusul")
        parts.append(translate("LetterWords", "agenda {number}, digabung").format(number=number))
    return " · ".join(parts)
