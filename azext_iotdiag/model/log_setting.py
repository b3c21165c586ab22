"""Diagnostic settings of a hub or a provisioning service, and what is planned for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.log_volume import Arrivals, Volume


@dataclass(frozen=True)
class LogSetting:
    """A diagnostic setting. `categories` are those that it sends; `workspace` is the id of that, empty for none.

    `properties` are all that the service shows of it, which a change must keep.
    """

    name: str
    workspace: str
    categories: frozenset[str]
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Workspace:
    """A Log Analytics workspace."""

    id: str
    name: str
    group: str
    customer_id: str = ""
    location: str = ""


class Action(Enum):
    """What is planned for a setting."""

    CREATE = "create"
    AMEND = "amend"
    DELETE = "delete"
    NOTHING = "nothing"


class Trouble(Enum):
    """Why nothing can be planned."""

    NO_WORKSPACE = "no-workspace"
    SEVERAL_WORKSPACES = "several-workspaces"
    WORKSPACE_UNKNOWN = "workspace-unknown"
    OTHER_WORKSPACE = "other-workspace"
    TOO_MANY_SETTINGS = "too-many-settings"


@dataclass(frozen=True)
class Plan:
    """What is planned for the setting `name` of the resource `id`.

    `body` is what is sent, None where nothing is. `adds` are the categories that are not collected today, and `kept`
    those that other settings send to the same workspace. `trouble` says why nothing can be done.
    """

    id: str
    action: Action
    name: str
    workspace: Workspace | None = None
    body: Mapping[str, Any] | None = None
    adds: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    settings: tuple[LogSetting, ...] = ()
    trouble: Trouble | None = None
    choices: tuple[Workspace, ...] = ()


@dataclass(frozen=True)
class Planned:
    """A plan and what became of it. `volume` says how many rows a day are to be expected.

    `failure` says why the plan could not be made or carried out. `carried_out` tells whether it was.
    """

    host: str
    plan: Plan | None = None
    failure: Finding | None = None
    carried_out: bool = False
    volume: Volume | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.failure is not None or self.plan is None:
            return exit_codes.UNDETERMINED
        return exit_codes.PROBLEM if self.plan.trouble is not None else exit_codes.HEALTHY


@dataclass(frozen=True)
class LogStatus:
    """Which logs of a resource are collected in which workspaces. `missing` are the useful categories that are not.

    `arrivals` are the rows of the last day, None where nothing is collected or no command looked.
    """

    host: str
    settings: tuple[LogSetting, ...] = ()
    missing: tuple[str, ...] = ()
    connections: bool = False
    failure: Finding | None = None
    arrivals: Arrivals | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.failure is not None:
            return exit_codes.UNDETERMINED
        silent = self.arrivals is not None and self.arrivals.silence is not None
        return exit_codes.HEALTHY if self.connections and not silent else exit_codes.PROBLEM
