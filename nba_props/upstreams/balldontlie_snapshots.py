"""balldontlie's lists as they stand at a moment: players, active players, teams, injuries and standings, each into its
own table.

A payload row is a player, a team, an injury or a team's record. No list tells its date: it is that of the day on which
it was fetched, in New York.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated

import polars as pl
from msgspec import Meta, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.balldontlie import (
    BDL_ACTIVE_PLAYERS,
    BDL_INJURIES,
    BDL_PLAYERS,
    BDL_STANDINGS,
    BDL_TEAMS,
    CONFERENCES,
    MOST_GAMES,
)
from nba_props.contracts.table import Table
from nba_props.upstreams.balldontlie_bodies import (
    NO_NAME,
    Id,
    Layout,
    Page,
    Player,
    Reader,
    Team,
    Year,
    full_name,
    season_name,
    text_or_null,
    tricode,
    unknown_if_told,
    unknown_team,
)
from nba_props.upstreams.endpoint import Built
from nba_props.upstreams.sifting import Fault, absent_text

Place = Annotated[int, Meta(ge=1, le=15)]
Games = Annotated[int, Meta(ge=0, le=MOST_GAMES)]
DraftPlace = Annotated[int, Meta(ge=0, le=1000)]
DraftRound = Annotated[int, Meta(ge=0, le=100)]

RECORDS = ("conference", "division", "home", "road")
RECORD = r"^(\d{1,3})\s*-\s*(\d{1,3})$"
"""Wins and losses; some answers pad them with blanks."""


class ListedPlayer(Struct, gc=False):
    """A player with his team beside him."""

    id: Id
    first_name: str | None
    last_name: str | None
    position: str | None
    height: str | None
    weight: str | None
    jersey_number: str | None
    college: str | None
    country: str | None
    draft_year: Year | None
    draft_round: DraftRound | None
    draft_number: DraftPlace | None
    team: Team | None


class Injury(Struct, gc=False):
    """A player who is hurt, and the news of it."""

    player: Player
    status: str | None
    return_date: str | None
    description: str | None


class RankedTeam(Struct, gc=False):
    """A team with its place in the league's structure."""

    id: Id
    conference: str | None
    division: str | None
    abbreviation: str | None = None


class ListedTeam(Struct, gc=False):
    """A team with its names; conference and division of one of the past are blank."""

    id: Id
    conference: str | None
    division: str | None
    city: str | None
    name: str | None
    full_name: str | None
    abbreviation: str | None


class Standing(Struct, gc=False):
    """A team's record in a season."""

    team: RankedTeam
    season: Year
    wins: Games
    losses: Games
    conference_rank: Place | None
    division_rank: Place | None
    conference_record: str | None
    division_record: str | None
    home_record: str | None
    road_record: str | None


PLAYERS = Reader(ListedPlayer)
TEAMS = Reader(ListedTeam)
INJURIES = Reader(Injury)
STANDINGS = Reader(Standing)


def decode_players(payload: Payload) -> Page[ListedPlayer]:
    """The players of a page, active or of all times, or the one that was asked for.

    Raises:
        MalformedPayload: the body is no list of players, or not one of them is readable.
    """
    return PLAYERS.read(payload)


def build_active_players(pages: Sequence[tuple[Payload, Page[ListedPlayer]]]) -> Built:
    """Rows and rejects of decoded active players."""
    return ACTIVE_PLAYERS_LAYOUT.build(pages)


def build_players(pages: Sequence[tuple[Payload, Page[ListedPlayer]]]) -> Built:
    """Rows and rejects of decoded players of all times; one whose last team is none of today's is a reject."""
    return PLAYERS_LAYOUT.build(pages)


def decode_teams(payload: Payload) -> Page[ListedTeam]:
    """All teams there ever were, or the one that was asked for.

    Raises:
        MalformedPayload: the body is no list of teams, or not one of them is readable.
    """
    return TEAMS.read(payload)


def build_teams(pages: Sequence[tuple[Payload, Page[ListedTeam]]]) -> Built:
    """Rows and rejects of decoded teams; those of the past are rows, too."""
    return TEAMS_LAYOUT.build(pages)


def decode_injuries(payload: Payload) -> Page[Injury]:
    """The injuries of a page.

    Raises:
        MalformedPayload: the body is no list of injuries, or not one of them is readable.
    """
    return INJURIES.read(payload)


def build_injuries(pages: Sequence[tuple[Payload, Page[Injury]]]) -> Built:
    """Rows and rejects of decoded injuries."""
    return INJURIES_LAYOUT.build(pages)


def decode_standings(payload: Payload) -> Page[Standing]:
    """The records of all teams.

    Raises:
        MalformedPayload: the body is no list of records, or not one of them is readable.
    """
    return STANDINGS.read(payload)


def build_standings(pages: Sequence[tuple[Payload, Page[Standing]]]) -> Built:
    """Rows and rejects of decoded records."""
    return STANDINGS_LAYOUT.build(pages)


