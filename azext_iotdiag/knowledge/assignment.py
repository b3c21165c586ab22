"""Codes about which model a device's data is to be judged by, where the device or IoT Central is to say it."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_AREA = Area(places=(Place.TOOL,))

MODEL_NOT_ANNOUNCED = _AREA.entry(
    code="model-not-announced",
    title="The message does not say which model its device follows",
    meaning="A device announces its model when it connects, and the hub then marks its messages with it. Without that "
    "mark nothing tells which model of a repository to judge the values by, so only the form was judged.",
    causes=(
        Cause(
            "The device does not announce its model.",
            (
                "Over MQTT, append `&model-id=DTMI` to the user name. The SDKs of Azure IoT take the model's id where "
                "a client is made.",
                "Or name the model with `--model`.",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows no model.",
        ),
        Cause(
            "The messages were recorded without the annotations of the hub.",
            ("Record them with `az iot diag monitor events -o json --properties all`.",),
            confirm="The file has no dt-dataschema in it.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot/concepts-developer-guide-device#model-id-announcement",),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)

MODEL_NOT_FOUND = _AREA.entry(
    code="model-not-found",
    title="The model that the device announces was not found",
    meaning="The folder of `--model-repo` has no file for the id that the device announced, or the file holds no "
    "model. The values of the device's messages were not judged.",
    causes=(
        Cause(
            "The repository lacks the model, or has it in another version.",
            ("Add the interface: `dtmi:com:example:Pump;1` is the file `dtmi/com/example/pump-1.json`.",),
            confirm="Compare the number at the end of the id with the files in the repository.",
        ),
        Cause(
            "The device announces another id than the id of its firmware's model.",
            ("Correct the id in the firmware.",),
            confirm="The id in the message is not the one in the firmware's sources.",
        ),
    ),
    fixers=(Fixer.CALLER, Fixer.DEVICE_DEVELOPER),
)

DEVICE_NOT_IN_APP = _AREA.entry(
    code="device-not-in-app",
    title="IoT Central does not show this device to the caller",
    meaning="The application answers that it has no such device. It answers so, too, where the device belongs to an "
    "organization that the caller's token or role does not reach.",
    causes=(
        Cause(
            "The id is mistyped, or the device was deleted or belongs to another application.",
            ("Compare the id with the application's list, including upper and lower case.",),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` finds none either.",
        ),
        Cause(
            "The token or role is limited to an organization, and the device is in another.",
            ("Ask with a token of the organization that the device is in.",),
            confirm="An administrator of the application sees the device in its list.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/howto-create-organizations",),
    fixers=(Fixer.CALLER, Fixer.OPERATOR),
)

TEMPLATE_NOT_READ = _AREA.entry(
    code="template-not-read",
    title="The template of the device could not be read",
    meaning="IoT Central did not return the template of this device. So the values of its messages were not judged. "
    "The tool asks again after five minutes.",
    causes=(
        Cause(
            "IoT Central did not answer, or allows no more requests for the moment.",
            ("Run it again in a minute.",),
            confirm="The finding quotes a status 429 or 5xx, or a connection that broke.",
        ),
        Cause(
            "The caller may read telemetry, and not devices or their templates.",
            ("Use a token of a role that may view devices and device templates.",),
            confirm="The finding quotes a status 403.",
        ),
        Cause(
            "The template is written in a way that cannot be read as a model.",
            ("Export it, look into it with `az iot diag template lint --model FILE`, or give a model with `--model`.",),
            confirm="The finding says what is wrong in the template.",
        ),
    ),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER,),
)

PROPERTIES_UNCHANGED = _AREA.entry(
    code="properties-unchanged",
    title="The device's properties changed less often than asked for",
    meaning="The properties were read again and again, and their versions did not grow as often as asked for, or not "
    "at all. Neither the device nor the service wrote any more properties.",
    causes=(
        Cause(
            "The device reports nothing in this time: it is off, not connected, or has nothing new to report.",
            ("Let the device report, or allow more time with `--duration` and `--timeout`.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` tells whether it is connected.",
        ),
        Cause(
            "The device sends the value as telemetry, and not as a reported property.",
            ("Report it through the twin, or watch the messages in place of the properties.",),
            confirm="`az iot diag monitor events --device-id DEVICE` shows the value in a message.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins",),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)
