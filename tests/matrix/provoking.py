"""Ways to provoke what the rows of the matrix are about, each a function of the stage; rows put them together."""

from __future__ import annotations

import base64
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.dps.service import X509, Attestation, Enrollment, LinkedHub, Registration
from azext_iotdiag.lab.hub import failover, twins
from azext_iotdiag.lab.hub.authorities import Authority
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.queue import CloudMessage
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, WORKSPACE_TYPE
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.simulate.device import Way, connect
from azext_iotdiag.simulate.sign_in import sign_in
from tests.matrix.row import Provoke
from tests.matrix.stage import DAY, MINUTE, Stage

OTHER_HUB = "other-hub.azure-devices.net"
DPS_ID = "reg-1"


# what the hub writes into its log


def logs_on(stage: Stage) -> None:
    """The hub's resource log goes to a workspace, from now on."""

    def change(state: Lab) -> None:
        subscription = state.tenant.subscriptions[0]
        (hub,), (workspace,) = subscription.find(HUB_TYPE), subscription.find(WORKSPACE_TYPE)
        logs = [{"categoryGroup": "allLogs", "enabled": True}]
        hub.diagnostics["matrix"] = {"workspaceId": subscription.id_of(workspace), "logs": logs}

    stage.change(change)


# what the device did


def connects(stage: Stage) -> None:
    """The device is connected over MQTT, and says nothing."""
    stage.connected()


def sends(stage: Stage) -> None:
    """The device is connected over MQTT, and has sent just now."""
    stage.connected()
    stage.sent(2)


def sends_over_https(stage: Stage) -> None:
    """It has sent just now, without a session: the hub never shows it as connected."""
    stage.sent(2)


def module_sends(stage: Stage) -> None:
    """A module of the device is connected and sends, and no string of it is at hand."""
    made = Device(stage.device.device_id, new_key(), new_key(), module_id="runner")
    stage.change(lambda state: stage.device.modules.__setitem__("runner", made))
    stage.connected(DeviceConnectionString(stage.lab.state.hub.host, made.device_id, "runner", made.primary))
    stage.sent(2)


def reports(stage: Stage) -> None:
    """It sends nothing, and reports properties."""
    stage.change(lambda state: twins.report(stage.device.twin, {"fan": 1}, stage.ago(MINUTE)))
    stage.set(connected=True, last_activity=stage.ago(MINUTE))


def reconnects(stage: Stage) -> None:
    """It sends, and leaves in order, and so again."""
    for _ in range(2):
        stage.connected()
        stage.sent(2)
        stage.close()
    stage.wait_for(lambda: not stage.device.connected, "the device's leave")


def renews(stage: Stage) -> None:
    """It ends its connection before its token ends, and comes back at once."""
    stage.connected()
    stage.close()
    sends(stage)


def sent(*seconds_ago: float, **properties: str) -> Provoke:
    """It has sent at these times."""
    return lambda stage: stage.sent(*seconds_ago, **properties)


def every_minute_until(seconds_ago: float, count: int = 60) -> Provoke:
    """It has sent each minute, until then."""
    return lambda stage: stage.sent(*(seconds_ago + MINUTE * each for each in reversed(range(count))))


def heard(seconds_ago: float, *, connected: bool = False) -> Provoke:
    """The hub has heard of it by something that was no message."""
    return lambda stage: stage.heard(seconds_ago, connected=connected)


def queued(count: int) -> Provoke:
    """So many messages from the cloud wait for it."""

    def provoke(stage: Stage) -> None:
        now = stage.ago(0)
        waiting = [CloudMessage(b"1", {}, {}, "none", now, now + DAY, number) for number in range(count)]
        stage.change(lambda state: stage.device.messages.waiting.extend(waiting))

    return provoke


def others_send(stage: Stage) -> None:
    """Another device sends all the time, so that the hub works."""
    other = stage.lab.state.hub.devices["device-1"]
    stage.sent(90, 60, 30, 1, device=other)


def distrusts(stage: Stage) -> None:
    """Its trust store lacks the root of the hub's certificate, so that it ends each handshake."""
    _fails_to_connect(stage, replace(stage.way, trust=ssl.create_default_context()), Kind.UNTRUSTED)


