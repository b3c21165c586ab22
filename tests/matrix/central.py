"""Ways to provoke what happens to devices of an IoT Central application."""

from __future__ import annotations

import json
from typing import Any

from azext_iotdiag.lab.central.application import Central, Member
from azext_iotdiag.lab.central.samples import TEMPLATE
from tests.matrix.row import Provoke
from tests.matrix.stage import JSON, MINUTE, Stage

TEMPLATED = str(TEMPLATE["@id"])


def in_central(*, template: str = TEMPLATED, enabled: bool = True, provisioned: bool = True) -> Provoke:
    """The row's device is one of an application, as it shows it, and its string is that of its hub there."""

    def provoke(stage: Stage) -> None:
        app = stage.lab.state.apps[0]

        def change(_state: object) -> Member:
            stage.lab.state.hub.devices.pop(stage.device.device_id)
            made = app.add(stage.device.device_id, "A pump", template=template, generation=stage.device.generation_id)
            made.provisioned = provisioned
            app.enable(made, enabled)
            # Its hub holds a message of another device, whether or not the lab's own devices have come already.
            other = next(each for each in app.members.values() if each is not made)
            at = int(stage.ago(MINUTE) * 1000)
            other.hub.hub.telemetry(other.identity, b"{}", system=JSON, properties={}, now_ms=at)
            return made

        stage.in_app(app, stage.lab.call(change, None))

    return provoke


def named_otherwise(stage: Stage) -> None:
    """Its owner asks for it in other letters."""
    stage.named = stage.named.swapcase()


def no_device(stage: Stage) -> None:
    """The application has no such device."""
    stage.in_app(stage.lab.state.apps[0], None)


def sends_json(*seconds_ago: float, **body: Any) -> Provoke:
    """It has sent this at these times."""
    return sends_body(json.dumps(body).encode(), *seconds_ago)


def sends_body(body: bytes, *seconds_ago: float) -> Provoke:
    """It has sent these bytes at these times, by default a minute ago."""

    def provoke(stage: Stage) -> None:
        member = _member(stage)

        def send(_state: object) -> None:
            for each in seconds_ago or (MINUTE,):
                at = stage.ago(each)
                member.hub.hub.telemetry(member.identity, body, system=JSON, properties={}, now_ms=int(at * 1000))

        stage.change(send)

    return provoke


def holds_wrong_key(stage: Stage) -> None:
    """Its key is derived from the key of another group, or with another id."""
    stage.string = stage.string.replace("SharedAccessKey=", "SharedAccessKey=AAAA")[:-8] + "AAAAAAA="


def _member(stage: Stage) -> Member:
    app: Central = stage.lab.state.apps[0]
    return app.members[stage.device.device_id]
