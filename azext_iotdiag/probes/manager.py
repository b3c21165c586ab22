"""Asking the resource manager about the hub: what it refuses becomes the failure of a step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from azext_iotdiag.clients.arm import HUB_VERSION, Arm, ArmError
from azext_iotdiag.clients.paths import whole
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.probes.context import Access, Context

__all__ = ["HUB_VERSION", "asked", "path_of"]

_HTTPS_PORT = 443
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
        raise StepFailed(
            Failure(kind, step, arm.host, _HTTPS_PORT, condition=error.code, description=error.message)
        ) from None
    finally:
        arm.close()


def path_of(id_: str) -> str:
    """The path of a resource, for what belongs to it."""
    return whole(id_)
