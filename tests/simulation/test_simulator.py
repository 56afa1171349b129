"""The simulator itself: it leaves no act out, and a seed is the same world again."""

from __future__ import annotations

from core.domain.resealing import ResealLetter, SealLetter, UnsealLetter
from core.protocol.records import ACTS
from tests.simulation.acts import DOINGS
from tests.simulation.pc_checks import kinds_are_all_looked_at
from tests.simulation.run import run
from tests.simulation.staged import HELD_BACK, SAVED_UNSAID


def test_every_act_of_the_registry_is_done_by_somebody() -> None:
    # People of these worlds have no keys, so nobody can be let in: `tests/desktop/services/test_secrecy.py` does that.
    assert {act.struct for act in ACTS} - DOINGS.keys() == {ResealLetter, SealLetter, UnsealLetter}


def test_every_kind_of_record_is_compared() -> None:
    assert kinds_are_all_looked_at()


def test_a_seed_is_the_same_world_again() -> None:
    first, second = run(4, 60), run(4, 60)

    assert first.print_of_all == second.print_of_all != ""
    assert first.story == second.story


def test_what_was_saved_as_the_power_failed_is_its_authors_also_when_the_right_has_ended() -> None:
    assert not run(4, len(SAVED_UNSAID), script=SAVED_UNSAID).failure


def test_what_may_still_be_undone_is_waited_for_before_all_is_still() -> None:
    assert not run(4, len(HELD_BACK), script=HELD_BACK).failure
