"""ESPN's team rosters, from the site API and from the page, into ``raw.espn_rosters``. A row is a player.

A roster tells no date: its rows belong to the date in New York on which it was fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
import polars as pl
from msgspec import Meta, Raw, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.espn import ESPN_ROSTERS
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import decode
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.espn_bodies import PAYLOAD_NUMBER, ROW_NUMBER, Rows, build_table, decode_page, misfit_rejects
from nba_props.upstreams.espn_teams import tricode_of
from nba_props.upstreams.sifting import Fault, absent_text

_SCHEMA = {
    name: dtype
    for name, dtype in ESPN_ROSTERS.schema.items()
    if name not in ("game_date", "team", "birth_date", "payload_id", "fetched_at")
}
_FEET_AND_INCHES, _POUNDS = r"^([4-8])' *([0-9]{1,2})\"$", r"^([0-9]{2,3}) lbs$"


@dataclass(frozen=True, slots=True)
class Member:
    """One player of a roster; a body tells height, weight and birth in one of two ways, the other fields are null.

    Height is in inches or a text such as 6' 6", weight in pounds or a text such as 223 lbs, birth an ISO time or
    a text such as 10/24/96.
    """

    source_player_id: str
    player_name: str | None
    jersey: str | None
    position: str | None
    height_inches: float | None
    weight_pounds: float | None
    height_text: str | None
    weight_text: str | None
    birth_text: str | None
    experience_years: int | None
    status: str | None
    injury_status: str | None


@dataclass(frozen=True)
class Roster:
    """A team's roster as told, with ESPN's code of the team."""

    team: str | None
    rows: Rows[Member]


class Position(Struct):
    """A position on the floor."""

    abbreviation: str | None = None


class Experience(Struct):
    """Seasons in the league."""

    years: Annotated[int, Meta(ge=0, le=60)] | None = None


class Status(Struct):
    """A player's status."""

    type: str | None = None


class Injury(Struct):
    """An injury of a player."""

    status: str | None = None


class Athlete(Struct):
    """A player in the site API's roster."""

    id: str
    displayName: str
    jersey: str | None = None
    position: Position | None = None
    height: float | None = None
    weight: float | None = None
    dateOfBirth: str | None = None
    experience: Experience | None = None
    status: Status | None = None
    injuries: list[Injury] = []


class Team(Struct):
    """A team with its players."""

    abbreviation: str
    athletes: list[Raw]


class Body(Struct):
    """The site API's answer."""

    team: Team


class PageAthlete(Struct):
    """A player on the page."""

    id: str
    name: str
    jersey: str | None = None
    position: str | None = None
    height: str | None = None
    weight: str | None = None
    birthDate: str | None = None
    experience: str | int | None = None


class PageTeam(Struct):
    """The team on the page."""

    abbrev: str


class PageRoster(Struct):
    """The roster on the page."""

    team: PageTeam
    athletes: list[Raw]


class Content(Struct):
    """The page's content."""

    roster: PageRoster


class Page(Struct):
    """What the page is about."""

    content: Content


class PageData(Struct):
    """The page's data."""

    page: Page


BODY = msgspec.json.Decoder(Body)
ATHLETE = msgspec.json.Decoder(Athlete)
PAGE = msgspec.json.Decoder(PageData)
PAGE_ATHLETE = msgspec.json.Decoder(PageAthlete)


def decode_roster(payload: Payload) -> Roster:
    """The roster of the site API.

    Raises:
        MalformedPayload: the body is no roster, or not one player fits.
    """
    team = decode(payload, BODY).team
    rows: Rows[Member] = Rows()
    rows.add(team.athletes, ATHLETE, _member)
    rows.require()
    return Roster(team.abbreviation, rows)


def decode_roster_page(payload: Payload) -> Roster:
    """The roster of a page of www.espn.com.

    Raises:
        MalformedPayload: the page is no roster, or not one player fits.
    """
    roster = decode_page(payload, PAGE).page.content.roster
    rows: Rows[Member] = Rows()
    rows.add(roster.athletes, PAGE_ATHLETE, _page_member)
    rows.require()
    return Roster(roster.team.abbrev, rows)


