"""Codes in the topics with which an IoT hub answers twin requests over MQTT."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_MQTT = "https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub"

TWIN_REQUEST_REFUSED = Entry(
    code="mqtt-twin-400",
    title="The hub cannot take a twin request of the device",
    meaning="Over MQTT the hub answers a twin request on a topic that holds the status. 400 says that the reported "
    "properties break a rule.",
    causes=(
        Cause(
            "The patch is no JSON object, is larger than 32 KB, nests too deep, or has a key with a dot or a dollar.",
            ("Report a flat object with short keys, and arrays only of plain values.",),
            confirm="Report a single number first; if that works, add the rest piece by piece.",
        ),
    ),
    aliases=("mqtt:400",),
    links=(_MQTT, "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins"),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.MQTT),
)

TWIN_REQUEST_THROTTLED = Entry(
    code="mqtt-twin-429",
    title="The hub gets too many twin requests",
    meaning="Reading and reporting of twins is limited for each hub, by its tier and units.",
    causes=(
        Cause(
            "Devices report every reading as a property, or read the whole twin again and again.",
            ("Send readings as telemetry; subscribe to desired changes in place of reading the twin.",),
            confirm="Count the device's twin requests in a minute.",
        ),
    ),
    aliases=("mqtt:429",),
    links=(_MQTT, "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.MQTT),
)

TWIN_REQUEST_FAILED = Entry(
    code="mqtt-twin-500",
    title="The hub failed to answer a twin request",
    meaning="A status from 500 on in the answer's topic is a fault of the service, not of the request.",
    causes=(
        Cause(
            "A passing fault of the service.",
            ("Ask for the twin again after some seconds, with growing pauses.",),
            confirm="The same request succeeds later.",
        ),
    ),
    aliases=("mqtt:500", "mqtt:503"),
    links=(_MQTT,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.TOOL, Place.MQTT),
)
