"""What to ask an administrator for, where a role would let a diagnosis see more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.rights import RoleRequest
from azext_iotdiag.render.event import printable


def of(facts: Facts) -> tuple[RoleRequest, ...]:
    """The requests of all facts that could not be measured, one for each role and scope."""
    found: dict[tuple[str, str], RoleRequest] = {}
    for fact in facts.values():
        if fact.failure is not None and (request := fact.failure.request) is not None:
            found.setdefault((request.role, request.scope), request)
    return tuple(found.values())


def lines(facts: Facts) -> Iterator[str]:
    """The requests for people."""
    requests = of(facts)
    if requests:
        yield "To see more, forward this to an administrator:"
    for each in requests:
        yield printable(f"- Role {each.role} at {each.scope}. {each.why}".rstrip())
        yield printable(f"  {each.command}")


def data(facts: Facts) -> list[dict[str, Any]]:
    """The requests as JSON."""
    return [
        {"role": each.role, "scope": each.scope, "action": each.action, "command": each.command} for each in of(facts)
    ]