def _players_layout(table: Table) -> Layout[ListedPlayer]:
    return Layout[ListedPlayer](
        table=table,
        told={
            "source_player_id": (lambda player: str(player.id), pl.String),
            "first_name": (attrgetter("first_name"), pl.String),
            "last_name": (attrgetter("last_name"), pl.String),
            "team_id": (lambda player: player.team and player.team.id, pl.Int64),
            "abbreviation": (lambda player: player.team and player.team.abbreviation, pl.String),
            "position": (attrgetter("position"), pl.String),
            "height": (attrgetter("height"), pl.String),
            "weight": (attrgetter("weight"), pl.String),
            "jersey_number": (attrgetter("jersey_number"), pl.String),
            "college": (attrgetter("college"), pl.String),
            "country": (attrgetter("country"), pl.String),
            "draft_year": (attrgetter("draft_year"), pl.Int64),
            "draft_round": (attrgetter("draft_round"), pl.Int64),
            "draft_number": (attrgetter("draft_number"), pl.Int64),
        },
        derived=(
            {
                "game_date": pl.col("fetched_on"),
                "player_name": full_name(),
                "team": tricode("team_id"),
                "weight_pounds": pl.col("weight").str.strip_chars().str.extract(r"^([1-9]\d{1,2})$").cast(pl.Int64),
                **{name: text_or_null(name) for name in ("position", "height", "jersey_number", "college", "country")},
            },
        ),
        faults=(NO_NAME, unknown_if_told()),
    )


ACTIVE_PLAYERS_LAYOUT = _players_layout(BDL_ACTIVE_PLAYERS)
PLAYERS_LAYOUT = _players_layout(BDL_PLAYERS)


def _unknown_team_of_today() -> Fault:
    """A team in a conference that is none of ours, or whose abbreviation tells another one than its id."""
    _, reason = unknown_team("team", "team_id", "abbreviation")
    is_another = (pl.col("abbreviation") != pl.col("team")).fill_null(False)
    return (is_another | (pl.col("team").is_null() & pl.col("conference").is_not_null()), reason)


TEAMS_LAYOUT = Layout[ListedTeam](
    table=BDL_TEAMS,
    told={
        "source_team_id": (lambda team: str(team.id), pl.String),
        "team_id": (attrgetter("id"), pl.Int64),
        "team_name": (attrgetter("full_name"), pl.String),
        "nickname": (attrgetter("name"), pl.String),
        **{name: (attrgetter(name), pl.String) for name in ("abbreviation", "city", "conference", "division")},
    },
    derived=(
        {
            "game_date": pl.col("fetched_on"),
            "team": tricode("team_id"),
            **{
                name: text_or_null(name)
                for name in ("team_name", "nickname", "abbreviation", "city", "conference", "division")
            },
        },
    ),
    faults=(
        (pl.col("team_name").is_null(), "the team has no name"),
        (
            ~pl.col("conference").is_in(CONFERENCES),
            pl.format("unknown conference: {}", pl.col("conference")),
        ),
        _unknown_team_of_today(),
    ),
)

INJURIES_LAYOUT = Layout[Injury](
    table=BDL_INJURIES,
    told={
        "source_player_id": (lambda injury: str(injury.player.id), pl.String),
        "first_name": (attrgetter("player.first_name"), pl.String),
        "last_name": (attrgetter("player.last_name"), pl.String),
        "team_id": (attrgetter("player.team_id"), pl.Int64),
        "abbreviation": (lambda injury: None, pl.String),
        "status": (attrgetter("status"), pl.String),
        "expected_return": (attrgetter("return_date"), pl.String),
        "description": (attrgetter("description"), pl.String),
    },
    derived=(
        {
            "game_date": pl.col("fetched_on"),
            "snapshot_at": pl.col("fetched_at"),
            "player_name": full_name(),
            "team": tricode("team_id"),
            **{name: text_or_null(name) for name in ("status", "expected_return", "description")},
        },
    ),
    faults=(NO_NAME, unknown_if_told(), (absent_text("status"), "no status")),
)


def _record(kind: str) -> dict[str, pl.Expr]:
    text = pl.col(f"{kind}_record")
    parts = {f"{kind}_wins": 1, f"{kind}_losses": 2}
    return {name: text.str.extract(RECORD, group).cast(pl.Int64) for name, group in parts.items()}


def _bad_records() -> list[Fault]:
    unreadable: list[Fault] = [
        (
            pl.col(f"{kind}_wins").is_null() & pl.col(f"{kind}_record").is_not_null(),
            pl.format(f"{kind}_record is no record: {{}}", f"{kind}_record"),
        )
        for kind in RECORDS
    ]
    impossible: list[Fault] = [
        (
            (pl.col(f"{kind}_wins") > pl.col("wins")) | (pl.col(f"{kind}_losses") > pl.col("losses")),
            pl.format(f"impossible: {kind}_record {{}} but {{}}-{{}} in all", f"{kind}_record", "wins", "losses"),
        )
        for kind in RECORDS
    ]
    return unreadable + impossible


STANDINGS_LAYOUT = Layout[Standing](
    table=BDL_STANDINGS,
    told={
        "season_year": (attrgetter("season"), pl.Int64),
        "team_id": (attrgetter("team.id"), pl.Int64),
        "abbreviation": (attrgetter("team.abbreviation"), pl.String),
        "conference": (attrgetter("team.conference"), pl.String),
        "division": (attrgetter("team.division"), pl.String),
        **{name: (attrgetter(name), pl.Int64) for name in ("wins", "losses", "conference_rank", "division_rank")},
        **{f"{kind}_record": (attrgetter(f"{kind}_record"), pl.String) for kind in RECORDS},
    },
    derived=(
        {
            "game_date": pl.col("fetched_on"),
            "season": season_name("season_year"),
            "team": tricode("team_id"),
            **{name: text_or_null(name) for name in ("conference", "division")},
            **{f"{kind}_record": text_or_null(f"{kind}_record") for kind in RECORDS},
        },
        {name: value for kind in RECORDS for name, value in _record(kind).items()},
    ),
    faults=(
        unknown_team("team", "team_id", "abbreviation"),
        (
            ~pl.col("conference").is_in(CONFERENCES).fill_null(False),
            pl.format("unknown conference: {}", pl.col("conference").fill_null("none")),
        ),
        *_bad_records(),
    ),
)
