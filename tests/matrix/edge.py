"""Ways to provoke what happens on IoT Edge devices, and behind them: what their two system modules have and report.

The shapes are those of https://learn.microsoft.com/azure/iot-edge/module-edgeagent-edgehub.
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.hub import edge, twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from tests.matrix.row import Provoke
from tests.matrix.stage import HOUR, MINUTE, Stage

UPSTREAM = "FROM /messages/* INTO $upstream"
GATEWAY = "Gateway-1"
APPLIED = {"code": 200, "description": ""}


def runtime(
    *,
    agent: dict[str, Any] | None = APPLIED,
    hub: dict[str, Any] | None = APPLIED,
    routes: dict[str, Any] | None = None,
    modules: dict[str, str] | None = None,
    behind: int = 0,
    of: str = "",
    reported: float = HOUR,
) -> Provoke:
    """The row's device is an IoT Edge device, or that of the id `of`.

    `agent` and `hub` are the last status that each reported, None for nothing reported yet. `modules` holds the state
    of each module that is deployed, and of edgeHub. `behind` is how many deployments the agent has not taken up, and
    `reported` how many seconds ago both reported.
    """

    def provoke(stage: Stage) -> None:
        device = stage.lab.state.hub.devices[of] if of else stage.device
        states = {"edgeHub": "running", "filter": "running", **(modules or {})}
        own = {name for name in states if name != "edgeHub"}

        def change(_state: object) -> None:
            device.edge = True
            edge.settle(device, ())
            own_agent, own_hub = device.modules["$edgeAgent"], device.modules["$edgeHub"]
            wanted = {name: {"type": "docker", "status": "running", "restartPolicy": "always"} for name in own}
            for _ in range(1 + behind):
                _desire(own_agent, {"schemaVersion": "1.1", "modules": wanted}, stage.ago(reported + MINUTE))
            _desire(own_hub, {"schemaVersion": "1.1", "routes": routes or {"all": UPSTREAM}}, stage.ago(reported + 60))
            if agent is not None:
                told = {"lastDesiredVersion": own_agent.twin.desired.version - behind, "lastDesiredStatus": agent}
                told["modules"] = {name: _state_of(states[name]) for name in own}
                told["systemModules"] = {"edgeHub": _state_of(states["edgeHub"])}
                _report(own_agent, told, stage.ago(reported))
            if hub is not None:
                told = {"lastDesiredVersion": own_hub.twin.desired.version, "lastDesiredStatus": hub}
                _report(own_hub, told, stage.ago(reported))

        stage.change(change)

    return provoke


def _state_of(status: str) -> dict[str, Any]:
    code = 0 if status in ("running", "stopped") else 139
    return {"runtimeStatus": status, "exitCode": code, "statusDescription": f"{status} since some time"}


def _desire(module: Device, properties: dict[str, Any], at: float) -> None:
    twins.update(module.twin, {"properties": {"desired": properties}}, at)


def _report(module: Device, properties: dict[str, Any], at: float) -> None:
    twins.report(module.twin, properties, at)
    module.connected, module.last_activity = True, at


def below(*, connected: bool = True, shown: bool | None = None, **of_gateway: Any) -> Provoke:
    """The row's device is below a gateway, whose edge hub is connected or not.

    `shown` tells how the edge hub shows the device: connected, disconnected or, with None, not at all.
    """

    def provoke(stage: Stage) -> None:
        _without_dot(stage)
        made = Device(GATEWAY, new_key(), new_key(), generation_id=stage.lab.state.new_generation())
        stage.change(lambda state: state.hub.devices.__setitem__(GATEWAY, made))
        runtime(of=GATEWAY, **of_gateway)(stage)

        def change(_state: object) -> None:
            hub = made.modules["$edgeHub"]
            hub.connected = connected
            edge.settle(stage.device, (made.scope,))
            if shown is not None:
                client = {"status": "Connected" if shown else "Disconnected"}
                twins.report(hub.twin, {"clients": {stage.device.device_id: client}}, stage.ago(HOUR))

        stage.change(change)

    return provoke


def _without_dot(stage: Stage) -> None:
    """Give the device an id that an edge hub can report: a key of a twin holds no dot."""
    plain = stage.device.device_id.replace(".", "-")
    if plain != stage.device.device_id:
        stage.rename(plain)
        stage.named = plain
        stage.string = stage.string_of(stage.device)
