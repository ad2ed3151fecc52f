"""The root of the asset graph: settings in, definitions out."""

from nba_props.orchestration import notices
from nba_props.orchestration.root import build_definitions
from nba_props.settings import load_settings

notices.silence()
defs = build_definitions(load_settings())
