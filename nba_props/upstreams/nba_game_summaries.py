"""Summaries of stats.nba.com boxscoresummaryv2: the game, its teams, its officials, and who was inactive.

A payload's rows are the game (the sets GameSummary and GameInfo, and the lead changes that OtherStats repeats for each
team), its teams (a team's rows of LineScore and OtherStats are one), its officials and its inactive players. Not read
are LastMeeting and SeasonSeries, which repeat results of other games, and AvailableVideo, which tells what else the
league keeps of this one.

OtherStats counts points off turnovers for the team that lost the ball: checked against play by play, and against the
game detail of data.nba.com, which counts them for the team that scored.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec import Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.nba_game_details import (
    MOST_OVERTIMES,
    NBAC_GAME_OFFICIALS,
    NBAC_GAME_SUMMARIES,
    NBAC_INACTIVE_PLAYERS,
    NBAC_TEAM_SUMMARIES,
)
from nba_props.contracts.table import Table
from nba_props.upstreams.bodies import date_of
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_box_lines import AsSent, game_faults, identity_faults, lines_of
from nba_props.upstreams.nba_result_sets import Rows, Wanted, decode_result_sets, rows_of
from nba_props.upstreams.nba_rows import (
    PAYLOAD,
    PLACE,
    Whole,
    contract_faults,
    season_of_game,
    store,
    team_of,
    text_or_null,
    unknown_team,
)
from nba_props.upstreams.sifting import Fault

Counted = Whole | None

GAME: Wanted = {
    "GAME_DATE_EST": ("told_date", str | None),
    "GAME_ID": ("game_id", str),
    "GAME_STATUS_ID": ("game_status", Whole),
    "GAME_STATUS_TEXT": ("status_text", str | None),
    "HOME_TEAM_ID": ("home_team_id", Whole),
    "VISITOR_TEAM_ID": ("away_team_id", Whole),
    "LIVE_PERIOD": ("period", Counted),
    "NATL_TV_BROADCASTER_ABBREVIATION": ("broadcaster", str | None),
}
INFO: Wanted = {"ATTENDANCE": ("attendance", Counted), "GAME_TIME": ("duration", str | None)}
OTHER: Wanted = {
    "TEAM_ID": ("team_id", Whole),
    "TEAM_ABBREVIATION": ("other_team", str | None),
    "PTS_PAINT": ("points_in_the_paint", Counted),
    "PTS_2ND_CHANCE": ("second_chance_points", Counted),
    "PTS_FB": ("fast_break_points", Counted),
    "LARGEST_LEAD": ("largest_lead", Counted),
    "LEAD_CHANGES": ("lead_changes", Counted),
    "TIMES_TIED": ("times_tied", Counted),
    "TEAM_TURNOVERS": ("team_turnovers", Counted),
    "TOTAL_TURNOVERS": ("total_turnovers", Counted),
    "TEAM_REBOUNDS": ("team_rebounds", Counted),
    "PTS_OFF_TO": ("opponent_points_off_turnovers", Counted),
}
LINE: Wanted = {
    "TEAM_ID": ("team_id", Whole),
    "TEAM_ABBREVIATION": ("line_team", str | None),
    "TEAM_WINS_LOSSES": ("record", str | None),
    **{f"PTS_QTR{number}": (f"points_quarter_{number}", Counted) for number in range(1, 5)},
    **{f"PTS_OT{number}": (f"points_overtime_{number}", Counted) for number in range(1, MOST_OVERTIMES + 1)},
    "PTS": ("points", Counted),
}
PERSON: Wanted = {
    "FIRST_NAME": ("first_name", str | None),
    "LAST_NAME": ("last_name", str | None),
    "JERSEY_NUM": ("jersey_number", str | None),
}
OFFICIAL: Wanted = {"OFFICIAL_ID": ("official_id", Whole), **PERSON}
INACTIVE: Wanted = {
    "PLAYER_ID": ("player_id", Whole),
    "TEAM_ID": ("team_id", Whole),
    "TEAM_ABBREVIATION": ("team", str | None),
    **PERSON,
}


class Summary(Struct):
    """A decoded answer, set by set."""

    game: Rows
    info: Rows
    other: Rows
    line: Rows
    officials: Rows
    inactive: Rows


def decode_summary(payload: Payload) -> Summary:
    """The sets of a summary.

    Raises:
        MalformedPayload: the body is no summary or one of several games, a header is absent or given twice, or not one
            row of a set fits.
    """
    results = decode_result_sets(payload)
    summary = Summary(
        rows_of(results, "GameSummary", GAME),
        rows_of(results, "GameInfo", INFO),
        rows_of(results, "OtherStats", OTHER),
        rows_of(results, "LineScore", LINE),
        rows_of(results, "Officials", OFFICIAL),
        rows_of(results, "InactivePlayers", INACTIVE),
    )
    if max(len(summary.game.rows), len(summary.info.rows)) > 1:
        raise MalformedPayload("the summary is one of several games")
    return summary


def summary_coverage(payload: Payload) -> Coverage:
    """The date of the game."""
    game = decode_summary(payload).game
    told = [date_of(dict(zip(game.headers, row, strict=True))["GAME_DATE_EST"]) for row in game.rows]
    return Coverage(tuple(day for day in told if day))


def build_summaries(summaries: Sequence[tuple[Payload, Summary]]) -> Built:
    """Rows and rejects of decoded summaries."""
    payloads = [payload for payload, _ in summaries]
    told = [summary for _, summary in summaries]
    games, games_sent = lines_of([summary.game for summary in told], GAME)
    games = _games(games)
    other, other_sent = lines_of([summary.other for summary in told], OTHER)
    line, line_sent = lines_of([summary.line for summary in told], LINE)
    officials, officials_sent = lines_of([summary.officials for summary in told], OFFICIAL)
    inactive, inactive_sent = lines_of([summary.inactive for summary in told], INACTIVE)
    info = lines_of([summary.info for summary in told], INFO)[0].drop(PLACE)
    teams = _teams(line, other)
    parts = [
        store(NBAC_GAME_SUMMARIES, payloads, _with_leads(games, info, other), _summary_faults(), games_sent),
        store(
            NBAC_TEAM_SUMMARIES,
            payloads,
            _of_team(_in_game(teams, games)),
            _team_faults(),
            _joined(teams, line_sent, other_sent),
        ),
        store(
            NBAC_GAME_OFFICIALS, payloads, _named(officials, games, "official_name"), _official_faults(), officials_sent
        ),
        store(
            NBAC_INACTIVE_PLAYERS, payloads, _named(inactive, games, "player_name"), _inactive_faults(), inactive_sent
        ),
    ]
    tables = (NBAC_GAME_SUMMARIES, NBAC_TEAM_SUMMARIES, NBAC_GAME_OFFICIALS, NBAC_INACTIVE_PLAYERS)
    frames = {table.full_name: rows for table, (rows, _) in zip(tables, parts, strict=True)}
    misfits = [reject for payload, summary in summaries for reject in _misfits(payload, summary)]
    return Built(frames, misfits + [reject for _, rejects in parts for reject in rejects])


def _misfits(payload: Payload, summary: Summary) -> list[Reject]:
    meant_for: list[tuple[Rows, Table]] = [
        (summary.game, NBAC_GAME_SUMMARIES),
        (summary.info, NBAC_GAME_SUMMARIES),
        (summary.other, NBAC_TEAM_SUMMARIES),
        (summary.line, NBAC_TEAM_SUMMARIES),
        (summary.officials, NBAC_GAME_OFFICIALS),
        (summary.inactive, NBAC_INACTIVE_PLAYERS),
    ]
    return [Reject(payload, table.full_name, row, reason) for rows, table in meant_for for row, reason in rows.misfits]


def _games(games: pl.DataFrame) -> pl.DataFrame:
    return games.with_columns(
        text_or_null("status_text"),
        text_or_null("broadcaster"),
        pl.Series("game_date", [date_of(text) for text in games["told_date"]], pl.Date),
        season=season_of_game(),
        home_team=team_of("home_team_id"),
        away_team=team_of("away_team_id"),
    )


def _with_leads(games: pl.DataFrame, info: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Games with attendance and duration, and what both teams' statistics tell of the lead."""
    counts = ("lead_changes", "times_tied")
    agreed = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in counts]
    leads = other.group_by(PAYLOAD).agg(agreed)
    duration = pl.col("duration").str.extract_groups(r"^\s*([0-9]{1,2}):([0-5][0-9])\s*$")
    hours, minutes = (duration.struct.field(part).cast(pl.Int64) for part in ("1", "2"))
    told = games.join(info, on=PAYLOAD, how="left", maintain_order="left")
    return told.join(leads, on=PAYLOAD, how="left", maintain_order="left").with_columns(
        duration_minutes=hours * 60 + minutes
    )


