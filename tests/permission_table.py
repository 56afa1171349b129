"""Who may do what, written out: every act and every reading, by role, class of the letter, and office.

One column a role, in the order of `ROLES`. A cell says for which letters of the role's own office an act is allowed:

    x  every letter of the office          i  only letters that the position is involved in
    o  open and restricted letters, and any that the position is involved in          .  none
    R  as x, and in every other office of the region too

A position is involved in a held act if it is among its reviewers: head and secretary as a rule, and where nobody
stands above, whoever comes next into the same chair.

What is seen and held is asked of the program and of the streams that a PC receives; `letter.reclassify` makes a letter
stricter; `letter.read` notes a reading of a secret one, and is no act for any other; `letter.unseal` takes
a key of the letter besides; `sessions.end` is of somebody else, for everybody ends his own.

Nobody but R reaches into another office, whatever the cell says: that is tried for every role and act. The powers of a
role are in `core/domain/permissions.py`; this table says what comes of them, and is to be changed by hand, never made
from there.
"""

from __future__ import annotations

from core.domain.offices import Role

ROLES = (
    Role.REGISTRAR,  # petugas TU, agendaris
    Role.SECRETARY,  # sekretaris
    Role.HEAD,  # pimpinan
    Role.STAFF,  # konseptor, staf
    Role.ARCHIVIST,  # arsiparis
    Role.OFFICE_ADMIN,  # admin kantor
    Role.REGION_ADMIN,  # admin Diskominfo
    Role.INSPECTOR,  # pemeriksa
)

#                          TU  SEK PIM STF ARS ADM KOM PEM
TABLE = {
    "letter.register":    "x   x   .   .   .   .   .   .",
    "letter.amend":       "x   x   .   .   .   .   .   .",
    "letter.attach":      "x   x   .   .   .   .   .   .",
    "letter.file":        "x   x   x   .   x   .   .   .",
    "letter.join":        "x   x   .   .   .   .   .   .",
    "letter.merge":       "x   x   .   .   .   .   .   .",
    "letter.void":        "x   x   .   .   .   .   .   .",
    "letter.reclassify":  "x   x   x   .   .   .   .   .",
    "letter.read":        "o   x   x   i   o   i   i   o",
    "letter.attend":      "i   x   x   i   i   .   .   .",
    "letter.expect_reply": "x   x   x   i   x   .   .   .",
    "letter.end_reply":   "x   x   x   i   x   .   .   .",
    "letter.unseal":      ".   x   x   .   .   .   .   .",
    "record_file.open":   "x   x   .   .   x   .   .   .",
    "disposition.issue":  ".   x   x   i   .   .   .   .",
    "disposition.read":   "i   i   i   i   i   i   i   i",
    "disposition.answer": "i   i   i   i   i   .   .   .",
    "disposition.withdraw": ".   x   x   .   .   .   .   .",
    "disposition.remind": ".   x   x   .   .   .   .   .",
    "disposition.confirm": ".   .   x   .   .   .   .   .",
    "instructions.set":   ".   x   x   .   .   x   R   .",
    "number.void":        "x   x   .   .   .   .   .   .",
    "number.return":      "x   x   .   .   .   .   .   .",
    "book_year.close":    "x   x   .   .   .   .   .   .",
    "held_act.accept":    "i   i   i   i   i   i   i   i",
    "held_act.reject":    "i   i   i   i   i   i   i   i",
    "conflict.resolve":   "x   x   .   .   .   .   .   .",
    "delegation.open":    ".   x   x   .   .   x   R   .",
    "delegation.end":     ".   x   x   .   .   x   R   .",
    "position.open":      ".   .   .   .   .   x   R   .",
    "position.hand_over": ".   x   x   .   .   x   R   .",
    "user.add":           ".   .   .   .   .   x   R   .",
    "user.move":          ".   .   .   .   .   x   R   .",
    "user.rename":        ".   .   .   .   .   x   R   .",
    "book.set":           ".   .   .   .   .   x   R   .",
    "server.run":         ".   .   .   .   .   .   .   .",
    "user.suspend":       ".   .   .   .   .   x   R   .",
    "code.issue":         ".   .   .   .   .   x   R   .",
    "sessions.end":       ".   .   .   .   .   x   R   .",
    "device.revoke":      ".   .   .   .   .   x   R   .",
    "device.open":        ".   .   .   .   .   x   R   .",
    "unit.set":           ".   .   .   .   .   x   R   .",
    "office.add":         ".   .   .   .   .   .   R   .",
    "password_rule.set":  ".   .   .   .   .   .   R   .",
    "see the line":       "x   x   x   i   x   i   i   x",
    "hold the row":       "x   x   x   i   o   i   i   o",
    "read the subject":   "o   x   x   i   o   i   i   o",
}  # fmt: skip


def cell(what: str, role: Role) -> str:
    """The cell of an act and a role."""
    return TABLE[what].split()[ROLES.index(role)]


def expected(what: str, role: Role, *, secret: bool, involved: bool, elsewhere: bool) -> bool:
    """Whether it is allowed, by the table."""
    sign = cell(what, role)
    if elsewhere:
        return sign == "R"
    return sign in {"x", "R"} or (sign == "i" and involved) or (sign == "o" and (involved or not secret))