def cut_off(stage: Stage) -> None:
    """The network of the device closes port 8883."""
    with socket.socket() as taken:  # bound, and not listened on: nothing else gets it
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()
        _fails_to_connect(stage, replace(stage.way, address_for=lambda _host, _port: closed), Kind.REFUSED_CONNECTION)


def _fails_to_connect(stage: Stage, way: Way, kind: Kind) -> None:
    try:
        connect(stage.own, sign_in(stage.own, time.time()), way)
    except StepFailed as failed:
        assert failed.failure.kind is kind, failed.failure
    else:
        raise AssertionError("the device must not connect")


def misbehaves(habit: str) -> Provoke:
    """A real client with this habit of `simulate --misbehave`."""
    return lambda stage: stage.misbehaves(habit)


# what stands in the registry


def device(**values: Any) -> Provoke:
    """The identity has these values."""
    return lambda stage: stage.set(**values)


def connected_since(seconds_ago: float) -> Provoke:
    """Its session began at this time."""
    return lambda stage: stage.set(connection_updated=stage.ago(seconds_ago))


def disabled(seconds_ago: float) -> Provoke:
    """Its owner has disabled it at this time."""
    return lambda stage: stage.set(status="disabled", status_updated=stage.ago(seconds_ago))


def deleted(stage: Stage) -> None:
    """The identity is gone; what it sent is still there."""
    stage.change(lambda state: state.hub.devices.pop(stage.device.device_id))


def key_changed(stage: Stage) -> None:
    """Both keys were made anew at the hub, and the device has the old one."""
    stage.set(primary=new_key(), secondary=new_key())


def replaced(stage: Stage) -> None:
    """The identity was deleted and made again, with other keys."""
    old = stage.device
    made = Device(old.device_id, new_key(), new_key(), generation_id=stage.lab.state.new_generation())
    stage.change(lambda state: state.hub.devices.__setitem__(old.device_id, made))


# what the device holds


def string(**parts: str) -> Provoke:
    """Its connection string has these parts in place of the right ones; {host} stands for the hub's."""

    def provoke(stage: Stage) -> None:
        filled = {name: text.format(host=stage.lab.state.hub.host) for name, text in parts.items()}
        stage.string = stage.string_of(stage.device, **filled)

    return provoke


def holds_other_key(stage: Stage) -> None:
    """It holds a key that was never its own."""
    stage.string = stage.string_of(stage.device, SharedAccessKey=new_key().reveal())


def holds_key_of_other_letters(stage: Stage) -> None:
    """Its key came through something that exchanged large and small letters."""
    stage.string = stage.string_of(stage.device, SharedAccessKey=stage.device.primary.reveal().swapcase())


def holds_secondary(stage: Stage) -> None:
    """It uses the second of its two keys."""
    stage.string = stage.string_of(stage.device, SharedAccessKey=stage.device.secondary.reveal())


def holds_token(seconds: float, **parts: str) -> Provoke:
    """Its string holds a token in the place of the key, which ends in so many seconds; `device` is whose it is."""

    def provoke(stage: Stage) -> None:
        host = stage.lab.state.hub.host
        resource = f"{host}/devices/{parts.get('device', stage.device.device_id)}"
        token = sas.sign(resource, sas.iothub_key(stage.device.primary.reveal()), int(time.time() + seconds))
        stage.string = stage.string_of(stage.device, SharedAccessKey="", SharedAccessSignature=token)

    return provoke


def holds_policy_key(stage: Stage) -> None:
    """It holds the key of a back end's policy in the place of its own."""
    key = stage.lab.state.hub.policies["iothubowner"].primary
    stage.string = stage.string_of(stage.device, SharedAccessKey=key.reveal())


def holds_key_of_neighbour(stage: Stage) -> None:
    """It holds the key of another device of the hub."""
    key = stage.lab.state.hub.devices["device-1"].primary
    stage.string = stage.string_of(stage.device, SharedAccessKey=key.reveal())


def holds_key_encoded_twice(stage: Stage) -> None:
    """Its key was encoded in base64 once more."""
    text = base64.b64encode(stage.device.primary.reveal().encode()).decode("ascii")
    stage.string = stage.string_of(stage.device, SharedAccessKey=text)


