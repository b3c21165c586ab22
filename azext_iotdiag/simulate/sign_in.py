"""What a device says of itself when it connects, and what proves it; pure, the clock passed in."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.target import Secret

# https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub
API_VERSION = "2021-04-12"
TOKEN_SECONDS = 3600
KEEP_ALIVE = 60  # seconds
NEVER = float("inf")


class SignIn(NamedTuple):
    """What CONNECT holds. `password` is a SAS token, None where a certificate proves the device.

    `expires` is when that ends, in seconds since 1970, and `renewable` whether it can be made anew. `keep_alive` is in
    seconds.
    """

    client_id: str
    username: str
    password: Secret | None
    expires: float = NEVER
    renewable: bool = False
    keep_alive: int = KEEP_ALIVE


def path_of(device: DeviceConnectionString) -> str:
    """Where the device or module stands below the hub's host, as tokens and topics name it."""
    return f"devices/{device.device}" + (f"/modules/{device.module}" if device.module else "")


def name_of(device: DeviceConnectionString) -> str:
    """The client id: the device's id or, for a module, both ids with a slash between."""
    return device.device + (f"/{device.module}" if device.module else "")


def sign_in(device: DeviceConnectionString, now: float, model_id: str = "", seconds: int = TOKEN_SECONDS) -> SignIn:
    """How a device signs in at `now`, in seconds since 1970; a token that is made lasts for `seconds`.

    https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub
    """
    name = name_of(device)
    username = f"{device.host}/{name}/?api-version={API_VERSION}"
    if model_id:
        username += f"&model-id={quote(model_id, safe='')}"
    if device.signature is not None:
        return SignIn(name, username, device.signature, sas.read(device.signature.reveal()).expires)
    if device.key is None:
        return SignIn(name, username, None)
    expires = int(now) + seconds
    token = sas.sign(f"{device.host}/{path_of(device)}", sas.iothub_key(device.key.reveal()), expires)
    return SignIn(name, username, Secret(token), expires, renewable=True)
