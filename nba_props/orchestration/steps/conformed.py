"""Conformed steps: one truth from many sources."""

from __future__ import annotations

from nba_props.conformed import (
    box_score_tables,
    event_games,
    game_lines,
    games,
    injuries,
    name_resolution,
    name_tables,
    players,
    pregame_lines,
    prop_lines,
    shots,
)
from nba_props.conformed.source_players import NAMING_TABLES
from nba_props.contracts import conformed
from nba_props.contracts.raw import (
    balldontlie,
    basketball_reference,
    bettingpros,
    bigdataball,
    draftkings,
    espn,
    nba_com,
    nba_gamebook,
    nba_injury_report,
    nba_league,
    nba_live,
    odds_api,
)
from nba_props.game_calendar import DateRange
from nba_props.orchestration.step import Frames, Guard, Made, Read, Step, Surroundings

GAMES = {"games": Read(conformed.GAMES)}
EVENTS = {
    "odds_events": Read(odds_api.ODDS_EVENTS),
    "bettingpros_events": Read(bettingpros.BETTINGPROS_EVENTS),
    "draftkings_player_props": Read(draftkings.DRAFTKINGS_PLAYER_PROPS),
}
PROPS = {
    "odds_player_props": Read(odds_api.ODDS_PLAYER_PROPS),
    "draftkings_player_props": Read(draftkings.DRAFTKINGS_PLAYER_PROPS),
    "bettingpros_player_props": Read(bettingpros.BETTINGPROS_PLAYER_PROPS),
}
NAMES = {table.name: Read(table) for _, table in NAMING_TABLES}
KNOWN_PLAYERS = {"players": Read(conformed.PLAYERS, days_before=name_resolution.KNOWN_FOR_DAYS)}


