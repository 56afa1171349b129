"""What a form can find wrong by itself, before any rule is asked. The views hang sentences on these codes."""

from enum import StrEnum


class EntryCode(StrEnum):
    """Why an entry cannot be taken."""

    DATE_NOT_UNDERSTOOD = "date_not_understood"
    NUMBER_NOT_UNDERSTOOD = "number_not_understood"
    TWIN_FOUND = "twin_found"
    FORM_IN_USE = "form_in_use"
    ADDRESS_MISSING = "address_missing"
    CODE_MISSING = "code_missing"
    PASSWORD_SHORT = "password_short"  # noqa: S105  # the name of a fault, not a secret
    WORDS_MISSING = "words_missing"
    WORDS_MISTYPED = "words_mistyped"
    WORD_UNKNOWN = "word_unknown"
    OTHER_SHEET = "other_sheet"
    SHEET_UNREAD = "sheet_unread"
    PERSON_MISSING = "person_missing"
    PASSWORD_GUESSED = "password_guessed"  # noqa: S105  # as above
    PASSWORD_PLAIN = "password_plain"  # noqa: S105  # as above
    PASSWORD_SAME = "password_same"  # noqa: S105  # as above
    OLD_PASSWORD_MISSING = "old_password_missing"  # noqa: S105  # as above
    PASSWORDS_DIFFER = "passwords_differ"
