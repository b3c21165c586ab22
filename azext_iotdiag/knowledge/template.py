"""Codes about a model itself: what is wrong, dangerous, or unusual in it."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_AREA = Area(
    links=("https://azure.github.io/opendigitaltwins-dtdl/",), fixers=(Fixer.SERVICE_DEVELOPER,), places=(Place.TOOL,)
)

TEMPLATE_ISSUE = _AREA.entry(
    code="template-issue",
    title="The model was read, although it breaks its language's rules",
    causes=(
        Cause(
            "The tool that exported the model writes this form. This tool can read it, and another tool may not.",
            ("Export it again with a newer tool, or correct it where the message says.",),
            confirm="The message names the form, and the place.",
        ),
    ),
    meaning="The form differs from the form in the specification, but its meaning is clear.",
)

DUPLICATE_NAME = _AREA.entry(
    code="duplicate-name",
    title="Several interfaces of the model define the same name",
    causes=(
        Cause(
            "Interfaces that were made apart are joined in one template.",
            (
                "Rename one of the two, or make an interface a component.",
                "Until then, only messages that name their component say which interface they mean.",
            ),
            confirm="The message names the interfaces.",
        ),
    ),
    meaning="DTDL forbids it, and IoT Central allows it. A message then does not say which of the definitions it "
    "means.",
)

UNRESOLVED_SCHEMA = _AREA.entry(
    code="unresolved-schema",
    title="A schema is not known, so that its values are not judged",
    causes=(
        Cause(
            "The schema's name is misspelt, or its definition is missing from the interface's `schemas`.",
            ("Correct the name, or add the definition.",),
            confirm="The name in the message stands nowhere in the interface's `schemas`.",
        ),
    ),
    meaning="A schema is named that DTDL does not have and the interface does not define.",
)

INVALID_NAME = _AREA.entry(
    code="invalid-name",
    title="A name of the model breaks the rules for names",
    causes=(
        Cause(
            (
                "The name has characters other than letters, digits and '_', does not begin with a letter, or "
                "is too long."
            ),
            ("Rename it.",),
            confirm="The message shows the name.",
        ),
    ),
    meaning="Names and identifiers have a form in DTDL, so that every tool and language can work with them.",
)

MODEL_LIMIT = _AREA.entry(
    code="model-limit",
    title="The model goes beyond a limit of its language",
    causes=(
        Cause(
            "The model nests, inherits or lists more than the version of DTDL allows that it names.",
            ("Flatten it, or write it in a later version of DTDL.",),
            confirm="The evidence shows the count and the limit.",
        ),
    ),
    meaning="Each version of DTDL has limits, which other tools and services may enforce.",
)

MODEL_MISTAKE = _AREA.entry(
    code="model-mistake",
    title="The model says something that its language does not allow",
    causes=(
        Cause(
            "The model was written by hand, or with a tool for another version of DTDL.",
            ("Correct it where the message says.",),
            confirm="The message names the part, and what is wrong with it.",
        ),
    ),
    meaning="The part in question is read as well as it can be, or left out.",
)

MODEL_CONTEXT = _AREA.entry(
    code="model-context",
    title="The @context of the model is missing or wrong",
    causes=(
        Cause(
            "The model was copied without its first lines, or its contexts stand in the wrong order.",
            (
                'Write "@context": "dtmi:dtdl:context;2" (or 3 or 4) as the first context, and extensions behind it.',
                "Export the model again where a tool wrote it.",
            ),
            confirm="The message shows the context, and what is right.",
        ),
    ),
    meaning=(
        "The @context names the version of DTDL and its extensions. Services that read DTDL refuse a model "
        "without a context, or with an unknown context."
    ),
)

UNKNOWN_MODEL_KEY = _AREA.entry(
    code="unknown-model-key",
    title="The model has a key that its language does not have",
    causes=(
        Cause(
            "The key is misspelt, or it stands in the wrong part of the model.",
            ("Write the key as the message says, or move it.",),
            confirm="The message names the key, and the key that is probably meant.",
        ),
        Cause(
            "The key belongs to an extension whose context is missing.",
            ("Add the context of the extension, such as dtmi:dtdl:extension:quantitativeTypes;1.",),
            confirm="The documents of the extension have the key.",
        ),
    ),
    meaning=(
        "A value under such a key has no effect: this tool ignores it. Services that check models by the specification "
        "refuse the model."
    ),
)

MISSING_MODEL_KEY = _AREA.entry(
    code="missing-model-key",
    title="A part of the model lacks a key that it needs",
    causes=(
        Cause(
            "The key was forgotten, or is written with another name.",
            ("Add the key.",),
            confirm="The message names the part and the key.",
        ),
    ),
    meaning=(
        "Without the key the part means nothing or less. A Telemetry without a schema is shown as raw data at most. "
        "Services that check models by the specification refuse the model."
    ),
)

WRONG_MODEL_VALUE = _AREA.entry(
    code="wrong-model-value",
    title="A value in the model has the wrong form",
    causes=(
        Cause(
            "A number or true and false stand in quotes, or a text has a form that is not allowed there.",
            ("Write the value as the message says.",),
            confirm="The message shows the value, and what should stand there.",
        ),
    ),
    meaning=(
        'The value is not used: a Property with "writable": "true", for example, is read as not writable. '
        "Services that check models by the specification refuse the model."
    ),
)

WRONG_MODEL_TYPE = _AREA.entry(
    code="wrong-model-type",
    title="A part of the model has a @type that it cannot have",
    causes=(
        Cause(
            "The @type is misspelt, missing, or says two kinds at once.",
            ("Write one kind, such as Telemetry or Property, and semantic types beside it.",),
            confirm="The message shows the @type, and what may stand there.",
        ),
        Cause(
            "The type belongs to an extension whose context is missing, or to another version of DTDL.",
            ("Add the context of the extension in the version that fits that of DTDL.",),
            confirm="The message names the context.",
        ),
        Cause(
            "IoT Central exported the model and wrote types of its own into it.",
            ("Leave it for IoT Central. Remove the types where another service has to read the model.",),
            confirm="The message says that IoT Central accepts it.",
        ),
    ),
    meaning=(
        "The kind decides what a part is. A part without a known kind is left out. A value that a device sends under "
        "its name is then not modelled, and is shown as raw data at most."
    ),
)

WRONG_UNIT = _AREA.entry(
    code="wrong-unit",
    title="A semantic type and its unit or schema do not fit",
    causes=(
        Cause(
            "The unit is misspelt, belongs to another quantity, or is missing.",
            ("Write one of the units that the message lists, or remove the semantic type.",),
            confirm="The message names the semantic type and its units.",
        ),
        Cause(
            "The schema is no number, or another schema than the semantic type needs.",
            ("Choose a numeric schema such as double, or remove the semantic type.",),
            confirm="The message names the schema.",
        ),
    ),
    meaning=(
        "Semantic types and units have no effect on what a device sends. Services that check models by the "
        "specification refuse the model."
    ),
)

MODEL_CYCLE = _AREA.entry(
    code="model-cycle",
    title="A part of the model contains itself",
    causes=(
        Cause(
            "An interface inherits from itself, or a schema holds itself, also over several steps.",
            ("Break the circle: remove the reference that the message names.",),
            confirm="The message names the part.",
        ),
        Cause(
            "A field that is required holds the object that it is a field of.",
            ("Make the field optional: remove Required.",),
            confirm="The message says that no finite value fits.",
        ),
    ),
    meaning=(
        "No service can read an interface that inherits from itself. Schemas that contain themselves came with DTDL 4, "
        "and need a way to end."
    ),
)
