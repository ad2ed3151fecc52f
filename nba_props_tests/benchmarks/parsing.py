"""Parsing: bodies to checked rows, beside decoding alone and beside pandas."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pandas as pd

from nba_props.archive.payload import Payload
from nba_props.upstreams import nba_com, odds_api
from nba_props.upstreams.endpoint import Endpoint
from nba_props_tests.benchmarks.inputs import Inputs
from nba_props_tests.benchmarks.measuring import Limit, Measurement, Section, best_in_turn, times

LEAST_GAIN_OVER_PANDAS = 5.0
GREATEST_COST_OVER_DECODING = 3.0

_ODDS_RECORDS = ["bookmakers", "markets", "outcomes"]
_ODDS_META: list[Any] = [
    "id",
    "commence_time",
    "home_team",
    "away_team",
    ["bookmakers", "key"],
    ["bookmakers", "markets", "key"],
    ["bookmakers", "markets", "last_update"],
]


def odds(inputs: Inputs) -> Section:
    """Odds of single events."""
    return _section("odds", inputs, odds_api.EVENT_ODDS, inputs.odds, _normalised_odds, bounded=True)


def box_scores(inputs: Inputs) -> Section:
    """Player logs of single dates."""
    return _section("box scores", inputs, nba_com.PLAYER_BOX_SCORES, inputs.box_scores, _normalised_log, bounded=False)


def _section(
    name: str,
    inputs: Inputs,
    endpoint: Endpoint,
    payloads: Sequence[Payload],
    normalised: Callable[[bytes], pd.DataFrame],
    *,
    bounded: bool,
) -> Section:
    bodies = [payload.body for payload in payloads]
    megabytes = sum(map(len, bodies)) / 1e6
    rows = sum(frame.height for frame in endpoint.parse_many(payloads).frames.values())
    seconds = best_in_turn(
        {
            "own": lambda: endpoint.parse_many(payloads),
            "typed": lambda: [endpoint.decode(payload) for payload in payloads],
            "msgspec": lambda: [msgspec.json.decode(body) for body in bodies],
            "json": lambda: [json.loads(body) for body in bodies],
            "pandas": lambda: pd.concat([normalised(body) for body in bodies]),
        }
    )
    own, decoded, framed = seconds["own"], seconds["msgspec"], seconds["pandas"]

    def rate(seconds: float) -> str:
        return f"{megabytes / seconds:,.0f} MB/s"

    gain = Limit(framed / own, LEAST_GAIN_OVER_PANDAS, True, f"{LEAST_GAIN_OVER_PANDAS:g}x pandas or faster")
    cost = Limit(own / decoded, GREATEST_COST_OVER_DECODING, False, f"{GREATEST_COST_OVER_DECODING:g}x msgspec at most")
    title = f"Parsing {name}: {len(bodies):,} bodies, {megabytes:.1f} MB, {rows:,} rows ({inputs.source})"
    return Section(
        title,
        (
            Measurement(
                "parse_many: typed, checked rows",
                own,
                f"{rate(own)}, {rows / own:,.0f} rows/s",
                times(own, framed, "pandas"),
                gain if bounded else None,
            ),
            Measurement("  the same", own, "", times(own, decoded, "msgspec"), cost if bounded else None),
            Measurement(
                "  of it decoding into types",
                seconds["typed"],
                rate(seconds["typed"]),
                times(seconds["typed"], decoded, "msgspec"),
            ),
            Measurement("msgspec alone: dicts and lists", decoded, rate(decoded)),
            Measurement("json.loads alone", seconds["json"], rate(seconds["json"])),
            Measurement("json.loads and pandas.json_normalize", framed, rate(framed)),
        ),
    )


def _normalised_odds(body: bytes) -> pd.DataFrame:
    event = json.loads(body)["data"]
    return pd.json_normalize(event, _ODDS_RECORDS, _ODDS_META, record_prefix="outcome.", errors="ignore")


def _normalised_log(body: bytes) -> pd.DataFrame:
    log = json.loads(body)["resultSets"][0]
    return pd.json_normalize([dict(zip(log["headers"], row, strict=True)) for row in log["rowSet"]])
