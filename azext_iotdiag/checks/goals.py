"""Which checks count for what the user misses. What all others find is told beside the verdict."""

from __future__ import annotations

from azext_iotdiag.model.check import Link
from azext_iotdiag.model.goal import Goal

_COMMANDS = frozenset({Goal.TWIN, Goal.METHODS, Goal.C2D, Goal.FILE_UPLOAD})
ANSWERED_BY_DEVICE = (Goal.TWIN, Goal.METHODS)  # what only the device itself can show to work
_OF_TELEMETRY = ("edge-routes-upstream",)  # at a link before the connection
# A check that is about one kind of command. The others of that link are about all of them.
_OF_COMMANDS = {
    "method-answered": Goal.METHODS,
    "desired-answered": Goal.TWIN,
    "desired-taken-up": Goal.TWIN,
    "desired-restored": Goal.TWIN,
    "properties-readable": Goal.TWIN,
    "properties-change": Goal.TWIN,
    "twin-writes-taken": Goal.TWIN,
    "method-calls-taken": Goal.METHODS,
    "uploads-taken": Goal.FILE_UPLOAD,
    "cloud-messages-taken": Goal.C2D,
    "cloud-message-settled": Goal.C2D,
    "uploads-set-up": Goal.FILE_UPLOAD,
}


def counts(check: str, link: Link, goal: Goal | None) -> bool:
    """Whether what the check finds may be why the goal is missed. Without a goal, all may."""
    if check in _OF_TELEMETRY:
        return goal in (None, Goal.TELEMETRY)
    if goal is None or link.of_observer or link.place <= Link.CONNECTION.place:
        return True
    if link is Link.COMMANDS:
        return goal in _COMMANDS and _OF_COMMANDS.get(check, goal) is goal
    if link is Link.INGRESS:  # a hub without quota takes no commands, either
        return goal is not Goal.CONNECTION
    return goal is Goal.TELEMETRY
