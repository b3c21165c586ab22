"""How IoT Hub answers a device's CONNECT, and the real reason, which IoT Hub keeps for its own log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from azext_iotdiag.lab.hub import device_access
from azext_iotdiag.lab.hub.identities import LONGEST_SDK
from azext_iotdiag.wire.mqtt import Connect
from azext_iotdiag.wire.mqtt.packets import MQTT_5

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

    from azext_iotdiag.lab.hub.device_access import DeviceAccess
    from azext_iotdiag.lab.hub.runtime import Runtime

# The return codes of CONNACK (MQTT 3.1.1, 3.2.2.3). IoT Hub answers 5 to whatever is wrong with the credential: a wrong
# key, an expired token, an unknown and a disabled device look alike (Azure/azure-iot-sdk-c#373,
# Azure/iot-hub-device-update#660).
ACCEPTED = 0
WRONG_LEVEL = 1
VERSIONS = {3: "MQTT 3.1 (MQIsdp, level 3)", MQTT_5: "MQTT 5 (level 5)"}
WRONG_CLIENT_ID = 2
UNAVAILABLE = 3
MALFORMED_LOGIN = 4
NOT_AUTHORISED = 5


class ConnectAnswer(NamedTuple):
    """The answer to a CONNECT; `access` is there exactly where the code is 0.

    `version` is the api-version in the user name. Where it is None, the device has telemetry alone. `sdk` is what the
    client calls itself, `log` the code that the hub writes into its log where it says no, and `auth` how the client
    signed in.
    """

    code: int
    reason: str
    access: DeviceAccess | None = None
    version: str | None = None
    sdk: str = ""
    log: int = 0
    auth: str = "sas"


class Username(NamedTuple):
    """The parts of the user name that a device connects with."""

    host: str
    device: str
    module: str
    parameters: dict[str, str]


def read_username(text: str) -> Username:
    """Take `{host}/{device}[/{module}][/?api-version=…&…]` apart; raises ValueError.

    IoT Hub also accepts it without an api-version (MicrosoftDocs/azure-docs#16306) and without the question mark (the
    npm SDK before Azure/azure-iot-sdk-node#319).
    """
    host, _, rest = text.partition("/")
    device, _, rest = rest.partition("/")
    module = ""
    if rest and not rest.startswith(("?", "api-version=")):
        module, _, rest = rest.partition("/")
    if rest and not rest.startswith(("?", "api-version=")):
        raise ValueError("what follows the device in the user name is no query")
    if not host or not device:
        raise ValueError("the user name is not {host}/{device}/?api-version=…")
    return Username(host, device, module, dict(parse_qsl(rest.removeprefix("?"), keep_blank_values=True)))


def judge(connect: Connect, runtime: Runtime, chain: Sequence[x509.Certificate] = (), peer: str = "") -> ConnectAnswer:
    """Answer a CONNECT as IoT Hub does. `chain` is what the client, at `peer`, showed at the TLS handshake."""
    if connect.level != 4:
        spoken = VERSIONS.get(connect.level, f"{connect.protocol} level {connect.level}")
        return ConnectAnswer(WRONG_LEVEL, f"the client speaks {spoken}, and a hub MQTT 3.1.1 (level 4) only")
    if connect.username is None:
        return ConnectAnswer(MALFORMED_LOGIN, "no user name")
    try:
        username = read_username(connect.username)
    except ValueError as error:
        return ConnectAnswer(MALFORMED_LOGIN, str(error))
    identity = f"{username.device}/{username.module}" if username.module else username.device
    if connect.client_id != identity:
        return ConnectAnswer(WRONG_CLIENT_ID, f"client id {connect.client_id!r}, but the user name is for {identity!r}")
    try:
        token = (connect.password or b"").decode()
    except UnicodeDecodeError:
        return ConnectAnswer(NOT_AUTHORISED, "the password is no SAS token: it is not UTF-8")
    access = device_access.judge(runtime, username.host, username.device, username.module, token, chain, peer=peer)
    sdk = username.parameters.get("DeviceClientType", "")[:LONGEST_SDK]
    if access.device is None:
        return ConnectAnswer(NOT_AUTHORISED, access.reason, sdk=sdk, log=access.code, auth=access.auth)
    access.device.model_id = username.parameters.get("model-id", access.device.model_id)
    access.device.sdk = sdk
    return ConnectAnswer(ACCEPTED, "", access, username.parameters.get("api-version"), sdk)
