"""Codes of a device in conversation with the hub: what it asks for and does not get, and what it does not answer."""

from __future__ import annotations

from azext_iotdiag.model.finding import Cause, Entry

_MQTT = "https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub"
_METHODS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"

CONNACK_MISSING = Entry(
    code="connack-missing",
    title="The hub takes the device's CONNECT and never answers it",
    causes=(
        Cause(
            "A gateway or an inspecting firewall on the way lets TLS through and holds back what is said in it.",
            ("Try MQTT over WebSocket (port 443), and try from another network.",),
        ),
        Cause(
            "The hub is overloaded or failing over.",
            ("Let the device wait, longer each time, before it connects again.",),
        ),
    ),
    links=(_MQTT,),
)

PUBACK_MISSING = Entry(
    code="puback-missing",
    title="The hub does not acknowledge what the device sends",
    causes=(
        Cause(
            "The hub holds messages back because the device or the hub sends more than it may.",
            ("Compare the messages a second with the limit of the hub's tier, and send fewer or add units.",),
        ),
        Cause(
            "The connection is dead, and neither side has noticed yet.",
            ("Set a keep-alive of a minute or so: it is what notices.",),
        ),
    ),
    links=(_MQTT,),
)

TWIN_REFUSED = Entry(
    code="twin-refused",
    title="The hub answers the device's request for its twin with an error",
    causes=(
        Cause(
            "What it reports breaks a rule of twins, such as 32 KB in all or 4 KB for a text: the status is 400.",
            ("Send a smaller patch, and compare its names and values with the rules of twins.",),
        ),
        Cause("It asks too often: the status is 429.", ("Ask once after connecting, and then listen for changes.",)),
        Cause("The hub is failing for the moment: the status is 5xx.", ("Ask again, waiting longer each time.",)),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins",),
)

METHOD_HANDLER_MISSING = Entry(
    code="method-handler-missing",
    title="The device is connected and takes no direct methods",
    causes=(
        Cause(
            "Its program never set a handler for methods, so that it did not subscribe to them.",
            ("Set the handler before or right after connecting.",),
        ),
        Cause(
            "It lost the subscription when it connected again.",
            ("Subscribe again after every connection, or let the SDK do it.",),
        ),
        Cause("It speaks HTTPS, which carries no methods.", ("Let it speak MQTT or AMQP.",)),
    ),
    links=(_METHODS,),
)