def _events(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return {
        conformed.EVENT_GAMES.full_name: event_games.build(dates, **read),
        conformed.UNRESOLVED_EVENTS.full_name: event_games.build_unresolved(dates, **read),
    }


def _prop_lines(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    greatest_hold = around.settings.greatest_hold
    pregame = pregame_lines.pregame_lines(dates, **read, greatest_hold=greatest_hold).collect().lazy()
    lines = prop_lines.build(pregame, now=around.now, lead=around.lead)
    return {
        conformed.PROP_LINES.full_name: lines,
        conformed.PROP_LINE_ALTERNATES.full_name: prop_lines.build_alternates(pregame),
        conformed.PROP_LINE_MOVES.full_name: prop_lines.build_moves(pregame),
        conformed.PROP_CONSENSUS.full_name: prop_lines.build_consensus(lines.lazy()),
    }


def _box_scores(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return box_score_tables.build_all(dates, **read, delay=around.box_score_delay)


def _shots(dates: DateRange, read: Frames, around: Surroundings) -> Made:
    return {conformed.SHOTS.full_name: shots.build(dates, **read, delay=around.box_score_delay)}


STEPS = (
    Step(
        "games",
        (conformed.GAMES,),
        lambda dates, read, around: {conformed.GAMES.full_name: games.build(dates, **read)},
        reads={
            "nbac_schedule": Read(nba_com.NBAC_SCHEDULE),
            "nbac_player_boxscore": Read(nba_com.NBAC_PLAYER_BOXSCORE),
            "odds_events": Read(odds_api.ODDS_EVENTS),
            "nbac_scoreboard": Read(nba_live.NBAC_SCOREBOARD),
            "nbac_gamebook": Read(nba_gamebook.NBAC_GAMEBOOK),
            "bdl_games": Read(balldontlie.BDL_GAMES),
            "espn_scoreboard": Read(espn.ESPN_SCOREBOARD),
            "bettingpros_events": Read(bettingpros.BETTINGPROS_EVENTS),
        },
        games_of=lambda dates, made: made[conformed.GAMES.full_name].lazy(),
    ),
    Step(
        "event_games",
        (conformed.EVENT_GAMES, conformed.UNRESOLVED_EVENTS),
        _events,
        reads={**EVENTS, **GAMES},
    ),
    Step(
        "players",
        (conformed.PLAYERS,),
        lambda dates, read, around: {conformed.PLAYERS.full_name: players.build(dates, **read)},
        reads={
            **GAMES,
            "nbac_player_boxscore": Read(nba_com.NBAC_PLAYER_BOXSCORE, days_before=name_resolution.KNOWN_FOR_DAYS),
            "nbac_player_list": Read(nba_league.NBAC_PLAYER_LIST, days_before=name_resolution.KNOWN_FOR_DAYS),
            "nbac_player_movement": Read(nba_league.NBAC_PLAYER_MOVEMENT, days_before=name_resolution.KNOWN_FOR_DAYS),
            "espn_rosters": Read(espn.ESPN_ROSTERS),
            "bdl_active_players": Read(balldontlie.BDL_ACTIVE_PLAYERS),
            "br_rosters": Read(basketball_reference.BR_ROSTERS),
        },
    ),
    Step(
        "player_teams",
        (conformed.PLAYER_TEAMS,),
        lambda dates, read, around: {conformed.PLAYER_TEAMS.full_name: players.build_teams(dates, **read)},
        reads=KNOWN_PLAYERS,
    ),
    Step(
        "names",
        (conformed.PROP_PLAYERS, conformed.SOURCE_PLAYERS, conformed.UNRESOLVED_PLAYERS),
        lambda dates, read, around: name_tables.build_all(dates, **read),
        reads={
            **PROPS,
            "event_games": Read(conformed.EVENT_GAMES),
            **GAMES,
            **KNOWN_PLAYERS,
            **NAMES,
        },
        made_of={
            conformed.PROP_PLAYERS.full_name: (*PROPS, "event_games", *GAMES, *KNOWN_PLAYERS),
            # Its games are what a date waits for: sources that name players may all be silent.
            conformed.SOURCE_PLAYERS.full_name: (*GAMES, *KNOWN_PLAYERS, *NAMES),
        },
    ),
    Step(
        "box_scores",
        (
            conformed.PLAYER_BOXSCORES,
            conformed.DID_NOT_PLAY,
            conformed.BOXSCORE_DISCREPANCIES,
            conformed.TEAM_BOXSCORES,
        ),
        _box_scores,
        reads={
            **GAMES,
            "nbac_player_boxscore": Read(nba_com.NBAC_PLAYER_BOXSCORE),
            "nbac_team_boxscore": Read(nba_com.NBAC_TEAM_BOXSCORE),
            "nbac_gamebook": Read(nba_gamebook.NBAC_GAMEBOOK),
            "bdl_player_boxscores": Read(balldontlie.BDL_PLAYER_BOXSCORES),
            "espn_boxscores": Read(espn.ESPN_BOXSCORES),
            "source_players": Read(conformed.SOURCE_PLAYERS),
        },
        guard=Guard(made=conformed.PLAYER_BOXSCORES, games="games"),
    ),
    Step(
        "shots",
        (conformed.SHOTS,),
        _shots,
        reads={
            **GAMES,
            "player_boxscores": Read(conformed.PLAYER_BOXSCORES),
            "nbac_play_by_play": Read(nba_live.NBAC_PLAY_BY_PLAY),
            "nbac_shots": Read(nba_live.NBAC_SHOTS),
            "bigdataball_play_by_play": Read(bigdataball.BIGDATABALL_PLAY_BY_PLAY),
        },
    ),
    Step(
        "injuries",
        (conformed.INJURIES,),
        lambda dates, read, around: {conformed.INJURIES.full_name: injuries.build(dates, **read)},
        reads={
            **GAMES,
            "source_players": Read(conformed.SOURCE_PLAYERS, days_before=injuries.LISTED_DAYS_BEFORE),
            "nbac_injury_report": Read(nba_injury_report.NBAC_INJURY_REPORT),
            "bdl_injuries": Read(balldontlie.BDL_INJURIES, days_before=injuries.LISTED_DAYS_BEFORE),
            "espn_injuries": Read(espn.ESPN_INJURIES, days_before=injuries.LISTED_DAYS_BEFORE),
        },
    ),
    Step(
        "prop_lines",
        (
            conformed.PROP_LINES,
            conformed.PROP_LINE_ALTERNATES,
            conformed.PROP_LINE_MOVES,
            conformed.PROP_CONSENSUS,
        ),
        _prop_lines,
        reads={
            **PROPS,
            "prop_players": Read(conformed.PROP_PLAYERS),
            "event_games": Read(conformed.EVENT_GAMES),
            **GAMES,
        },
    ),
    Step(
        "game_lines",
        (conformed.GAME_LINES,),
        lambda dates, read, around: {
            conformed.GAME_LINES.full_name: game_lines.build(dates, **read, now=around.now, lead=around.lead)
        },
        reads={
            "odds_game_lines": Read(odds_api.ODDS_GAME_LINES),
            "event_games": Read(conformed.EVENT_GAMES),
            **GAMES,
        },
    ),
)