def holds_token_of_wrong_path(stage: Stage) -> None:
    """Its token is that of a module, and names /module/ where /modules/ is meant."""
    path = f"{stage.lab.state.hub.host}/devices/{stage.device.device_id}/module/runner"
    token = sas.sign(path, sas.iothub_key(stage.device.primary.reveal()), int(time.time() + DAY))
    stage.string = stage.string_of(stage.device, SharedAccessKey="", ModuleId="runner", SharedAccessSignature=token)


def misspelt(stage: Stage) -> None:
    """Its owner, and its string, say the id with a letter too many."""
    stage.named = stage.device.device_id + "e"
    stage.string = stage.string_of(stage.device, DeviceId=stage.named)


def named(device_id: str) -> Provoke:
    """It was made under this id."""

    def provoke(stage: Stage) -> None:
        stage.rename(device_id)
        stage.named = device_id
        stage.string = stage.string_of(stage.device)

    return provoke


def key_cut(stage: Stage) -> None:
    """The end of its string was lost."""
    stage.string = stage.string[:-3]


def holds_policy_string(stage: Stage) -> None:
    """It holds the string of a back end."""
    stage.string = stage.lab.description["connectionStrings"]["service"]


def holds_key_behind_gateway(stage: Stage) -> None:
    """Its string names a gateway, which no machine can reach from here."""
    stage.string += ";GatewayHostName=127.0.0.1"


def gateway_in_string(stage: Stage) -> None:
    """Its string names a gateway, whose certificate is of an authority of its own."""
    stage.string += ";GatewayHostName=gateway.local"


def holds_certificate_behind_gateway(stage: Stage) -> None:
    """Its string names a gateway, and no key: it signs in with a certificate."""
    stage.string = stage.string_of(stage.device, SharedAccessKey="", x509="true", GatewayHostName="127.0.0.1")


def gives_string(stage: Stage) -> None:
    """The device's string is given beside the hub."""
    stage.arguments += ("--cs", stage.string)


def no_string(stage: Stage) -> None:
    """It proves itself with a certificate, and has no string with a key."""
    stage.string = ""


def other_letters(made: Callable[[str], str], said: Callable[[str], str]) -> Provoke:
    """It was made with letters of one size, and it and its owner say the id in letters of the other."""

    def provoke(stage: Stage) -> None:
        name = stage.device.device_id
        stage.rename(made(name))
        stage.named = said(name)
        stage.string = stage.string_of(stage.device, DeviceId=stage.named)

    return provoke


def swapped_letters(stage: Stage) -> None:
    """The same with an id of both."""
    other_letters(str, str.swapcase)(stage)


# the hub


def settings(**values: Any) -> Provoke:
    """The hub has these settings."""
    return lambda stage: stage.change(lambda state: state.hub.settings.properties.update(values))


def routing(*routes: dict[str, Any], fallback: bool | None = True) -> Provoke:
    """The hub has these routes; a fallback of None is absent, as Terraform makes hubs."""

    def change(state: Lab) -> None:
        told = state.hub.settings.properties["routing"]
        told["endpoints"]["storageContainers"] = [
            {"name": "cold", "containerName": "c", "connectionString": "DefaultEndpointsProtocol=https;AccountName=a"}
        ]
        told["routes"] = list(routes)
        if fallback is None:
            del told["fallbackRoute"]
        else:
            told["fallbackRoute"]["isEnabled"] = fallback
        state.hub.settings.version += 1

    return lambda stage: stage.change(change)


def route(condition: str = "true", endpoint: str = "cold", *, enabled: bool = True, name: str = "r") -> dict[str, Any]:
    """A route for telemetry."""
    return {
        "name": name, "source": "DeviceMessages", "condition": condition, "endpointNames": [endpoint],
        "isEnabled": enabled,
    }  # fmt: skip


def private_endpoint(status: str) -> Provoke:
    """The hub has a private endpoint in this state."""
    told = {"properties": {"privateLinkServiceConnectionState": {"status": status}}}
    return settings(privateEndpointConnections=[told])


def quota(share: float) -> Provoke:
    """This part of the day's messages is used."""
    return lambda stage: stage.used_up(share)


