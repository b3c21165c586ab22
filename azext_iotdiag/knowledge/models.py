"""Entries about which model a device's data is to be judged by, where the device or IoT Central is to say it."""

from __future__ import annotations

from azext_iotdiag.model.finding import Cause, Entry

MODEL_NOT_ANNOUNCED = Entry(
    "model-not-announced",
    "The message does not say which model its device follows",
    (
        Cause(
            "The device does not announce its model when it connects, so the hub cannot pass it on.",
            (
                "Over MQTT, append `&model-id=DTMI` to the user name; the SDKs of Azure IoT take the model's id when "
                "a client is made.",
                "Or name the model with `--model`.",
            ),
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot/concepts-developer-guide-device#model-id-announcement",),
)
MODEL_NOT_FOUND = Entry(
    "model-not-found",
    "The model that the device announces is not at hand, or is none",
    (
        Cause(
            "The repository lacks the model, or has it in another version.",
            (
                "Compare the version at the end of the id with those in the repository.",
                "Add the interface to the repository: `dtmi:com:example:Pump;1` is `dtmi/com/example/pump-1.json`.",
            ),
        ),
        Cause("The device announces another model than its firmware was made for.", ("Correct the id that it sends.",)),
    ),
)
TEMPLATE_NOT_ASSIGNED = Entry(
    "template-not-assigned",
    "The device has no template in IoT Central, so everything it sends is unmodeled",
    (
        Cause(
            "The device came by itself, and neither its enrollment group nor the model that it announces told the "
            "template.",
            (
                "Assign one: select the device in IoT Central, then Manage device, Assign template.",
                "Let the device announce its model when it registers, so that the next one gets its template by "
                "itself.",
            ),
        ),
    ),
)
DEVICE_NOT_IN_APP = Entry(
    "device-not-in-app",
    "IoT Central does not show this device to the caller",
    (
        Cause(
            "The device was deleted, or belongs to another application.", ("Compare the id with the devices there.",)
        ),
        Cause(
            "The caller's role or organization does not include the device.",
            ("Ask with a token of the organization that the device is in.",),
        ),
    ),
)
TEMPLATE_NOT_READ = Entry(
    "template-not-read",
    "The template of the device could not be read, so its messages are not judged",
    (
        Cause("IoT Central did not answer, or allows no more requests for the moment.", ("Try again in a minute.",)),
        Cause(
            "The caller may read telemetry, and not devices or their templates.",
            ("Use a token of a role that may view devices and device templates.",),
        ),
        Cause("The template is none that this tool understands.", ("Give a model with `--model`.",)),
    ),
)
