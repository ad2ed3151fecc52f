"""Serve a league in the foreground: ``python -m nba_props.simulator --seed 1 --today 2027-01-12``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from nba_props.game_calendar import EASTERN, eastern_moment, game_date_of, shifted_clock
from nba_props.simulator.league import League
from nba_props.simulator.server import LOOPBACK, create_app, serve_forever


def main(
    port: Annotated[int, typer.Option(help="Port on loopback.")] = 8900,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 1,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Game date to begin on; the clock runs on from there."),
    ] = None,
    history_seasons: Annotated[int, typer.Option(help="Complete seasons before the current one.")] = 1,
) -> None:
    """Serve the simulated upstreams; without --today the clock is the real one."""
    shift = timedelta(0)
    if today is not None:
        present = datetime.now(UTC)
        shift = eastern_moment(today.date(), present.astimezone(EASTERN).time()) - present
    clock = shifted_clock(shift)
    league = League(seed, game_date_of(clock()), history_seasons)
    typer.echo(f"serving {', '.join(league.seasons)} at http://{LOOPBACK}:{port} from {clock():%Y-%m-%d %H:%M:%S}Z")
    serve_forever(create_app(league, clock), port)


if __name__ == "__main__":
    typer.run(main)
