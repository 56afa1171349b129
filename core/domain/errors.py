"""What a rule says when it says no.

A refusal carries a stable code; the sentence that a person reads is made from the code in the views. The codes
travel in the answers of the server, so a code is never renamed and never given another meaning.
"""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why a rule refused an act."""

    NOT_ALLOWED = "not_allowed"
    WRONG_OFFICE = "wrong_office"
    UNKNOWN_LETTER = "unknown_letter"
    UNKNOWN_DISPOSITION = "unknown_disposition"
    UNKNOWN_RECORD_FILE = "unknown_record_file"
    UNKNOWN_POSITION = "unknown_position"
    UNKNOWN_USER = "unknown_user"
    ALREADY_EXISTS = "already_exists"
    SUBJECT_MISSING = "subject_missing"
    SENDER_MISSING = "sender_missing"
    LETTER_DATE_IN_FUTURE = "letter_date_in_future"
    RECEIVED_IN_FUTURE = "received_in_future"
    TEXT_TOO_LONG = "text_too_long"
    TOO_MANY_SCANS = "too_many_scans"
    CLASSIFICATION_MALFORMED = "classification_malformed"
    DATE_MALFORMED = "date_malformed"
    TITLE_MISSING = "title_missing"
    FILE_CLOSED = "file_closed"
    NO_RECIPIENT = "no_recipient"
    RECIPIENT_REPEATED = "recipient_repeated"
    RECIPIENT_IS_SENDER = "recipient_is_sender"
    NO_INSTRUCTION = "no_instruction"
    DUE_BEFORE_TODAY = "due_before_today"
    NOT_ADDRESSED_TO_YOU = "not_addressed_to_you"
    ALREADY_ANSWERED = "already_answered"
    RESULT_MISSING = "result_missing"
    NUMBER_TAKEN = "number_taken"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    NOTHING_CHANGED = "nothing_changed"
    UNKNOWN_ACT = "unknown_act"
    TEMPLATE_MALFORMED = "template_malformed"
    TEMPLATE_UNKNOWN_PART = "template_unknown_part"
    TEMPLATE_REPEATED = "template_repeated"
    TEMPLATE_WITHOUT_NUMBER = "template_without_number"
    NUMBER_PART_MISSING = "number_part_missing"
    NUMBER_PART_MALFORMED = "number_part_malformed"
    NUMBER_UNRECOGNISED = "number_unrecognised"
    NUMBER_AMBIGUOUS = "number_ambiguous"
    UNKNOWN_BOOK = "unknown_book"
    BOOK_CLOSED = "book_closed"
    BOOK_STILL_RUNNING = "book_still_running"
    REASON_MISSING = "reason_missing"
    LETTER_VOID = "letter_void"
    LETTER_DISPOSED = "letter_disposed"
    SUFFIX_MALFORMED = "suffix_malformed"
    NUMBER_NOT_LEASED = "number_not_leased"
    UNKNOWN_HELD = "unknown_held"
    ALREADY_DECIDED = "already_decided"
    UNKNOWN_CONFLICT = "unknown_conflict"
    CONFLICT_SETTLED = "conflict_settled"
    SECURITY_CHANGED = "security_changed"
    SECURITY_WAITS = "security_waits"
    UNKNOWN_DELEGATION = "unknown_delegation"
    DELEGATION_OVER = "delegation_over"
    DELEGATION_DATES = "delegation_dates"
    ORDER_MISSING = "order_missing"
    SCOPE_MISSING = "scope_missing"
    NOT_FOR_ONESELF = "not_for_oneself"
    HOLDS_POSITION = "holds_position"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_WRONG = "signature_wrong"
    TEXT_NOT_SEALED = "text_not_sealed"
    SEAL_MALFORMED = "seal_malformed"
    SEALED_FOR_OTHERS = "sealed_for_others"
    NO_READER = "no_reader"
    SEALED_STAYS = "sealed_stays"
    SEAL_OUTDATED = "seal_outdated"
    SEAL_CHANGED = "seal_changed"
    SCAN_MISSING = "scan_missing"
    USERNAME_MALFORMED = "username_malformed"
    USERNAME_TAKEN = "username_taken"
    NAME_MISSING = "name_missing"
    UNKNOWN_DEVICE = "unknown_device"
    UNKNOWN_UNIT = "unknown_unit"
    SHEET_MISSING = "sheet_missing"
    FILE_NOT_SEALED = "file_not_sealed"
    INSTRUCTION_TAKEN = "instruction_taken"
    UNDO_OVER = "undo_over"
    UNDO_ENTANGLED = "undo_entangled"
    LETTER_MERGED = "letter_merged"
    MERGE_SECURITY = "merge_security"


class DomainError(Exception):
    """A rule of the domain was not met."""


class Refusal(DomainError):
    """A rule said no; nothing was changed."""

    def __init__(self, code: RefusalCode, field: str = "") -> None:
        """Refuse with `code`; `field` names the field of the act that the person should look at, or is empty."""
        super().__init__(code.value if not field else f"{code.value}:{field}")
        self.code = code
        self.field = field