def _teams(line: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Teams of either set, with the places of their rows in both."""
    parts = [frame.rename({PLACE: place}) for frame, place in ((line, "line_place"), (other, "other_place"))]
    joined = parts[0].join(parts[1], on=[PAYLOAD, "team_id"], how="full", coalesce=True, maintain_order="left_right")
    return joined.with_row_index(PLACE)


def _joined(teams: pl.DataFrame, line_sent: AsSent, other_sent: AsSent) -> AsSent:
    places = teams.select("line_place", "other_place").rows()

    def sent(place: int) -> bytes:
        line, other = places[place]
        told = [(b'"LineScore":', line_sent, line), (b'"OtherStats":', other_sent, other)]
        return b"{" + b",".join(name + row(number) for name, row, number in told if number is not None) + b"}"

    return sent


def _in_game(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Rows with the game that their summary is of; without one its columns are null."""
    of_game = ("game_id", "game_date", "season", "game_status", "home_team", "away_team", "told_date")
    return rows.join(games.select(PAYLOAD, *of_game), on=PAYLOAD, how="left", maintain_order="left")


def _of_team(teams: pl.DataFrame) -> pl.DataFrame:
    record = pl.col("record").str.extract_groups(r"^\s*([0-9]{1,2})-([0-9]{1,2})\s*$")
    is_home = pl.col("team") == pl.col("home_team")
    return teams.with_columns(
        team=team_of("team_id"),
        wins=record.struct.field("1").cast(pl.Int64),
        losses=record.struct.field("2").cast(pl.Int64),
    ).with_columns(is_home=is_home, opponent=pl.when(is_home).then("away_team").otherwise("home_team"))


def _named(people: pl.DataFrame, games: pl.DataFrame, column: str) -> pl.DataFrame:
    name = pl.concat_str(text_or_null("first_name"), text_or_null("last_name"), separator=" ", ignore_nulls=True)
    return _in_game(people, games).with_columns(text_or_null("jersey_number"), name.alias(column))


def _game_faults() -> list[Fault]:
    return [
        (pl.col("game_id").is_null(), "the summary tells no game"),
        *game_faults(),
        (pl.col("game_date").is_null(), pl.format("GAME_DATE_EST is no date: '{}'", pl.col("told_date").fill_null(""))),
    ]


def _summary_faults() -> list[Fault]:
    unread = (pl.col("duration").str.strip_chars() != "") & pl.col("duration_minutes").is_null()
    return [
        *_game_faults(),
        unknown_team("home_team_id", "home_team"),
        unknown_team("away_team_id", "away_team"),
        (unread, pl.format("GAME_TIME is no time: '{}'", "duration")),
        *contract_faults(NBAC_GAME_SUMMARIES),
    ]


def _team_faults() -> list[Fault]:
    told = ("line_team", "other_team")
    unread = (pl.col("record").str.strip_chars(" -") != "") & pl.col("wins").is_null()
    return [
        *_game_faults(),
        unknown_team("team_id", "team"),
        *(
            (pl.col(name) != pl.col("team"), pl.format("team {} is {}, not {}", "team_id", "team", name))
            for name in told
        ),
        _no_side("team"),
        (unread, pl.format("TEAM_WINS_LOSSES is no record: '{}'", "record")),
        *contract_faults(NBAC_TEAM_SUMMARIES),
    ]


def _official_faults() -> list[Fault]:
    return [*_game_faults(), *contract_faults(NBAC_GAME_OFFICIALS)]


def _inactive_faults() -> list[Fault]:
    return [*_game_faults(), *identity_faults(), _no_side("team"), *contract_faults(NBAC_INACTIVE_PLAYERS)]


def _no_side(team: str) -> Fault:
    sides = (pl.col("home_team"), pl.col("away_team"))
    plays = pl.any_horizontal(pl.col(team) == side for side in sides)
    return (~plays, pl.format("{} does not play in game {}", team, "game_id"))
