"""Asking the resource manager about the hub: what it refuses becomes the failure of a step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from azext_iotdiag.clients.arm import HUB_VERSION, Arm, ArmError
from azext_iotdiag.clients.paths import whole
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.rights import RoleRequest
from azext_iotdiag.probes.context import Access, Context

__all__ = ["HUB_VERSION", "asked", "path_of"]

_HTTPS_PORT = 443
_READER = "Reader"  # the role that allows each action of the probes
_KINDS = {401: Kind.UNAUTHORIZED, 403: Kind.UNAUTHORIZED, 404: Kind.MISSING, 429: Kind.BUSY}


@contextmanager
def asked(context: Context, step: str, access: Access = Access.RESOURCE) -> Iterator[tuple[Arm, str]]:
    """The resource manager, and the id of the service in it. Raises StepFailed; `step` says what was waited for."""
    resource = context.managed(access)
    assert resource is not None, "the catalogue asks only for what is open"
    arm = context.ask_manager(resource)
    try:
        yield arm, resource.id
    except ArmError as error:
        kind = Kind.BUSY if error.status >= 500 else _KINDS.get(error.status, Kind.REFUSED)
        failure = Failure(kind, step, arm.host, _HTTPS_PORT, condition=error.code, description=error.message)
        raise StepFailed(replace(failure, request=_request(error))) from None
    finally:
        arm.close()


def _request(error: ArmError) -> RoleRequest | None:
    """The role that lets its caller read; None where it is no role that lacks, as with a deny assignment."""
    if error.code != "AuthorizationFailed" or not error.action:
        return None
    return RoleRequest(_READER, error.scope, error.action, assignee=error.caller)


def path_of(id_: str) -> str:
    """The path of a resource, for what belongs to it."""
    return whole(id_)
