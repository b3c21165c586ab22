"""Codes about the values and names in what devices send, judged against their model."""

from azext_iotdiag.model.finding import Cause, Entry

_DTDL = "https://azure.github.io/opendigitaltwins-dtdl/"
_CENTRAL = "https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands"
_CONVENTION = "https://learn.microsoft.com/azure/iot/concepts-convention"

UNMODELED_FIELD = Entry(
    code="unmodeled-field",
    title="A field is not in the model",
    causes=(
        Cause(
            "The device sends more than its model says; IoT Central keeps that as unmodeled data and shows it nowhere.",
            (
                "Add the field to a new version of the model.",
                "Or let the device leave it out.",
            ),
        ),
        Cause("The device was given another model than the one that its firmware was made for.", (
            "Compare the model with the firmware's, and assign the right one.",
        )),
    ),
    links=(_CENTRAL,),
)  # fmt: skip

MISSPELT_NAME = Entry(
    code="misspelt-name",
    title="A name is almost one of the model's",
    causes=(
        Cause(
            "The firmware and the model spell the name differently; names are case-sensitive.",
            ("Send the name as the model has it, or rename it in a new version of the model.",),
        ),
    ),
    links=(_CENTRAL,),
)

WRONG_KIND = Entry(
    code="wrong-kind",
    title="A name is modelled as something else than what it is sent as",
    causes=(
        Cause(
            "The model has the name as a property, a command or a cloud property, and the device sends it as "
            "telemetry; or the other way round.",
            (
                "Send telemetry in messages, and properties as reported properties of the twin.",
                "Or change the kind of the name in a new version of the model.",
            ),
        ),
    ),
    links=(_CENTRAL,),
)

WRONG_COMPONENT = Entry(
    code="wrong-component",
    title="A name belongs to another component than it was sent for",
    causes=(
        Cause(
            "The message names no component, or another one. A message of a component says so in its property `$.sub`.",
            ("Send the field in a message of its own whose property `$.sub` is the component's name.",),
        ),
        Cause("An IoT Edge runtime older than 1.2.4 drops the component of what modules send.", (
            "Update the runtime.",
        )),
    ),
    links=(_CONVENTION,),
)  # fmt: skip

UNKNOWN_COMPONENT = Entry(
    code="unknown-component",
    title="A component is not in the model",
    causes=(
        Cause(
            "The component's name is misspelt, or the model has the component in another version.",
            ("Use the name that the model gives to the component, not that of its interface.",),
        ),
    ),
    links=(_CONVENTION,),
)

UNKNOWN_MODULE = Entry(
    code="unknown-module",
    title="A module is not in the model",
    causes=(
        Cause(
            "The deployment names the module differently from the model.",
            ("Give the module in the deployment the name that the model has.",),
        ),
    ),
)

WRONG_TYPE = Entry(
    code="wrong-type",
    title="A value has another type than the model says",
    causes=(
        Cause(
            "The firmware writes the value in another form: a number in quotes, 0 and 1 in place of false and true.",
            ("Send the value in the type of the model.",),
        ),
        Cause("The model has the wrong type.", ("Correct it in a new version of the model.",)),
    ),
    links=(_DTDL, _CENTRAL),
)

WRONG_FORMAT = Entry(
    code="wrong-format",
    title="A text is not in the format that the model says",
    causes=(
        Cause(
            "The firmware formats times, durations or identifiers in its own way.",
            ("Send ISO 8601, such as 2026-11-20T10:00:00Z for a date and time and PT1M30S for a duration.",),
        ),
    ),
    links=(_DTDL,),
)

LOOSE_FORMAT = Entry(
    code="loose-format",
    title="A time is ISO 8601, but not of the profile that DTDL asks for",
    causes=(
        Cause(
            "The time lacks its offset from UTC or its seconds, or is written in one of the rarer forms.",
            ("Write it in full, with Z or an offset: 2026-11-20T10:00:00Z.",),
        ),
    ),
    links=(_DTDL,),
)

OUT_OF_RANGE = Entry(
    code="out-of-range",
    title="A number does not fit into its type",
    causes=(
        Cause("The value needs a larger type.", ("Use long or double in a new version of the model.",)),
        Cause("The firmware sends a marker such as 4294967295 for a reading that it does not have.", (
            "Leave the field out when there is no reading.",
        )),
    ),
    links=(_DTDL,),
)  # fmt: skip

INTEGRAL_FLOAT = Entry(
    code="integral-float",
    title="A whole number is written with a point or an exponent",
    causes=(
        Cause(
            "The firmware formats it as a floating-point number: 3.0 in place of 3.",
            ("Write whole numbers without a point and without an exponent.",),
        ),
    ),
    links=(_DTDL,),
)

NOT_IN_ENUM = Entry(
    code="not-in-enum",
    title="A value is none of those that the model lists",
    causes=(
        Cause(
            "The firmware sends the name of an enum value, or a new value that the model does not have.",
            ("Send the enumValue, not its name.", "Add new values in a new version of the model."),
        ),
    ),
    links=(_DTDL,),
)

MISSING_FIELD = Entry(
    code="missing-field",
    title="A field that is required is not there",
    causes=(Cause("The firmware leaves the field out.", ("Send it, or make it optional in the model.",)),),
    links=(_DTDL,),
)

NULL_VALUE = Entry(
    code="null-value",
    title="A value is null, which no type of a model allows",
    causes=(
        Cause(
            "The firmware has no reading and says so with null.",
            ("Leave the field out. In a twin, null deletes the property.",),
        ),
    ),
    links=(_DTDL,),
)

AMBIGUOUS_NAME = Entry(
    code="ambiguous-name",
    title="Several interfaces of the model have the name, and the message does not say which one is meant",
    causes=(
        Cause(
            "The interfaces were made apart and joined in one template.",
            (
                "Make each interface a component, and send with the component's name in `$.sub`.",
                "Or keep the name in one of the interfaces only.",
            ),
        ),
    ),
    links=(_CENTRAL,),
)

RESERVED_NAME = Entry(
    code="reserved-name",
    title="A name is reserved, and what is sent under it is ignored",
    causes=(
        Cause(
            "IoT Central uses the name itself.",
            ("Give the field another name, in the firmware and in the model.",),
        ),
    ),
    links=(_CENTRAL,),
)

UNLIKELY_POSITION = Entry(
    code="unlikely-position",
    title="A position lies on no globe",
    causes=(
        Cause(
            "Latitude and longitude are exchanged, or in other units than degrees.",
            ("Send latitude from -90 to 90 and longitude from -180 to 180; GeoJSON has longitude first.",),
        ),
    ),
)
