"""A query of a resource log: what is asked, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.log_table import LogTable

NOTHING = LogTable()


@dataclass(frozen=True)
class QueryAsked:
    """What is asked: a saved query with values for its parameters, or the text of another.

    `since` is in milliseconds since 1970.
    """

    saved: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
    kql: str = ""
    since: int = 0


@dataclass(frozen=True)
class SavedQuery:
    """A saved query, as it is listed. `parameters` are the names and types of those that can be given."""

    name: str
    title: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class QueryAnswer:
    """What a query brought of a hub between two times in milliseconds since 1970.

    It is `of_dps` where `hub` is the host of a provisioning service.
    `failure` says why nothing was brought. `listed` are the saved queries, where those were asked for.
    """

    hub: str = ""
    saved: str = ""
    since: int = 0
    until: int = 0
    table: LogTable = NOTHING
    failure: Finding | None = None
    listed: tuple[SavedQuery, ...] = ()
    of_dps: bool = False

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return exit_codes.HEALTHY if self.failure is None else exit_codes.UNDETERMINED
