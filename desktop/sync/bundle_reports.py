"""How an exchange by stick went; light enough for a screen that stands before the network is loaded."""

import builtins

import msgspec


class OutReport(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the stick; `left_out` counts files whose copy here is damaged, `more` says that more waits.

    `last` is the number of the last op that it holds, `hashes` are those of its files.
    """

    names: tuple[str, ...]
    ops: int
    scans: int
    bytes: int
    left_out: int
    more: bool
    last: int = 0
    hashes: frozenset[builtins.bytes] = frozenset()


class InReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken from a stick.

    `outdated` counts answers that said nothing new, `missing` parts that are not on the stick, `troubles` names files
    that were left alone and why, `more` says that the server has more to tell.
    """

    bundles: int
    ops: int
    refused: int
    rows: int
    scans: int
    outdated: int
    missing: int
    troubles: tuple[tuple[str, str], ...]
    more: bool
