"""The NBA while games run and right after: scoreboards and play by play, and the shot charts that archives hold.

Endpoints that are never asked read archived bodies only.
"""

from __future__ import annotations

from datetime import timedelta

from nba_props.contracts.raw.nba_live import NBAC_LIVE_QUARANTINE, NBAC_PLAY_BY_PLAY, NBAC_SCOREBOARD, NBAC_SHOTS
from nba_props.settings import Settings
from nba_props.upstreams import nba_live_past_play_by_play as past_play_by_play
from nba_props.upstreams import nba_live_play_by_play as play_by_play
from nba_props.upstreams import nba_live_scoreboard as scoreboard
from nba_props.upstreams import nba_live_shots as shots
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.requests import BROWSER_HEADERS, Request
from nba_props.upstreams.upstream import Upstream

SOURCE = "nba_live"

BEFORE_TIP_OFF = timedelta(minutes=30)
AFTER_LAST_TIP_OFF = timedelta(hours=5)
PLAY_BY_PLAY_COMPLETE = timedelta(minutes=180)

NEVER = Rule(Per.NEVER, every="daily_interval_minutes", past=Past.NOTHING)


def request_scoreboard(settings: Settings, subject: Subject) -> Request:
    """The board of the subject's date."""
    return Request(
        source=SOURCE,
        endpoint=scoreboard.V3,
        game_date=subject.game_date,
        base_url=settings.nba_stats_url,
        path="/stats/scoreboardv3",
        parameters=(("GameDate", str(subject.game_date)), ("LeagueID", "00")),
        headers=BROWSER_HEADERS,
    )


def request_play_by_play(settings: Settings, subject: Subject) -> Request:
    """The live play by play of the subject's game.

    Raises:
        ValueError: the subject is no game.
    """
    if subject.game_id is None:
        raise ValueError(f"play by play is asked for a game, not for {subject.game_date} alone")
    return Request(
        source=SOURCE,
        endpoint=play_by_play.LIVE,
        game_date=subject.game_date,
        base_url=settings.nba_cdn_url,
        path=f"/static/json/liveData/playbyplay/playbyplay_{subject.game_id}.json",
        headers=BROWSER_HEADERS,
    )


SCOREBOARD = Endpoint(
    source=SOURCE,
    name=scoreboard.V3,
    path=r"/stats/scoreboardv3|/static/json/liveData/scoreboard/todaysScoreboard_00\.json",
    tables=(NBAC_SCOREBOARD.full_name,),
    parser_version=1,
    decode=scoreboard.decode_board,
    build=scoreboard.build_boards,
    speaks_of=scoreboard.board_coverage,
    rule=Rule(Per.DATE, every="live_interval_minutes", opens=-BEFORE_TIP_OFF, closes=AFTER_LAST_TIP_OFF),
    request=request_scoreboard,
)

SCOREBOARD_V2 = Endpoint(
    source=SOURCE,
    name=scoreboard.V2,
    path=r"/stats/scoreboard[vV]2",
    tables=(NBAC_SCOREBOARD.full_name,),
    parser_version=1,
    decode=scoreboard.decode_board_v2,
    build=scoreboard.build_boards_v2,
    speaks_of=scoreboard.board_v2_coverage,
    rule=NEVER,
    request=None,
)

PLAY_BY_PLAY = Endpoint(
    source=SOURCE,
    name=play_by_play.LIVE,
    whole_by=("game_id",),
    path=r"/static/json/liveData/playbyplay/playbyplay_[0-9]{10}\.json",
    tables=(NBAC_PLAY_BY_PLAY.full_name,),
    parser_version=1,
    decode=play_by_play.decode_live,
    build=play_by_play.build_live,
    speaks_of=play_by_play.live_coverage,
    rule=Rule(Per.GAME, every="aftermath_interval_minutes", opens=PLAY_BY_PLAY_COMPLETE, until_complete=True),
    request=request_play_by_play,
)

PLAY_BY_PLAY_V3 = Endpoint(
    source=SOURCE,
    name=play_by_play.V3,
    whole_by=("game_id",),
    path=r"/stats/playbyplayv3",
    tables=(NBAC_PLAY_BY_PLAY.full_name,),
    parser_version=1,
    decode=play_by_play.decode_v3,
    build=play_by_play.build_v3,
    speaks_of=play_by_play.v3_coverage,
    rule=NEVER,
    request=None,
)

PLAY_BY_PLAY_V2 = Endpoint(
    source=SOURCE,
    name=past_play_by_play.V2,
    whole_by=("game_id",),
    path=r"/stats/playbyplayv2",
    tables=(NBAC_PLAY_BY_PLAY.full_name,),
    parser_version=1,
    decode=past_play_by_play.decode_v2,
    build=past_play_by_play.build_v2,
    speaks_of=past_play_by_play.v2_coverage,
    rule=NEVER,
    request=None,
)

DATA_PLAY_BY_PLAY = Endpoint(
    source=SOURCE,
    name=past_play_by_play.DATA,
    whole_by=("game_id",),
    path=r"/scores/pbp/[0-9]{10}_full_pbp\.json",
    tables=(NBAC_PLAY_BY_PLAY.full_name,),
    parser_version=1,
    decode=past_play_by_play.decode_data,
    build=past_play_by_play.build_data,
    speaks_of=past_play_by_play.data_coverage,
    rule=NEVER,
    request=None,
)

SHOT_CHART = Endpoint(
    source=SOURCE,
    name="shot_chart",
    path=r"/stats/shotchartdetail",
    tables=(NBAC_SHOTS.full_name,),
    parser_version=1,
    decode=shots.decode_shots,
    build=shots.build_shots,
    speaks_of=shots.shot_coverage,
    rule=NEVER,
    request=None,
)

UPSTREAM = Upstream(
    SOURCE,
    (
        SCOREBOARD,
        SCOREBOARD_V2,
        PLAY_BY_PLAY,
        PLAY_BY_PLAY_V3,
        PLAY_BY_PLAY_V2,
        DATA_PLAY_BY_PLAY,
        SHOT_CHART,
    ),
    NBAC_LIVE_QUARANTINE,
)
