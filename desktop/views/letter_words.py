"""The words of the small scales of a letter: how secret, how urgent, by which way."""

from PySide6.QtCore import QCoreApplication

from core.domain.letters import Channel, SecurityLevel, Urgency
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
