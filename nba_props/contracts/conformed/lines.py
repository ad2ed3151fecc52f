"""Conformed lines: of player props by book and of the books together, and of games."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.provenance import line_source
from nba_props.contracts.table import Contract, Table


class PropLines(Contract):
    """Main prop lines: one row a player, game, market, bookmaker and kind of line, pre-game only, both prices.

    An opening line that a source tells of a time before the first snapshot is the opening line.
    """

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    bookmaker: str = c.bookmaker()
    kind: str = c.kind()
    line: float = c.line("The main line: of a book's lines the one whose no-vig probability is nearest one half.")
    over_price: float = c.price("Over.")
    under_price: float = c.price("Under.")
    over_probability: float = c.probability("Probability of over without the margin, multiplicative.")
    hold: float = c.number("The book's margin on the two prices.", ge=0, le=1)
    snapshot_at: c.Moment = c.moment("Snapshot that the line was read from, or time of an opening line told later.")
    minutes_before_tip_off: float = c.number("How long before tip-off the snapshot was.", gt=0)
    source: str = line_source()
    event_id: str = c.text("The source's event id.")


class PropLineAlternates(Contract):
    """Lines beside the main one, at the last pre-game snapshot: one row a player, game, market, bookmaker and line."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    bookmaker: str = c.bookmaker()
    line: float = c.line()
    over_price: float = c.price("Over.", nullable=True)
    under_price: float = c.price("Under.", nullable=True)
    over_probability: float = c.probability("Without the margin; null if a side is not offered.", nullable=True)
    snapshot_at: c.Moment = c.moment("Snapshot that the line was read from.")
    source: str = line_source()
    event_id: str = c.text("The source's event id.")


class PropLineMoves(Contract):
    """Changes of a book's main line or its prices before tip-off: one row a change."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    bookmaker: str = c.bookmaker()
    snapshot_at: c.Moment = c.moment("Snapshot at which the new line or price was seen first.")
    line_before: float = c.line("The line before.")
    line: float = c.line("The line after.")
    over_probability_before: float = c.probability("No-vig probability of over before.")
    over_probability: float = c.probability("No-vig probability of over after.")
    minutes_before_tip_off: float = c.number("How long before tip-off the snapshot was.", gt=0)
    source: str = line_source()


class PropConsensus(Contract):
    """What the books together say: one row a player, game, market and kind of line."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    kind: str = c.kind()
    line: float = c.line("The line most books have; among equals the one priced nearest one half, then the lower.")
    over_probability: float = c.probability("Mean no-vig probability of over of the books on that line.")
    books: int = c.number("Books with a main line.", ge=1)
    books_on_line: int = c.number("Books on the consensus line.", ge=1)
    snapshot_at: c.Moment = c.moment("Newest snapshot among them.")
    minutes_before_tip_off: float = c.number("How long before tip-off that snapshot was.", gt=0)


class GameLines(Contract):
    """What the books together say of a game: one row a game and kind of line, medians over the books."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    kind: str = c.kind()
    home_spread: float = c.number("Median points handicap of the home team; negative if favoured.", nullable=True)
    total: float = c.number("Median total of points.", nullable=True, gt=0)
    home_implied_total: float = c.number("Points the lines imply for the home team.", nullable=True)
    away_implied_total: float = c.number("Points the lines imply for the visiting team.", nullable=True)
    home_win_probability: float = c.probability("Median no-vig probability of a home win.", nullable=True)
    books: int = c.number("Books that were read.", ge=1)
    snapshot_at: c.Moment = c.moment("Newest snapshot among them.")


_LINE_KEY = ("game_date", "game_id", "player_id", "market")
PROP_LINES = Table("conformed", "prop_lines", PropLines, (*_LINE_KEY, "bookmaker", "kind"))
PROP_LINE_ALTERNATES = Table("conformed", "prop_line_alternates", PropLineAlternates, (*_LINE_KEY, "bookmaker", "line"))
PROP_LINE_MOVES = Table("conformed", "prop_line_moves", PropLineMoves, (*_LINE_KEY, "bookmaker", "snapshot_at"))
PROP_CONSENSUS = Table("conformed", "prop_consensus", PropConsensus, (*_LINE_KEY, "kind"))
GAME_LINES = Table("conformed", "game_lines", GameLines, ("game_date", "game_id", "kind"))

TABLES = (PROP_LINES, PROP_LINE_ALTERNATES, PROP_LINE_MOVES, PROP_CONSENSUS, GAME_LINES)