def build_rosters(rosters: Sequence[tuple[Payload, Roster]]) -> Built:
    """Rows and rejects of decoded rosters."""
    payloads = [payload for payload, _ in rosters]
    frame = _frame(rosters)
    sent = [row for _, roster in rosters for _, row in roster.rows.read]
    built = build_table(ESPN_ROSTERS, payloads, frame, sent, _faults())
    for payload, roster in rosters:
        built.rejects.extend(misfit_rejects(ESPN_ROSTERS, payload, roster.rows))
    return built


def roster_coverage(payload: Payload) -> Coverage:
    """The date on which it was fetched."""
    return Coverage((game_date_of(payload.fetched_at),))


def _member(told: Athlete) -> Member:
    return Member(
        source_player_id=told.id,
        player_name=told.displayName,
        jersey=told.jersey,
        position=told.position.abbreviation if told.position else None,
        height_inches=told.height,
        weight_pounds=told.weight,
        height_text=None,
        weight_text=None,
        birth_text=told.dateOfBirth,
        experience_years=told.experience.years if told.experience else None,
        status=told.status.type if told.status else None,
        injury_status=told.injuries[0].status if told.injuries else None,
    )


def _page_member(told: PageAthlete) -> Member:
    years = str(told.experience)
    return Member(
        source_player_id=told.id,
        player_name=told.name,
        jersey=told.jersey,
        position=told.position,
        height_inches=None,
        weight_pounds=None,
        height_text=told.height,
        weight_text=told.weight,
        birth_text=told.birthDate,
        experience_years=int(years) if years.isascii() and years.isdigit() and len(years) < 3 else None,
        status=None,
        injury_status=None,
    )


def _frame(rosters: Sequence[tuple[Payload, Roster]]) -> pl.DataFrame:
    members = [(owner, member) for owner, (_, roster) in enumerate(rosters) for member, _ in roster.rows.read]
    days = [game_date_of(payload.fetched_at) for payload, _ in rosters]
    teams = [roster.team for _, roster in rosters]
    columns = {
        PAYLOAD_NUMBER: [owner for owner, _ in members],
        "game_date": [days[owner] for owner, _ in members],
        "team_code": [teams[owner] for owner, _ in members],
        "team": [tricode_of(teams[owner]) for owner, _ in members],
        **{name: [getattr(member, name) for _, member in members] for name in (*_SCHEMA, *_TEXTS)},
    }
    schema = {
        PAYLOAD_NUMBER: pl.Int64(),
        "game_date": pl.Date(),
        "team_code": pl.String(),
        "team": pl.String(),
        **_SCHEMA,
    }
    frame = pl.DataFrame(columns, schema=schema | dict.fromkeys(_TEXTS, pl.String()))
    feet, inches = (pl.col("height_text").str.extract(_FEET_AND_INCHES, group).cast(pl.Float64) for group in (1, 2))
    birth = pl.col("birth_text")
    return frame.with_row_index(ROW_NUMBER).with_columns(
        height_inches=pl.coalesce("height_inches", 12 * feet + inches),
        weight_pounds=pl.coalesce("weight_pounds", pl.col("weight_text").str.extract(_POUNDS, 1).cast(pl.Float64)),
        birth_date=pl.coalesce(
            birth.str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})T").str.to_date("%Y-%m-%d", strict=False),
            birth.str.to_date("%m/%d/%y", strict=False),
        ),
    )


_TEXTS = ("height_text", "weight_text", "birth_text")


def _faults() -> list[Fault]:
    height, weight = pl.col("height_inches"), pl.col("weight_pounds")
    return [
        (pl.col("team").is_null(), pl.format("unknown team: {}", pl.col("team_code").fill_null(""))),
        (absent_text("source_player_id"), "empty player id"),
        (absent_text("player_name"), "empty player name"),
        ((height <= 0) | (height >= 120), pl.format("impossible height: {}", height)),
        ((weight <= 0) | (weight >= 600), pl.format("impossible weight: {}", weight)),
    ]
