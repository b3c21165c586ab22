"""Codes about the properties in a device twin: the markers, acknowledgements and limits around their values."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_AREA = Area(
    links=("https://learn.microsoft.com/azure/iot/concepts-convention",),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL,),
)

MISSING_COMPONENT_MARKER = _AREA.entry(
    code="missing-component-marker",
    title="A component's properties lack the marker of a component",
    causes=(
        Cause(
            "The firmware reports the component as if it were a plain object.",
            ('Add `"__t": "c"` to the object of the component.',),
            confirm="`az iot hub device-twin show -n HUB -d DEVICE` (needs the azure-iot extension) shows the "
            "object without it.",
        ),
    ),
    meaning="In a twin a component looks like any object; the marker alone tells the two apart.",
)

NOT_WRITABLE = _AREA.entry(
    code="not-writable",
    title="A desired property is not writable in the model",
    causes=(
        Cause(
            "A back end sets a property that only the device reports.",
            ("Remove the desired property: set it to null in the twin.",),
            confirm="`az iot diag template show --model FILE` lists the property as not writable.",
        ),
        Cause(
            "The model lacks `writable`.",
            ('Add `"writable": true` to the property in a new version of the model.',),
            confirm="The firmware reads the property from the desired properties.",
        ),
    ),
    meaning=(
        "The hub keeps any desired property. IoT Central offers no way to write a property that is not writable, and "
        "firmware made for the model ignores it."
    ),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.OPERATOR),
)

UNEXPECTED_COMPONENT_MARKER = _AREA.entry(
    code="unexpected-component-marker",
    title="A property has a component's marker, but is no component",
    causes=(
        Cause(
            "The firmware marks an ordinary object, or the model has the component as a property.",
            ("Leave `__t` out of properties that are no components.",),
            confirm="`az iot diag template show --model FILE` lists the name as a property.",
        ),
    ),
    meaning=("An object with the marker is a component, and the model has a property of that name."),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

WRONG_ACKNOWLEDGEMENT = _AREA.entry(
    code="wrong-acknowledgement",
    title="A writable property is not acknowledged as it should be",
    causes=(
        Cause(
            "The acknowledgement lacks a part or has it in another type, so that the change stays pending.",
            (
                (
                    'Report {"value": …, "ac": 200, "av": 5, "ad": "done"}: ac is a status as in HTTP, av the '
                    "desired `$version` that is answered, ad a text that may be missing."
                ),
                "For a default of the device's own, report ac 203 and av 0.",
            ),
            confirm="`az iot hub device-twin show -n HUB -d DEVICE` (needs the azure-iot extension) shows what was "
            "reported.",
        ),
        Cause(
            "The property is not writable in the model.",
            ("Report its plain value, or make it writable in a new version of the model.",),
            confirm="`az iot diag template show --model FILE` lists the property as not writable.",
        ),
    ),
    meaning=(
        "A device answers a desired value with the value, a status and the version that it answers; "
        "without these the change counts as pending."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

OUTDATED_PROPERTY_FORMAT = _AREA.entry(
    code="outdated-property-format",
    title="A property is reported in the format of before July 2020",
    causes=(
        Cause(
            'The firmware was made for an early preview: {"value": …, "status": …, "desiredVersion": …}.',
            ("Report the plain value, and acknowledge with value, ac, av and ad.",),
            confirm="The firmware's SDK or its sample code is from before July 2020.",
        ),
    ),
    meaning="The previews of IoT Plug and Play wrapped each value; since then it is reported as it is.",
)

TWIN_LIMIT = _AREA.entry(
    code="twin-limit",
    title="A twin cannot hold this",
    causes=(
        Cause(
            (
                "A twin takes keys of up to 1 KB without '.', '$', blanks and control characters, and texts of up to 4 "
                "KB. Whole numbers go from -4503599627370496 to 4503599627370495. A twin has at most ten levels, and "
                "32 KB in all."
            ),
            (
                "Send large or deep data as telemetry, or upload it as a file.",
                "Send larger numbers as text.",
            ),
            confirm="The message names the limit, and the path what breaks it.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins",),
    meaning="The hub refuses an update that breaks a limit as a whole, and the twin stays as it was.",
)
