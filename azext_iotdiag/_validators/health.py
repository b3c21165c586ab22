"""What may be wrong with the arguments of `health`."""

from __future__ import annotations

from azext_iotdiag._validators import managed_hub
from azext_iotdiag._validators.target import hand_over


def show(cmd, namespace) -> None:
    """Find the hub or the provisioning service of `health show`."""
    hand_over(namespace, managed_hub.opened(cmd, namespace, "az iot diag health show --hub-name HUB"), None)
