"""What stays as it is of a resource: a change of it is refused with a sentence, and never taken without effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from azext_iotdiag.lab.tenant.arm.answers import Refusal
from azext_iotdiag.lab.tenant.tenant import Resource


def judge(body: Mapping[str, Any], resource: Resource) -> None:
    """Refuse a managed identity, and another location than the resource has. Raises Refusal."""
    judge_identity(body, resource.type.rpartition("/")[2])
    asked = body.get("location")
    if asked and _plain(asked) != _plain(resource.location):
        wrong = (
            f"The resource '{resource.name}' already exists in location '{resource.location}' in resource group "
            f"'{resource.group}'. A resource with the same name cannot be created in location '{asked}'. Please select "
            "a new resource name."
        )
        raise Refusal(409, "InvalidResourceLocation", wrong)


def judge_identity(body: Mapping[str, Any], what: str) -> None:
    """Refuse a managed identity. Raises Refusal."""
    identity = body.get("identity") or {}
    if not isinstance(identity, Mapping):
        raise _malformed("'identity' is an object.")
    if str(identity.get("type") or "None").lower() != "none":
        raise _malformed(f"The lab does not play managed identities of {what}.")


def judge_same(given: Any, shown: Mapping[str, Any], name: str, *, but: Iterable[str] = ()) -> None:
    """Refuse values of the object `name` that differ from what is shown of it. What is null stays as it is.

    `but` holds the names that may change. Raises Refusal.
    """
    if given is not None and not isinstance(given, Mapping):
        raise _malformed(f"'{name}' is an object.")
    for key, value in (given or {}).items():
        if key not in but and value is not None and _plain(value) != _plain(shown.get(key)):
            raise _malformed(f"'{name}.{key}' cannot be changed in a lab.")


def _plain(value: Any) -> Any:
    """A value as it is compared: Azure takes names of locations and tiers in any case, and with spaces."""
    return value.replace(" ", "").lower() if isinstance(value, str) else value


def _malformed(wrong: str) -> Refusal:
    return Refusal(400, "InvalidRequestContent", wrong)
