"""Memory: a day of 288 odds snapshots of ten games, from archived payloads to raw tables, in a process of its own."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from nba_props.archive.store import Archive, Exchange
from nba_props.game_calendar import DateRange
from nba_props.simulator import BOOKMAKERS, League, event_id
from nba_props.simulator.bookmakers import PROP_KEYS
from nba_props.simulator.odds_feed import OddsFeed
from nba_props.upstreams import odds_api, raw_tables
from nba_props.upstreams.classification import classify
from nba_props_tests.benchmarks.measuring import Measurement, Section, in_own_process, peak_megabytes

SNAPSHOTS, GAMES = 288, 10
SEASON_DAY = date(2026, 12, 16)
URL = "https://api.the-odds-api.com/v4/sports/basketball_nba/events/{event}/odds?markets=all&oddsFormat=american"


def memory(folder: Path) -> Section:
    """Archive the day, then build it in a fresh process and look at that process's peak."""
    root = folder / "day"
    day, megabytes = _archive_day(root)
    bare = in_own_process(peak_megabytes)
    rows, seconds, peak = in_own_process(_built, root, day)
    title = f"Memory: {SNAPSHOTS} snapshots of {GAMES} games, {megabytes:,.0f} MB of bodies, {rows:,} rows"
    return Section(
        title,
        (
            Measurement("archive to raw tables", seconds, f"{megabytes / seconds:,.0f} MB/s", f"peak {peak:,.0f} MB"),
            Measurement("the imports alone", 0.0, "", f"peak {bare:,.0f} MB"),
        ),
    )


def _archive_day(root: Path) -> tuple[date, float]:
    """Ten games of one tip-off, a snapshot every five minutes for a day before it."""
    league = League(seed=5, today=SEASON_DAY, history_seasons=0)
    season, feed = league.current, OddsFeed(league)
    busiest = max(set(season.dates), key=season.dates.count)
    games = [number for number, day in enumerate(season.dates) if day == busiest][:GAMES]
    keys, markets = tuple(book.key for book in BOOKMAKERS), tuple(PROP_KEYS.values())
    archive, size = Archive(root, classify), 0
    for game in games:
        tip_off = int(season.fixtures.tipoff[game])
        event = event_id(league.seed, season.game_ids[game])
        exchanges = []
        for number in range(SNAPSHOTS):
            at = tip_off - (SNAPSHOTS - number) * 300
            # Lines open some hours before the tip-off: snapshots before that repeat the first hours' fullness.
            body = feed.odds(
                event, max(at, tip_off - 8 * 3600 + number), markets, keys, american=True, historical=False
            )
            content = msgspec.json.encode(body)
            size += len(content)
            exchanges.append(Exchange(URL.format(event=event), 200, (), content, datetime.fromtimestamp(at, UTC)))
        archive.store(f"day/{event}", exchanges)
    return busiest, size / 1e6


def _built(root: Path, day: date) -> tuple[int, float, float]:
    archive, dates = Archive(root, classify), DateRange.of(day)
    started = time.perf_counter()
    payloads = {each: list(archive.payloads(each.source, each.name, dates)) for each in odds_api.UPSTREAM.endpoints}
    made = raw_tables.build(dates, payloads, odds_api.UPSTREAM.quarantine)
    taken = time.perf_counter() - started
    refused = made[odds_api.UPSTREAM.quarantine.full_name]
    if not refused.is_empty():
        raise RuntimeError(f"{refused.height} rows of the day were refused: {refused['reason'][0]}")
    return sum(frame.height for frame in made.values()), taken, peak_megabytes()
