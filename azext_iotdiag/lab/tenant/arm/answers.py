"""What the services of the resource manager share: a call and who makes it, and errors in the manager's own shape.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.net import not_played
from azext_iotdiag.lab.net.http_types import Answer, BadBody, Request
from azext_iotdiag.lab.net.not_played import NotPlayed

if TYPE_CHECKING:
    from azext_iotdiag.lab.lab import Lab


class Refusal(Exception):
    """The call is answered with an error."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None):
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.headers = headers or {}
        self.message = message

    def answer(self, who: str = "") -> Answer:
        """The error as the resource manager shows it."""
        body = {"error": {"code": self.code, "message": self.message}}
        return Answer(self.status, body, self.headers, who, str(self))


@dataclass(frozen=True)
class Call:
    """A request of a principal who is logged in: `object_id` is the caller's, `name` what errors call the caller.

    `demanded` holds the actions and scopes that were demanded so far, granted or not.
    """

    request: Request
    lab: Lab
    object_id: str
    name: str
    demanded: list[tuple[str, str]] = field(default_factory=list)

    @property
    def method(self) -> str:
        """GET, PUT, ..."""
        return self.request.method

    @property
    def version(self) -> str:
        """The api-version that is asked for."""
        return self.request.query.get("api-version", "")

    def demand(self, action: str, scope: str) -> None:
        """Raise Refusal unless the caller may do that there, and no lock blocks it."""
        tenant = self.lab.tenant
        self.demanded.append((action, scope))
        if tenant.allows(self.object_id, action, scope):
            self._judge_locks(action, scope)
            return
        denied = tenant.denial(self.object_id, action, scope)
        if denied is not None:
            raise Refusal(
                403,
                "DenyAssignmentAuthorizationFailed",
                f"The client '{self.name}' with object id '{self.object_id}' has permission to perform action "
                f"'{action}' on scope '{scope}'; however, the access is denied because of the deny assignment with "
                f"name '{denied.name}' and Id '{denied.id}' at scope '{denied.scope}'.",
            )
        raise Refusal(
            403,
            "AuthorizationFailed",
            f"The client '{self.name}' with object id '{self.object_id}' does not have authorization to perform action "
            f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh "
            "your credentials.",
        )

    def _judge_locks(self, action: str, scope: str) -> None:
        locked = [each.scope for each in self.lab.tenant.locks if each.blocks(action, scope)]
        if locked:
            what = "delete" if action.lower().endswith("/delete") else "write"
            raise Refusal(
                409,
                "ScopeLocked",
                f"The scope '{scope}' cannot perform {what} operation because following scope(s) are locked: "
                f"'{', '.join(locked)}'. Please remove the lock and try again.",
            )

    def body(self) -> dict[str, Any]:
        """The body, a JSON object. Raises Refusal."""
        try:
            data = self.request.data()
        except BadBody:
            data = None
        if isinstance(data, dict):
            return data
        raise Refusal(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.")


def missing(call: Call, gaps: tuple[NotPlayed, ...], rest: list[str]) -> Refusal:
    """Nothing is at this path below a resource, or the lab does not play what is there."""
    if gap := not_played.words(gaps, call.method, tuple(rest)):
        return Refusal(not_played.STATUS, not_played.CODE, gap)
    return Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")


def not_allowed(call: Call) -> Refusal:
    """The method is none for this path."""
    return Refusal(
        405, "MethodNotAllowed", f"The http method '{call.method}' is not supported for '{call.request.path}'."
    )


def values(rows: list[Any]) -> Answer:
    """A collection."""
    return Answer(200, {"value": rows})
