"""Codes about the values in what devices send, judged against their model."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_AREA = Area(places=(Place.TOOL,))

WRONG_TYPE = _AREA.entry(
    code="wrong-type",
    title="A value has another type than the model says",
    causes=(
        Cause(
            "The firmware writes the value in another form: a number in quotes, 0 and 1 in place of false and true.",
            ("Send the value in the type of the model.",),
            confirm="The evidence shows the value as it was sent.",
        ),
        Cause(
            "The model has the wrong type.",
            ("Correct it in a new version of the model.",),
            confirm="All devices send the same, and it makes sense.",
        ),
    ),
    links=(
        "https://azure.github.io/opendigitaltwins-dtdl/",
        "https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",
    ),
    meaning="JSON tells numbers, texts and truth values apart, and a model asks for one of them.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

WRONG_FORMAT = _AREA.entry(
    code="wrong-format",
    title="A text is not in the format that the model says",
    causes=(
        Cause(
            "The firmware formats times, durations or identifiers in its own way.",
            ("Send ISO 8601, such as 2026-11-20T10:00:00Z for a date and time and PT1M30S for a duration.",),
            confirm="The evidence shows the text as it was sent.",
        ),
    ),
    links=("https://azure.github.io/opendigitaltwins-dtdl/",),
    meaning="The value is a text, as it should be. The text is not in the form that the model wants.",
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

LOOSE_FORMAT = _AREA.entry(
    code="loose-format",
    title="A time is ISO 8601, but not in the form that DTDL asks for",
    causes=(
        Cause(
            "The time lacks its offset from UTC or its seconds, or is written in one of the rarer forms.",
            ("Write it in full, with Z or an offset: 2026-11-20T10:00:00Z.",),
            confirm="The evidence shows the time as it was sent.",
        ),
    ),
    links=("https://azure.github.io/opendigitaltwins-dtdl/",),
    meaning=(
        "DTDL takes the profile of RFC 3339, which is stricter than ISO 8601. Whether a service takes "
        "the rest of ISO 8601 differs."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

LOOSE_GEOMETRY = _AREA.entry(
    code="loose-geometry",
    title="A geometry fits DTDL, but not the rules of GeoJSON",
    causes=(
        Cause(
            "The firmware leaves out the type or the coordinates, or a position has one number only.",
            ("Send both fields, and at least longitude and latitude for a position.",),
            confirm="The path in the message leads to the part that lacks something.",
        ),
        Cause(
            "A line has one position, or a ring of a polygon does not end where it begins.",
            ("Send at least two positions for a line, and four for a ring, the last one equal to the first.",),
            confirm="The message says how many positions are there.",
        ),
    ),
    links=("https://www.rfc-editor.org/rfc/rfc7946", "https://azure.github.io/opendigitaltwins-dtdl/"),
    meaning=(
        "DTDL defines a geometry as an object with two optional fields and lists of any length. Programs that draw "
        "maps follow RFC 7946, and refuse or drop a geometry that breaks it."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

OUT_OF_RANGE = _AREA.entry(
    code="out-of-range",
    title="A number does not fit into its type",
    causes=(
        Cause(
            "The value needs a larger type.",
            ("Use long or double in a new version of the model.",),
            confirm="Values as large are expected of this device.",
        ),
        Cause(
            "The firmware sends a marker such as 4294967295 for a reading that it does not have.",
            ("Leave the field out when there is no reading.",),
            confirm="The value is the highest or lowest of a type, in all messages the same.",
        ),
    ),
    links=("https://azure.github.io/opendigitaltwins-dtdl/",),
    meaning="Each type of number has a lowest and a highest value, given by its number of bits.",
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
)

INTEGRAL_FLOAT = _AREA.entry(
    code="integral-float",
    title="A whole number is written with a point or an exponent",
    causes=(
        Cause(
            "The firmware formats it as a floating-point number: 3.0 in place of 3.",
            ("Write whole numbers without a point and without an exponent.",),
            confirm="The evidence shows the number with a point or an exponent.",
        ),
    ),
    links=("https://azure.github.io/opendigitaltwins-dtdl/",),
    meaning=(
        "The value is whole, but its text is that of a floating-point number, which the strict "
        "specification does not take for whole."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

NOT_IN_ENUM = _AREA.entry(
    code="not-in-enum",
    title="A value is not in the model's list of values",
    causes=(
        Cause(
            "The firmware sends the name of an enum value, or a new value that the model does not have.",
            (
                "Send the enumValue, not its name.",
                "Add new values in a new version of the model.",
            ),
            confirm="`az iot diag template show --model FILE` lists the values with their names.",
        ),
    ),
    links=("https://azure.github.io/opendigitaltwins-dtdl/",),
    meaning="An enum has a closed list of values; only the values go over the wire, never their names.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

MISSING_FIELD = _AREA.entry(
    code="missing-field",
    title="A field that is required is not there",
    causes=(
        Cause(
            "The firmware leaves the field out.",
            ("Send it, or make it optional in the model.",),
            confirm="The evidence names the field.",
        ),
    ),
    links=("https://azure.github.io/opendigitaltwins-dtdl/",),
    meaning="Fields of an object are optional unless the model, or the kind of the value, says otherwise.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

NULL_VALUE = _AREA.entry(
    code="null-value",
    title="A value is null, which no type of a model allows",
    causes=(
        Cause(
            "The firmware has no reading and says so with null.",
            ("Leave the field out. In a twin, null deletes the property.",),
            confirm="The path in the message leads to a null.",
        ),
    ),
    links=("https://azure.github.io/opendigitaltwins-dtdl/",),
    meaning="For JSON null is a value of its own, and it is none of a model's types.",
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

UNLIKELY_POSITION = _AREA.entry(
    code="unlikely-position",
    title="A position has impossible coordinates",
    causes=(
        Cause(
            "Latitude and longitude are exchanged, or in other units than degrees.",
            ("Send latitude from -90 to 90 and longitude from -180 to 180; GeoJSON has longitude first.",),
            confirm="Exchanged, the two numbers are where the device is.",
        ),
    ),
    meaning="No specification forbids it, but a map cannot show it.",
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

UNMODELED_FIELD = _AREA.entry(
    code="unmodeled-field",
    title="A field is not in the model",
    causes=(
        Cause(
            (
                "The device sends more than its model says; IoT Central keeps that as unmodeled data and "
                "shows it nowhere."
            ),
            (
                "Add the field to a new version of the model: `az iot diag template infer` writes one.",
                "Or let the device leave it out.",
            ),
            confirm="`az iot diag template show --model FILE` does not list the name.",
        ),
        Cause(
            "The device was given another model than the model of its firmware.",
            ("Compare the model with the firmware's, and assign the right one.",),
            confirm="The model id that the device announces is another one.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=(
        "A model is not enforced. Fields that it lacks are stored with the others, and no dashboard, rule or export "
        "knows them by name."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

MISSPELT_NAME = _AREA.entry(
    code="misspelt-name",
    title="A name is almost one of the model's",
    causes=(
        Cause(
            "The firmware and the model spell the name differently; names are case-sensitive.",
            ("Send the name as the model has it, or rename it in a new version of the model.",),
            confirm="The two names in the message stand for the same thing.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=("Names are compared letter by letter. A name that differs in one letter or its case is another name."),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

WRONG_KIND = _AREA.entry(
    code="wrong-kind",
    title="A name is sent as another kind than the model has",
    causes=(
        Cause(
            (
                "The device sends the name as telemetry, and the model has it as a property, a command or a cloud "
                "property. Or the other way round."
            ),
            (
                "Send telemetry in messages, and properties as reported properties of the twin.",
                "Or change the kind of the name in a new version of the model.",
            ),
            confirm="`az iot diag template show --model FILE` lists the name with its kind.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=(
        "Telemetry, properties and commands travel by different ways. A program that waits for a value in one way does "
        "not see it in another way."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

WRONG_COMPONENT = _AREA.entry(
    code="wrong-component",
    title="A name belongs to another component than it was sent for",
    causes=(
        Cause(
            (
                "The message names no component, or another one. A message of a component says so in its "
                "property `$.sub`."
            ),
            ("Send the field in a message of its own whose property `$.sub` is the component's name.",),
            confirm="`az iot diag monitor events --login @hub.txt -o json` shows component, or shows none.",
        ),
        Cause(
            "An IoT Edge runtime older than 1.2.4 drops the component of what modules send.",
            ("Update the runtime.",),
            confirm="The version of edgeAgent is lower.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot/concepts-convention",),
    meaning="A message belongs to one component, or to none. Its fields are looked up only there.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

UNKNOWN_COMPONENT = _AREA.entry(
    code="unknown-component",
    title="A component is not in the model",
    causes=(
        Cause(
            "The component's name is misspelt, or the model has the component in another version.",
            ("Use the name that the model gives to the component, not that of its interface.",),
            confirm="`az iot diag template show --model FILE` lists the components.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot/concepts-convention",),
    meaning="The message says for which component it is, and the model has none of that name.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

UNKNOWN_MODULE = _AREA.entry(
    code="unknown-module",
    title="A module is not in the model",
    causes=(
        Cause(
            "The deployment names the module differently from the model.",
            ("Give the module in the deployment the name that the model has.",),
            confirm="`az iot diag template show --model FILE` lists the modules.",
        ),
    ),
    meaning="In the template of an IoT Edge device each module has a name and an interface of its own.",
    fixers=(Fixer.OPERATOR, Fixer.SERVICE_DEVELOPER),
)

AMBIGUOUS_NAME = _AREA.entry(
    code="ambiguous-name",
    title="Several interfaces have the name; the message names none",
    causes=(
        Cause(
            "The interfaces were made apart and joined in one template.",
            (
                "Make each interface a component, and send with the component's name in `$.sub`.",
                "Or keep the name in one of the interfaces only.",
            ),
            confirm="`az iot diag template lint --model FILE` names both interfaces.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=(
        "Without the name of a component, it is not known which interface the field belongs to. IoT Central may show "
        "it under one, the other, or none."
    ),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
)

RESERVED_NAME = _AREA.entry(
    code="reserved-name",
    title="A name is reserved, and what is sent under it is ignored",
    causes=(
        Cause(
            "IoT Central uses the name itself.",
            ("Give the field another name, in the firmware and in the model.",),
            confirm="`az iot diag template lint --model FILE` names it, where the model has it.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning="IoT Central writes columns of these names itself and drops what devices send under them without a word.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)
