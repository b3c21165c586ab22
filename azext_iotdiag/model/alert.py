"""Alert rules of a hub, what is planned for them, and how often a threshold would have fired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.log_setting import Action, Workspace


class RuleKind(Enum):
    """What a rule looks at."""

    METRIC = "metric"
    DYNAMIC = "dynamic-metric"  # its threshold is learned
    LOG = "log"
    CLASSIC = "classic"  # of a kind that Azure has retired


@dataclass(frozen=True)
class AlertRule:
    """A rule as the service shows it. `says` is its condition, `groups` are the ids of its action groups.

    `own` says that this tool made it. `fires` is None where that is not known.
    """

    id: str
    name: str
    kind: RuleKind
    says: str = ""
    enabled: bool = True
    severity: int | None = None
    groups: tuple[str, ...] = ()
    own: bool = False
    fires: bool | None = None


class EventSubscription(NamedTuple):
    """A subscription of Event Grid to a hub: which events it takes, and the kind of place to which it sends them."""

    name: str
    events: tuple[str, ...]
    destination: str


@dataclass(frozen=True)
class RuleList:
    """The rules and the event subscriptions of a hub.

    `group` is the resource group that alone could be searched, empty where the whole subscription was. `unread` says
    what could not be read, and why.
    """

    host: str
    rules: tuple[AlertRule, ...] = ()
    events: tuple[EventSubscription, ...] = ()
    group: str = ""
    unread: tuple[str, ...] = ()
    failure: Finding | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return exit_codes.UNDETERMINED if self.failure is not None else exit_codes.HEALTHY


class Tried(NamedTuple):
    """A threshold, and how often it would have fired."""

    threshold: float
    times: int


class Proposal(NamedTuple):
    """The threshold that is proposed, from `days` days of the metric, and those that were compared with it."""

    threshold: float
    times: int
    days: float
    tried: tuple[Tried, ...] = ()


class AlertTrouble(Enum):
    """Why nothing can be planned."""

    NO_HISTORY = "no-history"
    NO_RHYTHM = "no-rhythm"
    NO_QUOTA = "no-quota"
    GROUP_UNKNOWN = "action-group-unknown"
    SEVERAL_GROUPS = "several-action-groups"
    NO_LOGS = "no-connection-logs"
    WORKSPACE_FOREIGN = "workspace-not-readable"


@dataclass(frozen=True)
class AlertWanted:
    """What `alert create` is asked for.

    `on` are names of `insights.alert_rules.SUBJECTS`. `threshold` is None where one is to be proposed. `sensitivity` is
    that of a dynamic threshold, empty for a static one. A `device` asks for a log alert, which fires after `minutes`
    without a connection.
    """

    on: tuple[str, ...] = ()
    threshold: float | None = None
    sensitivity: str = ""
    emails: tuple[str, ...] = ()
    group: str = ""
    device: str = ""
    minutes: int = 30


@dataclass(frozen=True)
class Write:
    """One request that changes something: `body` is None for a DELETE."""

    action: Action
    id: str
    version: str
    body: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.id.rpartition("/")[2]


@dataclass(frozen=True)
class PlannedRule:
    """A rule that is made, amended or deleted, or that stays as it is. `write` is None where nothing is sent."""

    name: str
    kind: RuleKind
    says: str
    action: Action = Action.NOTHING
    write: Write | None = None
    proposal: Proposal | None = None


class OwnGroup(NamedTuple):
    """The action group of this tool when rules are deleted, and the names of the rules that still use it then.

    `searched` is the resource group whose rules alone could be read, empty for all of the subscription.
    """

    name: str
    users: tuple[str, ...] = ()
    searched: str = ""

    @property
    def unused(self) -> bool:
        """Whether no metric alert and no log alert uses it."""
        return not self.users and not self.searched


@dataclass(frozen=True)
class AlertPlan:
    """What is planned for the rules of the hub `id`.

    `group` is the change of an action group, where there is one, and `own_group` that of this tool, where rules are
    deleted. `told` is who is told. `trouble` says why nothing can
    be done, with the names to choose from in `choices`.
    """

    id: str
    rules: tuple[PlannedRule, ...] = ()
    group: Write | None = None
    told: str = ""
    device: str = ""
    trouble: AlertTrouble | None = None
    about: str = ""
    choices: tuple[str, ...] = ()
    workspace: Workspace | None = None
    own_group: OwnGroup | None = None

    @property
    def writes(self) -> tuple[Write, ...]:
        """What is sent, in order: a rule can only name an action group that is there."""
        rules = tuple(each.write for each in self.rules if each.write is not None)
        if self.group is None:
            return rules
        return (*rules, self.group) if self.group.action is Action.DELETE else (self.group, *rules)


@dataclass(frozen=True)
class PlannedAlerts:
    """A plan and what became of it: `done` of its writes were carried out."""

    host: str
    plan: AlertPlan | None = None
    failure: Finding | None = None
    done: int = 0
    events: tuple[EventSubscription, ...] | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.failure is not None or self.plan is None:
            return exit_codes.UNDETERMINED
        return exit_codes.PROBLEM if self.plan.trouble is not None else exit_codes.HEALTHY
