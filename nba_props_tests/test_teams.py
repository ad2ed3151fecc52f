"""Teams: thirty, told apart by id, tricode and every spelling."""

from __future__ import annotations

from nba_props.teams import TEAMS, TRICODE_BY_ID, TRICODE_BY_NAME, TRICODES


def test_there_are_thirty_teams_and_no_two_share_an_id_tricode_or_spelling() -> None:
    spellings = [name for team in TEAMS for name in (team.full_name, *team.spellings)]
    assert len(set(TRICODES)) == len(TRICODE_BY_ID) == 30
    assert len(spellings) == len(set(spellings)) == len(TRICODE_BY_NAME)


def test_both_los_angeles_teams_are_known_as_odds_sources_write_them() -> None:
    assert TRICODE_BY_NAME["Los Angeles Clippers"] == TRICODE_BY_NAME["LA Clippers"] == "LAC"
    assert TRICODE_BY_NAME["Los Angeles Lakers"] == "LAL"
