"""Codes of a device that the hub answers with nothing or with nonsense, on a connection that stands."""

from __future__ import annotations

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_MQTT = "https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub"
_LIMITS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"

CONNACK_MISSING = Entry(
    code="connack-missing",
    title="The hub takes the device's CONNECT and never answers it",
    meaning="TCP and TLS stand, the device has said who it is, and the CONNACK that must follow does not come.",
    causes=(
        Cause(
            "A gateway or an inspecting firewall on the way lets TLS through and holds back what is said in it.",
            ("Try MQTT over WebSocket, on port 443.", "Try from another network."),
            confirm="From another network the same device is answered.",
        ),
        Cause(
            "The hub is overloaded or failing over.",
            ("Let the device wait before it connects again, longer each time.",),
            confirm="Other devices of the hub wait as well.",
        ),
    ),
    links=(_MQTT,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.NETWORK, Fixer.MICROSOFT),
    places=(Place.TOOL, Place.MQTT),
)

PUBACK_MISSING = Entry(
    code="puback-missing",
    title="The hub does not acknowledge what the device sends",
    meaning="A message of quality 1 counts as sent once its PUBACK has come; until then the device must keep it and "
    "send it again.",
    causes=(
        Cause(
            "The hub holds messages back because more is sent than its tier allows.",
            ("Send fewer messages a second, or add units to the hub.",),
            confirm="The metric d2c.telemetry.ingress.sendThrottle is above zero.",
        ),
        Cause(
            "The connection is dead, and neither side has noticed yet.",
            ("Set a keep-alive of a minute or so: it is what notices.",),
            confirm="PINGREQ remains unanswered, too.",
        ),
    ),
    links=(_LIMITS,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER, Fixer.NETWORK),
    places=(Place.TOOL, Place.MQTT),
)

NOT_MQTT = Entry(
    code="not-mqtt",
    title="What answers the device does not speak MQTT",
    meaning="The server's certificate is right, and what it sends is no packet of MQTT 3.1.1 or breaks its rules.",
    causes=(
        Cause(
            "A proxy, a gateway or a broker of another kind answers in the hub's place.",
            ("Compare the host name with that of the hub.", "Ask who runs the network what stands in between."),
            confirm="From another network the same device is answered.",
        ),
        Cause(
            "The connection damages what it carries.",
            ("Try MQTT over WebSocket, on port 443.", "Try from another network."),
            confirm="The error comes at another place each time.",
        ),
    ),
    links=(_MQTT,),
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK, Fixer.CALLER),
    places=(Place.TOOL, Place.MQTT),
)