def fault(name: str, **parameters: int) -> Provoke:
    """A fault of the lab is on."""
    return lambda stage: stage.lab.break_(name, **parameters)


def no_address(stage: Stage) -> None:
    """The name of the hub is asked of the name service, which does not know it."""
    stage.environment["AZURE_IOTDIAG_CONNECT_TO"] = ""


def sku(name: str) -> Provoke:
    """The hub is of this edition."""
    return lambda stage: stage.change(lambda state: setattr(state.hub.settings, "sku", name))


def after_failover(stage: Stage) -> None:
    """The hub has moved to its other region."""
    stage.change(lambda state: failover.fail_over(state.runtime))


def through_proxy(stage: Stage) -> None:
    """The command goes through the lab's proxy."""
    stage.environment["HTTPS_PROXY"] = f"http://{stage.lab.description['endpoints']['proxy']}"


# what is missed, and what goes to the device


def missed(goal: str) -> Provoke:
    """The command is told what is missed."""

    def provoke(stage: Stage) -> None:
        stage.options += ("--for", goal)

    return provoke


def desired_since(seconds_ago: float) -> Provoke:
    """A property that the device has reported before was set anew at this time, and was not reported since."""

    def change(stage: Stage) -> None:
        before = stage.ago(seconds_ago + DAY)
        stage.change(lambda state: twins.report(stage.device.twin, {"interval": 10}, before))
        patch = {"properties": {"desired": {"interval": 60}}}
        stage.change(lambda state: twins.update(stage.device.twin, patch, stage.ago(seconds_ago)))

    return change


def reader(group: str) -> Provoke:
    """Those who miss the data read with this consumer group, and say so where the hub was found by its name."""

    def provoke(stage: Stage) -> None:
        stage.arguments += ("--consumer-group", group)

    return provoke


def unhealthy(endpoint: str) -> Provoke:
    """The hub could not deliver to this endpoint."""

    def change(state: Lab) -> None:
        found = next(each for each in state.runtime.routing.endpoints(state.hub.settings) if each.name == endpoint)
        found.health, found.error = "unhealthy", "The storage account refuses the hub"

    return lambda stage: stage.change(change)


# the provisioning service


def asks_dps(stage: Stage) -> None:
    """The service is named, and the id with which the device registers."""
    stage.arguments += ("--dps-name", stage.lab.state.provisioning[0].name, "--rid", DPS_ID)


def enrolled(**values: Any) -> Provoke:
    """The device has an enrollment of its own, and its service is named."""

    def provoke(stage: Stage) -> None:
        made = Enrollment(DPS_ID, device_id=stage.device.device_id, **values)
        stage.change(lambda state: state.provisioning[0].enrollments.__setitem__(DPS_ID, made))
        asks_dps(stage)

    return provoke


def enrolled_by_certificate(stage: Stage) -> None:
    """The same, with a certificate of an authority that the service was given, and that is not verified."""
    pem, now = stage.lab.running.ca_pem, stage.ago(DAY)
    enrolled(attestation=Attestation(X509, certificates=[pem.decode()]))(stage)
    stage.change(lambda state: state.provisioning[0].given.__setitem__("root", Authority(pem, False, now, now)))


def registered(status: str = "assigned", hub: str = "", seconds_ago: float = DAY, **values: Any) -> Provoke:
    """Its registration ended like this; without a `hub` it is in this one where it is assigned."""

    def provoke(stage: Stage) -> None:
        service, here = stage.lab.state.provisioning[0], stage.lab.state.hub.host
        made = Registration(DPS_ID, service.enrollments[DPS_ID], status, **values)
        if status == "assigned":
            made.hub, made.device_id = hub or here, stage.device.device_id
        made.created = made.updated = stage.ago(seconds_ago)
        stage.change(lambda state: service.registrations.__setitem__(DPS_ID, made))

    return provoke


def linked(*hubs: LinkedHub) -> Provoke:
    """The service is linked with these hubs alone."""
    return lambda stage: stage.change(lambda state: setattr(state.provisioning[0], "linked", list(hubs)))


def dps_network(**values: Any) -> Provoke:
    """The network settings of the service."""
    return lambda stage: stage.change(lambda state: state.provisioning[0].network.update(values))
