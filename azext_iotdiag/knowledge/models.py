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
