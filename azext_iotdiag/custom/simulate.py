"""`simulate`: be a device."""

from __future__ import annotations


def simulate(cmd, connection_string, message_interval=1.0, message_count=100, body_kind="json", data=None):
    """Send messages as a device over MQTT; `connection_string` is a DeviceConnectionString.

    Returns a summary. A hub that refuses the device is a finding; what keeps from asking the hub is an error of az's.
    """
    from knack.log import get_logger

    from azext_iotdiag import output
    from azext_iotdiag.model.failure import Kind
    from azext_iotdiag.simulate import behaviour, telemetry

    _judge(connection_string)
    connect = _connect(connection_string)
    output.say(f"Connecting to {connection_string.host} as {connection_string.device} ...")
    done = behaviour.run(
        connect,
        telemetry.bodies(body_kind, connection_string.device, data),
        count=message_count,
        interval=message_interval,
        say=output.say,
    )
    summary = f"{done.sent} sent, {done.acknowledged} acknowledged in {done.seconds:.1f} s."
    if done.ended == "interrupted":
        summary = f"Interrupted: {summary}"
    ended = done.ended
    if done.failure is not None:
        failure = done.failure.failure
        message, advice = _words(failure, connection_string)
        if done.sent:
            output.say(summary)
        if failure.kind is not Kind.UNAUTHORIZED:
            raise _error(message, advice)
        ended = "refused"
        get_logger("cli.azext_iotdiag").error("%s", message)
        for line in advice:
            output.say(line)
        output.leave(cmd, output.PROBLEM)
    elif not output.for_person(cmd):
        output.say(summary)
    result = {
        "version": 1, "device": connection_string.device, "sent": done.sent, "acknowledged": done.acknowledged,
        "seconds": done.seconds, "ended": ended,
    }  # fmt: skip
    return output.hand_back(cmd, result, [summary])


def _judge(device):
    """What no connection can carry, before there is one."""
    from azure.cli.core.azclierror import InvalidArgumentValueError

    if "+" in device.device or "#" in device.device:  # MQTT 3.1.1, 3.3.2-2
        raise InvalidArgumentValueError(
            f"The device id {device.device} holds '+' or '#', which no topic of MQTT may hold.",
            recommendation="Use a device with another id.",
        )


def _connect(device):
    """A function that connects with the trust and the addresses that az has."""
    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iotdiag.clients import address, transport
    from azext_iotdiag.simulate.device import connect

    try:
        trust = transport.trust()
        address.find(device.host, 0)
    except OSError as wrong:
        raise InvalidArgumentValueError(
            f"The certificates to trust cannot be read: {wrong}.",
            recommendation=f"Check the file that {' or '.join(transport.CA_VARIABLES)} names.",
        ) from None
    except address.BadMapping as wrong:
        raise InvalidArgumentValueError(str(wrong)) from None
    return lambda now: connect(device, address_for=address.find, trust=trust, now=now)


def _words(failure, device):
    """What a failure means to a device: a sentence, and a line for each cause with what to do about it."""
    from azext_iotdiag.knowledge import device as device_codes
    from azext_iotdiag.knowledge import mqtt, network, tls
    from azext_iotdiag.model.failure import Kind
    from azext_iotdiag.simulate.device import ACKNOWLEDGEMENT, ANSWER

    entries = {
        Kind.NAME_NOT_RESOLVED: network.NAME_NOT_RESOLVED,
        Kind.UNTRUSTED: tls.CERTIFICATE_UNTRUSTED,
        Kind.EXPIRED: tls.CERTIFICATE_EXPIRED,
        Kind.WRONG_NAME: tls.CERTIFICATE_FOR_ANOTHER_NAME,
        Kind.TLS: tls.HANDSHAKE_FAILED,
        Kind.DROPPED: mqtt.CONNECTION_CLOSED,
        Kind.UNAUTHORIZED: mqtt.DEVICE_REFUSED,
    }
    answers = {
        "mqtt:1": mqtt.VERSION_REFUSED,
        "mqtt:2": mqtt.CLIENT_ID_REFUSED,
        "mqtt:3": mqtt.SERVER_UNAVAILABLE,
    }
    silences = {ANSWER: device_codes.CONNACK_MISSING, ACKNOWLEDGEMENT: device_codes.PUBACK_MISSING}
    entry = answers.get(failure.condition) or (failure.kind is Kind.SILENT and silences.get(failure.step))
    entry = entry or entries.get(failure.kind, mqtt.PORT_8883_BLOCKED)
    where = f"{failure.host}:{failure.port}"
    if failure.address and failure.address != where:
        where += f" ({failure.address})"
    said = ", ".join(part for part in (failure.condition, failure.description) if part)
    waited = f" after {failure.seconds:.0f} s" if failure.seconds >= 1 else ""
    message = f"{device.device}: {failure.step} failed at {where}{waited}: {said or failure.kind.value}. {entry.title}."
    return message, [f"{cause.why} {' '.join(cause.mitigation)}" for cause in entry.causes]


def _error(message, advice):
    from azure.cli.core.azclierror import AzureConnectionError

    return AzureConnectionError(message, recommendation=advice)
