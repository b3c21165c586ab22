"""Codes of MQTT as IoT Hub uses it: what a device's connection ends with."""

from __future__ import annotations

from azext_iotdiag.model.finding import Cause, Entry

_MQTT = "https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub"
_LOOK = "Look with `az iot hub device-identity show -n HUB -d DEVICE"

DEVICE_REFUSED = Entry(
    code="device-refused",
    title="The hub refuses the device and does not say why",
    causes=(
        Cause(
            "The key is not the device's (any more).",
            ("Read the string again: `az iot hub device-identity connection-string show -n HUB -d DEVICE`.",),
        ),
        Cause("The hub does not know the device; ids are case sensitive.", (f"{_LOOK}`.",)),
        Cause("The device is disabled.", (f"{_LOOK} --query status`.",)),
        Cause(
            "The token has expired, or the clock of the machine that made it is wrong.",
            ("Compare `date -u` with the time of day, and turn on time synchronisation.",),
        ),
        Cause(
            "The device or the hub takes no shared access keys: it expects a certificate, or disableDeviceSAS is set.",
            (
                f"{_LOOK} --query authentication.type`.",
                "Look with `az iot hub show -n HUB --query properties.disableDeviceSAS`.",
            ),
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out.",
            (
                "Look with "
                '`az iot hub show -n HUB --query "properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
            ),
        ),
    ),
    aliases=("mqtt:5", "mqtt:4"),
    links=(_MQTT,),
)

PORT_8883_BLOCKED = Entry(
    code="port-8883-blocked",
    title="MQTT does not get through",
    causes=(
        Cause(
            "A firewall or proxy on the way blocks TCP 8883, or holds back what follows.",
            (
                "Ask whoever runs the firewall to allow outgoing TCP 8883 to the host named here.",
                "Try from another network: what works there and not here is the network in between.",
            ),
        ),
        Cause(
            "The address is not the hub's: a hosts file or a mapping points elsewhere.",
            ("Unset AZURE_IOTDIAG_CONNECT_TO if it still names a lab that has ended.",),
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols",),
)

CONNECTION_CLOSED = Entry(
    code="mqtt-connection-closed",
    title="The hub closes the connection, which is all that it can say over MQTT",
    causes=(
        Cause(
            "The same device connected again, from here or elsewhere: a hub keeps one session for each device.",
            ("Stop the other one, or use an identity of its own for the simulated device.",),
        ),
        Cause("A message is larger than 256 KB with its properties.", ("Send less.",)),
        Cause("The daily quota of the hub is used up, or it throttles.", ("Look at the hub's metrics in the portal.",)),
    ),
    links=(_MQTT,),
)

VERSION_REFUSED = Entry(
    code="mqtt-version-refused",
    title="The hub does not speak this version of MQTT",
    causes=(
        Cause("The client speaks MQTT 5 or 3.1, and the hub 3.1.1 only.", ("Set the client to MQTT 3.1.1 (level 4).",)),
    ),
    aliases=("mqtt:1",),
    links=(_MQTT,),
)

CLIENT_ID_REFUSED = Entry(
    code="mqtt-client-id-refused",
    title="The hub refuses the client id",
    causes=(
        Cause(
            "The client id is not the device's id, or for a module not the device's and the module's with a slash.",
            ("Use the id of the registry as the client id, in the same case.",),
        ),
    ),
    aliases=("mqtt:2",),
    links=(_MQTT,),
)

SERVER_UNAVAILABLE = Entry(
    code="mqtt-server-unavailable",
    title="The hub is not available for the moment",
    causes=(
        Cause(
            "The service is failing over or overloaded.",
            ("Let the device wait, longer each time, before it connects again.",),
        ),
    ),
    aliases=("mqtt:3",),
    links=(_MQTT,),
)
