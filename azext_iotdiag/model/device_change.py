"""A change of a device in its registry that a person asked for: what is wanted, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.identity import Identity


class Action(Enum):
    """What is done with the device."""

    CREATE = "create"
    DELETE = "delete"


@dataclass(frozen=True)
class DeviceChange:
    """A change of the device `device` at the host `service`.

    `identity` is the device as its hub showed it before, None where it was not read, and `etag` its version there.
    `done` tells that the change was made. `failure` says why it was not, or why that is not known.
    """

    action: Action
    service: str
    device: str
    identity: Identity | None = None
    etag: str = ""
    done: bool = False
    failure: Failure | None = None

    @property
    def open(self) -> bool:
        """Whether something is left to be done."""
        return not self.done and self.failure is None
