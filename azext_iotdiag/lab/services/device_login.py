"""Whether IoT Hub lets a device in over MQTT, and the real reason, which IoT Hub keeps for its own log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from azext_iotdiag.credential import sas
from azext_iotdiag.wire.mqtt import Connect

if TYPE_CHECKING:
    from azext_iotdiag.lab.identities import Device
    from azext_iotdiag.lab.state import Hub
    from azext_iotdiag.model.target import Secret

# The return codes of CONNACK (MQTT 3.1.1, 3.2.2.3). IoT Hub answers 5 to whatever is wrong with the credential: a wrong
# key, an expired token, an unknown and a disabled device look alike (Azure/azure-iot-sdk-c#373,
# Azure/iot-hub-device-update#660).
ACCEPTED = 0
WRONG_LEVEL = 1
WRONG_CLIENT_ID = 2
MALFORMED_LOGIN = 4
NOT_AUTHORISED = 5


class Login(NamedTuple):
    """The answer to a CONNECT. `expires` is in seconds since 1970; a device is there exactly where the code is 0."""

    code: int
    reason: str
    device: Device | None = None
    expires: float = 0.0


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


def judge(connect: Connect, hub: Hub, now: float) -> Login:
    """Answer a CONNECT as IoT Hub does. `now` is in seconds since 1970."""
    if connect.level != 4:
        return Login(WRONG_LEVEL, f"{connect.protocol} level {connect.level}: IoT Hub speaks MQTT 3.1.1 (level 4) only")
    if connect.username is None:
        return Login(MALFORMED_LOGIN, "no user name")
    try:
        username = read_username(connect.username)
    except ValueError as error:
        return Login(MALFORMED_LOGIN, str(error))
    identity = f"{username.device}/{username.module}" if username.module else username.device
    if connect.client_id != identity:
        return Login(WRONG_CLIENT_ID, f"client id {connect.client_id!r}, but the user name is for {identity!r}")
    return _authorise(connect, username, hub, now)


def _authorise(connect: Connect, username: Username, hub: Hub, now: float) -> Login:
    device = hub.devices.get(username.device)
    if username.host.lower() != hub.host.lower():
        return Login(NOT_AUTHORISED, f"the user name is for the hub {username.host}, and this is {hub.host}")
    if device is None:
        return Login(NOT_AUTHORISED, "no device of this id" + _other_case(username.device, hub))
    if username.module:
        return Login(NOT_AUTHORISED, f"the device has no module {username.module!r}")
    if device.status != "enabled":
        return Login(NOT_AUTHORISED, f"the device is {device.status}")
    try:
        token = sas.read((connect.password or b"").decode())
    except ValueError as error:  # MalformedToken, UnicodeDecodeError: neither text holds the token
        return Login(NOT_AUTHORISED, f"the password is no SAS token: {error}" if connect.password else "no password")
    if token.expires <= now:
        return Login(NOT_AUTHORISED, f"the SAS token expired {now - token.expires:.0f} s ago")
    keys: list[Secret] = [device.primary, device.secondary]
    if token.policy:
        policy = hub.policies.get(token.policy)
        if policy is None or "DeviceConnect" not in policy.rights:
            return Login(NOT_AUTHORISED, f"the policy {token.policy!r} does not exist or lacks DeviceConnect")
        keys = [policy.primary, policy.secondary]
    if not any(sas.matches(token, sas.iothub_key(key.reveal())) for key in keys):
        return Login(NOT_AUTHORISED, "the SAS token is signed with another key")
    wanted = f"{hub.host}/devices/{device.device_id}"
    if not sas.covers(token.resource, wanted):
        return Login(NOT_AUTHORISED, f"the SAS token is for {token.resource}, not for {wanted}")
    device.model_id = username.parameters.get("model-id", device.model_id)
    return Login(ACCEPTED, "", device, float(token.expires))


def _other_case(device_id: str, hub: Hub) -> str:
    """Device ids are case-sensitive, which is easily missed."""
    same = [known for known in hub.devices if known.lower() == device_id.lower()]
    return f"; ids are case-sensitive, and there is {same[0]!r}" if same else ""
