"""What the services of the resource manager share: a call and who makes it, and errors in the manager's own shape.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.exchange import Answer, BadBody, Request

if TYPE_CHECKING:
    from azext_iotdiag.lab.state import State


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
    """A request of somebody who is logged in: `object_id` is the caller's, `name` what errors call the caller."""

    request: Request
    state: State
    object_id: str
    name: str

    @property
    def method(self) -> str:
        """GET, PUT, ..."""
        return self.request.method

    @property
    def version(self) -> str:
        """The api-version that is asked for."""
        return self.request.query.get("api-version", "")

    def demand(self, action: str, scope: str) -> None:
        """Raise Refusal unless the caller may do that there."""
        if self.state.azure.allows(self.object_id, action, scope):
            return
        raise Refusal(
            403,
            "AuthorizationFailed",
            f"The client '{self.name}' with object id '{self.object_id}' does not have authorization to perform action "
            f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh "
            "your credentials.",
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


def not_allowed(call: Call) -> Refusal:
    """The method is none for this path."""
    return Refusal(
        405, "MethodNotAllowed", f"The http method '{call.method}' is not supported for '{call.request.path}'."
    )


def values(rows: list[Any]) -> Answer:
    """A collection."""
    return Answer(200, {"value": rows})
