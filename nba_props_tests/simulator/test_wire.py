"""Bodies are laid out as the genuine recordings: the same keys at every level, the same kinds of value."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nba_props.simulator import event_id
from nba_props.simulator.game_log import COLUMNS, build_game_log
from nba_props.simulator.odds_feed import OddsFeed
from nba_props.simulator.schedule_body import ScheduleBodies
from nba_props_tests.simulator.leagues import ALL_MARKETS, BOOK_KEYS, shared_league

FALLBACK = Path(__file__).parents[3] / "shared" / "recordings"


def genuine_bodies(name: str, part: str = "") -> Iterator[Any]:
    """Recorded bodies of one file whose URL contains ``part``; skips where there is none."""
    path = Path(os.environ.get("NBA_PROPS_RECORDINGS", FALLBACK)) / name
    if not path.is_file():
        pytest.skip(f"no recording {name}: set NBA_PROPS_RECORDINGS to the folder of recordings")
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with path.open("rb") as stream:
        for record in iterator(stream):
            if record.rec_type == "response" and part in record.rec_headers.get_header("WARC-Target-URI"):
                yield json.loads(record.content_stream().read())


def layout(value: Any, path: str = "") -> dict[str, set[str]]:
    """Kinds of value by path; entries of lists share one path."""
    found: dict[str, set[str]] = {path: {_kind(value)}}
    children: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        children = [(f"{path}.{key}", child) for key, child in value.items()]
    elif isinstance(value, list):
        children = [(f"{path}[]", child) for child in value]
    for name, child in children:
        for below, kinds in layout(child, name).items():
            found.setdefault(below, set()).update(kinds)
    return found


def _kind(value: Any) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def decoded(body: Any) -> Any:
    return json.loads(msgspec.json.encode(body))


def assert_same_layout(ours: Any, genuine: Any, optional: str = "!") -> None:
    made, recorded = layout(decoded(ours)), layout(genuine)
    missing = {path for path in recorded if path not in made and optional not in path}
    assert not missing
    assert not set(made) - set(recorded)
    for path, kinds in made.items():
        assert kinds <= recorded[path] | {"NoneType"}, path


def played_schedule() -> Any:
    season = shared_league().seasons["2025-26"]
    return ScheduleBodies(season).body(int(season.finished.max()) + 1)


def test_the_schedule_is_laid_out_as_the_stats_api_sends_it() -> None:
    genuine = next(genuine_bodies("nba_com/scheduleLeagueV2-2024-25.warc.gz"))
    assert_same_layout(played_schedule(), genuine, optional="roadcasters[]")


def test_the_schedule_is_laid_out_as_the_cdn_sends_it() -> None:
    genuine = next(genuine_bodies("samples/nba_com.warc.gz", "scheduleLeagueV2"))
    made, recorded = layout(decoded(played_schedule())), layout(genuine)
    assert {path for path in recorded if "roadcasters[]" not in path} <= set(made)


def test_the_game_log_is_laid_out_as_the_stats_api_sends_it() -> None:
    genuine = next(genuine_bodies("samples/nba_com.warc.gz", "leaguegamelog"))
    season = shared_league().seasons["2025-26"]
    body = build_game_log(season).body(
        genuine["parameters"], int(season.finished.max()) + 1, season.dates[0], season.dates[5]
    )
    assert_same_layout(body, genuine)
    theirs, ours = genuine["resultSets"][0], decoded(body)["resultSets"][0]
    assert theirs["headers"] == ours["headers"] == COLUMNS
    for column in range(len(COLUMNS)):
        kinds = {_kind(row[column]) for row in ours["rowSet"]}
        assert kinds <= {_kind(row[column]) for row in theirs["rowSet"]} | {"NoneType"}, COLUMNS[column]


def test_live_odds_are_laid_out_as_the_odds_api_sends_them() -> None:
    genuine = next(genuine_bodies("samples/odds_api-live-player-points.warc.gz"))
    assert_same_layout(some_odds(("player_points",), historical=False), genuine)


def test_historical_odds_are_laid_out_as_the_odds_api_sends_them() -> None:
    genuine = next(genuine_bodies("samples/odds_api.warc.gz", "spreads,totals"))["data"]
    assert_same_layout(some_odds(("spreads", "totals"), historical=True), genuine)
    genuine = next(genuine_bodies("samples/odds_api.warc.gz", "markets=h2h"))["data"]
    assert_same_layout(some_odds(("h2h",), historical=True), genuine)


def test_historical_events_are_laid_out_as_the_odds_api_sends_them() -> None:
    genuine = next(genuine_bodies("samples/odds_api.warc.gz", "/events?"))
    season = shared_league().current
    assert_same_layout(OddsFeed(shared_league()).events(int(season.fixtures.tipoff[200])), genuine["data"])


def test_bookmakers_and_markets_exist_upstream() -> None:
    live = next(genuine_bodies("samples/odds_api-live-player-points.warc.gz"))
    titles = {book["key"]: book["title"] for book in live["bookmakers"]}
    ours = {book["key"]: book["title"] for book in some_odds(ALL_MARKETS, historical=False)["bookmakers"]}
    shared = titles.keys() & ours.keys()
    assert len(shared) >= 4
    assert {key: titles[key] for key in shared} == {key: ours[key] for key in shared}


def some_odds(markets: tuple[str, ...], historical: bool) -> Any:
    league = shared_league()
    game = 300
    event = event_id(league.seed, league.current.game_ids[game])
    now = int(league.current.fixtures.tipoff[game]) - 3600
    return OddsFeed(league).odds(event, now, markets, BOOK_KEYS, True, historical)
