"""What a hub of the basic tier does not have: twins, modules, methods, and messages from the cloud.

https://learn.microsoft.com/azure/iot-hub/iot-hub-scaling
"""

from __future__ import annotations

from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.settings import HubSettings

_WORDS = "Operation is not available in the current tier."


def judge(settings: HubSettings) -> None:
    """Raise HubRefusal where the hub is of the basic tier."""
    if settings.sku.startswith("B"):
        raise HubRefusal(403010, _WORDS, f"the hub is of the tier {settings.sku}")


def judge_request(settings: HubSettings, path: tuple[str, ...]) -> None:
    """The same for a request of a back end. In the path of its route * stands for an id."""
    if path[0] == "twins" or "modules" in path:
        judge(settings)
