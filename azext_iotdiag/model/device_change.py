"""A change of a device in its registry that a person asked for: what is wanted, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.identity import Identity


class Action(Enum):
    """What is done with the device."""

    CREATE = "create"
    DELETE = "delete"
    APPROVE = "approve"
    UNBLOCK = "unblock"
    ASSIGN = "assign-template"


@dataclass(frozen=True)
class DeviceChange:
    """A change of the device `device` at the host `service`.

    `identity` is the device as its hub showed it before, None where it was not read, and `etag` its version there.
    `member` is the same for a device of IoT Central, and `template` the one that it is to have. `done` tells that the
    change was made. `failure` says why it was not, or why that is not known.
    """

    action: Action
    service: str
    device: str
    identity: Identity | None = None
    etag: str = ""
    member: CentralDevice | None = None
    template: str = ""
    done: bool = False
    failure: Failure | None = None

    @property
    def of_app(self) -> bool:
        """Whether it is a device of an IoT Central application."""
        return self.action in (Action.APPROVE, Action.UNBLOCK, Action.ASSIGN)

    @property
    def open(self) -> bool:
        """Whether something is left to be done."""
        return not self.done and self.failure is None and not self.unneeded and not self.is_blocked

    @property
    def unneeded(self) -> bool:
        """Whether the device was so already, as it should be."""
        if self.member is None or self.done:
            return False
        return self.member.template == self.template if self.action is Action.ASSIGN else self.member.enabled

    @property
    def is_blocked(self) -> bool:
        """Whether an approval was asked for, and the device surely does not wait for one.

        A device that came through provisioning and is not enabled was blocked.
        """
        before = self.member
        return self.action is Action.APPROVE and before is not None and before.provisioned and not before.enabled
