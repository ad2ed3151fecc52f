"""What an upstream is: its endpoints, the raw tables that they feed, and where its refused rows go."""

from __future__ import annotations

from dataclasses import dataclass

from nba_props.contracts.registry import table_named
from nba_props.contracts.table import Table
from nba_props.upstreams.asking import Rule
from nba_props.upstreams.endpoint import Endpoint


@dataclass(frozen=True)
class Upstream:
    """One upstream; its raw tables are made together by one step of the graph, which bears its name.

    Attributes:
        source: its name, as in every endpoint of it.
        endpoints: what can be asked of it.
        quarantine: the table of what could not be stored.
        is_required: whether its tables are owed for the whole calendar. Others are owed from the first game date that
            they were asked about, and what reads them does without them.
        kind: what its bodies are, as a badge in the UI: json, html, pdf or csv.
    """

    source: str
    endpoints: tuple[Endpoint, ...]
    quarantine: Table
    is_required: bool = False
    kind: str = "json"

    @property
    def is_asked(self) -> bool:
        """Whether any endpoint of it is asked, and not only laid or imported."""
        return any(isinstance(endpoint.rule, Rule) and endpoint.request is not None for endpoint in self.endpoints)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The raw tables that it feeds, its quarantine last."""
        names = dict.fromkeys(name for endpoint in self.endpoints for name in endpoint.tables)
        return (*(table_named(name) for name in names), self.quarantine)
