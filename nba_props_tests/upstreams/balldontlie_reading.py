"""The genuine bodies of balldontlie, and what its endpoints read in them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.registry import table_named
from nba_props.upstreams.balldontlie import UPSTREAM
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.exchanges import payload, recordings


@lru_cache
def sample() -> tuple[Payload, ...]:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    found = []
    with (recordings() / "samples" / "balldontlie.warc.gz").open("rb") as stream:
        for record in iterator(stream):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
                found.append(payload(url, record.content_stream().read(), fetched_at=moment))
    return tuple(found)


def recorded(part: str) -> list[tuple[Payload, Any]]:
    """The bodies of a path, with what plain JSON reads in them."""
    chosen = [each for each in sample() if each.url.split("/v1/")[1].startswith(part)]
    return [(each, json.loads(each.body)["data"]) for each in chosen]


def parsed(each: Payload) -> Parsed:
    (endpoint,) = [one for one in UPSTREAM.endpoints if one.recognises(each.url)]
    made = endpoint.parse(each)
    for name, frame in made.frames.items():
        assert table_named(name).violations(frame).is_empty()
    return made


def stored(each: Payload) -> pl.DataFrame:
    made = parsed(each)
    assert made.rejects.is_empty(), made.rejects["reason"]
    (frame,) = made.frames.values()
    return frame
