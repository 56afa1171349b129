"""Who may do what: the one table of powers, read by the PC and by the server.

Powers follow the role of the position. Security levels are those of the SKKAAD (Sistem Klasifikasi Keamanan dan
Akses Arsip Dinamis): biasa/terbuka, terbatas, rahasia, sangat rahasia. The registrar writes the register line of a
secret letter without opening it, so he holds its row but does not read its subject. Whoever reads the register only to
file or to inspect does not hold it at all: the SKKAAD opens what is secret to the leader and one level below him.
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId
from core.domain.offices import Actor, Role, Scope


class Power(Enum):
    """Something a position may do in its own office."""

    # Each is there once, and asked for with every act: the hash of an Enum is a function in Python.
    __hash__ = object.__hash__

    READ_REGISTER = auto()
    READ_SECRET = auto()
    REGISTER_LETTER = auto()
    AMEND_LETTER = auto()
    FILE_LETTER = auto()
    OPEN_RECORD_FILE = auto()
    DISPOSE = auto()
    ANSWER = auto()
    IMPORT = auto()
    EXPORT = auto()
    INSERT_NUMBER = auto()
    VOID_NUMBER = auto()
    CLOSE_BOOK = auto()
    DECIDE_HELD = auto()
    LIST_SECRET = auto()
    RAISE_SECURITY = auto()
    LOWER_SECURITY = auto()
    DELEGATE = auto()
    ADMINISTER = auto()
    ENTER_WRITTEN = auto()


_READ = frozenset({Power.READ_REGISTER})
_DESK = frozenset(
    {Power.REGISTER_LETTER, Power.AMEND_LETTER, Power.FILE_LETTER, Power.OPEN_RECORD_FILE, Power.IMPORT, Power.EXPORT}
)
_BOOK = frozenset({Power.INSERT_NUMBER, Power.VOID_NUMBER, Power.CLOSE_BOOK})
# Whoever meets a letter may make it stricter; to make it less strict is the decision of a leader.
_STRICTER = frozenset({Power.LIST_SECRET, Power.RAISE_SECURITY})
_DECIDING = _STRICTER | {Power.READ_SECRET, Power.LOWER_SECURITY, Power.DISPOSE, Power.ANSWER, Power.DECIDE_HELD}
_LEADING = _DECIDING | {Power.DELEGATE}

POWERS: Mapping[Role, frozenset[Power]] = MappingProxyType(
    {
        Role.REGISTRAR: _READ | _DESK | _BOOK | _STRICTER | {Power.ANSWER, Power.ENTER_WRITTEN},
        Role.SECRETARY: _READ | _DESK | _BOOK | _LEADING | {Power.ENTER_WRITTEN},
        Role.HEAD: _READ | _LEADING | {Power.FILE_LETTER, Power.EXPORT},
        Role.STAFF: frozenset({Power.DISPOSE, Power.ANSWER}),
        Role.ARCHIVIST: _READ | {Power.FILE_LETTER, Power.OPEN_RECORD_FILE, Power.ANSWER, Power.EXPORT},
        Role.OFFICE_ADMIN: frozenset({Power.DELEGATE, Power.ADMINISTER}),
        Role.REGION_ADMIN: frozenset({Power.DELEGATE, Power.ADMINISTER}),
        Role.INSPECTOR: _READ,
    }
)

# What a letter of order hands over. What is not named is never handed over: to let others act, to manage people.
SCOPES: Mapping[Scope, frozenset[Power]] = MappingProxyType(
    {
        Scope.DISPOSE: _READ | _DECIDING | {Power.FILE_LETTER},
        Scope.NUMBER: _READ
        | _BOOK
        | _STRICTER
        | {
            Power.REGISTER_LETTER,
            Power.AMEND_LETTER,
            Power.FILE_LETTER,
            Power.OPEN_RECORD_FILE,
            Power.ENTER_WRITTEN,
        },
    }
)


def has_power(actor: Actor, power: Power) -> bool:
    """Whether the actor's position holds `power` in its own office, and it was handed over to who acts in it."""
    return power in POWERS[actor.role] and is_within_scope(actor, power)


def is_within_scope(actor: Actor, power: Power) -> bool:
    """Whether a power was handed over to the actor, if he acts in another's position; to a holder all were."""
    return actor.under is None or any(power in SCOPES[scope] for scope in actor.under.scopes)


def require(actor: Actor, power: Power, office: OfficeId) -> None:
    """Refuse unless the actor holds `power` and the thing acted on belongs to the actor's office."""
    if not has_power(actor, power):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    if actor.office != office:
        raise Refusal(RefusalCode.WRONG_OFFICE)


def require_over(actor: Actor, power: Power, office: OfficeId) -> None:
    """As `require`, but who administers the region holds his powers in every office of it."""
    if actor.role == Role.REGION_ADMIN and has_power(actor, power):
        return
    require(actor, power, office)
