"""The world that demo and dev play in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx

from nba_props import development
from nba_props.game_calendar import game_date_of
from nba_props.settings import Settings


def test_every_upstream_has_a_host_of_its_own_and_history_begins_with_the_calendar(tmp_path: Path) -> None:
    """Pacing and breakers go by host: one source that goes dark must not let the others rest."""
    with development.simulated_world(Settings(home=tmp_path)) as world:
        settings = world.settings
        names = [name for name in Settings.model_fields if name.endswith("_url") and not name.endswith("proxy_url")]
        hosts = [urlsplit(str(getattr(settings, name))).netloc for name in names]
        assert len(set(hosts)) == len(names) > 5
        events = httpx.get(f"{settings.odds_api_url}/v4/sports/basketball_nba/events", params={"apiKey": "simulated"})
        assert events.status_code == 200
        assert settings.first_date == development.first_simulated_date(game_date_of(world()))
