"""The simulator itself: it leaves no act out, and a seed is the same world again."""

from __future__ import annotations

import pytest

from core.protocol.records import ACTS
from core.protocol.sealing import PartyKeys, SealBroken
from tests.simulation.acts import DOINGS
from tests.simulation.doing import SEALS_FROM
from tests.simulation.encapsulating import encapsulated
from tests.simulation.pc_checks import kinds_are_all_looked_at
from tests.simulation.run import run
from tests.simulation.staged import HELD_BACK, SAVED_UNSAID


def test_every_act_of_the_registry_is_done_by_somebody() -> None:
    assert {act.struct for act in ACTS} == DOINGS.keys()


def test_what_is_sealed_with_a_seeded_key_is_opened_by_the_library_alone_for_whom_it_is() -> None:
    one, other = PartyKeys(b"\x01" * 32, b"\x02" * 32), PartyKeys(b"\x03" * 32, b"\x04" * 32)

    sealed = encapsulated(b"kunci", one.seal_public, info=b"surat", once=b"\x05" * 32)

    assert one.open_key(sealed, bound=b"surat") == b"kunci"
    for wrong, bound in ((other, b"surat"), (one, b"lain")):
        with pytest.raises(SealBroken):
            wrong.open_key(sealed, bound=bound)


def test_every_kind_of_record_is_compared() -> None:
    assert kinds_are_all_looked_at()


@pytest.mark.parametrize(("seed", "steps"), [(4, 60), (SEALS_FROM, 40)], ids=["plain", "with keys"])
def test_a_seed_is_the_same_world_again(seed: int, steps: int) -> None:
    first, second = run(seed, steps), run(seed, steps)

    assert first.print_of_all == second.print_of_all != ""
    assert first.story == second.story


def test_what_was_saved_as_the_power_failed_is_its_authors_also_when_the_right_has_ended() -> None:
    assert not run(4, len(SAVED_UNSAID), script=SAVED_UNSAID).failure


def test_what_may_still_be_undone_is_waited_for_before_all_is_still() -> None:
    assert not run(4, len(HELD_BACK), script=HELD_BACK).failure
