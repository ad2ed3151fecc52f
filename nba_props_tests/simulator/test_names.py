from __future__ import annotations

import numpy as np
import pytest

from nba_props.simulator.bookmakers import BOOKMAKERS
from nba_props.simulator.names import draw_names, matching_key, split_suffix, without_accents


def test_names_stay_apart_without_accents_case_and_suffix() -> None:
    names = draw_names(np.random.default_rng(3), 600, set())
    assert len({matching_key(name) for name in names}) == 600


def test_names_have_the_traits_that_break_matching() -> None:
    names = draw_names(np.random.default_rng(3), 600, set())
    assert sum(name != without_accents(name) for name in names) > 60
    assert sum(split_suffix(name)[1] != "" for name in names) > 25
    assert any("'" in name for name in names)
    assert any("-" in name for name in names)
    assert any("." in name.split(" ")[0] for name in names)


@pytest.mark.parametrize(
    ("book", "name", "spelled"),
    [
        ("draftkings", "P.T. Dončić Jr.", "PT Doncic Jr."),
        ("fanduel", "P.T. Dončić Jr.", "P.T. Doncic"),
        ("betrivers", "José N'Diaye III", "Jose N'Diaye"),
        ("williamhill_us", "Émile Sørensen", "Emile Sorensen"),
    ],
)
def test_bookmakers_spell_names_their_own_way(book: str, name: str, spelled: str) -> None:
    habits = next(one for one in BOOKMAKERS if one.key == book)
    assert habits.spelling(name) == spelled
