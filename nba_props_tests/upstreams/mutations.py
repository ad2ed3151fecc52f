"""Mutated bodies: what a genuine body turns into on a bad day. The same seed gives the same mutants."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import msgspec

from nba_props.archive.payload import Payload

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    7,
    200,
    -(2**70),
    2**70,
    0.5,
    -1.5,
    1e308,
    "",
    " ",
    "0",
    "-110",
    "12:34",
    "PT12M34.00S",
    "2025-01-05",
    "2025-01-05T00:00:00",
    "2025-01-05T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "Over",
    "BOS",
    "\ud800",
    "\u202e\x00",
    "x" * 3000,
    [],
    {},
    [None],
)
STOPS_DESCENDING = 0.25


def mutants(payload: Payload, seed: int, count: int) -> Iterator[Payload]:
    """So many payloads like one, each with a body that was changed in a few places."""
    random = Random(seed)
    is_json = payload.body[:1] in (b"{", b"[")
    for number in range(count):
        mutate = random.choice(
            (_other_json, _other_json, _other_json, _other_bytes) if is_json else (_other_bytes, _other_text)
        )
        fingerprint = hashlib.sha1(f"{seed}/{number}".encode(), usedforsecurity=False).hexdigest()
        yield replace(payload, payload_id=fingerprint, body=mutate(payload.body, random))


def _other_json(body: bytes, random: Random) -> bytes:
    tree = msgspec.json.decode(body)
    for _ in range(random.randint(1, 3)):
        place = _place(tree, random)
        if place is not None:
            random.choice(CHANGES)(*place, random)
    return json.dumps(tree).encode()


def _place(tree: Any, random: Random) -> tuple[Any, Any] | None:
    """Some place in a JSON value: what holds it, and its key there."""
    place, value = None, tree
    while isinstance(value, (dict, list)) and value:
        key = random.randrange(len(value)) if isinstance(value, list) else random.choice(list(value))
        place = (value, key)
        value = value[key]
        if random.random() < STOPS_DESCENDING:
            break
    return place


def _put(holder: Any, key: Any, random: Random) -> None:
    holder[key] = copy.deepcopy(random.choice(VALUES))


def _remove(holder: Any, key: Any, random: Random) -> None:
    del holder[key]


def _repeat(holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[f"x_{key}"] = holder.pop(key)


def _exchange(holder: Any, key: Any, random: Random) -> None:
    other = random.randrange(len(holder)) if isinstance(holder, list) else random.choice(list(holder))
    holder[key], holder[other] = holder[other], holder[key]


CHANGES: tuple[Callable[[Any, Any, Random], None], ...] = (_put, _put, _remove, _repeat, _exchange)


def _other_bytes(body: bytes, random: Random) -> bytes:
    content = bytearray(body)
    for _ in range(random.randint(1, 4)):
        position = random.randrange(len(content) + 1)
        damage = random.randrange(4)
        if damage == 0 and random.random() < 0.3:
            del content[position:]
        elif damage == 1:
            content[position : position + random.randint(0, 8)] = b""
        elif damage == 2:
            content[position:position] = random.randbytes(random.randint(1, 4))
        elif position < len(content):
            content[position] = random.randrange(256)
    return bytes(content)


def _other_text(body: bytes, random: Random) -> bytes:
    """Lines taken out, doubled and exchanged; words replaced."""
    lines = body.split(b"\n")
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines))
        change = random.randrange(4)
        if change == 0 and len(lines) > 1:
            del lines[at]
        elif change == 1:
            lines.insert(at, lines[at])
        elif change == 2:
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            words = lines[at].split(b",") if b"," in lines[at] else lines[at].split(b" ")
            words[random.randrange(len(words))] = json.dumps(random.choice(VALUES)).encode()
            lines[at] = (b"," if b"," in lines[at] else b" ").join(words)
    return b"\n".join(lines)
