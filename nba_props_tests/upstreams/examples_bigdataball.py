"""A small complete file of BigDataBall."""

from __future__ import annotations

import csv
import io
from typing import Any

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.exchanges import payload

URL = "https://drop.invalid/bigdataball/%5B2025-01-04%5D-0022400474-NYK@CHI.csv"
ARCHIVED_URL = "https://www.googleapis.com/drive/v3/files/1a2b?alt=media"

_EVENT: dict[str, Any] = {
    "game_id": "22400474",
    "data_set": "NBA 2024-2025 Regular Season",
    "date": "2025-01-04",
    **{f"a{number}": f"Visitor {number}" for number in range(1, 6)},
    **{f"h{number}": f"Host {number}" for number in range(1, 6)},
    "period": "1",
    "away_score": "0",
    "home_score": "2",
    "remaining_time": "0:11:44",
    "elapsed": "0:00:16",
    "play_length": "0:00:16",
    "play_id": "3",
    "team": "CHI",
    "event_type": "shot",
    "assist": "Host 2",
    "away": "",
    "home": "",
    "block": "",
    "entered": "",
    "left": "",
    "num": "",
    "opponent": "",
    "outof": "",
    "player": "Host 1",
    "points": "2",
    "possession": "",
    "reason": "",
    "result": "made",
    "steal": "",
    "type": "jump shot",
    "shot_distance": "14",
    "original_x": "91",
    "original_y": "106",
    "converted_x": "34.1",
    "converted_y": "78.4",
    "description": "Host 14' Jump Shot (2 PTS)",
}
_NO_SHOT = dict.fromkeys(
    ("assist", "points", "result", "shot_distance", "original_x", "original_y", "converted_x", "converted_y"), ""
)


def play(**changes: Any) -> dict[str, Any]:
    """An event, by header; a made shot without changes."""
    return _EVENT | changes


def foul(**changes: Any) -> dict[str, Any]:
    told = {"event_type": "foul", "type": "personal", "reason": "p.foul", "player": "Host 3", "opponent": "Visitor 1"}
    return play(play_id="4", **_NO_SHOT) | told | changes


def free_throw(**changes: Any) -> dict[str, Any]:
    told = {"event_type": "free throw", "type": "free throw 1/2", "player": "Visitor 1", "team": "NYK"}
    tried = {"num": "1", "outof": "2", "points": "0", "result": "missed"}
    return play(play_id="5", **_NO_SHOT) | told | tried | changes


def file_of(*plays: dict[str, Any], line_end: str = "\r\n") -> bytes:
    """A file of events; the columns are those of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(plays[0] if plays else _EVENT), lineterminator=line_end, restval="")
    writer.writeheader()
    writer.writerows(plays)
    return text.getvalue().encode()


def examples() -> dict[str, Payload]:
    """A complete body of every endpoint, by the endpoint's name."""
    return {"play_by_play": payload(URL, file_of(play(), foul(), free_throw()))}
