"""Whether a hub lets a credential in: by the one request that ends no connection of the device, or over MQTT.

Over MQTT the hub ends the connection that the device has, so that is measured only where the user has agreed to it.
"""

from __future__ import annotations

from datetime import datetime, timezone

from azext_iotdiag.clients import address, device, transport
from azext_iotdiag.credential import inspection, sas
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.facts import Fact, Facts, Vantage
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.keys import Admission
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes.context import Context, Typed

TOKEN_SECONDS = 300
MQTT = "mqtt"


def measure(context: Context, end: float, facts: Facts) -> Admission | Fact[Admission]:
    """The hub's answer to the device's credential. Raises StepFailed."""
    if context.typed.protocol == MQTT:
        return _over_mqtt(context)
    typed = context.typed
    token = typed.signature
    if token is None:
        assert typed.signing_key is not None, "the catalogue asks for it where there is a credential"
        resource = inspection.resource_of(typed.device_host, typed.device)
        key = sas.iothub_key(typed.signing_key.reveal())
        token = Secret(sas.sign(resource, key, int(context.now()) + TOKEN_SECONDS))
    return device.admission(typed.device_host, typed.device, token, context.deadlines, context.connections)


def _over_mqtt(context: Context) -> Fact[Admission]:
    """Connect as the device, and close the connection at once."""
    typed = context.typed
    value: Admission | None = Admission(typed.device_host, typed.device, "MQTT", True)
    failure: Failure | None = None
    try:
        _connect(typed, context)
    except StepFailed as failed:
        value, failure = None, failed.failure
        if failure.kind is Kind.UNAUTHORIZED:
            said = ": ".join(part for part in (failure.condition, failure.description) if part)
            value = Admission(typed.device_host, typed.device, "MQTT", False, description=said)
            failure = None
    now = datetime.fromtimestamp(context.now(), timezone.utc)
    return Fact(value, now, "the hub's MQTT endpoint", Vantage.SERVICE, failure)


def _connect(typed: Typed, context: Context) -> None:
    """Raises StepFailed. What simulates a device is imported here, because paho is large."""
    from azext_iotdiag.simulate import device as simulated
    from azext_iotdiag.simulate import sign_in

    string = DeviceConnectionString(typed.device_host, typed.device, key=typed.signing_key, signature=typed.signature)
    way = simulated.Way(transport.trust(), address.find, **context.deadlines.of_device())
    simulated.connect(string, sign_in.sign_in(string, context.now()), way).close()
